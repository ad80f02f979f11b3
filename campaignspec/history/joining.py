"""From pieces to the streams of a history: everybody in one numbering, each key in one stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import DAY, ZoneTable, local_day, zone_table
from campaignspec.errors import HistoryError
from campaignspec.history.column import Column
from campaignspec.history.piece import Key, Piece, Rows, join, move
from campaignspec.history.source import ValueKind
from campaignspec.history.stream import Stream

_SUMMED: Final = frozenset({ValueKind.NUMBER, ValueKind.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """What one source tells.

    Attributes:
        pieces: Its pieces, in the order of arrival.
        zone: Where days begin.
        one_per_day: Whether a customer's events of a day become one.
        known_after: How long after they happened events are known, microseconds.
    """

    pieces: Sequence[Piece]
    zone: str = "UTC"
    one_per_day: bool = False
    known_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Before:
    """What was joined before, of fewer pieces.

    Attributes:
        streams: The streams by key.
        rows: For each customer of then the row that it has now.
        counts: How many of each source's pieces are in the streams: its first ones.
    """

    streams: Mapping[Key, Stream]
    rows: Rows
    counts: Sequence[int]


class Numbering:
    """Which customer has which row."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, size: int) -> None:
        """Number customers as the table ``ids`` of ``customer`` and ``row`` does."""
        self._connection = connection
        self._known: dict[int, tuple[Piece, Rows]] = {}
        self.size = size

    def rows(self, piece: Piece) -> Rows:
        """Return the rows of a piece's customers."""
        if id(piece) not in self._known:
            self._known[id(piece)] = (piece, self.rows_of(piece.customers))
        return self._known[id(piece)][1]

    def rows_of(self, customers: pa.Array) -> Rows:
        """Return the rows of ids."""
        places = np.arange(len(customers))
        self._connection.register("named", pa.table({"customer": customers, "place": places}))
        found = self._connection.sql(
            "SELECT row FROM named JOIN ids USING (customer) ORDER BY place"
        ).to_arrow_table()
        self._connection.unregister("named")
        return np.asarray(found.column(0).to_numpy(), dtype=np.int64)


def collect_streams(
    sources: Sequence[Told], numbering: Numbering, before: Before | None = None
) -> dict[Key, Stream]:
    """Make the streams of all sources, in ascending order of keys.

    Args:
        sources: What each source tells; a stream may have events in several.
        numbering: The rows of customers.
        before: What was joined before; it is only added to.

    Raises:
        HistoryError: Two sources declare a property of the same events with different kinds.
    """
    keys = {key for source in sources for piece in source.pieces for key in piece.streams}
    return {
        key: _continued(key, sources, numbering, before)
        if before is not None and _continues(key, sources, before)
        else _joined(key, sources, numbering)
        for key in sorted(keys)
    }


def _joined(key: Key, sources: Sequence[Told], numbering: Numbering) -> Stream:
    """Make one stream of all pieces that have it."""
    parts: list[tuple[str, Stream]] = []
    for source in sources:
        parts += _settled(source, _moved(key, source.pieces, numbering))
    return join(alike(key, parts))


def _continues(key: Key, sources: Sequence[Told], before: Before) -> bool:
    """Say whether a stream has only got more events, behind all that it had of one instant.

    The new events of a day that was summed up already are not that: the sum is another.
    """
    if key not in before.streams:
        return False
    had, has_more = (
        [n for n, pieces in enumerate(some) if any(key in piece.streams for piece in pieces)]
        for some in (
            [source.pieces[:count] for source, count in zip(sources, before.counts, strict=True)],
            _newer(sources, before),
        )
    )
    is_summed = any(sources[n].one_per_day for n in has_more)
    return not is_summed and (not has_more or max(had) <= min(has_more))


def _continued(key: Key, sources: Sequence[Told], numbering: Numbering, before: Before) -> Stream:
    """Add what is new to a stream."""
    place = next(p.place for source in sources for p in source.pieces if key in p.streams)
    settled = move(before.streams[key], before.rows, numbering.size)
    parts = [(place, settled)]
    for source, pieces in zip(sources, _newer(sources, before), strict=True):
        parts += _settled(source, _moved(key, pieces, numbering))
    first, *others = alike(key, parts)
    return join([first, join(others)]) if others else first


def _newer(sources: Sequence[Told], before: Before) -> Sequence[Sequence[Piece]]:
    return [source.pieces[count:] for source, count in zip(sources, before.counts, strict=True)]


def _moved(key: Key, pieces: Sequence[Piece], numbering: Numbering) -> Sequence[tuple[str, Stream]]:
    return [
        (piece.place, move(piece.streams[key], numbering.rows(piece), numbering.size))
        for piece in pieces
        if key in piece.streams
    ]


def alike(key: Key, parts: Sequence[tuple[str, Stream]]) -> Sequence[Stream]:
    """Give each stream all properties that one of them has; what it does not tell is missing.

    Raises:
        HistoryError: Two declare a property with different kinds.
    """
    kinds: dict[str, ValueKind] = {}
    for place, stream in parts:
        for name, column in stream.properties.items():
            if kinds.setdefault(name, column.kind) is not column.kind:
                raise HistoryError(
                    f"{place}: {name!r} of {' '.join(key)!r} is {column.kind} here "
                    f"and {kinds[name]} in another file"
                )
    return [_with_properties(stream, kinds) for _, stream in parts]


def _with_properties(stream: Stream, kinds: Mapping[str, ValueKind]) -> Stream:
    if list(stream.properties) == list(kinds):
        return stream
    length = len(stream.ts)
    columns = {
        name: stream.properties.get(name) or Column.absent(kind, length)
        for name, kind in kinds.items()
    }
    return replace(stream, properties=columns, memo={})


def _settled(source: Told, parts: Sequence[tuple[str, Stream]]) -> Iterable[tuple[str, Stream]]:
    """Make of a source's events what is known of them, and when."""
    if not source.one_per_day:
        return [(place, _later(stream, source.known_after)) for place, stream in parts]
    if not parts:
        return []
    place, _ = parts[0]
    days = _one_per_day(join([stream for _, stream in parts]), zone_table(source.zone))
    return [(place, _later(days, source.known_after))]


def _later(stream: Stream, delay: int) -> Stream:
    return replace(stream, ts=stream.ts + delay, memo={}) if delay else stream


def _one_per_day(stream: Stream, zone: ZoneTable) -> Stream:
    """Sum the events of each customer's calendar day into one at the day's end.

    A clock that is set back may show a later instant on an earlier day, so the days are sorted.
    """
    size = len(stream.offsets) - 1
    by_day = Stream.build(
        stream.rows(), local_day(zone.to_local(stream.ts)), size, stream.properties
    )
    rows, days = by_day.rows(), by_day.ts
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (rows[1:] != rows[:-1]) | (days[1:] != days[:-1])
    starts = np.flatnonzero(begins)
    return Stream.build(
        rows[starts],
        zone.to_instant((days[starts] + 1) * DAY),
        size,
        {
            name: _summed(column, starts)
            for name, column in by_day.properties.items()
            if column.kind in _SUMMED
        },
    )


def _summed(column: Column, starts: npt.NDArray[np.intp]) -> Column:
    """Sum the values from each start to the next; a sum of nothing but missing is missing."""
    if len(starts) == 0:
        return column
    missing = np.logical_and.reduceat(column.missing, starts)
    sums: npt.NDArray[Any] = np.add.reduceat(np.nan_to_num(column.values), starts)
    if column.kind is ValueKind.NUMBER:
        sums = np.where(missing, np.nan, sums)
    return Column(kind=column.kind, values=sums, missing=missing)
