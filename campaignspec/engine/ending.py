"""Endings: what moves an enrolment beside its node: the goal, its window, stages, leave rules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER
from campaignspec.engine.facts import Kind
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.history import ValueKind
from campaignspec.money import MICROS


class Ender:
    """Ends one campaign's enrolments, and notes how far they come on their way to the goal."""

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self._walk = walk
        self._notes = notes
        self._program = walk.program
        self._all = walk.every

    def leave(self, index: Rows, at: Instants) -> None:
        """End journeys by the leave rule that comes first for each."""
        for place, rule in enumerate(self._program.leaves):
            mine = self._all.leave_rule[index] == place
            self._notes.here(Kind.LEFT, index[mine], at[mine], reason=rule.reason)
        self._all.flags[index] &= np.int8(~ACTIVE)

    def reach(self, index: Rows, at: Instants) -> None:
        """Note the first stage that each enrolment reaches now, in the order they are written."""
        for row, (name, _) in enumerate(self._program.stages):
            now = self._all.stage_at[row, index] == at
            self._notes.here(Kind.REACHED, index[now], at[now], edge=name)
            self._all.stage_at[row, index[now]] = NEVER
            index, at = index[~now], at[~now]

    def convert(self, index: Rows, at: Instants) -> None:
        """Note that the goal is reached, and what it is worth; it ends all but what stays."""
        self._notes.here(Kind.CONVERTED, index, at, edge="goal", value=self._goal_value(index))
        goal = self._program.graph.goal
        self._all.flags[index] &= np.int8(ACTIVE if goal and goal.stay else 0)

    def _goal_value(self, index: Rows) -> npt.NDArray[np.int64] | None:
        goal, stream = self._program.graph.goal, self._program.goal
        if goal is None or stream is None or goal.value is None:
            return None
        event = stream.index_after(self._walk.seats(index), self._all.entered_at[index])
        if goal.value not in stream.properties:
            return np.zeros(index.shape, np.int64)
        column = stream.properties[goal.value].take(event)
        known = np.where(column.missing, 0, column.values)
        if column.kind is ValueKind.MONEY:
            return np.asarray(known, np.int64)
        return np.asarray(np.rint(known * MICROS), np.int64)

    def expire(self, index: Rows, at: Instants) -> None:
        """Note that the goal's window is over."""
        self._notes.here(Kind.EXPIRED, index, at)
        self._all.flags[index] &= np.int8(~GOAL_OPEN)
