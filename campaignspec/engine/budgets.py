"""What messages share as limits, and what becomes of those for which too little is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.limits import Limit, Mask, Period, period_end
from campaignspec.policy import Ruling
from campaignspec.policy.ruling import defer, suppress
from campaignspec.policy.sharing import Shared
from campaignspec.spec.policy import Every, WhenOut

_PERIODS: Final[Mapping[Every | None, Period]] = {
    None: Period.RUN,
    Every.HOUR: Period.HOUR,
    Every.DAY: Period.DAY,
    Every.WEEK: Period.WEEK,
    Every.MONTH: Period.MONTH,
}


def limits_of_messages(shared: Iterable[Shared]) -> Mapping[str, Limit]:
    """Return what messages share as limits, by name."""
    return {
        each.name: Limit(name=each.name, capacity=each.most, period=_PERIODS[each.every])
        for each in shared
    }


def out_of(missing: Shared, late: Mask, now: Instant, zone: str) -> Ruling:
    """Say what becomes of messages for which too little is left of something, in a project's zone.

    All of them are due in one period of what they miss, and ``now`` is an instant of it.
    """
    again = NEVER if missing.every is None else next_period(missing.every, now, zone)
    if missing.when_out is WhenOut.WAIT and again != NEVER:
        return defer(late, np.full(late.shape, again), missing.reason)
    return suppress(late, missing.reason)


def next_period(every: Every, at: Instant, zone: str) -> Instant:
    """Return when the period after the one of an instant begins."""
    return period_end(_PERIODS[every], at, zone)
