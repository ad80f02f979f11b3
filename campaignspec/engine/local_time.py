"""Waits for a time of day, on each customer's own clock."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from campaignspec.clock import DAY, MINUTE, ZoneTable
from campaignspec.engine.state import Instants
from campaignspec.engine.world import Mask
from campaignspec.spec.waiting import WaitUntil, Weekday

_WEEKDAYS = tuple(Weekday)
_THURSDAY = 3
"""1970-01-01, day 0, was a Thursday."""


def next_time_of_day(
    until: WaitUntil, at: Instants, zones: Iterable[tuple[ZoneTable, Mask]]
) -> Instants:
    """Find the next time of day, from each instant on, on a weekday that counts.

    A time that the clock jumps over comes at the jump; one that it shows twice comes once.

    Args:
        until: The time of day and the weekdays.
        at: The instants.
        zones: The zones of their customers, each with the mask of those who live there.
    """
    wanted = until.on or _WEEKDAYS
    allowed = np.array([day in wanted for day in _WEEKDAYS])
    time = until.until.minutes * MINUTE
    due = at.copy()
    for zone, here in zones:
        day = zone.to_local(at[here]) // DAY
        day += zone.to_instant(day * DAY + time) < at[here]
        for _ in _WEEKDAYS:
            day += ~allowed[(day + _THURSDAY) % 7]
        due[here] = zone.to_instant(day * DAY + time)
    return due
