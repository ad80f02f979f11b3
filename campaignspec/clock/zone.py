"""Local time in columns: a zone's offsets as arrays, so that a million rows convert at once."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from campaignspec.clock.instant import DAY, NEVER, SECOND, Instant, from_datetime

Columns = npt.NDArray[np.int64]

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
_STRIDE = timedelta(days=6)
"""Shorter than the shortest time between two changes of any zone since 1970: 6 days and 23
hours, north-eastern Brazil in October 2000 and Gaza's Ramadans to come."""


class ZoneTable:
    """One zone's offsets from UTC, 1970 to 2100, ready for whole columns.

    Earlier instants have the first offset, later ones the last. ``NEVER`` has no local time
    and stays ``NEVER`` both ways.

    Attributes:
        starts: Instants at which an offset begins to hold, ascending; int64 microseconds.
        offsets: The offset that holds from then on, added to UTC to give local time.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.starts, self.offsets = _transitions(name)
        self._ends = self.starts[1:] + self.offsets[:-1]
        self._changes: list[int] = self.starts.tolist()

    def of(self, places: npt.NDArray[Any]) -> ZoneTable:
        """Return the clock of some customers who all live in the zone."""
        del places
        return self

    def only_offset(self, first: Instant, last: Instant) -> int | None:
        """Return the offset that holds from one instant to another, or None if it changes."""
        segment = bisect_right(self._changes, first)
        if segment != bisect_right(self._changes, last):
            return None
        return int(self.offsets[max(segment - 1, 0)])

    def to_local(self, instants: Columns) -> Columns:
        """Turn instants into local microseconds: what the wall clock shows, read as if UTC."""
        only = _only_segment(self.starts, instants)
        if only is not None:
            return instants + int(self.offsets[max(only - 1, 0)])
        segment = np.searchsorted(self.starts, instants, side="right") - 1
        return _keep_never(instants, instants + self.offsets[np.maximum(segment, 0)])

    def to_instant(self, local: Columns) -> Columns:
        """Turn local microseconds into instants.

        A local time that daylight saving skips becomes the instant of the jump, the next
        valid one; a repeated local time becomes its first occurrence.
        """
        only = _only_segment(self._ends, local)
        if only is not None and int(local.min()) - self.offsets[only] >= self.starts[only]:
            return local - int(self.offsets[only])
        segment = np.searchsorted(self._ends, local, side="right")
        instants = np.maximum(local - self.offsets[segment], self.starts[segment])
        return _keep_never(local, instants)


def zone_table(name: str) -> ZoneTable:
    """Return the table of a zone, made once."""
    return _table(name)


_table = cache(ZoneTable)


def local_day(local: Columns) -> Columns:
    """Number the calendar day of local microseconds; day 0 is 1970-01-01."""
    return local // DAY


def _only_segment(starts: Columns, moments: Columns) -> int | None:
    """Return the place of the one segment that all moments lie in, or None; 0 is before the first.

    Nearly always all of a column lie between two changes of the clock: two searches do then, and
    none of them for ``NEVER``, which has no local time.
    """
    if not moments.size or (latest := int(moments.max())) == NEVER:
        return None
    first = int(np.searchsorted(starts, int(moments.min()), side="right"))
    return first if first == int(np.searchsorted(starts, latest, side="right")) else None


def _keep_never(before: Columns, after: Columns) -> Columns:
    return np.where(before == NEVER, NEVER, after)


def _transitions(name: str) -> tuple[Columns, Columns]:
    """Find every change of offset by sampling at a stride and bisecting to the second.

    ``zoneinfo`` does not publish its transitions, so they are found from outside.
    """
    zone = ZoneInfo(name)
    starts = [np.iinfo(np.int64).min]
    offsets = [_offset(zone, _FIRST)]
    # A time without a date has an offset only where there is no other.
    moment = _FIRST if time(tzinfo=zone).utcoffset() is None else _LAST
    while moment < _LAST:
        following = moment + _STRIDE
        offset = _offset(zone, following)
        if offset != offsets[-1]:
            starts.append(from_datetime(_change(zone, moment, following)))
            offsets.append(offset)
        moment = following
    return np.array(starts, np.int64), np.array(offsets, np.int64)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) // 2).replace(microsecond=0)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None, "an aware datetime has an offset"  # noqa: S101 (for the types)
    return int(offset.total_seconds()) * SECOND
