"""When: the next instant at which something moves an enrolment, as far as is known."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.graph.nodes import ListenNode
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.rule import Answer
from campaignspec.spec.waiting import OnClicked, OnOpened


class Watch:
    """Looks ahead in the events for what open enrolments wait for or are ended by."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        goal = walk.program.graph.goal
        self._goal_window = goal.within.micros if goal else 0

    def look_ahead(self, index: Rows) -> None:
        """Find when open enrolments are moved by events."""
        every = self._walk.every
        opened = index[every.flags[index] != 0]
        self.endings(opened)
        for place in np.unique(every.node[opened]):
            self.happening(int(place), opened[every.node[opened] == place])

    def wake(self, index: Rows) -> Instants:
        """Say when each enrolment moves next, or ``NEVER``."""
        every = self._walk.every
        flags = every.flags[index]
        act = np.minimum(every.due[index], every.heard_at[index])
        wake = np.where(flags & ACTIVE, np.minimum(act, every.leave_at[index]), NEVER)
        ends = np.minimum(every.goal_at[index], self.window_end(index))
        return np.where(flags & GOAL_OPEN, np.minimum(wake, ends), wake)

    def window_end(self, index: Rows) -> Instants:
        """Say when the goal's window closes."""
        return self._walk.every.entered_at[index] + self._goal_window

    def endings(self, index: Rows) -> None:
        """Find the goal and the leave rule that end each journey."""
        walk, every, who = self._walk, self._walk.every, self._walk.rows(index)
        since = every.entered_at[index]
        if walk.program.goal is not None:
            every.goal_at[index] = walk.program.goal.next_after(who, since)
        every.leave_at[index] = NEVER
        for place, rule in enumerate(walk.program.leaves):
            at = rule.stream.next_after(who, since)
            if rule.segment is not None:
                already = walk.world.audience.matches(rule.segment, who, since)
                at = np.where(already, since, at)
            earlier = at < every.leave_at[index]
            every.leave_rule[index[earlier]] = place
            every.leave_at[index[earlier]] = at[earlier]

    def happening(self, place: int, index: Rows) -> None:
        """Find when what the node at ``place`` listens for happens; it acts on ticks."""
        node, every = self._walk.program.nodes[place], self._walk.every
        if not isinstance(node, ListenNode):
            every.heard_at[index] = NEVER
            return
        heard = ceil_to_tick(self._heard(node, place, index), self._walk.world.tick)
        every.heard_at[index] = np.maximum(heard, every.since[index])

    def _heard(self, node: ListenNode, place: int, index: Rows) -> Instants:
        walk, who, since = self._walk, self._walk.rows(index), self._walk.every.since[index]
        match node.happening:
            case OnEvent():
                return walk.program.listens[place].next_after(who, since)
            case OnSegment() as on:
                already = walk.world.audience.matches(on.segment, who, since)
                joins = walk.program.listens[place].next_after(who, since)
                return np.where(already, since, joins)
            case OnOpened() as on:
                return walk.answered(Answer.OPENED, on.opened)[index]
            case OnClicked() as on:
                return walk.answered(Answer.CLICKED, on.clicked)[index]
            case _:
                assert_never(node.happening)
