"""Which names a project's files define.

Names are read off the plain data, because a definition with a mistake in it is still a
definition: its mistake is one finding, and those who refer to it must not add more. What a
name means is read off what could be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, get_args

from campaignspec.project.names import FactKind, Names, Vocabulary
from campaignspec.project.scope import Files, Part
from campaignspec.spec.project import Settings
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.sources import ColumnKind, CustomersSource, EventsSource, Source
from campaignspec.spec.traits import (
    Distinct,
    EventTrait,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    Minimum,
    MostFrequent,
    PropertyTrait,
    Ratio,
)

EVENT_TRAITS: Final[tuple[type, ...]] = get_args(EventTrait)
"""The traits that look at the events of one name."""

PROPERTY_TRAITS: Final[tuple[type, ...]] = get_args(PropertyTrait)
"""Those of them that look at a property."""

TIMEZONE = "timezone"
"""The attribute that every customer has."""

SUMMABLE = frozenset({FactKind.NUMBER, FactKind.MONEY})
"""What can be added up."""

ORDERED = SUMMABLE | {FactKind.DATE}
"""What has a least and a greatest value."""

_WANTED: Final[Mapping[type, frozenset[FactKind]]] = {
    Minimum: ORDERED,
    Maximum: ORDERED,
    MostFrequent: frozenset({FactKind.TEXT}),
    Distinct: frozenset(FactKind),
    LastValue: frozenset(FactKind),
    FirstValue: frozenset(FactKind),
}

_KINDS = {
    ColumnKind.TEXT: FactKind.TEXT,
    ColumnKind.NUMBER: FactKind.NUMBER,
    ColumnKind.MONEY: FactKind.MONEY,
    ColumnKind.DATE: FactKind.DATE,
    ColumnKind.BOOLEAN: FactKind.BOOLEAN,
}
_VERBS: Final = tuple(verb_of(source) for source in get_args(Source))
_NAMING_EVENTS: Final = frozenset({(EventsSource, "names"), (EventsSource, "as")})
_Found = frozenset[str] | None


def vocabulary(files: Files) -> Vocabulary:
    """Collect the names that a project's files define, and what they mean."""
    properties = _properties(files.settings)
    attributes = _attributes(files.settings)
    traits = _over(files.audiences, "traits")
    kinds = _attribute_kinds(files.settings) | _trait_kinds(files, properties)
    return Vocabulary(
        events=_names(
            "event", _events(files.settings), "list it under `names:` of a source of events"
        ),
        properties=properties,
        properties_complete=_are_properties_complete(files.settings),
        attributes=_names(
            "attribute", attributes, "list it under `attributes:` of the source of customers"
        ),
        traits=_names("trait", traits, "define it under `traits:` in audiences.yaml"),
        facts={name: kinds.get(name) for name in (*(attributes or ()), *(traits or ()), *kinds)},
        segments=_names(
            "segment",
            _over(files.audiences, "segments"),
            "define it under `segments:` in audiences.yaml",
        ),
        channels=_names(
            "channel",
            _over((files.channels,) if files.channels else (), "channels"),
            "define it under `channels:` in channels.yaml",
        ),
        responses=_names(
            "response model",
            _over((files.settings,), "responses"),
            "define it under `responses:` in campaignspec.yaml",
        ),
        campaigns=_names("campaign", _campaigns(files)),
    )


def source_of(trait: type, written: str) -> tuple[str, str | None]:
    """Return the event that a trait looks at, and the property if it looks at one."""
    if trait in PROPERTY_TRAITS:
        event, _, name = written.rpartition(".")
        return event, name
    return written, None


def suits(trait: type, kind: FactKind) -> bool:
    """Say whether a trait can be computed of a property that holds a kind."""
    return kind in _WANTED.get(trait, SUMMABLE)


def wanted(trait: type) -> str:
    """Say what a trait can be computed of: "a number or an amount of money"."""
    *others, last = (kind for kind in FactKind if suits(trait, kind))
    return f"{', '.join(others)} or {last}" if others else last


def declared_properties(part: Part[Settings]) -> Iterator[tuple[str, str, ColumnKind | None, Loc]]:
    """Yield event, name, kind and place of every property of every source.

    The kind is None where it could not be read.
    """
    for at, source in enumerate(_sources(part) or ()):
        if not isinstance(source.get("properties"), dict):
            continue
        here = Loc(part.file) / "sources" / at / "properties"
        for event in sorted(_written_events(source) or ()):
            for name in source["properties"]:
                yield event, name, part.pieces.at((here / name).path), here / name


def _names(noun: str, found: _Found, home: str | None = None) -> Names:
    return Names(
        noun=noun,
        plural=f"{noun}s",
        known=tuple(sorted(found or ())),
        complete=found is not None,
        home=home,
    )


def _over(parts: Iterable[Part[Any]], key: str) -> _Found:
    return _union(_keys(part, key) for part in parts)


def _keys(part: Part[Any], key: str) -> _Found:
    """Return the keys under a key of a file; None when a mistake may hide some."""
    data = part.data
    if data is None or key not in data:
        return None if part.value is None else frozenset()
    return frozenset(data[key]) if isinstance(data[key], dict) else None


def _union(found: Iterable[_Found]) -> _Found:
    together: set[str] = set()
    for names in found:
        if names is None:
            return None
        together |= names
    return frozenset(together)


def _sources(part: Part[Settings]) -> list[dict[str, Any]] | None:
    sources = part.data.get("sources") if part.data else None
    if not isinstance(sources, list) or not all(isinstance(each, dict) for each in sources):
        return None
    return sources


def _sources_of(part: Part[Settings], kind: type) -> list[tuple[dict[str, Any], bool]] | None:
    """Return the sources of a kind, and whether each is sound; None when some may be hidden."""
    sources = _sources(part)
    if sources is None or not all(any(verb in each for verb in _VERBS) for each in sources):
        return None
    return [
        (source, part.pieces.at(("sources", at)) is not None)
        for at, source in enumerate(sources)
        if verb_of(kind) in source
    ]


def _events(part: Part[Settings]) -> _Found:
    sources = _sources_of(part, EventsSource)
    if sources is None or part.pieces.holes & _NAMING_EVENTS:
        return None
    return _union(_written_events(source) for source, _ in sources)


def _written_events(source: Mapping[str, Any]) -> _Found:
    names = source.get("names")
    if isinstance(source.get("as"), str):
        return frozenset({source["as"]})
    if not isinstance(names, list) or "as" in source:
        return None
    return frozenset(str(name) for name in names)


def _attributes(part: Part[Settings]) -> _Found:
    found = _entries(part, CustomersSource, "attributes")
    return None if found is None else found | {TIMEZONE}


def _entries(part: Part[Settings], kind: type, key: str) -> _Found:
    """Return the names of all entries that sources have under a key; None when some may hide."""
    sources = _sources_of(part, kind)
    if sources is None:
        return None
    held = [source.get(key, {} if sound else None) for source, sound in sources]
    return _union(frozenset(each) if isinstance(each, dict) else None for each in held)


def _are_properties_complete(part: Part[Settings]) -> bool:
    return _events(part) is not None and _entries(part, EventsSource, "properties") is not None


def _campaigns(files: Files) -> _Found:
    """Name each campaign as its file does, and as its folder does, should they differ."""
    names = [part.data.get("campaign") if part.data else None for part in files.campaigns]
    if not all(isinstance(name, str) for name in names):
        return None
    return frozenset(map(str, names)) | {part.folder.name for part in files.campaigns}


def _attribute_kinds(part: Part[Settings]) -> dict[str, FactKind | None]:
    declared = part.pieces.values_of(CustomersSource, "attributes")
    kinds = {str(piece.loc.path[-1]): _KINDS[piece.value] for piece in declared}
    return {TIMEZONE: FactKind.TEXT, **kinds}


def _properties(part: Part[Settings]) -> dict[str, dict[str, FactKind | None]]:
    """Join the properties of all sources of an event; a kind in dispute is unclear."""
    found: dict[str, dict[str, FactKind | None]] = {}
    for event, name, column, _ in declared_properties(part):
        known, kind = found.setdefault(event, {}), _KINDS[column] if column else None
        known[name] = kind if known.get(name, kind) is kind else None
    return found


def _trait_kinds(
    files: Files, properties: Mapping[str, Mapping[str, FactKind | None]]
) -> dict[str, FactKind | None]:
    kinds = {
        str(piece.loc.path[-2]): _trait_kind(trait, piece.value, properties)
        for part in files.audiences
        for trait in EVENT_TRAITS
        for piece in part.pieces.values_of(trait, verb_of(trait))
    }
    ratios = {
        str(section.loc.path[-1]): section
        for part in files.audiences
        for section in part.pieces.sections(Ratio)
    }
    for _ in ratios:
        kinds |= {name: _ratio_kind(ratio, kinds) for name, ratio in ratios.items()}
    return kinds


def _ratio_kind(ratio: Ratio, kinds: Mapping[str, FactKind | None]) -> FactKind | None:
    above, below = kinds.get(ratio.ratio), kinds.get(ratio.to)
    if above is None or below is None:
        return None
    is_money = above is FactKind.MONEY and below is FactKind.NUMBER
    return FactKind.MONEY if is_money else FactKind.NUMBER


def _trait_kind(
    trait: type, written: str, properties: Mapping[str, Mapping[str, FactKind | None]]
) -> FactKind | None:
    if trait in (Latest, First):
        return FactKind.INSTANT
    if trait is Distinct or trait not in PROPERTY_TRAITS:
        return FactKind.NUMBER
    event, name = source_of(trait, written)
    kind = properties.get(event, {}).get(name or "")
    return kind if kind and suits(trait, kind) else None
