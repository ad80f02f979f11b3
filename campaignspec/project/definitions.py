"""Which names a project's files define.

Names are read off the plain data, because a definition with a mistake in it is still a
definition: its mistake is one finding, and those who refer to it must not add more. What a
name means is read off the typed sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from campaignspec.project.names import FactKind, Names, Vocabulary
from campaignspec.project.scope import Files, Part
from campaignspec.spec.audience import Average, Count, First, Latest, Sum, Trait
from campaignspec.spec.project import ColumnKind, CustomersSource, EventsSource, Settings
from campaignspec.spec.shape import Loc

TIMEZONE = "timezone"
"""The attribute that every customer has."""

SUMMABLE = frozenset({FactKind.NUMBER, FactKind.MONEY})
"""What can be added up."""

_KINDS = {
    ColumnKind.TEXT: FactKind.TEXT,
    ColumnKind.NUMBER: FactKind.NUMBER,
    ColumnKind.MONEY: FactKind.MONEY,
    ColumnKind.DATE: FactKind.DATE,
    ColumnKind.BOOLEAN: FactKind.BOOLEAN,
}
_Found = frozenset[str] | None


def vocabulary(files: Files) -> Vocabulary:
    """Collect the names that a project's files define, and what they mean."""
    properties = _properties(files.settings.value)
    attributes = _attributes(files.settings)
    traits = _over(files.audiences, "traits")
    kinds = _attribute_kinds(files.settings.value) | _trait_kinds(files, properties)
    return Vocabulary(
        events=_names(
            "event", _events(files.settings), "list it under `names:` of a source of events"
        ),
        properties=properties,
        properties_complete=files.settings.value is not None,
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


def trait_source(trait: Trait) -> tuple[str, str | None]:
    """Return the event that a trait looks at, and the property if it adds one up."""
    match trait:
        case Count():
            return trait.count, None
        case Latest():
            return trait.latest, None
        case First():
            return trait.first, None
        case Sum():
            event, _, name = trait.sum.rpartition(".")
            return event, name
        case Average():
            event, _, name = trait.average.rpartition(".")
            return event, name
        case _:
            assert_never(trait)


def declared_properties(settings: Settings | None) -> Iterator[tuple[str, str, ColumnKind, Loc]]:
    """Yield event, name, kind and place of every property of every source."""
    for source in settings.sources if settings else ():
        if isinstance(source, EventsSource):
            for event in (source.as_,) if source.as_ else source.names:
                for name, kind in source.properties.items():
                    yield event, name, kind, source.loc / "properties" / name


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
    data = part.document.data if part.document else None
    if not isinstance(data, dict) or key not in data:
        return None if part.value is None else frozenset()
    return frozenset(data[key]) if isinstance(data[key], dict) else None


def _union(found: Iterable[_Found]) -> _Found:
    together: set[str] = set()
    for names in found:
        if names is None:
            return None
        together |= names
    return frozenset(together)


def _sources(part: Part[Settings]) -> Iterator[Mapping[str, Any]] | None:
    data = part.document.data if part.document else None
    sources = data.get("sources") if isinstance(data, dict) else None
    if not isinstance(sources, list) or not all(isinstance(each, dict) for each in sources):
        return None
    return iter(sources)


def _events(part: Part[Settings]) -> _Found:
    sources = _sources(part)
    if sources is None:
        return None
    return _union(_written_events(source) for source in sources if "events" in source)


def _written_events(source: Mapping[str, Any]) -> _Found:
    names = source.get("names")
    if isinstance(source.get("as"), str):
        return frozenset({source["as"]})
    if not isinstance(names, list) or "as" in source:
        return None
    return frozenset(str(name) for name in names)


def _attributes(part: Part[Settings]) -> _Found:
    sources = _sources(part)
    if sources is None:
        return None
    held = [source.get("attributes", {}) for source in sources if "customers" in source]
    if not all(isinstance(each, dict) for each in held) or (part.value is None and not any(held)):
        return None
    return frozenset({TIMEZONE}.union(*held))


def _campaigns(files: Files) -> _Found:
    """Name each campaign as its file does, and as its folder does, should they differ."""
    datas = [part.document.data if part.document else None for part in files.campaigns]
    names = [data.get("campaign") if isinstance(data, dict) else None for data in datas]
    if not all(isinstance(name, str) for name in names):
        return None
    return frozenset(map(str, names)) | {part.folder.name for part in files.campaigns}


def _attribute_kinds(settings: Settings | None) -> dict[str, FactKind | None]:
    kinds: dict[str, FactKind | None] = {TIMEZONE: FactKind.TEXT}
    for source in settings.sources if settings else ():
        if isinstance(source, CustomersSource):
            kinds |= {name: _KINDS[kind] for name, kind in source.attributes.items()}
    return kinds


def _properties(settings: Settings | None) -> dict[str, dict[str, FactKind | None]]:
    """Join the properties of all sources of an event; a kind in dispute is unclear."""
    found: dict[str, dict[str, FactKind | None]] = {}
    for event, name, column, _ in declared_properties(settings):
        known, kind = found.setdefault(event, {}), _KINDS[column]
        known[name] = kind if known.get(name, kind) is kind else None
    return found


def _trait_kinds(
    files: Files, properties: Mapping[str, Mapping[str, FactKind | None]]
) -> dict[str, FactKind | None]:
    traits = (part.value.traits.items() for part in files.audiences if part.value)
    return {name: _trait_kind(trait, properties) for each in traits for name, trait in each}


def _trait_kind(
    trait: Trait, properties: Mapping[str, Mapping[str, FactKind | None]]
) -> FactKind | None:
    match trait:
        case Count():
            return FactKind.NUMBER
        case Latest() | First():
            return FactKind.INSTANT
        case Sum() | Average():
            event, name = trait_source(trait)
            kind = properties.get(event, {}).get(name or "")
            return kind if kind in SUMMABLE else None
        case _:
            assert_never(trait)
