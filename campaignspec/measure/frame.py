"""The entries that a KPI looks at, each with its own window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.cohort import Cohort, Flags
from campaignspec.measure.ground import UNKNOWN, Ground, Places
from campaignspec.spec.kpi_definition import Definition, GoalWindow, Side, Since


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Entries and their windows.

    Attributes:
        cohort: The entries with their facts.
        graph: The journey.
        ground: The history.
        start: The instant after which the period begins.
        rows: The history's row of each entry's customer.
        begins: The instant after which each entry's window begins.
        ends: The last instant in it.
        counts: Which entries count: their window is over, and their customer is known where the
            history is asked.
        is_timed: Whether facts count only in the windows.
        untreated: Whether everybody stands for the treated, because nobody is: a baseline.
    """

    cohort: Cohort
    graph: JourneyGraph
    ground: Ground
    start: Instant
    rows: Places
    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    counts: Flags
    is_timed: bool = False
    untreated: bool = False

    @property
    def end(self) -> Instant:
        """The last instant of the period."""
        return self.cohort.end

    @property
    def size(self) -> int:
        """How many entries there are, whether they count or not."""
        return len(self.cohort.entered_at)

    def side(self, side: Side) -> Flags:
        """Mark the entries of a side that count."""
        match side:
            case Side.TREATED:
                return self.counts & (~self.cohort.held_out | self.untreated)
            case Side.HELD_OUT:
                return self.counts & self.cohort.held_out
            case Side.ENTERED:
                return self.counts
            case Side.TOUCHED:
                return self.counts & self.cohort.reached(Kind.SENT)


def frame_of(
    cohort: Cohort,
    graph: JourneyGraph,
    ground: Ground,
    definition: Definition,
    *,
    start: Instant,
    asks_history: bool,
    untreated: bool = False,
) -> Frame:
    """Give every entry its window; without one it reaches to the end of the period."""
    anchor = first_messages(cohort) if _is_since_message(definition) else cohort.entered_at
    begun = anchor != NEVER
    begins = np.where(begun, anchor + (definition.after.micros if definition.after else 0), NEVER)
    length = _length(definition, graph)
    ends = np.full(begins.shape, cohort.end)
    if length is not None:
        # An instant that never comes has no end either; adding to it would overflow.
        ends = np.where(begun, np.where(begun, begins, 0) + length, NEVER)
    rows = ground.rows(cohort.names) if asks_history else np.zeros(len(anchor), np.int64)
    return Frame(
        cohort=cohort,
        graph=graph,
        ground=ground,
        start=start,
        rows=np.maximum(rows, 0),
        begins=begins,
        ends=ends,
        counts=begun & (ends <= cohort.end) & (rows != UNKNOWN),
        is_timed=length is not None and definition.window is not GoalWindow.GOAL,
        untreated=untreated,
    )


def first_messages(cohort: Cohort) -> npt.NDArray[np.int64]:
    """Return when each entry's first message was sent, or ``NEVER``."""
    first = np.full(len(cohort.entered_at), NEVER, np.int64)
    sent = cohort.marks(Kind.SENT)
    np.minimum.at(first, cohort.enrolment[sent], cohort.instants[sent])
    return first


def _is_since_message(definition: Definition) -> bool:
    return definition.since is Since.FIRST_MESSAGE


def _length(definition: Definition, graph: JourneyGraph) -> int | None:
    if definition.window is GoalWindow.GOAL:
        return graph.goal.within.micros if graph.goal else None
    return definition.window.micros if definition.window else None
