"""Rehearse campaigns on the project's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaignspec.api.data_tests import judged_data, now_of, objections
from campaignspec.api.history import history_of
from campaignspec.api.names import campaigns_of, responses_of
from campaignspec.api.period import period_of
from campaignspec.assembly import Assembly
from campaignspec.clock import Clock, SystemClock
from campaignspec.engine.world import NoResponses
from campaignspec.forecast import RateResponses
from campaignspec.measure.adding import Adder
from campaignspec.project import Project
from campaignspec.quality.outcome import Outcome
from campaignspec.simulate import USUAL, Listener, Manner, Rehearsal, rehearse


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A rehearsal and what it took for granted.

    Attributes:
        rehearsal: What happened.
        responses: The name of the response model, or None when nobody answered.
        customers: How many customers the history has.
        warnings: The data tests that fail as of the period's end.
        counts: The numbers that add up, where nothing else was asked for.
    """

    rehearsal: Rehearsal
    responses: str | None
    customers: int
    warnings: tuple[Outcome, ...] = ()
    counts: Adder | None = None


def simulate(
    project: Project,
    *,
    campaigns: Sequence[str],
    first: str | None = None,
    last: str | None = None,
    responses: str | None = None,
    clock: Clock | None = None,
    manner: Manner = USUAL,
) -> Simulated:
    """Rehearse campaigns over a period of the project's history.

    Args:
        project: The linked project.
        campaigns: Names of campaigns; all, if none is given.
        first: The first date; the history's, if not given.
        last: The last date; the history's, if not given.
        responses: The response model; the project's only one, if not given.
        clock: What tells the real time; the machine's own clock, if not given.
        manner: Who is rehearsed, how many at a time, and where facts go; where they are not to
            be kept, they are counted as they come.

    Raises:
        UsageError: A name or a date does not exist.
        FindingsError: A data test names a column that is not there.
        HistoryError: A source cannot be read.
    """
    names = campaigns_of(project, campaigns)
    model = responses_of(project, responses)
    history = history_of(project)
    period = period_of(project, history, first=first, last=last)
    judged = judged_data(project, now_of(clock or SystemClock(), period.end), history=history)
    answers = (
        RateResponses(project.settings.responses[model], history.ids) if model else NoResponses()
    )
    counts: list[Adder] = []

    def counted(assembly: Assembly) -> Listener:
        counts.append(Adder(assembly.graphs, start=period.start, end=period.end))
        return counts[0].add

    rehearsal = rehearse(
        project,
        history,
        campaigns=names,
        responses=answers,
        start=period.start,
        end=period.end,
        manner=manner,
        listener=None if manner.keeps else counted,
    )
    return Simulated(
        rehearsal=rehearsal,
        responses=model,
        customers=len(history.customers),
        warnings=objections(judged),
        counts=counts[0] if counts else None,
    )
