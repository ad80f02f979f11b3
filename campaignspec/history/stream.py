"""Events of one kind in columns, and the questions that are asked of them.

Every question is asked for many customers at once: ``rows`` names the customers and ``at`` the
instant for each, or one instant for all. The answers are found by a binary search inside each
customer's own stretch of the column, all of them in step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant, chosen
from campaignspec.history import ranges
from campaignspec.history.bisection import cut
from campaignspec.history.bits import in_words, places_in_words
from campaignspec.history.column import Column, Flags, Indices
from campaignspec.history.sorting import order_of_events, stable_order

Instants: TypeAlias = npt.NDArray[np.int64]
Moments: TypeAlias = Instants | Instant
Amounts: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]
Found: TypeAlias = npt.NDArray[np.int64]
Made = TypeVar("Made")

LONG_AGO: Final = -(2**62)
"""The instant before all others: "it has not happened". Durations may be added to it."""

NO_EVENT: Final = -1
"""The index of no event."""

_SCANNED: Final = 64
"""To ask one customer by bisection takes as long as to pass over so many events, measured on 11
million events of a million customers: 100 ns, and 0.9 ns an event."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stream:
    """Events of one kind, sorted by customer and time; ties keep the order of arrival.

    Attributes:
        ts: The instant of each event.
        offsets: Customer ``row`` has the events from ``offsets[row]`` up to, and without,
            ``offsets[row + 1]``.
        properties: A column by property, each as long as ``ts``.
        horizon: Nothing later than this instant is seen by any question.
        memo: What was derived once; views of a stream share it.
    """

    ts: Instants
    offsets: npt.NDArray[np.int64]
    properties: Mapping[str, Column] = field(default_factory=dict)
    horizon: Instant = NEVER
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def build(
        cls,
        rows: Indices,
        ts: Instants,
        n_rows: int,
        properties: Mapping[str, Column] | None = None,
    ) -> Stream:
        """Make a stream of events in order of arrival; sorting is skipped where it is done."""
        properties = properties or {}
        order = order_of_events(rows, ts)
        if order is not None:
            rows, ts = rows[order], ts[order]
            properties = {name: column.take(order) for name, column in properties.items()}
        counts = np.bincount(rows, minlength=n_rows)
        return cls(
            ts=np.ascontiguousarray(ts, dtype=np.int64),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            properties=dict(properties),
        )

    @classmethod
    def empty(cls, n_rows: int) -> Stream:
        """Make the stream of an event that never happened."""
        return cls(ts=np.empty(0, np.int64), offsets=np.zeros(n_rows + 1, np.int64))

    def until(self, horizon: Instant) -> Stream:
        """Return a view in which nothing later than ``horizon`` exists; nothing is copied."""
        return replace(self, horizon=min(self.horizon, horizon))

    def where(self, mask: Flags) -> Stream:
        """Return the stream of the events that ``mask`` marks; it is as long as ``ts``."""
        if mask.all():
            return self
        kept = np.concatenate(([0], np.cumsum(mask)))
        return Stream(
            ts=self.ts[mask],
            offsets=kept[self.offsets].astype(np.int64),
            properties={name: column.take(mask) for name, column in self.properties.items()},
            horizon=self.horizon,
        )

    def having(self, name: str, word: str) -> Stream:
        """Return the stream of the events with a text property; all its words are parted once."""
        column = self.properties.get(name)
        if column is None:
            return Stream.empty(len(self.offsets) - 1)
        order = self._remember(f"parted by {name}", lambda: stable_order(column.values))
        code = column.code(word)
        first, last = np.searchsorted(column.values, (code, code + 1), sorter=order)
        index = order[first:last]
        counts = np.bincount(self.rows()[index], minlength=len(self.offsets) - 1)
        return Stream(
            ts=self.ts[index],
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            properties={other: each.take(index) for other, each in self.properties.items()},
            horizon=self.horizon,
        )

    def index_after(self, rows: Indices, at: Moments) -> npt.NDArray[np.int64]:
        """Find the index of the first event strictly after ``at``.

        Where a customer has none, it is the index one past the last event that is seen.
        """
        return self._begins_and_after(rows, at)[1]

    def index_from(self, rows: Indices, at: Moments) -> npt.NDArray[np.int64]:
        """Find the index of the first event at or after ``at``; none is as in `index_after`."""
        return self.index_after(rows, np.subtract(at, 1))

    def index_latest(self, rows: Indices, at: Moments, nth: int = 1) -> npt.NDArray[np.int64]:
        """Find the index of the ``nth`` latest event at or before ``at``, or `NO_EVENT`."""
        begins, after = self._begins_and_after(rows, at)
        index = after - nth
        return chosen(index >= begins, index, NO_EVENT)

    def next_after(self, rows: Indices, at: Moments) -> Instants:
        """Find the first event strictly after ``at``, or ``NEVER``."""
        known = cut(self.ts, self.offsets, rows, np.asarray(at))
        found = chosen(known.is_next & (known.ts <= self.horizon), known.ts, NEVER)
        if self._has_at_most_one_each:
            return found
        passed = np.flatnonzero(known.is_passed)
        index = known.place.take(passed) + 1
        others = self._at(index)
        is_seen = (index < self.offsets[1:].take(rows.take(passed))) & (others <= self.horizon)
        found[passed] = chosen(is_seen, others, NEVER)
        return found

    def latest(self, rows: Indices, at: Moments) -> Instants:
        """Find the last event at or before ``at``, or `LONG_AGO`."""
        return self.kth_latest(rows, at, 1)

    def kth_latest(self, rows: Indices, at: Moments, k: int) -> Instants:
        """Find the ``k``-th last event at or before ``at``, or `LONG_AGO` where there are fewer."""
        index = self.index_latest(rows, at, k)
        return chosen(index != NO_EVENT, self._at(index), LONG_AGO)

    def latest_few(self, rows: Indices, at: Moments, nths: Iterable[int]) -> list[Instants]:
        """Find some of the latest events at or before ``at``, `LONG_AGO` where there are fewer.

        Args:
            rows: The customers.
            at: An instant for each, or one for all.
            nths: Which: 1 is the latest, 2 the one before it.

        Returns:
            A column for each of ``nths``.
        """
        begins, after = self._begins_and_after(rows, at)
        return [
            chosen(index >= begins, self._at(index), LONG_AGO)
            for index in (after - nth for nth in nths)
        ]

    def count(self, rows: Indices, after: Moments, until: Moments) -> npt.NDArray[Any]:
        """Count the events later than ``after`` and up to ``until``."""
        if np.ndim(after) == 0 and np.ndim(until) == 0 and self._is_everybody(rows):
            return self.tally(int(after), int(until))
        counted: npt.NDArray[np.int64] = self.index_after(rows, until)
        counted = counted - self.index_after(rows, after)
        return np.where(counted > 0, counted, 0)

    def total(self, rows: Indices, after: Moments, until: Moments, name: str) -> Amounts:
        """Sum a property over the events later than ``after`` and up to ``until``.

        Money is summed exactly. Numbers are summed from their own values only, never as a
        difference of longer sums, so that no other event changes the rounding.
        """
        first, last = self.stretch(rows, after, until)
        values = self.properties[name].values
        if np.issubdtype(values.dtype, np.floating):
            filled = self._remember(f"filled {name}", lambda: np.append(np.nan_to_num(values), 0.0))
            return ranges.sums(filled, first, last)
        sums = self._remember(f"sums {name}", lambda: ranges.running(values))
        return np.asarray(sums[last] - sums[first])

    def tally(self, after: Instant, until: Instant, name: str | None = None) -> npt.NDArray[Any]:
        """Count everybody's events later than ``after`` and up to ``until``, or sum a property.

        It says what `count` and `total` say of all rows, without a list of rows.

        Returns:
            One count (int32) or sum (int64 of money, float64 of numbers) a customer.
        """
        after, until = min(after, self.horizon), min(until, self.horizon)
        if name is None:
            counted = self._seen(until) - self._seen(after)
            return counted if after <= until else np.zeros_like(counted)
        return self.total(np.arange(len(self.offsets) - 1), after, until, name)

    def stretch(self, rows: Indices, after: Moments, until: Moments) -> tuple[Found, Found]:
        """Find the events later than ``after`` and up to ``until``: from, and up to without."""
        first = self.index_after(rows, after)
        return first, np.maximum(self.index_after(rows, until), first)

    def extreme(
        self, rows: Indices, after: Moments, until: Moments, name: str, *, least: bool
    ) -> npt.NDArray[Any]:
        """Find the least or the greatest value of a property; 0 where there is no event."""
        first, last = self.stretch(rows, after, until)
        values = self.properties[name].values
        longest = int(np.max(np.diff(self.offsets), initial=0))
        table = self._remember(
            f"{'least' if least else 'greatest'} {name}",
            lambda: ranges.tabulate(values, longest, least=least),
        )
        found = np.zeros(first.shape, values.dtype)
        filled = last > first
        found[filled] = ranges.extremes(table, first[filled], last[filled], least=least)
        return found

    def distinct(self, rows: Indices, after: Moments, until: Moments, name: str) -> Found:
        """Count the different values of a property."""
        first, last = self.stretch(rows, after, until)
        values = self.properties[name].values
        previous = self._remember(
            f"previous {name}", lambda: ranges.previous_like(self.rows(), values)
        )
        if np.ndim(after) == 0 and after == LONG_AGO:
            new = self._remember(f"new {name}", lambda: ranges.running(previous == ranges.NONE))
            return np.asarray(new[last] - new[first])
        return ranges.count_distinct(previous, first, last)

    def most_frequent(self, rows: Indices, after: Moments, until: Moments, name: str) -> Found:
        """Find the last event with the most frequent value of a property, or `NO_EVENT`."""
        first, last = self.stretch(rows, after, until)
        return ranges.most_frequent(self.properties[name].values, first, last)

    def median_gap(
        self, rows: Indices, after: Moments, until: Moments, like: str | None = None
    ) -> npt.NDArray[np.float64]:
        """Find the median time from one event to the next; NaN below two events.

        With ``like``, from one event to the next with the same value of that property.
        """
        first, last = self.stretch(rows, after, until)
        if like is not None:
            previous = self._remember(f"like {like}", lambda: self._previous_like(like))
            since = self._remember(f"since {like}", lambda: self.ts - self.ts[previous])
            return ranges.medians_since(since, previous, first, last)
        gaps = self._remember("gaps", lambda: np.diff(self.ts, prepend=0))
        return ranges.medians(gaps, np.minimum(first + 1, last), last)

    def events_between(
        self, after: Instant, until: Instant
    ) -> tuple[npt.NDArray[np.int64], Instants, npt.NDArray[np.int64]]:
        """List everybody's events later than ``after`` and up to ``until``, by time, then row.

        Returns:
            The rows, the instants and the indices of the events.
        """
        order = self._remember("order", lambda: np.argsort(self.ts, kind="stable"))
        times = self._remember("times", lambda: self.ts[order])
        first = np.searchsorted(times, min(after, self.horizon), side="right")
        last = np.searchsorted(times, min(until, self.horizon), side="right")
        index = order[first:last]
        return self.rows()[index], times[first:last], index

    def rows(self) -> npt.NDArray[np.int64]:
        """Return the customer of each event, a column as long as ``ts``."""
        n_rows = len(self.offsets) - 1
        return self._remember(
            "rows", lambda: np.repeat(np.arange(n_rows, dtype=np.int64), np.diff(self.offsets))
        )

    def _previous_like(self, name: str) -> npt.NDArray[np.int64]:
        """Find each event's predecessor with the same value; a missing value is like none."""
        column = self.properties[name]
        previous = ranges.previous_like(self.rows(), column.values)
        return np.where(column.missing, ranges.NONE, previous)

    def _at(self, index: npt.NDArray[np.int64]) -> Instants:
        """Return the instants at ``index``; outside the column any, to be masked by the caller."""
        if len(self.ts) == 0:
            return np.full(index.shape, NEVER, np.int64)
        return self.ts.take(index, mode="clip")

    def _begins_and_after(self, rows: Indices, at: Moments) -> tuple[Found, Found]:
        """Find where customers' events begin, and the first strictly after ``at``."""
        moments = np.asarray(at if self.horizon == NEVER else np.minimum(at, self.horizon))
        if moments.ndim == 0 and len(rows) * _SCANNED >= len(self.ts):
            begins = self.offsets[:-1]
            scanned = begins + self._seen(int(moments))
            if self._is_everybody(rows):
                return begins, scanned
            return begins.take(rows), scanned.take(rows)
        if moments.ndim and self._is_over(moments):
            return self.offsets.take(rows), self.offsets[1:].take(rows)
        found = cut(self.ts, self.offsets, rows, moments)
        return found.begins, found.after

    @property
    def _has_at_most_one_each(self) -> bool:
        """Whether no customer has two events."""
        if len(self.ts) >= len(self.offsets):
            return False
        return self._remember("is single", lambda: bool((np.diff(self.offsets) <= 1).all()))

    def _is_over(self, moments: Instants) -> bool:
        """Say whether the last of all events is not later than any of some moments."""
        if not len(moments) or not len(self.ts) or (earliest := moments.min()) < self.ts[-1]:
            return False
        return bool(self._remember("span", lambda: _span(self.ts))[1] <= earliest)

    def _seen(self, moment: Instant) -> npt.NDArray[np.int32]:
        """Count everybody's events up to an instant, by one pass over the whole column.

        The pass leaves a bit an event. Sums of the bits stand once for each word of 64, and those
        of a part of a word are counted where a customer's stretch begins: that walks through an
        eighth of a byte an event where running sums would walk through four.
        """
        first, last = self._remember("span", lambda: _span(self.ts))
        if moment < first:
            return np.zeros(len(self.offsets) - 1, np.int32)
        if moment >= last:
            lengths: npt.NDArray[np.int32] = self._remember(
                "lengths", lambda: np.diff(self.offsets).astype(np.int32)
            )
            return lengths
        remembered: tuple[Instant, npt.NDArray[np.int32]] | None = self.memo.get("seen")
        if remembered is not None and remembered[0] == moment:
            return remembered[1]
        words = in_words(self.ts <= moment)
        before = np.zeros(len(words), np.int32)
        np.cumsum(np.bitwise_count(words[:-1]), dtype=np.int32, out=before[1:])
        at, part = self._remember("places in words", lambda: places_in_words(self.offsets))
        running = before[at] + np.bitwise_count(words[at] & part)
        seen: npt.NDArray[np.int32] = running[1:] - running[:-1]
        self.memo["seen"] = (moment, seen)
        return seen

    def _is_everybody(self, rows: Indices) -> bool:
        n_rows = len(self.offsets) - 1
        if len(rows) != n_rows:
            return False
        return rows is everybody(n_rows) or bool(np.array_equal(rows, everybody(n_rows)))

    def _remember(self, name: str, make: Callable[[], Made]) -> Made:
        if name not in self.memo:
            self.memo[name] = make()
        made: Made = self.memo[name]
        return made


@lru_cache(maxsize=4)
def everybody(n_rows: int) -> Found:
    """Return the rows of all customers, always the same array: it is known again by itself."""
    rows = np.arange(n_rows, dtype=np.int64)
    rows.flags.writeable = False
    return rows


def _span(ts: Instants) -> tuple[Instant, Instant]:
    """Return the first and the last instant; of none, such that nothing lies between."""
    return (int(ts.min()), int(ts.max())) if len(ts) else (NEVER, LONG_AGO)
