"""Waits for days and times of day, on each customer's own clock.

Wherever a time is looked for, one that the clock jumps over comes at the jump, and one that it
shows twice comes once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, MINUTE, NEVER, Wall, ZoneTable
from campaignspec.engine.state import Instants
from campaignspec.engine.world import Mask
from campaignspec.spec.kinds import LocalTime
from campaignspec.spec.waiting import WaitDate, WaitDays, WaitUntil, Weekday

Zones: TypeAlias = Iterable[tuple[ZoneTable, Mask]]
"""The zones of some customers, each with the mask of those who live there."""

_WEEKDAYS = tuple(Weekday)
_THURSDAY = 3
"""1970-01-01, day 0, was a Thursday."""


def next_time_of_day(minutes: npt.NDArray[np.int64], at: Instants, wall: Wall) -> Instants:
    """Find the next time of day, from each instant on.

    Args:
        minutes: The times, one a customer, since local midnight.
        at: The instants.
        wall: The customers' clocks.
    """
    return _next(wall, minutes * MINUTE, at, _allowed(()))


def next_opening(until: WaitUntil, at: Instants, wall: Wall) -> Instants:
    """Find the next time of day on a weekday that counts; within hours, that is at once.

    Hours begin on a weekday that counts, and may end after midnight.
    """
    allowed = _allowed(until.on)
    found = _next(wall, np.full(at.shape, until.until.minutes * MINUTE), at, allowed)
    if until.to is None:
        return found
    return np.where(_within(until, wall, at, allowed), at, found)


def some_days_later(wait: WaitDays, at: Instants, wall: Wall) -> Instants:
    """Find a time of day some days later; who comes too late for it today goes on at once."""
    local = wall.to_local(at)
    time = local % DAY if wait.at is None else wait.at.minutes * MINUTE
    return np.maximum(wall.to_instant((local // DAY + wait.days) * DAY + time), at)


def next_date(wait: WaitDate, days: npt.NDArray[np.int64], at: Instants, wall: Wall) -> Instants:
    """Find when customers' dates come, or ``NEVER`` for those for whom they are over.

    Args:
        wait: How far from the date, and at what time of day.
        days: The dates, numbered since 1970-01-01.
        at: The instants from which on they count.
        wall: The customers' clocks.
    """
    due = wall.to_instant((days + wait.offset.days) * DAY + wait.at.minutes * MINUTE)
    return np.where(due >= at, due, NEVER)


def next_phase(
    time: LocalTime, days: Sequence[tuple[int, int]], at: Instants, zones: Zones
) -> Instants:
    """Find when a phase begins next; within it that is at once, after its last time ``NEVER``.

    Args:
        time: The time of day at which it begins on its first day.
        days: Its first and last day each time, numbered since 1970-01-01.
        at: The instants.
        zones: Where the customers live.
    """
    due = np.full(at.shape, NEVER, np.int64)
    for zone, here in zones:
        now = at[here]
        found = np.full(now.shape, NEVER, np.int64)
        for first, last in sorted(days, reverse=True):
            times = np.array([first * DAY + time.minutes * MINUTE, (last + 1) * DAY])
            begin, end = zone.to_instant(times)
            found = np.where(now < end, np.maximum(now, begin), found)
        due[here] = found
    return due


def _next(zone: Wall, time: Instants, at: Instants, allowed: Mask) -> Instants:
    """Find the next time of day on an allowed weekday, in one zone."""
    day = zone.to_local(at) // DAY
    day += zone.to_instant(day * DAY + time) < at
    for _ in _WEEKDAYS:
        day += ~allowed[(day + _THURSDAY) % 7]
    return zone.to_instant(day * DAY + time)


def _within(until: WaitUntil, zone: Wall, at: Instants, allowed: Mask) -> Mask:
    """Say whose instant lies within hours that began today, or yesterday."""
    inside = np.zeros(at.shape, np.bool_)
    assert until.to is not None, "hours have an end"  # noqa: S101 - the caller has looked
    begin, end = until.until.minutes * MINUTE, until.to.minutes * MINUTE
    end += DAY if end <= begin else 0
    today = zone.to_local(at) // DAY
    for day in (today - 1, today):
        opened = zone.to_instant(day * DAY + begin) <= at
        inside |= allowed[(day + _THURSDAY) % 7] & opened & (at < zone.to_instant(day * DAY + end))
    return inside


def _allowed(days: Sequence[Weekday]) -> Mask:
    """Mark the weekdays that count, Monday first; all, if none is named."""
    return np.array([day in (days or _WEEKDAYS) for day in _WEEKDAYS])
