"""Messages take of what customers share: whoever comes too late is told what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

import numpy as np

from campaignspec.clock import DAY, HOUR, NEVER, Instant, zone_table
from campaignspec.engine.limits import Limit, Limits, Period
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
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


class Spender:
    """Takes of what is shared for the messages of one campaign."""

    def __init__(self, walk: Walk) -> None:
        self._zone = walk.world.audience.zone
        self._limits = Limits(
            walk.world.limits,
            walk.state.used,
            zone=self._zone,
            customers=walk.world.history.customers,
        )

    def spend(
        self, shared: Sequence[Shared], cost: int, rows: Rows, at: Instants, *, key: str
    ) -> tuple[Ruling, Shared | None]:
        """Take what each message needs, all of it or nothing.

        Args:
            shared: What the messages take of.
            cost: What each of them costs, in micro-units.
            rows: The customers.
            at: The instant of all of them.
            key: What decides who comes first.

        Returns:
            What becomes of each, and of what too little was left, if of anything: it is the same
            for all, since all ask for the same.
        """
        now = int(at[0]) if len(at) else 0
        amounts = {each.name: cost if each.is_money else 1 for each in shared}
        late = ~self._limits.claim(amounts, rows, now, key=key)
        lacking = (
            each for each in shared if self._limits.left(each.name, now) < amounts[each.name]
        )
        missing = next(lacking, None)
        if missing is None or not late.any():
            return suppress(np.zeros(rows.shape, np.bool_), shared[0].reason), None
        again = NEVER if missing.every is None else next_period(missing.every, now, self._zone)
        if missing.when_out is WhenOut.WAIT and again != NEVER:
            return defer(late, np.full(rows.shape, again), missing.reason), missing
        return suppress(late, missing.reason), missing


def next_period(every: Every, at: Instant, zone: str) -> Instant:
    """Return when the period after the one of an instant begins."""
    if every is Every.HOUR:
        return at // HOUR * HOUR + HOUR
    table = zone_table(zone)
    day = int(table.to_local(np.array([at], np.int64))[0] // DAY)
    return int(table.to_instant(np.array([_first_day(every, day) * DAY], np.int64))[0])


def _first_day(every: Every, day: int) -> int:
    """Return the first day of the period after the one that a day is in."""
    match every:
        case Every.HOUR | Every.DAY:
            return day + 1
        case Every.WEEK:
            # Day 0 was a Thursday, so three days before it was a Monday.
            return (day + 3) // 7 * 7 + 4
        case Every.MONTH:
            month = np.datetime64(day, "D").astype("datetime64[M]") + 1
            return int(month.astype("datetime64[D]").astype(np.int64))
        case _:
            assert_never(every)
