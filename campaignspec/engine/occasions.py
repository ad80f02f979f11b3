"""Occasions: days and times that come round for many people at once, on their clocks.

They come from no event, so there is no column of them: what comes in a stretch of time is worked
out when it is asked for, a list a time zone, and who is concerned is asked at that instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, NEVER, Instant, ceil_to_tick, zone_table
from campaignspec.engine.dates import LATEST
from campaignspec.engine.world import World
from campaignspec.history.sorting import distinct

Instants: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]
Moments: TypeAlias = Instants | Instant
LocalTimes: TypeAlias = Callable[[int, int], Instants]
"""Lists the local times later than one local time and up to another, ascending."""

_AHEAD = 366 * DAY
"""How far beyond what is asked for times are worked out, so that they need not be at every tick."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occasions:
    """When people are let in by the clock; asked like a `Stream` of entries.

    Attributes:
        times: The local times.
        zone: The zone of all clocks; None where each customer's own counts.
        who: The segment that is let in, as it is at that instant; None for everybody.
        world: Where customers live, and what is true of them.
        start: Nothing at or before this instant counts.
        horizon: Nothing later counts.
        memo: By zone, until when its ticks are known, and the ticks.
    """

    times: LocalTimes
    zone: str | None
    who: str | None
    world: World
    start: Instant
    horizon: Instant = NEVER
    memo: dict[str, tuple[Instant, Instants]] = field(default_factory=dict, repr=False)

    def until(self, horizon: Instant) -> Occasions:
        """Return a view in which nothing later than ``horizon`` exists; nothing is copied."""
        return replace(self, horizon=min(self.horizon, horizon))

    def next_after(self, rows: Rows, at: Moments) -> Instants:
        """Find each customer's first occasion strictly after an instant, or ``NEVER``.

        Whether the customer is among those let in is not asked: it is known at that instant only.
        """
        since = np.broadcast_to(np.asarray(at, np.int64), rows.shape)
        found = np.full(rows.shape, NEVER, np.int64)
        for ticks, here in self._by_zone(rows, self.horizon):
            known = np.append(ticks[ticks <= self.horizon], NEVER)
            found[here] = known[np.searchsorted(known, since[here], side="right")]
        return found

    def events_between(self, after: Instant, until: Instant) -> tuple[Rows, Instants, Rows]:
        """List who is let in, later than ``after`` and up to ``until``, by time, then row.

        Returns:
            The rows, the instants, and numbers that mean nothing.
        """
        until = min(until, self.horizon)
        zones = self.world.history.zones if self.zone is None else (self.zone,)
        found: list[tuple[Rows, Instants]] = []
        for zone in zones:
            ticks = self._ticks(zone, until)
            inside = ticks[(ticks > after) & (ticks <= until)]
            # Who lives there is asked only where the clock strikes: at most ticks it does not.
            everybody = self._living_in(zone) if len(inside) else np.empty(0, np.int64)
            for tick in inside.tolist():
                rows = everybody[self.lets_in(everybody, tick)]
                found.append((rows, np.full(rows.shape, tick, np.int64)))
        rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in found)])
        times = np.concatenate([np.empty(0, np.int64), *(times for _, times in found)])
        order = np.lexsort((rows, times))
        return rows[order], times[order], order

    def _living_in(self, zone: str) -> Rows:
        """Return the customers whose clock is that of a zone."""
        history = self.world.history
        if self.zone is not None:
            return np.arange(len(history.customers), dtype=np.int64)
        return np.flatnonzero(history.zone_of == history.zones.index(zone))

    def lets_in(self, rows: Rows, at: Moments) -> npt.NDArray[np.bool_]:
        """Say who is among those let in."""
        if self.who is None:
            return np.ones(rows.shape, np.bool_)
        return self.world.audience.matches(self.who, rows, at)

    def _by_zone(self, rows: Rows, until: Instant) -> Iterator[tuple[Instants, Any]]:
        """Yield the ticks of each zone with those of the customers whose clock it is."""
        if self.zone is not None:
            yield self._ticks(self.zone, until), slice(None)
            return
        for zone, here in self.world.zones(rows):
            yield self._ticks(zone.name, until), here

    def _ticks(self, zone: str, until: Instant) -> Instants:
        """Return a zone's ticks, at least those up to an instant."""
        until = min(until, LATEST)
        known, ticks = self.memo.get(zone, (self.start, np.empty(0, np.int64)))
        if known < until:
            known = until + _AHEAD
            ticks = self._worked_out(zone, known)
            self.memo[zone] = (known, ticks)
        return ticks

    def _worked_out(self, zone: str, until: Instant) -> Instants:
        """Return a zone's ticks; local times are looked for a day around, whatever the zone."""
        local = self.times(self.start - DAY, until + DAY)
        ticks = distinct(ceil_to_tick(zone_table(zone).to_instant(local), self.world.tick))
        return ticks[(ticks > self.start) & (ticks <= until)]
