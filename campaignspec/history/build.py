"""Building a history from its files: typed tables, then rows, then columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from campaignspec.clock import NEVER, Instant, is_known_zone
from campaignspec.errors import HistoryError
from campaignspec.history.cache import Cache, Made
from campaignspec.history.history import History
from campaignspec.history.joining import Before, Numbering, Told, collect_streams
from campaignspec.history.piece import Key, Rows
from campaignspec.history.profile import (
    Profile,
    move_profile,
    number_customers,
    read_profile,
)
from campaignspec.history.reading import connect
from campaignspec.history.resolving import Facts, resolve
from campaignspec.history.source import CustomerSource
from campaignspec.history.staging import stage_customers
from campaignspec.history.stream import LONG_AGO, Stream
from campaignspec.history.telling import Part, tell
from campaignspec.people.resolution import Resolution
from campaignspec.people.rules import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All the files of a history.

    Attributes:
        customers: Files of customers; the first that knows a value wins.
        events: The parts of each source of events.
        messages: The parts of each source of messages already sent.
        consents: The parts of each source of decisions about consent.
        default_zone: The zone of customers without a known one.
        identity: How records of customers become people; None where each id is a person.
    """

    customers: Sequence[CustomerSource] = ()
    events: Sequence[Sequence[Part]] = ()
    messages: Sequence[Sequence[Part]] = ()
    consents: Sequence[Sequence[Part]] = ()
    default_zone: str = "UTC"
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is settled already.

    Attributes:
        cache: Where it is kept.
        made: What the history is made from.
    """

    cache: Cache
    made: Made


def build_history(sources: Sources, fingerprint: str, settled: Settled | None = None) -> History:
    """Read all files and lay them out in columns.

    Args:
        sources: The files.
        fingerprint: The history's name.
        settled: Where pieces are kept; what is there is not read again. None reads everything.

    Raises:
        HistoryError: A file cannot be read as declared.
    """
    if not is_known_zone(sources.default_zone):
        raise HistoryError(f"there is no time zone {sources.default_zone!r}")
    cache = settled.cache if settled else None
    before = settled.cache.before(settled.made) if settled and not sources.identity else None
    with connect() as db:
        facts = _Facts(
            events=[tell(db, parts, cache) for parts in sources.events],
            messages=[tell(db, parts, cache) for parts in sources.messages],
            consents=[tell(db, parts, cache) for parts in sources.consents],
        )
        if before is not None:
            return _extended(db, *before, facts, sources.default_zone, fingerprint)
        return _built(db, sources, facts, fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Facts:
    """What the sources tell of what happened."""

    events: Sequence[Told]
    messages: Sequence[Told]
    consents: Sequence[Told]

    def all(self) -> Sequence[Told]:
        return (*self.events, *self.messages, *self.consents)


def _built(
    db: duckdb.DuckDBPyConnection, sources: Sources, facts: _Facts, fingerprint: str
) -> History:
    """Make a history of tables of customers and of all pieces."""
    may_repeat = sources.identity is not None
    people = [
        stage_customers(db, f"customers_{n}", s, may_repeat=may_repeat)
        for n, s in enumerate(sources.customers)
    ]
    resolution = None
    if sources.identity is not None:
        resolved = resolve(
            db,
            sources.identity,
            Facts(
                customers=list(zip(sources.customers, people, strict=True)),
                events=_beside(sources.events, facts.events),
                messages=_beside(sources.messages, facts.messages),
                consents=_beside(sources.consents, facts.consents),
            ),
        )
        people, resolution = list(resolved.customers), resolved.resolution
        facts = _Facts(
            events=resolved.events, messages=resolved.messages, consents=resolved.consents
        )
    seen = [piece.customers for told in facts.all() for piece in told.pieces]
    customers = number_customers(db, [source.table for source in people], seen)
    profile = read_profile(db, people, len(customers), sources.default_zone)
    streams = _Streams.of(facts, Numbering(db, len(customers)))
    return _history(customers, profile, streams, fingerprint, resolution)


def _extended(
    db: duckdb.DuckDBPyConnection,
    history: History,
    made: Made,
    facts: _Facts,
    default_zone: str,
    fingerprint: str,
) -> History:
    """Add to a history what is new: customers get rows, and streams events."""
    known = pa.array(history.customers, pa.large_string())
    newer = [
        piece.customers
        for told, names in zip(facts.all(), made.pieces, strict=True)
        for piece in told.pieces[len(names) :]
    ]
    customers = number_customers(db, [], [known, *newer])
    numbering = Numbering(db, len(customers))
    rows = numbering.rows_of(known)
    profile = move_profile(history, rows, len(customers), default_zone)
    streams = _Streams.of(facts, numbering, (history, made, rows))
    return _history(customers, profile, streams, fingerprint, None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Streams:
    """The streams of a history."""

    events: Mapping[Key, Stream]
    messages: Mapping[Key, Stream]
    consents: Mapping[Key, Stream]

    @classmethod
    def of(
        cls, facts: _Facts, numbering: Numbering, then: tuple[History, Made, Rows] | None = None
    ) -> _Streams:
        """Join all streams, or add to those of ``then``."""
        befores: Sequence[Before | None] = (None, None, None)
        if then is not None:
            history, made, rows = then
            counts = [len(names) for names in made.pieces]
            n_events, n_messages = len(facts.events), len(facts.messages)
            parted = (
                counts[:n_events],
                counts[n_events : n_events + n_messages],
                counts[n_events + n_messages :],
            )
            streams: Sequence[Mapping[Key, Stream]] = (
                {(name,): stream for name, stream in history.streams.items()},
                {(name,): stream for name, stream in history.messages.items()},
                {(*names,): stream for names, stream in history.consents.items()},
            )
            befores = [
                Before(streams=those, rows=rows, counts=some)
                for those, some in zip(streams, parted, strict=True)
            ]
        events, messages, consents = (
            collect_streams(told, numbering, before)
            for told, before in zip(
                (facts.events, facts.messages, facts.consents), befores, strict=True
            )
        )
        return cls(events=events, messages=messages, consents=consents)


def _history(
    customers: tuple[str, ...],
    profile: Profile,
    streams: _Streams,
    fingerprint: str,
    resolution: Resolution | None,
) -> History:
    first, last = span_of([*streams.events.values(), *streams.messages.values()])
    return History(
        customers=customers,
        attributes=profile.attributes,
        addresses=profile.addresses,
        zones=profile.zones,
        zone_of=profile.zone_of,
        zone_known=profile.zone_known,
        streams={key[0]: stream for key, stream in streams.events.items()},
        messages={key[0]: stream for key, stream in streams.messages.items()},
        consents={(key[0], key[1]): stream for key, stream in streams.consents.items()},
        fingerprint=fingerprint,
        first=first,
        last=last,
        resolution=resolution,
    )


def _beside(listed: Sequence[Sequence[Part]], told: Sequence[Told]) -> list[tuple[Any, Told]]:
    """Put each source beside what it tells."""
    return [(parts[0].source, each) for parts, each in zip(listed, told, strict=True)]


def span_of(streams: Iterable[Stream]) -> tuple[Instant, Instant]:
    """Return the first and the last instant of streams; of none `NEVER` and `LONG_AGO`."""
    filled = [stream.ts for stream in streams if len(stream.ts)]
    first = min((int(ts.min()) for ts in filled), default=NEVER)
    last = max((int(ts.max()) for ts in filled), default=LONG_AGO)
    return first, last
