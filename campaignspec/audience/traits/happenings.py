"""Traits of events as such: how many, the latest, the first, how long ago, how far apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import (
    days_after,
    event_changes,
    first_proof,
    latest_proof,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import Moments, Rows, Values, instants, number
from campaignspec.clock import DAY, NEVER
from campaignspec.history import LONG_AGO
from campaignspec.spec.traits import Count, DaysSince, First, Latest, MedianGap


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
    stream = facts.counted(trait)
    like = trait.by if trait.by in stream.properties else None
    gap = stream.median_gap(rows, window_start(trait, at), at, like)
    return number(gap / DAY, np.isnan(gap))


def _latest_changes(trait: Latest, facts: Facts, asked: Asked) -> Iterator[Points]:
    """Yield the events at which an age begins or ends to be true: those around a long gap.

    Whoever comes daily is never 60 days away; most events of most histories change nothing.
    """
    stream = facts.counted(trait)
    if not len(stream.ts):
        return
    begins = np.zeros(len(stream.ts), np.bool_)
    begins[stream.offsets[:-1][np.diff(stream.offsets) > 0]] = True
    long = np.diff(stream.ts) >= min(asked.ages, default=NEVER)
    # What comes after the horizon is not seen: until it, the event before stays the latest.
    long |= begins[1:] | (stream.ts[1:] > stream.horizon)
    kept = begins.copy()
    kept[1:] |= long
    if asked.ages:
        kept[:-1] |= long
        kept[-1] = True
    yield stream.rows()[kept], stream.ts[kept]


def _day_changes(trait: DaysSince, facts: Facts, asked: Asked) -> Iterator[Points]:
    """Yield when the days since an event come to a number, and when they go past it."""
    for points in event_changes(trait, facts):
        yield from days_after(points, asked)


HAPPENINGS: Final[Mapping[type, Computation[Any]]] = {
    Count: Computation(values=_count, changes=window_changes, proof=window_proof),
    Latest: Computation(values=_latest, changes=_latest_changes, proof=latest_proof),
    First: Computation(values=_first, changes=window_changes, proof=first_proof),
    DaysSince: Computation(values=_days_since, changes=_day_changes, proof=latest_proof),
    MedianGap: Computation(values=_median_gap, changes=window_changes, proof=window_proof),
}
