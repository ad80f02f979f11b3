"""When: the next instant at which something moves an enrolment, as far as is known."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import reduce
from typing import assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, ceil_to_tick, chosen
from campaignspec.engine.gates import decided_at
from campaignspec.engine.listening import Ear
from campaignspec.engine.pausing import after_pauses
from campaignspec.engine.present import parted, writable
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask
from campaignspec.graph.wait_nodes import GateNode, ListenNode
from campaignspec.history import Stream
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.rule import Answer
from campaignspec.spec.waiting import OnAnswered, OnClicked, OnOpened


class Move(IntEnum):
    """What a seat does next."""

    ENTER = 0
    ACT = 1
    EXPIRE = 2
    CONVERT = 3
    REACH = 4
    LEAVE = 5


Moves = npt.NDArray[np.int8]


class Watch:
    """Looks ahead in the events for what open enrolments wait for or are ended by."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        goal = walk.program.graph.goal
        self._goal_window = goal.within.micros if goal else 0
        if walk.program.leaves:
            walk.every.leave_at = writable(walk.every.leave_at)
        nodes = enumerate(walk.program.nodes)
        self._listening = {n for n, node in nodes if isinstance(node, ListenNode | GateNode)}

    def look_ahead(self, index: Rows) -> None:
        """Find when open enrolments are moved by events."""
        self.endings(index)
        for place, (here,) in parted(self._walk.every.node.take(index), index):
            self.happening(place, here)

    def next_move(self, index: Rows, acts_at: Instants) -> tuple[Instants, Moves]:
        """Say when each enrolment moves next, or ``NEVER``, and how: by a `Move`, int8.

        Args:
            index: The enrolments.
            acts_at: When the node of each acts, while its journey lasts.
        """
        every = self._walk.every
        flags = every.flags.take(index)
        at = chosen((flags & ACTIVE) != 0, acts_at, NEVER)
        move = np.full(index.shape, Move.ACT, np.int8)
        soon = np.flatnonzero((every.ends_at.take(index) <= at) & (flags != 0))
        if len(soon):
            at[soon], move[soon] = self._ending(index.take(soon), flags.take(soon), at.take(soon))
        return at, move

    def _ending(
        self, index: Rows, flags: npt.NDArray[np.int8], at: Instants
    ) -> tuple[Instants, Moves]:
        """Say what moves enrolments whose node acts at an instant, if nothing comes before.

        Of the moves at one instant the last of `Move` comes first: leave rules, then stages, then
        the goal, then the end of the goal's window, then the node.
        """
        move = np.full(index.shape, Move.ACT, np.int8)
        for kind, who, when in self._endings(index, flags):
            first = who & (when <= at)
            at = np.where(first, when, at)
            move[first] = kind
        return at, move

    def acts_at(self, index: Rows) -> Instants:
        """Say when the node of each enrolment acts: when it is due, or hears what it waits for.

        In a pause it is when the pause is over.
        """
        every, pauses = self._walk.every, self._walk.program.graph.pauses
        at = every.due.take(index)
        if self._listening:
            at = np.minimum(at, every.heard_at.take(index))
        return after_pauses(at, pauses, self._walk.world.tick)

    def _endings(
        self, index: Rows, flags: npt.NDArray[np.int8]
    ) -> Iterator[tuple[Move, Mask, Instants]]:
        """Yield what may end enrolments or be noted on the way: how, of whom, and when."""
        every, program = self._walk.every, self._walk.program
        if program.goal is not None:
            opened = (flags & GOAL_OPEN) != 0
            yield Move.EXPIRE, opened, every.entered_at.take(index) + self._goal_window
            yield Move.CONVERT, opened, every.goal_at.take(index)
            if program.stages:
                yield Move.REACH, opened, every.stage_at[:, index].min(axis=0)
        if program.leaves:
            yield Move.LEAVE, (flags & ACTIVE) != 0, every.leave_at.take(index)

    def endings(self, index: Rows) -> None:
        """Find the goal and the leave rule that end each journey, and the stages on its way."""
        walk, every = self._walk, self._walk.every
        seats, since = walk.seats(index), every.entered_at.take(index)
        if walk.program.goal is not None and walk.program.graph.goal is not None:
            reached = walk.program.goal.next_after(seats, since)
            event = walk.program.graph.goal.event
            every.goal_at[index] = walk.or_signal(reached, event, index, since)
        for row, (_, stream) in enumerate(walk.program.stages):
            reached = stream.next_after(seats, since)
            every.stage_at[row, index] = np.where(reached <= walk.state.seen, NEVER, reached)
        if walk.program.leaves:
            every.leave_at[index] = NEVER
        for place, rule in enumerate(walk.program.leaves):
            at = rule.stream.next_after(seats, since)
            if rule.segment is None:
                at = walk.or_signal(at, rule.reason, index, since)
            else:
                already = walk.world.audience.matches(rule.segment, walk.rows(index), since)
                at = np.where(already, since, at)
            earlier = at < every.leave_at[index]
            every.leave_rule[index[earlier]] = place
            every.leave_at[index[earlier]] = at[earlier]
        everything = np.full(index.shape, GOAL_OPEN | ACTIVE, np.int8)
        ends = (when for _, _, when in self._endings(index, everything))
        every.ends_at[index] = reduce(np.minimum, ends, np.full(index.shape, NEVER, np.int64))

    def hear(self, event: str, index: Rows, at: Instants) -> None:
        """Note when an event that was emitted just now is heard by open enrolments.

        What they hear before stays: the signal of the tick at hand may not be heard yet.
        """
        every, program = self._walk.every, self._walk.program
        if program.graph.goal is not None and program.graph.goal.event == event:
            every.goal_at[index] = np.minimum(every.goal_at[index], at)
        for place, rule in enumerate(program.leaves):
            if rule.segment is None and rule.reason == event:
                known = every.leave_at[index]
                first = (at < known) | ((at == known) & (place < every.leave_rule[index]))
                every.leave_rule[index[first]] = place
                every.leave_at[index[first]] = at[first]
        for place, ears in program.listens.items():
            if any(isinstance(e.happening, OnEvent) and e.happening.event == event for e in ears):
                here = every.node[index] == place
                heard = every.heard_at[index[here]]
                every.heard_at[index[here]] = np.minimum(heard, at[here])
        every.ends_at[index] = np.minimum(every.ends_at[index], at)

    def happening(self, place: int, index: Rows) -> None:
        """Find when what the node at ``place`` listens for happens; it acts on ticks."""
        node, every = self._walk.program.nodes[place], self._walk.every
        match node:
            case ListenNode():
                found = self._heard(place, index)
            case GateNode():
                found = decided_at(node, self._walk, index)
            case _:
                return
        heard = ceil_to_tick(found, self._walk.world.tick)
        every.heard_at[index] = np.maximum(heard, every.since[index])

    def listen_no_more(self, place: int, index: Rows) -> None:
        """Forget what the node at ``place`` listened for, as enrolments go on from it."""
        if place in self._listening:
            self._walk.every.heard_at[index] = NEVER

    def _heard(self, place: int, index: Rows) -> Instants:
        """Find when the first of what a node listens for happens."""
        heard = np.full(index.shape, NEVER, np.int64)
        for ear in self._walk.program.listens[place]:
            heard = np.minimum(heard, self._one(ear, index))
        return heard

    def _one(self, ear: Ear, index: Rows) -> Instants:
        walk, since = self._walk, self._walk.every.since.take(index)
        seats = walk.seats(index)
        match ear.happening:
            case OnEvent() as on:
                happens = _stream(ear).next_after(seats, since)
                return walk.or_signal(happens, on.event, index, since)
            case OnSegment() as on:
                already = walk.world.audience.matches(on.segment, walk.rows(index), since)
                return np.where(already, since, _stream(ear).next_after(seats, since))
            case OnLeft() as on:
                already = ~walk.world.audience.matches(on.left, walk.rows(index), since)
                return np.where(already, since, _stream(ear).next_after(seats, since))
            case OnAnswered() as on if ear.stream is None:
                return walk.every.called[walk.program.position[on.answered]].at[index]
            case OnAnswered() as on:
                return _stream(ear).next_after(seats, walk.asked(on.answered, index))
            case OnOpened() as on:
                return walk.answered(Answer.OPENED, on.opened, index)
            case OnClicked() as on:
                return walk.answered(Answer.CLICKED, on.clicked, index)
            case _:
                assert_never(ear.happening)


def _stream(ear: Ear) -> Stream:
    assert ear.stream is not None, "only answers to messages and calls have no stream"  # noqa: S101
    return ear.stream
