"""What messages share as limits, and what becomes of those for which too little is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from campaignspec.engine.limits import Instants, Limit, Mask, Period, period_ends
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


def out_of(missing: Shared, late: Mask, at: Instants, zone: str) -> Ruling:
    """Say what becomes of messages for which too little is left of something.

    Args:
        missing: Of what too little is left.
        late: The messages.
        at: When each was to go.
        zone: The project's zone.
    """
    if missing.when_out is WhenOut.WAIT and missing.every is not None:
        return defer(late, next_period(missing.every, at, zone), missing.reason)
    return suppress(late, missing.reason)


def next_period(every: Every, at: Instants, zone: str) -> Instants:
    """Return when the periods after those of instants begin."""
    return period_ends(_PERIODS[every], at, zone)
