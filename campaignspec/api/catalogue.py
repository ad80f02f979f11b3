"""What a project has: everything with a name, where it stands, and what it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from campaignspec.content import Library
from campaignspec.content.library import SUFFIX, TEMPLATES
from campaignspec.history.place import address_of, is_database
from campaignspec.project import Project
from campaignspec.project.event_properties import properties_of_events
from campaignspec.project.places import Sort
from campaignspec.project.references import Reference, references_of
from campaignspec.project.walk import sends_of
from campaignspec.spec.conditions import write_segment
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.sources import CustomersSource, EventsSource
from campaignspec.spec.write import write

Named = tuple[Sort, str]
"""A sort and a name: what is used."""

_SUBJECT: Final = re.compile(r"\{%-?\s*block subject\s*-?%\}(.*?)\{%-?\s*endblock", re.DOTALL)
_VARIABLE: Final = re.compile(r"\b(customer|traits)\.([^\W\d]\w*(?:\.\w+)*)")
_CALL: Final = re.compile(r"""\b(segment|offer)\(\s*["']([\w.-]+)["']""")
_PREFERENCE: Final = {
    "customer": (Sort.ATTRIBUTE,),
    "traits": (Sort.TRAIT,),
    "segment": (Sort.SEGMENT,),
    "offer": (Sort.OFFER,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something of a project that has a name.

    Attributes:
        sort: What it is.
        name: What it is called; a source by its table, a template by campaign, message, channel.
        file: The file that defines it, as it is shown.
        line: The line of its definition, from 1.
        column: The column of its definition, from 1.
        title: One line for people: its title, or else what defines it.
        owner: The team that answers for it; campaigns only.
        objective: What it is for; campaigns only.
        uses: What it refers to itself, sorted; not what those refer to in turn.
    """

    sort: Sort
    name: str
    file: str
    line: int
    column: int = 1
    title: str = ""
    owner: str | None = None
    objective: str | None = None
    uses: tuple[Named, ...] = ()


def catalogue(project: Project, library: Library, *, relative_to: Path) -> tuple[Item, ...]:
    """List everything with a name, by sort in the order of `Sort`, then by name and place.

    Args:
        project: The linked project.
        library: Its templates.
        relative_to: The folder that templates are shown relative to, where they are below it.
    """
    shelf = _Shelf(project, library, relative_to)
    made = (item for find in _FINDERS for item in find(shelf))
    order = list(Sort)
    return tuple(sorted(made, key=lambda i: (order.index(i.sort), i.name, i.file, i.line)))


class _Shelf:
    """A project with the names that references are resolved by."""

    def __init__(self, project: Project, library: Library, relative_to: Path) -> None:
        self.project = project
        self.library = library
        self.relative_to = relative_to.resolve()
        attributes = (source.attributes for source in customers_of(project))
        self.names: Mapping[Sort, frozenset[str]] = {
            Sort.CAMPAIGN: frozenset(project.campaigns),
            Sort.SEGMENT: frozenset(project.segments),
            Sort.TRAIT: frozenset(project.traits),
            Sort.CHANNEL: frozenset(project.channels),
            Sort.OFFER: frozenset(project.offers),
            Sort.ATTRIBUTE: frozenset(str(name) for each in attributes for name in each),
            Sort.EVENT: frozenset(properties_of_events(project.settings.sources)),
        }

    def item(self, sort: Sort, name: str, loc: Loc, title: str, section: Any = None) -> Item:
        span = self.project.documents[loc.file].key_span(loc.path)
        return Item(
            sort=sort,
            name=name,
            file=loc.file,
            line=span.line,
            column=span.column,
            title=title,
            uses=self.resolved(references_of(section)) if section is not None else (),
        )

    def resolved(
        self, references: Iterable[Reference], others: Iterable[Named] = ()
    ) -> tuple[Named, ...]:
        found = {each for reference in references if (each := self._meant(reference))}
        return tuple(sorted(found.union(others)))

    def _meant(self, reference: Reference) -> Named | None:
        known = (s for s in reference.sorts if reference.name in self.names.get(s, ()))
        sort = next(known, None)
        return (sort, reference.name) if sort else None


def customers_of(project: Project) -> Iterator[CustomersSource]:
    """Yield the tables of customers."""
    return (each for each in project.settings.sources if isinstance(each, CustomersSource))


def _campaigns(shelf: _Shelf) -> Iterator[Item]:
    files = {file: name for file, name, _ in _template_files(shelf)}
    for name, campaign in shelf.project.campaigns.items():
        own = {
            (Sort.TEMPLATE, files[template.file])
            for key, template in shelf.library.templates.items()
            if key.campaign == name and template.file in files
        }
        only = {(Sort.CHANNEL, key) for key in shelf.project.channels}
        by_default = only if any(step.via is None for step in sends_of(campaign)) else set()
        loc = campaign.loc / "campaign"
        yield replace(
            shelf.item(Sort.CAMPAIGN, name, loc, campaign.title or ""),
            owner=campaign.owner,
            objective=campaign.objective,
            uses=shelf.resolved(references_of(campaign), own | by_default),
        )


def _segments(shelf: _Shelf) -> Iterator[Item]:
    for name, segment in shelf.project.segments.items():
        title = segment.title or _one_line(write_segment(segment))
        yield shelf.item(Sort.SEGMENT, name, segment.loc, title, segment)


def _traits(shelf: _Shelf) -> Iterator[Item]:
    for name, trait in shelf.project.traits.items():
        yield shelf.item(Sort.TRAIT, name, trait.loc, _briefly(write(trait)), trait)


def _attributes(shelf: _Shelf) -> Iterator[Item]:
    for source in customers_of(shelf.project):
        for name, kind in source.attributes.items():
            yield shelf.item(Sort.ATTRIBUTE, str(name), source.loc / "attributes" / name, kind)


def _events(shelf: _Shelf) -> Iterator[Item]:
    for source in shelf.project.settings.sources:
        title = f"from {_table(source)}"
        for name in properties_of_events([source]):
            yield shelf.item(Sort.EVENT, name, _event_loc(source, name), title)


def _event_loc(source: Any, name: str) -> Loc:
    loc: Loc = source.loc
    if isinstance(source, EventsSource) and not source.as_:
        return loc / "names" / [str(each) for each in source.names].index(name)
    return loc / verb_of(type(source))


def _offers(shelf: _Shelf) -> Iterator[Item]:
    for name, offer in shelf.project.offers.items():
        yield shelf.item(Sort.OFFER, name, offer.loc, offer.title or "", offer)


def _channels(shelf: _Shelf) -> Iterator[Item]:
    for name, channel in shelf.project.channels.items():
        title = f"by the connector {channel.connector}"
        yield shelf.item(Sort.CHANNEL, name, channel.loc, title, channel)


def _templates(shelf: _Shelf) -> Iterator[Item]:
    for file, name, path in _template_files(shelf):
        text = path.read_text(encoding="utf-8", errors="replace")
        subject = _SUBJECT.search(text)
        names = (*_VARIABLE.findall(text), *_CALL.findall(text))
        asked = (Reference(_PREFERENCE[root], word) for root, word in names)
        yield Item(
            sort=Sort.TEMPLATE,
            name=name,
            file=file,
            line=1,
            title=_one_line(subject[1]) if subject else "",
            uses=shelf.resolved(asked),
        )


def _template_files(shelf: _Shelf) -> Iterator[tuple[str, str, Path]]:
    """Yield every template: its file as shown, its name, and its path."""
    folders = {shelf.project.root: "", **{f: f"{n}/" for n, f in shelf.project.folders.items()}}
    for folder, prefix in folders.items():
        for path in sorted(folder.glob(f"{TEMPLATES}/*/*{SUFFIX}")):
            name = f"{prefix}{path.parent.name}/{path.name.removesuffix(SUFFIX)}"
            yield _shown(path, shelf.relative_to), name, path


def _sources(shelf: _Shelf) -> Iterator[Item]:
    for source in shelf.project.settings.sources:
        verb = verb_of(type(source))
        yield shelf.item(Sort.SOURCE, _table(source), source.loc / verb, verb)


def _environments(shelf: _Shelf) -> Iterator[Item]:
    for name, environment in shelf.project.settings.environments.items():
        title = f"ledger {_place(environment.ledger)}"
        yield shelf.item(Sort.ENVIRONMENT, str(name), environment.loc, title, environment)


def _place(ledger: str) -> str:
    return address_of(ledger) if is_database(ledger) else ledger


_FINDERS: Final[tuple[Callable[[_Shelf], Iterator[Item]], ...]] = (
    _campaigns,
    _segments,
    _traits,
    _attributes,
    _events,
    _channels,
    _offers,
    _templates,
    _sources,
    _environments,
)

LISTED: Final = (
    Sort.CAMPAIGN,
    Sort.SEGMENT,
    Sort.TRAIT,
    Sort.ATTRIBUTE,
    Sort.EVENT,
    Sort.CHANNEL,
    Sort.OFFER,
    Sort.TEMPLATE,
    Sort.SOURCE,
    Sort.ENVIRONMENT,
)
"""The sorts that a catalogue holds."""


def _table(source: Any) -> str:
    """Return a source's table as it is written under the source's first key."""
    return str(write(source)[verb_of(type(source))])


def _shown(path: Path, base: Path) -> str:
    full = path.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else str(full)


def _briefly(written: Mapping[str, Any]) -> str:
    """Write a definition on one line; what is nested in it is left out."""
    return ", ".join(
        f"{key}: {'…' if isinstance(value, dict | list) else value}"
        for key, value in written.items()
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
