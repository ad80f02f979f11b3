"""Local time the slow way: `zoneinfo`, one instant at a time, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def shown(instant: int, zone: str) -> datetime:
    """Return what the wall clock shows."""
    moment = EPOCH + timedelta(microseconds=instant)
    return moment.astimezone(_zone(zone)).replace(tzinfo=None)


@cache
def local_date(instant: int, zone: str) -> date:
    """Return the day of the customer's calendar."""
    return shown(instant, zone).date()


@cache
def instant_of(wanted: datetime, zone: str) -> int:
    """Return the first instant at which the wall clock, coming from before, shows ``wanted``.

    A time that the clock jumps over becomes the instant of the jump.
    """
    folds = [wanted.replace(tzinfo=_zone(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    instant = (min(folds) - EPOCH) // timedelta(microseconds=1)
    while shown(instant, zone) < wanted:
        instant += MINUTE
    return instant


def is_quiet(instant: int, zone: str, begin: int, end: int) -> bool:
    """Say whether the wall clock shows a time from ``begin`` up to, and without, ``end``.

    Both are minutes since midnight; where ``end`` is the earlier one, midnight lies between.
    """
    clock = shown(instant, zone)
    minutes = clock.hour * 60 + clock.minute
    return begin <= minutes < end if begin <= end else minutes >= begin or minutes < end


@cache
def quiet_until(instant: int, zone: str, begin: int, end: int) -> int:
    """Return the first whole minute, from an instant on, at which it is not quiet."""
    instant -= instant % MINUTE
    while is_quiet(instant, zone, begin, end):
        instant += MINUTE
    return instant
