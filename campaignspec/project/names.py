"""What may be referred to in a project, and what to say of a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from campaignspec.diagnostics import Diagnostic, Span, nearest

_FEW = 8


class FactKind(StrEnum):
    """What a fact holds, in the words of a finding."""

    TEXT = "text"
    NUMBER = "a number"
    MONEY = "an amount of money"
    DATE = "a date"
    BOOLEAN = "true or false"
    INSTANT = "an instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All names of one sort of thing.

    Attributes:
        noun: What one is called, as in "no … is called".
        plural: What several are called.
        known: The names, as written.
        complete: Whether there can be no others, because nothing that defines them is hidden.
        perhaps: Texts that may be names as well: a mistake leaves unclear what they are.
        home: What to do when nothing of the sort is defined.
        kinds: What the things of these names hold, where they hold something.
    """

    noun: str
    plural: str
    known: tuple[str, ...]
    complete: bool = True
    perhaps: frozenset[str] = frozenset()
    home: str | None = None
    kinds: Mapping[str, FactKind | None] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.known or name in self.perhaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names of a project, by sort.

    Attributes:
        events: The events of all sources, under the names that campaigns use.
        properties: By event, its properties and what they hold; None when that is unclear.
        properties_complete: Whether there can be no other properties.
        emitted: Those of the events that journeys emit.
        attributes: The columns of customers.
        traits: The facts computed from events.
        facts: What attributes and traits hold; None when that is unclear.
        keys_wanted: The traits that a property tells apart, and whether a rule must name a value
            of it: it may leave it out where this is False.
        segments: The segments.
        channels: The channels.
        destinations: The audiences of advertising systems.
        mixes: The channel mixes.
        offers: What customers are given.
        journeys: The shared journeys.
        kpis: The built-in KPIs and the project's own.
        responses: The response models.
        campaigns: The campaigns.
    """

    events: Names
    emitted: Names
    properties: Mapping[str, Mapping[str, FactKind | None]]
    properties_complete: bool
    attributes: Names
    traits: Names
    facts: Mapping[str, FactKind | None]
    keys_wanted: Mapping[str, bool]
    segments: Names
    channels: Names
    destinations: Names
    mixes: Names
    offers: Names
    journeys: Names
    kpis: Names
    responses: Names
    campaigns: Names

    def properties_of(self, event: str) -> Names:
        """Return the names of an event's properties."""
        return Names(
            noun=f"property of `{event}`",
            plural=f"properties of `{event}`",
            known=tuple(self.properties.get(event, ())),
            complete=self.properties_complete and event in self.events,
            home="list it under `properties:` of the event's source in campaignspec.yaml",
            kinds=self.properties.get(event, {}),
        )

    def meaning(self, word: str, *, besides: Names) -> str | None:
        """Say what else a word names: "`lapsed` is a segment"."""
        for names in (self.events, self.attributes, self.traits, self.segments, self.channels):
            if names.noun != besides.noun and word in names:
                return f"`{word}` is {article(names.noun)}"
        for event, properties in self.properties.items():
            if word in properties and besides != self.properties_of(event):
                return f"`{word}` is a property of `{event}`"
        return None

    def find(self, names: Names, word: str, span: Span) -> Iterator[Diagnostic]:
        """Yield the finding that a name is unknown, if it is."""
        if names.complete and word not in names:
            yield unknown(names, word, span, self.meaning(word, besides=names))


def unknown(names: Names, word: str, span: Span, meaning: str | None = None) -> Diagnostic:
    """Say that nothing of a sort has a name, and what was probably meant."""
    return Diagnostic(
        code="REF301",
        message=f"no {names.noun} is called `{word}`",
        span=span,
        help=_advice(names, word, meaning),
    )


def listed(names: Iterable[str]) -> str:
    """Write names one after the other: "`a`, `b`"."""
    return ", ".join(f"`{name}`" for name in names)


def article(noun: str) -> str:
    """Put "a" or "an" before a noun."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _with_kinds(names: Names) -> str:
    """List names with what they hold: "`age` (a number), `city` (text)"."""
    kinds = ((name, names.kinds.get(name)) for name in names.known)
    return ", ".join(f"`{name}` ({kind})" if kind else f"`{name}`" for name, kind in kinds)


def _advice(names: Names, word: str, meaning: str | None) -> str | None:
    close = nearest(word, names.known)
    guess = f"{meaning}; " if meaning else f"did you mean `{close}`? " if close else ""
    others = [name for name in names.known if meaning or name != close]
    if others and len(names.known) <= _FEW:
        guess += f"{names.plural}: {_with_kinds(names)}"
    elif not names.known and names.home:
        guess += names.home
    return guess.rstrip("; ") or None
