"""All templates of a project, and what they may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaignspec.content.locales import chosen
from campaignspec.content.lookups import Lookups
from campaignspec.content.shelf import SHARED
from campaignspec.content.template import Template, VariableTree
from campaignspec.project import Project
from campaignspec.project.discover import SUFFIX, TEMPLATES
from campaignspec.spec.shape import EMPTY
from campaignspec.spec.sources import CustomersSource

__all__ = [
    "SHARED",
    "SUFFIX",
    "TEMPLATES",
    "Library",
    "TemplateKey",
    "links_of",
    "lookups_of",
    "variables_of",
]


@dataclass(frozen=True, slots=True)
class TemplateKey:
    """Which template: one message of one campaign for one channel, in one language.

    Attributes:
        campaign: The campaign.
        message: The message's name.
        channel: The channel.
        locale: The language; empty in a project without languages.
    """

    campaign: str
    message: str
    channel: str
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A project's templates.

    Attributes:
        templates: By campaign, message, channel and language.
        texts: The templates' texts by the name they are shown under, for findings.
        locale: The language of whoever reads no other; empty in a project without languages.
        read_for: By campaign the names of the texts that were read for it.
    """

    templates: Mapping[TemplateKey, Template]
    texts: Mapping[str, str]
    locale: str = ""
    read_for: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    _written: Mapping[tuple[str, str, str], tuple[str, ...]] = field(
        init=False, repr=False, compare=False
    )
    _of: Mapping[str, tuple[TemplateKey, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        written: dict[tuple[str, str, str], tuple[str, ...]] = {}
        of: dict[str, list[TemplateKey]] = {}
        for key in self.templates:
            place = (key.campaign, key.message, key.channel)
            written[place] = (*written.get(place, ()), key.locale)
            of.setdefault(key.campaign, []).append(key)
        object.__setattr__(self, "_written", written)
        object.__setattr__(self, "_of", {name: tuple(keys) for name, keys in of.items()})

    def only(self, campaign: str) -> Library:
        """Return the templates and texts of one campaign alone."""
        return Library(
            templates={key: self.templates[key] for key in self._of.get(campaign, ())},
            texts={file: self.texts[file] for file in self.read_for.get(campaign, ())},
            locale=self.locale,
            read_for={campaign: self.read_for.get(campaign, ())},
        )

    def key_for(
        self, campaign: str, message: str, channel: str, locale: str | None = None
    ) -> TemplateKey | None:
        """Return which template somebody gets who reads a language; None if there is none.

        Args:
            campaign: The campaign.
            message: The message's name.
            channel: The channel.
            locale: The language; the project's own, if not given.
        """
        written = self._written.get((campaign, message, channel))
        if written is None:
            return None
        key = TemplateKey(campaign, message, channel, chosen(locale, written, self.locale))
        return key if key in self.templates else None


def variables_of(project: Project) -> VariableTree:
    """Return the names that templates may use."""
    attributes = {
        str(name): None
        for source in project.settings.sources
        if isinstance(source, CustomersSource)
        for name in source.attributes
    }
    return {
        "customer": {"id": None, **attributes},
        "traits": {str(name): None for name in project.traits},
        "campaign": {"name": None, "title": None, "key": None},
    }


def lookups_of(project: Project, facts: Mapping[str, str]) -> Lookups:
    """Return the answers of a project's links for a message, of which these facts are true."""
    tracking = {str(name): text for name, text in project.settings.tracking.items()}
    return Lookups(links=links_of(project), tracking=tracking, facts=facts)


def links_of(project: Project) -> Mapping[str, str]:
    """Return the addresses of a project's links by name."""
    return {str(name): address for name, address in project.settings.links.items()}
