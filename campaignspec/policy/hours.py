"""Hours of the customer's day in which nothing is sent, whoever forbids it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, MINUTE, NEVER, Columns, Wall, ceil_to_tick
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.ruling import Reason, Ruling, defer, first_objection, suppress
from campaignspec.policy.touches import Facts, Homes, Mask, Touches
from campaignspec.spec.policy import OpenHours, Otherwise, QuietDay, QuietHours
from campaignspec.spec.waiting import Weekday

_WEEK: Final = tuple(Weekday)
_THURSDAY: Final = _WEEK.index(Weekday.THU)
"""The weekday of day 0, 1 January 1970."""
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the customer's day in which nothing is sent.

    Attributes:
        begin: When it begins, microseconds since local midnight.
        end: The first microsecond that is allowed; at or before ``begin`` on the next day.
        weekdays: The weekdays on which it begins, Monday 0; None for every day.
        holidays: The days, numbered since 1970, on which it begins as well.
        drops: Whether messages are dropped rather than held back.
        reason: Who forbids.
    """

    begin: int
    end: int
    weekdays: frozenset[int] | None = None
    holidays: frozenset[int] = frozenset()
    drops: bool = False
    reason: Reason

    def is_day(self, days: Columns) -> Mask:
        """Say of local days whether the window begins on them."""
        if self.weekdays is None:
            return np.ones(days.shape, np.bool_)
        found: Mask = np.isin((days + _THURSDAY) % 7, list(self.weekdays))
        if self.holidays:
            found |= np.isin(days, list(self.holidays))
        return found


def hours(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Hold back, or drop, what falls into quiet hours or outside the hours that are open."""
    windows = () if touches.is_owed else tuple(windows_of(touches, book))
    if not windows:
        return None
    homes = facts.homes(touches.rows)
    closed = [(window, _is_closed(touches.at, homes, window)) for window in windows]
    silent = reduce(np.logical_or, (mask for _, mask in closed))
    if not silent.any():
        return None
    drops = [suppress(mask, window.reason) for window, mask in closed if window.drops]
    until = _next_open(touches.at, silent, homes, windows)
    waits = [
        _hold(mask, until, touches.tick, window.reason)
        for window, mask in closed
        if not window.drops
    ]
    return reduce(first_objection, [*drops, *waits])


def windows_of(touches: Touches, book: Rulebook) -> Iterator[Window]:
    """Yield the windows that concern touches, in the order in which they are named as reasons."""
    policies = book.policies
    holidays = frozenset(day.toordinal() - _EPOCH_DAY for day in policies.holidays)
    for quiet in policies.quiet_hours:
        if _concerns(quiet, touches):
            yield _quiet(quiet, holidays)
    channel = book.channels.get(touches.channel)
    if channel is not None and channel.hours is not None:
        yield from closed_hours(channel.hours, Reason.CHANNEL_HOURS)
    law = book.regulated(touches.campaign)
    if law is not None and law.hours is not None:
        yield from closed_hours(law.hours, Reason.REGULATED_HOURS)


def closed_hours(hours: OpenHours, reason: Reason) -> Iterator[Window]:
    """Yield the windows outside of hours that are open."""
    yield Window(begin=hours.to.minutes * MINUTE, end=hours.from_.minutes * MINUTE, reason=reason)
    if hours.on:
        shut = frozenset(_WEEK.index(day) for day in _WEEK if day not in hours.on)
        yield Window(begin=0, end=DAY, weekdays=shut, reason=reason)


def _concerns(quiet: QuietHours, touches: Touches) -> bool:
    return (not quiet.classes or touches.message_class in quiet.classes) and (
        not quiet.channels or touches.channel in quiet.channels
    )


def _quiet(quiet: QuietHours, holidays: frozenset[int]) -> Window:
    return Window(
        begin=0 if quiet.from_ is None else quiet.from_.minutes * MINUTE,
        end=DAY if quiet.to is None else quiet.to.minutes * MINUTE,
        weekdays=frozenset(_WEEK.index(Weekday(day)) for day in quiet.on if day in _NAMES)
        if quiet.on
        else None,
        holidays=holidays if QuietDay.HOLIDAY in quiet.on else frozenset(),
        drops=quiet.otherwise is Otherwise.DROP,
        reason=Reason.QUIET_HOURS,
    )


_NAMES: Final = frozenset(day.value for day in Weekday)


def _is_closed(at: Columns, homes: Homes, window: Window) -> Mask:
    """Say at which instants a window holds, in any zone that may be the customer's."""
    found = np.zeros(at.shape, np.bool_)
    for zones, here in homes:
        places = slice(None) if here.all() else np.flatnonzero(here)
        now = at[places]
        closed = [_holds(zone.to_local(now), window)[0] for zone in zones]
        found[places] = reduce(np.logical_or, closed)
    return found


def _next_open(
    at: Columns, silent: Mask, homes: Homes, windows: Sequence[Window]
) -> npt.NDArray[np.int64]:
    """Return when no window holds any more, or ``NEVER`` where one always does."""
    until = at.copy()
    for zones, here in homes:
        inside = np.flatnonzero(silent.compress(here))
        places = np.flatnonzero(here).take(inside)
        clocks = [zone.of(inside) for zone in zones]
        until[places] = _open_again(at.take(places), clocks, windows)
    return until


def _open_again(at: Columns, zones: Sequence[Wall], windows: Sequence[Window]) -> Columns:
    """Go from the end of one window to the end of the next until there is none."""
    until = at.copy()
    moving, horizon = np.arange(len(at)), _horizon(windows)
    while len(moving):
        now = until[moving]
        later = now
        for zone in zones:
            clock = zone.of(moving)
            for window in windows:
                later = np.maximum(later, _end(now, clock, window))
        moves = later > now
        if not moves.any():
            break
        lost = later - at[moving] > horizon
        until[moving] = np.where(lost, NEVER, later)
        moving = moving[moves & ~lost]
    return until


def _horizon(windows: Sequence[Window]) -> int:
    """Return after how long it is sure that no time is open, microseconds.

    Hours are the same every week, but for holidays; and a holiday takes the open time of one week
    at most. So of one week more than there are holidays one is open, if any is.
    """
    holidays = frozenset[int]().union(*(window.holidays for window in windows))
    return (7 * (len(holidays) + 1) + 2) * DAY


def _end(at: Columns, zone: Wall, window: Window) -> Columns:
    """Return when the window around each instant ends, or the instant itself outside."""
    local = zone.to_local(at)
    inside, last_day = _holds(local, window)
    if not inside.any():
        return at
    ends = last_day * DAY + window.end
    until = zone.to_instant(ends)
    # Where the clock was set back over the end, the hours are quiet a second time.
    until = np.where(until > at, until, at + (ends - local))
    return np.where(inside, until, at)


def _holds(local: Columns, window: Window) -> tuple[Mask, Columns]:
    """Say at which local times a window holds, and on which local day it then ends."""
    day = local // DAY
    time = local - day * DAY
    if window.begin < window.end:
        return (time >= window.begin) & (time < window.end) & window.is_day(day), day
    tonight = (time >= window.begin) & window.is_day(day)
    return tonight | ((time < window.end) & window.is_day(day - 1)), day + tonight


def _hold(closed: Mask, until: Columns, tick: int, reason: Reason) -> Ruling:
    """Defer what will be allowed some day, and suppress what never will be."""
    ends = until != NEVER
    waits = defer(closed & ends, ceil_to_tick(until, tick), reason)
    return waits if ends.all() else first_objection(waits, suppress(closed & ~ends, reason))
