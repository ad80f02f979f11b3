"""What a rule of the lint looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from campaignspec.content import Library
from campaignspec.diagnostics import Diagnostic, Fix, Severity, Span
from campaignspec.project import Project
from campaignspec.project.doing import channel_of, doers
from campaignspec.project.places import Sort
from campaignspec.project.references import references_of
from campaignspec.project.walk import Sending
from campaignspec.project.world import Day
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.shape import Loc

if TYPE_CHECKING:
    from campaignspec.audience import Audience

T = TypeVar("T")

Related: TypeAlias = tuple[Span, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A sound project, or what of it is one campaign's, for one rule after the other.

    Attributes:
        project: The linked project.
        library: Its templates.
        day: The day on which the project is looked at.
        audience: The project's traits and segments over its history; None where no data are
            read, and rules that need numbers say nothing.
        memo: What was found once, for the rules that ask again.
        common: The same, of what is found alike whichever campaigns are looked at.
    """

    project: Project
    library: Library
    day: Day
    audience: Audience | None = None
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    common: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def of(self, campaign: str) -> Scope:
        """Return one campaign with what all share, and nothing of any other."""
        return self._narrowed(self.project.only(campaign), self.library.only(campaign))

    def of_all(self) -> Scope:
        """Return what all campaigns share, and nothing of any of them."""
        return self._narrowed(self.project.only(), Library(templates={}, texts={}))

    def _narrowed(self, project: Project, library: Library) -> Scope:
        return replace(self, project=project, library=library, day=self.day.again(), memo={})

    @property
    def today(self) -> date:
        """The day on which the project is looked at; who asks depends on it."""
        return self.day.today

    @property
    def campaigns(self) -> Iterable[Campaign]:
        """The campaigns, by name."""
        return self.project.campaigns.values()

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what ``find`` finds, found only once for the same key."""
        if key not in self.memo:
            self.memo[key] = find()
        found: T = self.memo[key]
        return found

    def once_for_all(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what ``find`` finds, which is the same whichever campaigns are looked at."""
        if key not in self.common:
            self.common[key] = find()
        found: T = self.common[key]
        return found

    def names_used(self, section: object, sort: Sort) -> Iterator[str]:
        """Yield the names of a sort that a section uses."""
        key = ("references", id(section))
        found = self.once(key, lambda: tuple(references_of(section)))
        return (each.name for each in found if sort in each.sorts)

    def channel_of(self, step: Sending) -> str:
        """Return the channel of a message; empty where it is chosen for each person."""
        if getattr(step, "mix", None) is not None:
            return ""
        able = self.once_for_all("doers", lambda: doers(self.project.channels))
        return channel_of(self.project, step, able)

    def span(self, loc: Loc) -> Span:
        """Return where a value stands."""
        return self.project.documents[loc.file].span(loc.path)

    def key_span(self, loc: Loc) -> Span:
        """Return where the key of a value stands."""
        return self.project.documents[loc.file].key_span(loc.path)

    def part(self, loc: Loc, at: tuple[int, int]) -> Span:
        """Return where some characters of a text stand."""
        return self.project.documents[loc.file].part(loc.path, *at)

    def named(self, campaign: Campaign) -> Span:
        """Return where a campaign says its name: the place of what is missing in it."""
        return self.span(campaign.loc / "campaign")


Rule: TypeAlias = Callable[[Scope], Iterator[Diagnostic]]
"""A rule of the lint: a question to a project, and what is to be said to it."""


def advice(
    code: str,
    message: str,
    span: Span,
    help_: str,
    *,
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """Make a finding of the lint: a warning that says what to do."""
    return Diagnostic(
        code=code,
        message=message,
        span=span,
        severity=Severity.WARNING,
        help=help_,
        related=related,
        fix=fix,
    )
