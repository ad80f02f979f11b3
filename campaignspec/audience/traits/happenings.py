"""Traits of events as such: how many, the latest, the first, how long ago, how far apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import (
    event_changes,
    first_proof,
    latest_proof,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import Moments, Rows, Values, instants, number
from campaignspec.clock import DAY
from campaignspec.history import LONG_AGO
from campaignspec.spec.traits import Count, DaysSince, First, Latest, MedianGap

_MOST_DAYS: Final = 1_000_000
"""No event is older than that."""


def _count(trait: Count, facts: Facts, rows: Rows, at: Moments) -> Values:
    return number(facts.counted(trait).count(rows, window_start(trait, at), at))


def _latest(trait: Latest, facts: Facts, rows: Rows, at: Moments) -> Values:
    return instants(facts.counted(trait).latest(rows, at))


def _first(trait: First, facts: Facts, rows: Rows, at: Moments) -> Values:
    first = facts.counted(trait).next_after(rows, LONG_AGO)
    return instants(np.where(first <= at, first, LONG_AGO))


def _days_since(trait: DaysSince, facts: Facts, rows: Rows, at: Moments) -> Values:
    latest = facts.counted(trait).latest(rows, at)
    missing = latest == LONG_AGO
    return number((at - np.where(missing, at, latest)) // DAY, missing)


def _median_gap(trait: MedianGap, facts: Facts, rows: Rows, at: Moments) -> Values:
    gap = facts.counted(trait).median_gap(rows, window_start(trait, at), at)
    return number(gap / DAY, np.isnan(gap))


def _day_changes(trait: DaysSince, facts: Facts, asked: Asked) -> Iterator[Points]:
    """Yield when the days since an event come to a number, and when they go past it."""
    for rows, at in event_changes(trait, facts):
        yield rows, at
        for days in asked.numbers:
            if 0 <= days <= _MOST_DAYS:
                yield rows, at + math.ceil(days) * DAY
                yield rows, at + (math.floor(days) + 1) * DAY


HAPPENINGS: Final[Mapping[type, Computation[Any]]] = {
    Count: Computation(values=_count, changes=window_changes, proof=window_proof),
    Latest: Computation(values=_latest, changes=window_changes, proof=latest_proof),
    First: Computation(values=_first, changes=window_changes, proof=first_proof),
    DaysSince: Computation(values=_days_since, changes=_day_changes, proof=latest_proof),
    MedianGap: Computation(values=_median_gap, changes=window_changes, proof=window_proof),
}
