"""Loading a history: built from its files once, mapped into memory from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from campaignspec.history.build import Settled, Sources, build_history
from campaignspec.history.cache import FORMAT, Cache, Made
from campaignspec.history.content import digest_of, kind_of
from campaignspec.history.history import History
from campaignspec.history.place import Database, Place
from campaignspec.history.postgres import at_one_instant
from campaignspec.history.source import (
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ReadAs,
    Source,
)
from campaignspec.history.telling import Part, Telling, parts_of, read_on
from campaignspec.identity import fingerprint
from campaignspec.people.rules import Identity, described


def load_history(
    customers: Sequence[CustomerSource],
    events: Sequence[EventSource],
    messages: Sequence[MessageSource] = (),
    consents: Sequence[ConsentSource] = (),
    *,
    default_zone: str = "UTC",
    identity: Identity | None = None,
    cache: Path | None = None,
) -> History:
    """Load everything that is known of the customers.

    Args:
        customers: Files of customers. Somebody seen only elsewhere is a customer as well.
        events: Files of events.
        messages: Files of messages sent before campaignspec came.
        consents: Files of decisions about consent.
        default_zone: The zone of customers without a known one.
        identity: How records of customers become people; None where each id is a person.
        cache: A folder to keep what was built, or None to build it each time.

    Raises:
        HistoryError: A file cannot be read as declared; up to five problems are named.
    """
    declared = _Declared(
        customers=customers,
        events=events,
        messages=messages,
        consents=consents,
        default_zone=default_zone,
        identity=identity,
    )
    with at_one_instant():
        if cache is None:
            plan = _plan(declared, None)
            return build_history(plan.sources, plan.name)
        return _kept(declared, Cache(cache))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """What `load_history` is given."""

    customers: Sequence[CustomerSource]
    events: Sequence[EventSource]
    messages: Sequence[MessageSource]
    consents: Sequence[ConsentSource]
    default_zone: str
    identity: Identity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a history is to be made from.

    Attributes:
        sources: The sources in parts.
        made: The names of the parts.
        name: The history's fingerprint. It does not tell in how many batches a file was read; of a
            database nothing but its batches is known.
    """

    sources: Sources
    made: Made
    name: str


def _kept(declared: _Declared, cache: Cache) -> History:
    """Return the history from the cache, or build it and put it there."""
    plan = _plan(declared, cache)
    known = cache.history(plan.name)
    if known is not None:
        return known
    try:
        history = build_history(plan.sources, plan.name, Settled(cache=cache, made=plan.made))
    except (OSError, ValueError):  # a piece is damaged
        cache.forget(plan.made)
        plan = _plan(declared, cache)
        history = build_history(plan.sources, plan.name, Settled(cache=cache, made=plan.made))
    cache.keep(history, plan.made)
    return history


def _plan(declared: _Declared, cache: Cache | None) -> _Plan:
    digests: dict[Place, str] = {}
    contents: list[list[str]] = []

    def parted(source: Telling) -> Sequence[Part]:
        found = [_parts(part, digests, cache) for part in parts_of(source)]
        contents.append([content for content, _ in found])
        return [part for _, parts in found for part in parts]

    sources = Sources(
        customers=declared.customers,
        events=[parted(source) for source in declared.events],
        messages=[parted(source) for source in declared.messages],
        consents=[parted(source) for source in declared.consents],
        default_zone=declared.default_zone,
        identity=declared.identity,
    )
    told = (sources.events, sources.messages, sources.consents)
    frame = fingerprint(
        {
            "format": FORMAT,
            "zone": sources.default_zone,
            "customers": [_declaration(source, digests) for source in sources.customers],
            "identity": described(sources.identity) if sources.identity else None,
            "sources": [len(each) for each in told],
        }
    )
    pieces = [[part.name for part in parts] for each in told for parts in each]
    return _Plan(
        sources=sources,
        made=Made(frame=frame, pieces=pieces),
        name=fingerprint({"frame": frame, "contents": contents}),
    )


def _parts(
    source: Telling, digests: dict[Place, str], cache: Cache | None
) -> tuple[str, Sequence[Part]]:
    """Name a file's or a table's content, and the parts that it is read in."""
    if source.cursor is None or cache is None:
        name = fingerprint({"format": FORMAT, "part": _declaration(source, digests)})
        return name, [Part(source=source, name=name)]
    # Not str(): of two queries of one database it says the same.
    where = {"format": FORMAT, "at": repr(source.file), "part": _described(source)}
    if isinstance(source.file, Database):
        parts = read_on(source, fingerprint(where), None, cache)
        return fingerprint({"batches": [part.name for part in parts]}), parts
    content = fingerprint({"format": FORMAT, "part": _declaration(source, digests)})
    return content, read_on(source, fingerprint(where), content, cache)


def _declaration(source: Source, digests: dict[Place, str]) -> Mapping[str, Any]:
    """Describe a source by its content and by how it is read; where it lies does not matter."""
    if source.file not in digests:
        digests[source.file] = digest_of(source.file)
    return {**_described(source), "file": digests[source.file]}


def _described(source: Source) -> Mapping[str, Any]:
    """Describe how a source is read."""
    values = {field.name: getattr(source, field.name) for field in fields(source)}
    file: Place = values.pop("file")
    read: ReadAs = values.pop("read")
    mappings = {
        name: list(value.items()) for name, value in values.items() if isinstance(value, Mapping)
    }
    return {
        **values,
        **mappings,
        "by": asdict(source.by) if not isinstance(source, CustomerSource) and source.by else None,
        "kind": type(source).__name__,
        "type": kind_of(file),
        "read": asdict(read),
    }
