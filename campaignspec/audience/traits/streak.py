"""Streaks: how many days, weeks or months in a row had an event.

A period begins at its first local midnight in the project's zone and ends where the next one
begins, so that a clock that is put back past midnight brings no period back. A calendar day
that a zone skips is no period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience.memo import remembered
from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import index_after
from campaignspec.audience.values import Instants, Moments, Rows, Values, number
from campaignspec.clock import DAY, Instant, local_day, zone_table
from campaignspec.history import NO_EVENT, Stream
from campaignspec.history.sorting import distinct
from campaignspec.spec.habits import CalendarPeriod, Streak

_WEEK: Final = 7
_MONDAY: Final = 3
"""Day 0, 1970-01-01, was a Thursday: three days after a Monday."""
_AROUND: Final = 3
"""How many periods before and after all events have a beginning, so that none lacks its next."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Runs:
    """The runs of periods in a stream.

    Attributes:
        begins: When each period begins, ascending, from before the first event to after the last.
        period: The period of each event, as an index into ``begins``.
        first: The first event of the run that each event is in.
        length: How many periods that run has, up to the event's.
    """

    begins: Instants
    period: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]


def _values(trait: Streak, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)
    latest = stream.index_latest(rows, at)
    if not len(stream.ts):
        return number(np.zeros(rows.shape, np.int64))
    runs, place = _runs(trait, facts, stream), np.maximum(latest, 0)
    unbroken = (latest != NO_EVENT) & (_period(runs, at) - runs.period[place] <= 1)
    return number(np.where(unbroken, runs.length[place], 0))


def _changes(trait: Streak, facts: Facts, _: Asked) -> Iterator[Points]:
    """Yield the events, and when the period after the one of an event is over."""
    stream = facts.counted(trait)
    if len(stream.ts):
        yield stream.rows(), stream.ts
        runs = _runs(trait, facts, stream)
        yield stream.rows(), runs.begins[runs.period + 2]


def _proof(trait: Streak, facts: Facts, stream: Stream, row: int, at: Instant) -> tuple[int, int]:
    """Return the events of the run, none where it is broken."""
    end = index_after(stream, row, at)
    if end == stream.offsets[row]:
        return end, end
    runs = _runs(trait, facts, stream)
    unbroken = _period(runs, np.array([at]))[0] - runs.period[end - 1] <= 1
    return (int(runs.first[end - 1]), end) if unbroken else (end, end)


def _period(runs: _Runs, at: Moments) -> npt.NDArray[np.int64]:
    return np.asarray(np.searchsorted(runs.begins, at, side="right") - 1)


def _runs(trait: Streak, facts: Facts, stream: Stream) -> _Runs:
    """Find the runs of a stream that has events, once."""
    return remembered(
        stream.memo,
        f"runs of a {trait.per} in {facts.zone}",
        lambda: _find_runs(stream, _begins(trait.per, facts.zone, stream.ts)),
    )


def _find_runs(stream: Stream, begins: Instants) -> _Runs:
    period = np.searchsorted(begins, stream.ts, side="right") - 1
    rows, places = stream.rows(), np.arange(len(stream.ts))
    breaks = np.ones(len(stream.ts), np.bool_)
    breaks[1:] = (rows[1:] != rows[:-1]) | (period[1:] - period[:-1] > 1)
    first = np.maximum.accumulate(np.where(breaks, places, 0))
    return _Runs(begins=begins, period=period, first=first, length=period - period[first] + 1)


def _begins(per: CalendarPeriod, zone: str, ts: Instants) -> Instants:
    """Return when the periods around all events begin."""
    table = zone_table(zone)
    first, last = local_day(table.to_local(np.array([ts.min(), ts.max()]))).tolist()
    return distinct(table.to_instant(_first_days(per, first, last) * DAY))


def _first_days(per: CalendarPeriod, first: int, last: int) -> npt.NDArray[np.int64]:
    """Number the first days of the periods around two days."""
    match per:
        case CalendarPeriod.DAY:
            return np.arange(first - _AROUND, last + _AROUND + 1)
        case CalendarPeriod.WEEK:
            weeks = ((day + _MONDAY) // _WEEK for day in (first, last))
            return np.arange(next(weeks) - _AROUND, next(weeks) + _AROUND + 1) * _WEEK - _MONDAY
        case CalendarPeriod.MONTH:
            months = np.array([first, last], "M8[D]").astype("M8[M]").astype(np.int64)
            around = np.arange(months[0] - _AROUND, months[1] + _AROUND + 1)
            return around.astype("M8[M]").astype("M8[D]").astype(np.int64)
        case _:
            assert_never(per)


STREAKS: Final[Mapping[type, Computation[Any]]] = {
    Streak: Computation(values=_values, changes=_changes, proof=_proof)
}
