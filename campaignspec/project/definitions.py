"""Which names a project's files define.

Names are read off the plain data, because a definition with a mistake in it is still a
definition: its mistake is one finding, and those who refer to it must not add more. What a
name means is read off what could be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from campaignspec.project.event_properties import MAKING_EVENTS, properties_of_events
from campaignspec.project.expand import cell_names, fact_names
from campaignspec.project.identity_names import made_attributes
from campaignspec.project.named import Named, named_in, names_of
from campaignspec.project.names import FactKind, Names, Vocabulary
from campaignspec.project.scope import Files, Part
from campaignspec.project.trait_kinds import keys_wanted, trait_kinds
from campaignspec.spec.kpi_registry import BUILTINS
from campaignspec.spec.project import Settings
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.sources import (
    ColumnKind,
    CustomersSource,
    EventsSource,
    ProductsSource,
    Source,
)

TIMEZONE = "timezone"
"""The attribute that every customer has."""

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


def vocabulary(files: Files, named: Iterable[Named] | None = None) -> Vocabulary:
    """Collect the names that a project's files define, and what they mean.

    Args:
        files: The files, as far as they could be read.
        named: What all campaigns are called; those of the files, if not given.
    """
    properties = _properties(files.settings)
    attributes = _attributes(files.settings)
    traits = _made(files.audiences, "traits", fact_names)
    emitted = _emitted(files.settings)
    held = _attribute_kinds(files.settings)
    kinds = held | trait_kinds(files.audiences, properties, held)
    return Vocabulary(
        events=_names(
            "event",
            _union((events_of_sources(files.settings), emitted)),
            "list it under `names:` of a source of events",
        ),
        emitted=_names("emitted event", emitted, "declare it under `emits:` in campaignspec.yaml"),
        properties=properties,
        properties_complete=_are_properties_complete(files.settings),
        attributes=_names(
            "attribute", attributes, "list it under `attributes:` of the source of customers"
        ),
        traits=_names("trait", traits, "define it under `traits:` in audiences.yaml"),
        facts={name: kinds.get(name) for name in (*(attributes or ()), *(traits or ()), *kinds)},
        keys_wanted=keys_wanted(files.audiences),
        segments=_names(
            "segment",
            _made(files.audiences, "segments", cell_names),
            "define it under `segments:` in audiences.yaml",
        ),
        channels=_under(files.channels, "channel", "channels", "channels.yaml"),
        destinations=_under(files.channels, "destination", "destinations", "channels.yaml"),
        mixes=_under(files.channels, "mix", "mixes", "channels.yaml"),
        journeys=_under(files.journeys, "shared journey", "journeys", "journeys.yaml"),
        offers=_under(files.offers, "offer", "offers", "offers.yaml"),
        kpis=_names("KPI", _kpis(files), "define it under `kpis:` in kpis.yaml"),
        responses=_under(files.settings, "response model", "responses", "campaignspec.yaml"),
        campaigns=_names("campaign", names_of(named_in(files) if named is None else named)),
    )


def _under(part: Part[Any] | None, noun: str, key: str, file: str) -> Names:
    """Return the names under a key of one file."""
    found = _over((part,) if part else (), key)
    return _names(noun, found, f"define it under `{key}:` in {file}")


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


def _kpis(files: Files) -> _Found:
    own = _over((files.kpis,) if files.kpis else (), "kpis")
    return None if own is None else own | frozenset(BUILTINS)


def _over(parts: Iterable[Part[Any]], key: str) -> _Found:
    return _union(_keys(part, key) for part in parts)


def _made(parts: Sequence[Part[Any]], key: str, names_of: Callable[[str, Any], _Found]) -> _Found:
    """Return the names that all entries under a key make; None when a mistake may hide some."""
    if _over(parts, key) is None:
        return None
    entries = (entry for part in parts for entry in (part.data or {}).get(key, {}).items())
    return _union(names_of(str(name), written) for name, written in entries)


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


def events_of_sources(part: Part[Settings]) -> frozenset[str] | None:
    """Return the events of all sources; None when a mistake may hide some."""
    sources = _sources_of(part, EventsSource)
    if sources is None or part.pieces.holes & _NAMING_EVENTS:
        return None
    return _union([*(_written_events(source) for source, _ in sources), _made_events(part)])


def _made_events(part: Part[Settings]) -> _Found:
    """Return the events of the sources that are no events as written."""
    if not all(_are_sound(part, kind) for kind in MAKING_EVENTS):
        return None
    made: list[Source] = [source for kind in MAKING_EVENTS for source in part.pieces.sections(kind)]
    return frozenset(properties_of_events(made))


def _are_sound(part: Part[Settings], kind: type) -> bool:
    return all(sound for _, sound in _sources_of(part, kind) or ())


def _written_events(source: Mapping[str, Any]) -> _Found:
    names = source.get("names")
    if isinstance(source.get("as"), str):
        return frozenset({source["as"]})
    if not isinstance(names, list) or "as" in source:
        return None
    return frozenset(str(name) for name in names)


def _emitted(part: Part[Settings]) -> _Found:
    """Return the events that journeys may emit; None when a mistake may hide some."""
    written = (part.data or {}).get("emits", {} if part.data is not None else None)
    return frozenset(map(str, written)) if isinstance(written, dict) else None


def _attributes(part: Part[Settings]) -> _Found:
    found = _entries(part, CustomersSource, "attributes")
    return None if found is None else found | {TIMEZONE} | made_attributes(part)


def _entries(part: Part[Settings], kind: type, key: str) -> _Found:
    """Return the names of all entries that sources have under a key; None when some may hide."""
    sources = _sources_of(part, kind)
    if sources is None:
        return None
    held = [source.get(key, {} if sound else None) for source, sound in sources]
    return _union(frozenset(each) if isinstance(each, dict) else None for each in held)


def _are_properties_complete(part: Part[Settings]) -> bool:
    written = _entries(part, EventsSource, "properties")
    return (
        events_of_sources(part) is not None
        and written is not None
        and _are_sound(part, ProductsSource)
    )


def _attribute_kinds(part: Part[Settings]) -> dict[str, FactKind | None]:
    declared = part.pieces.values_of(CustomersSource, "attributes")
    kinds = {str(piece.loc.path[-1]): _KINDS[piece.value] for piece in declared}
    made = dict.fromkeys(made_attributes(part), FactKind.TEXT)
    return {TIMEZONE: FactKind.TEXT, **made, **kinds}


def _properties(part: Part[Settings]) -> dict[str, dict[str, FactKind | None]]:
    """Join the properties of all sources of an event; a kind in dispute is unclear."""
    found: dict[str, dict[str, FactKind | None]] = {}
    for event, name, column, _ in declared_properties(part):
        known, kind = found.setdefault(event, {}), _KINDS[column] if column else None
        known[name] = kind if known.get(name, kind) is kind else None
    kinds: tuple[type[Any], ...] = get_args(Source)
    sound: list[Source] = [source for kind in kinds for source in part.pieces.sections(kind)]
    for event, properties in properties_of_events(sound).items():
        for name, column in properties.items():
            found.setdefault(event, {}).setdefault(name, _KINDS[column])
    return found
