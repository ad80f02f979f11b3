"""What customers share: budgets, capacities and stocks, exact to the last unit.

A claim takes units of one limit or of several at once, all of them or none. Claims are settled one
instant after the other; at one instant by the order of the campaigns, within a campaign by the
order of its steps, and at one step by a hash of the customer that differs from limit to limit, so
that what runs out favours nobody. `campaignspec.engine.sweep` sees to the order, here is the count.

Nobody can overrun a limit: what is left is looked up and taken in one go, and what was taken is
part of the state that a ledger commits together with the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, HOUR, MINUTE, NEVER, Instant, local_day, zone_table
from campaignspec.digests import Ids
from campaignspec.identity import keys

Amounts: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.int64]
Places: TypeAlias = npt.NDArray[np.intp]
Instants: TypeAlias = npt.NDArray[np.int64]
Days: TypeAlias = npt.NDArray[np.int64]

Used: TypeAlias = dict[tuple[str, int], int]
"""How many units were taken, by a limit's name and the number of the period."""

_MONDAY = 4
"""1970-01-05, day 4, was a Monday."""


class Period(StrEnum):
    """After what time a limit is full again; days and longer are those of the project's zone."""

    RUN = "run"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something of which there is only so much.

    Attributes:
        name: Its name, unique in a project: ``offer ten-off``, ``budget win-back``.
        capacity: How many units there are in a period: pieces, or micro-units of money.
        period: When it is full again; never, by default.
    """

    name: str
    capacity: int
    period: Period = Period.RUN


class Limits:
    """Takes units from limits.

    Args:
        limits: The limits by name.
        used: What was taken so far; it is changed in place.
        zone: The zone in which days, weeks and months are counted.
        ids: The customers' ids by row.
    """

    def __init__(self, limits: Mapping[str, Limit], used: Used, *, zone: str, ids: Ids) -> None:
        self._limits = limits
        self._used = used
        self._zone = zone
        self._ids = ids

    def used(self, name: str, at: Instant) -> int:
        """Return how many units were taken in the period of an instant."""
        return self._used.get(self._place(name, at), 0)

    def left(self, name: str, at: Instant) -> int:
        """Return how many units are left in the period of an instant, never less than 0."""
        return max(self._limits[name].capacity - self.used(name, at), 0)

    def claim(
        self, amounts: Mapping[str, Amounts | int], rows: Rows, at: Instant, *, key: str
    ) -> Mask:
        """Take units for customers who all ask at one instant, and say who got them.

        Whoever does not get all that it asks for gets nothing, and takes nothing; others behind
        it who ask for less may still get theirs.

        Args:
            amounts: By limit, how many units each customer asks for, or one number for all.
            rows: The customers, each at most once.
            at: The instant.
            key: What decides who comes first: customers come in the order of `order`.

        Returns:
            A mask of the shape of ``rows``.
        """
        if not len(rows) or not amounts:
            return np.ones(rows.shape, np.bool_)
        asked = np.stack([_spread(amount, rows) for amount in amounts.values()])
        left = np.array([self.left(name, at) for name in amounts], np.int64)
        granted = np.ones(rows.shape, np.bool_)
        if (asked.sum(axis=1) > left).any():
            order = self.order(key, rows)
            granted[order] = first_come(asked[:, order], left)
        for name, taken in zip(amounts, asked[:, granted].sum(axis=1), strict=True):
            self.take(name, at, int(taken))
        return granted

    def take(self, name: str, at: Instant, units: int) -> None:
        """Take units that are known to be left."""
        place = self._place(name, at)
        self._used[place] = self._used.get(place, 0) + units

    def stretches(self, names: Iterable[str], after: Instant, until: Instant) -> Iterator[Instant]:
        """Yield the ends of stretches of time in which none of some limits is full again.

        Args:
            names: The limits.
            after: The first stretch begins behind this instant.
            until: The last one ends at this instant.
        """
        periods = {self._limits[name].period for name in names}
        while after < until:
            now = np.array([after + 1], np.int64)
            full_again = (int(period_ends(period, now, self._zone)[0]) for period in periods)
            after = min(min(full_again, default=NEVER) - 1, until)
            yield after

    def order(self, key: str, rows: Rows) -> Places:
        """Return the order in which customers come: by a hash of the key and their ids.

        Two customers with one hash, one pair in 3.7 · 10¹⁹, come in the order of their ids.
        """
        return np.lexsort((rows, self.hashes(key, rows)))

    def hashes(self, key: str, rows: Rows) -> npt.NDArray[np.uint64]:
        """Return the hashes of a key and customers' ids."""
        return keys(key, self._ids, rows)

    def _place(self, name: str, at: Instant) -> tuple[str, int]:
        return name, period_number(self._limits[name].period, at, self._zone)


def period_number(period: Period, at: Instant, zone: str) -> int:
    """Number the period that an instant falls into; periods are half-open, from their beginning.

    Hours and minutes are those of the clock in UTC, of which none is skipped or comes twice.
    """
    match period:
        case Period.RUN:
            return 0
        case Period.MONTH:
            day = np.int64(_local_day(at, zone)).astype("datetime64[D]")
            return int(day.astype("datetime64[M]").astype(np.int64))
        case Period.WEEK:
            return (_local_day(at, zone) - _MONDAY) // 7
        case Period.DAY:
            return _local_day(at, zone)
        case Period.HOUR:
            return at // HOUR
        case Period.MINUTE:
            return at // MINUTE
        case _:
            assert_never(period)


def period_ends(period: Period, at: Instants, zone: str) -> Instants:
    """Return when the periods after those of instants begin; never after a run."""
    match period:
        case Period.RUN:
            return np.full(at.shape, NEVER, np.int64)
        case Period.HOUR | Period.MINUTE:
            length = HOUR if period is Period.HOUR else MINUTE
            return np.asarray(at // length * length + length)
        case Period.DAY | Period.WEEK | Period.MONTH:
            table = zone_table(zone)
            return table.to_instant(_following_day(period, local_day(table.to_local(at))) * DAY)
        case _:
            assert_never(period)


def _following_day(period: Period, days: Days) -> Days:
    """Return the first days of the periods after those of days."""
    match period:
        case Period.WEEK:
            return np.asarray((days - _MONDAY) // 7 * 7 + 7 + _MONDAY)
        case Period.MONTH:
            months = days.astype("datetime64[D]").astype("datetime64[M]") + 1
            return np.asarray(months.astype("datetime64[D]").astype(np.int64))
        case _:
            return days + 1


def _local_day(at: Instant, zone: str) -> int:
    return int(zone_table(zone).to_local(np.array([at], np.int64))[0] // DAY)


def _spread(amount: Amounts | int, rows: Rows) -> Amounts:
    return np.broadcast_to(np.asarray(amount, np.int64), rows.shape)


def first_come(asked: Amounts, left: Amounts) -> Mask:
    """Serve claims in order, each wholly or not at all.

    Those before the first that does not fit are served at once; of those behind it the ones that
    ask for more than is left are turned away at once. Equal amounts need one round.

    Args:
        asked: The units asked for, a row a limit, a column a claim.
        left: What is left of each limit.
    """
    granted = np.zeros(asked.shape[1], np.bool_)
    waiting = np.arange(asked.shape[1])
    while len(waiting):
        waiting = waiting[(asked[:, waiting] <= left[:, None]).all(axis=0)]
        sums = np.cumsum(asked[:, waiting], axis=1)
        over = np.flatnonzero((sums > left[:, None]).any(axis=0))
        served = int(over[0]) if len(over) else len(waiting)
        granted[waiting[:served]] = True
        if served:
            left = left - sums[:, served - 1]
        waiting = waiting[served + 1 :]
    return granted
