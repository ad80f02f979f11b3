"""Entries on dates in customers' records: birthdays, contract ends."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, MINUTE, Instant, ceil_to_tick, parse_instant
from campaignspec.engine.world import World
from campaignspec.history import Stream
from campaignspec.spec.entering import Leap, OnDate

Days = npt.NDArray[np.int64]

LATEST: Final = parse_instant("2100-01-01")
"""Until when days are repeated: the offsets of time zones are known no further."""


def date_entries(trigger: OnDate, world: World, *, start: Instant, end: Instant) -> Stream:
    """Return when each customer's date comes, between two instants, on the customer's clock."""
    column = world.history.attributes[trigger.date]
    rows = np.flatnonzero(~column.missing).astype(np.int64)
    days = column.values[rows]
    if trigger.every is not None:
        shift = trigger.offset.days * DAY
        years = np.arange(_year(start - shift) - 1, _year(min(end, LATEST) - shift) + 2)
        rows, days = _every_year(rows, days, years, trigger.leap)
    local = (days + trigger.offset.days) * DAY + trigger.at.minutes * MINUTE
    at = local.copy()
    for zone, here in world.zones(rows):
        at[here] = zone.to_instant(local[here])
    ticks = ceil_to_tick(at, world.tick)
    inside = (ticks > start) & (ticks <= end)
    return Stream.build(rows[inside], ticks[inside], len(world.history.customers))


def _every_year(rows: Days, days: Days, years: Days, leap: Leap) -> tuple[Days, Days]:
    """Repeat each day in every year; 29 February, in a year without one, on a day beside it."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months).astype(np.int64)
    month = months.astype(np.int64) % 12
    month_start = ((years[:, None] - 1970) * 12 + month[None, :]).astype("datetime64[M]")
    lengths = (month_start + 1).astype("datetime64[D]") - month_start.astype("datetime64[D]")
    # Of all days only 29 February can lie beyond its month's end in another year: by one.
    latest = lengths.astype(np.int64) - (1 if leap is Leap.FEB_28 else 0)
    inside = np.minimum(day_of_month[None, :], latest)
    repeated = month_start.astype("datetime64[D]").astype(np.int64) + inside
    return np.tile(rows, len(years)), repeated.ravel()


def _year(instant: Instant) -> int:
    return date.fromordinal(date(1970, 1, 1).toordinal() + instant // DAY).year
