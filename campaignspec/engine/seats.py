"""Seats: where the enrolments of one campaign are kept, several a customer where it is keyed.

A campaign without a key has one seat a customer, and seats are customers. In a campaign with
``key: order_id`` a customer has a seat for each order that may let it in. A stream of such a
program is a stream over seats: an event that carries the key belongs to the seat of that key, any
other to all seats that its customer has by then.

The seats of a customer stand in the order in which their keys first happened, then by key; so that
what happens later moves none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER
from campaignspec.history import LONG_AGO, Column, Stream, ValueKind
from campaignspec.history.column import concatenate

Instants: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]
Texts: TypeAlias = npt.NDArray[np.object_]
Codes: TypeAlias = npt.NDArray[np.int64]

Number = TypeVar("Number", np.int32, np.int64)

_NO_KEY = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seats:
    """The seats of a keyed campaign.

    Attributes:
        key: The property that tells enrolments apart.
        customer: The customer of each seat, as a row of the history, ascending.
        name: The key of each seat.
        since: When each seat's key first happened.
        offsets: Customer ``row`` has the seats from ``offsets[row]`` up to, and without,
            ``offsets[row + 1]``.
        words: The distinct keys, ascending.
        pairs: Customer and key in one number, ascending: ``row * len(words) + code``.
        seat_of_pair: The seat of each pair.
    """

    key: str
    customer: Rows
    name: Texts
    since: Instants
    offsets: Rows
    words: Texts
    pairs: Codes
    seat_of_pair: Rows

    @classmethod
    def of(cls, entries: Stream, key: str) -> Seats:
        """Make the seats that events give; an event without its key gives none.

        Args:
            entries: The events that let people in, with their properties.
            key: The property that tells enrolments apart.
        """
        words, codes = _keys(entries.properties.get(key), len(entries.ts))
        known = np.flatnonzero(codes != _NO_KEY)
        rows, codes, ts = entries.rows()[known], codes[known], entries.ts[known]
        # Events stand in the order of customer and time: the first of a pair is its earliest.
        pairs, first = np.unique(rows * len(words) + codes, return_index=True)
        rows, codes, since = rows[first], codes[first], ts[first]
        order = np.lexsort((codes, since, rows))
        seat_of_pair = np.empty(len(order), np.int64)
        seat_of_pair[order] = np.arange(len(order))
        counts = np.bincount(rows, minlength=len(entries.offsets) - 1)
        return cls(
            key=key,
            customer=rows[order],
            name=words[codes[order]],
            since=since[order],
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            words=words,
            pairs=pairs,
            seat_of_pair=seat_of_pair,
        )

    def of_rows(self, rows: Rows) -> Rows:
        """Return all seats of customers, in their order."""
        return _spread(self.offsets[rows], self.offsets[rows + 1])

    def entries(self, events: Stream) -> Stream:
        """Turn the events that let people in into those of seats; others let nobody in."""
        seats = self._seats_of(events)
        own = np.flatnonzero(seats != _NO_KEY)
        return self._built(events, seats[own], own)

    def happenings(self, events: Stream) -> Stream:
        """Turn events into those of seats: by their key, or of all seats that a customer has."""
        seats = self._seats_of(events)
        _, codes = _keys(events.properties.get(self.key), len(events.ts))
        keyless = np.flatnonzero(codes == _NO_KEY)
        rows = events.rows()[keyless]
        index = np.repeat(keyless, np.diff(self.offsets)[rows])
        everywhere = self.of_rows(rows)
        in_time = self.since[everywhere] <= events.ts[index]
        own = np.flatnonzero(seats != _NO_KEY)
        return self._built(
            events,
            np.concatenate([seats[own], everywhere[in_time]]),
            np.concatenate([own, index[in_time]]),
        )

    def _built(self, events: Stream, seats: Rows, index: Rows) -> Stream:
        properties: Mapping[str, Column] = {
            name: column.take(index) for name, column in events.properties.items()
        }
        stream = Stream.build(seats, events.ts[index], len(self.customer), properties)
        return stream.until(events.horizon)

    def _seats_of(self, events: Stream) -> Rows:
        """Find each event's seat by its key, or `_NO_KEY`: without a key, or of no seat."""
        if not len(self.pairs):
            return np.full(len(events.ts), _NO_KEY, np.int64)
        words, codes = _keys(events.properties.get(self.key), len(events.ts))
        mine = np.append(_places_in(self.words, words), _NO_KEY)[codes]
        pairs = events.rows() * len(self.words) + mine
        seats = np.append(self.seat_of_pair, _NO_KEY)[_places_in(self.pairs, pairs)]
        return np.where(mine == _NO_KEY, _NO_KEY, seats)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seating:
    """The seats, in one campaign, of the customers of a state.

    Attributes:
        seats: Each place's seat, as a row of the program's streams, ascending.
        owner: Each place's customer, as a place in the state's columns of customers.
        offsets: The customer at place ``n`` has the places from ``offsets[n]`` up to, and
            without, ``offsets[n + 1]``; None where each has one, the same place as its own.
        keys: The key of each place; None where there are none.
    """

    seats: Rows
    owner: Rows
    offsets: Rows | None = None
    keys: Texts | None = None

    @classmethod
    def of(cls, seats: Seats | None, who: Rows) -> Seating:
        """Seat customers, given as rows of the history, ascending."""
        if seats is None:
            return cls(seats=who, owner=np.arange(len(who), dtype=np.int64))
        counts = seats.offsets[who + 1] - seats.offsets[who]
        mine = seats.of_rows(who)
        return cls(
            seats=mine,
            owner=np.repeat(np.arange(len(who), dtype=np.int64), counts),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            keys=seats.name[mine],
        )

    def places_of(self, customers: Rows) -> Rows:
        """Return all places of customers, given as places in the state, in their order."""
        if self.offsets is None:
            return customers
        return _spread(self.offsets[customers], self.offsets[customers + 1])

    def least(self, values: Instants, customers: Rows) -> Instants:
        """Return the least of the values that each customer's places have; else ``NEVER``."""
        return self._folded(np.minimum, values, customers, NEVER)

    def first_with(self, values: Instants, customers: Rows, wanted: Instants) -> Rows:
        """Return each customer's first place that has a value; every customer must have one."""
        if self.offsets is None:
            return customers
        places = self.places_of(customers)
        lengths = self.offsets[customers + 1] - self.offsets[customers]
        hits = np.flatnonzero(values[places] == np.repeat(wanted, lengths))
        owners = self.owner[places[hits]]
        first = np.ones(len(hits), np.bool_)
        first[1:] = owners[1:] != owners[:-1]
        return places[hits[first]]

    def greatest(self, values: npt.NDArray[np.int32], customers: Rows) -> npt.NDArray[np.int32]:
        """Return the greatest of the values that each customer's places have, at least 0."""
        return self._folded(np.maximum, values, customers, 0)

    def latest(self, values: Instants, customers: Rows) -> Instants:
        """Return the latest of the instants that each customer's places have; else long ago."""
        return self._folded(np.maximum, values, customers, LONG_AGO)

    def counted(self, flags: npt.NDArray[np.bool_], customers: Rows) -> npt.NDArray[np.int32]:
        """Count the places of each customer that have a flag."""
        return self._folded(np.add, flags.astype(np.int32), customers, 0)

    def _folded(
        self, fold: np.ufunc, values: npt.NDArray[Number], customers: Rows, empty: int
    ) -> npt.NDArray[Number]:
        """Put the values of each customer's places together; ``empty`` for one without a place."""
        if self.offsets is None:
            return values[customers]
        first, last = self.offsets[customers], self.offsets[customers + 1]
        found = np.full(customers.shape, empty, values.dtype)
        sits = last > first
        if sits.any():
            starts = np.cumsum(last - first) - (last - first)
            found[sits] = fold.reduceat(values[_spread(first, last)], starts[sits])
        return found


def joined(one: Stream, other: Stream, key: str | None) -> Stream:
    """Put the events of two streams into one, with no property but the key, as text."""
    properties = {}
    if key is not None:
        parts = (_as_text(each.properties.get(key), len(each.ts)) for each in (one, other))
        properties[key] = concatenate(list(parts))
    rows = np.concatenate([one.rows(), other.rows()])
    ts = np.concatenate([one.ts, other.ts])
    return Stream.build(rows, ts, len(one.offsets) - 1, properties)


def _as_text(column: Column | None, length: int) -> Column:
    words, codes = _keys(column, length)
    return Column(
        kind=ValueKind.TEXT,
        values=codes.astype(np.int32),
        missing=codes == _NO_KEY,
        words=words,
    )


def _keys(column: Column | None, length: int) -> tuple[Texts, Codes]:
    """Return the distinct keys of a column, ascending, and each value's place among them."""
    if column is None:
        return np.empty(0, np.object_), np.full(length, _NO_KEY, np.int64)
    if column.kind is ValueKind.TEXT:
        return column.words, np.where(column.missing, _NO_KEY, column.values).astype(np.int64)
    numbers, codes = np.unique(column.values[~column.missing], return_inverse=True)
    words, ranks = np.unique(
        np.array([_written(number) for number in numbers], np.object_), return_inverse=True
    )
    spread = np.full(length, _NO_KEY, np.int64)
    spread[~column.missing] = ranks[codes]
    return words, spread


def _places_in(table: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> Rows:
    """Find where values stand in an ascending table that is not empty, or `_NO_KEY`."""
    at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    return np.where(table[at] == wanted, at, _NO_KEY)


def _written(number: float) -> str:
    """Write a number as people write an id: 1001, not 1001.0."""
    value = float(number)
    return str(int(value)) if value.is_integer() else repr(value)


def _spread(first: Rows, last: Rows) -> Rows:
    """List all numbers from each ``first`` up to, and without, its ``last``."""
    lengths = last - first
    starts = np.cumsum(lengths) - lengths
    return np.repeat(first - starts, lengths) + np.arange(lengths.sum(), dtype=np.int64)
