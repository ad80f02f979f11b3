"""Midnights of a time zone: when what is counted by days is drawn anew."""

from __future__ import annotations

import numpy as np

from campaignspec.audience.values import Instants
from campaignspec.clock import DAY, Instant, local_day, zone_table
from campaignspec.history.sorting import distinct


def midnights_between(zone: str, first: Instant, last: Instant) -> Instants:
    """Return the midnights from the last one at or before ``first`` to one at or after ``last``.

    A midnight that daylight saving skips is the instant of the jump; of one that comes twice it
    is the first.
    """
    table = zone_table(zone)
    begin, end = (int(day) for day in local_day(table.to_local(np.array([first, last]))))
    found = table.to_instant(np.arange(begin - 1, end + 3) * DAY)
    begin = int(np.searchsorted(found, first, side="right")) - 1
    return distinct(found[begin : int(np.searchsorted(found, last)) + 1])


def latest_midnight(zone: str, at: Instants) -> Instants:
    """Return for each instant the latest midnight at or before it."""
    if not len(at):
        return at
    midnights = midnights_between(zone, int(at.min()), int(at.max()))
    return midnights[np.searchsorted(midnights, at, side="right") - 1]
