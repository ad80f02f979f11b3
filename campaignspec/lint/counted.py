"""How many people, and how much time from one event to the next, counted in the history.

Only `--values` reads data. What reads them takes as long to import as a whole project takes to be
checked, so this module is imported where there are data.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from campaignspec.audience import Audience
from campaignspec.clock import Instant
from campaignspec.history.sorting import distinct
from campaignspec.spec.journey import Goal

_FEWEST_GAPS: Final = 20
"""Of fewer gaps no median is told."""


def median_gap(audience: Audience, goal: Goal) -> Instant | None:
    """Return the median time between two goal events of one customer; None without enough."""
    stream = audience.events(goal.event, goal.where) if is_known(audience, goal.event) else None
    if stream is None or len(stream.ts) < 2:
        return None
    gaps = np.diff(stream.ts)
    same = np.ones(len(gaps), np.bool_)
    firsts = stream.offsets[1:-1]
    same[firsts[(firsts > 0) & (firsts < len(stream.ts))] - 1] = False
    kept = gaps[same & (gaps > 0)]
    return int(np.median(kept)) if len(kept) >= _FEWEST_GAPS else None


def is_known(audience: Audience, event: str) -> bool:
    """Say whether the history knows events of this name."""
    return event in audience.history.streams


def members(audience: Audience, segment: str) -> int:
    """Count who matches a segment at the end of the history."""
    everybody = np.arange(len(audience.history.customers))
    return int(audience.matches(segment, everybody, audience.history.last).sum())


def members_and_comers(audience: Audience, segment: str, period: Instant) -> int:
    """Count who matches at the end, and who came to match in the period before it."""
    last = audience.history.last
    now = audience.matches(segment, np.arange(len(audience.history.customers)), last)
    came = audience.entries(segment)
    lately = (came.ts > last - period) & (came.ts <= last)
    rows = np.repeat(np.arange(len(came.offsets) - 1), np.diff(came.offsets))
    return len(np.union1d(np.flatnonzero(now), rows[lately]))


def people_of_event(audience: Audience, event: str, period: Instant) -> int:
    """Count to whom an event happened in the last period of the history."""
    stream, last = audience.history.streams[event], audience.history.last
    lately = (stream.ts > last - period) & (stream.ts <= last)
    rows = np.repeat(np.arange(len(stream.offsets) - 1), np.diff(stream.offsets))
    return len(distinct(rows[lately]))
