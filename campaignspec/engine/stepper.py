"""One campaign's step: what each node, rule and entry does to a batch of customers."""

from __future__ import annotations

from typing import assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Moment
from campaignspec.clock import NEVER
from campaignspec.engine.entering import admit
from campaignspec.engine.facts import Kind
from campaignspec.engine.holding import due
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.program import Program
from campaignspec.engine.sending import Sender
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Instants, Rows, State
from campaignspec.engine.walk import Walk
from campaignspec.engine.watching import Watch
from campaignspec.engine.world import Mask, World
from campaignspec.graph.nodes import (
    ELSE,
    ENTRY,
    HELD_OUT,
    HOLDOUT,
    IN_TIME,
    NEXT,
    TOO_LATE,
    BranchNode,
    DelayNode,
    EndNode,
    EntryNode,
    ExperimentNode,
    HoldoutNode,
    LeaveNode,
    ListenNode,
    LocalTimeNode,
    SendNode,
)
from campaignspec.history import ValueKind
from campaignspec.identity import threshold
from campaignspec.money import MICROS
from campaignspec.spec.rule import Answer, Rule


class Stepper:
    """Walks one campaign's graph for the customers of a state.

    Every method takes ``index``: places in the state's columns, ascending.
    """

    def __init__(self, program: Program, world: World, state: State, place: int) -> None:
        self._walk = Walk(program=program, world=world, state=state, place=place)
        self._program = program
        self._all = state.campaigns[place]
        self._watch = Watch(self._walk)
        self._notes = Notebook(self._walk)
        self._sender = Sender(self._walk, self._notes)
        self._entry_at = program.entries.next_after(state.who, state.seen)

    @property
    def facts(self) -> list[Batch]:
        """What happened."""
        return self._notes.facts

    @property
    def sends(self) -> list[SendBatch]:
        """Messages to be delivered."""
        return self._sender.sends

    @property
    def answers(self) -> list[AnswerBatch]:
        """Answers to come, from the response model."""
        return self._sender.answers

    def look_ahead(self, index: Rows) -> None:
        """Find when open enrolments are moved by events, as far as is known."""
        self._watch.look_ahead(index)

    def next_at(self, index: Rows) -> Instants:
        """Say when each customer's next step in this campaign is due, or ``NEVER``."""
        return np.minimum(self._watch.wake(index), self._entry_at[index])

    def step(self, index: Rows, at: Instants) -> None:
        """Let each customer take one step at its instant.

        Leaving ends the journey, not the watch for the goal: what people do after they left
        counts, for the treated as for the held-out, who have no journey to leave.

        At one instant leave rules come first, then the goal, then the end of the goal's
        window, then the node; an entry comes after all that ends the enrolment before it.
        """
        every = self._all
        entering = self._watch.wake(index) > at
        self._enter(index[entering], at[entering])
        index, at = index[~entering], at[~entering]
        open_goal = (every.flags[index] & GOAL_OPEN) != 0
        active = (every.flags[index] & ACTIVE) != 0
        leaves = active & (every.leave_at[index] == at)
        converts = ~leaves & open_goal & (every.goal_at[index] == at)
        expires = ~leaves & ~converts & open_goal & (self._watch.window_end(index) == at)
        acts = ~(leaves | converts | expires)
        self._leave_by_rule(index[leaves], at[leaves])
        self._convert(index[converts], at[converts])
        self._expire(index[expires], at[expires])
        self._act(index[acts], at[acts])

    # --- entries and endings ---

    def _enter(self, index: Rows, at: Instants) -> None:
        self._entry_at[index] = self._program.entries.next_after(self._walk.rows(index), at)
        self._begin(*admit(self._walk, self._notes, index, at))

    def _begin(self, index: Rows, at: Instants) -> None:
        every = self._all
        every.number[index] += 1
        every.seq[index] = 0
        every.entered_at[index] = at
        for column in every.answers.values():
            column[index] = NEVER
        held = self._program.held_out[self._walk.rows(index)]
        goal = GOAL_OPEN if self._program.goal is not None else 0
        every.flags[index] = np.where(held, goal, goal | ACTIVE)
        self._watch.endings(index)
        self._notes.step(Kind.ENTERED, ENTRY, index[~held], at[~held], NEXT)
        self._go(index[~held], at[~held], self._program.position[ENTRY], NEXT)
        if held.any():
            self._hold_out(index[held], at[held])

    def _hold_out(self, index: Rows, at: Instants) -> None:
        self._notes.step(Kind.ENTERED, ENTRY, index, at, HELD_OUT)
        self._notes.step(Kind.HELD_OUT, HOLDOUT, index, at)
        self._arrive(index, at, self._program.position[HOLDOUT])

    def _leave_by_rule(self, index: Rows, at: Instants) -> None:
        for place, rule in enumerate(self._program.leaves):
            mine = self._all.leave_rule[index] == place
            self._notes.here(Kind.LEFT, index[mine], at[mine], reason=rule.reason)
        self._all.flags[index] &= np.int8(~ACTIVE)

    def _convert(self, index: Rows, at: Instants) -> None:
        self._notes.here(Kind.CONVERTED, index, at, edge="goal", value=self._goal_value(index))
        goal = self._program.graph.goal
        self._all.flags[index] &= np.int8(ACTIVE if goal and goal.stay else 0)

    def _goal_value(self, index: Rows) -> npt.NDArray[np.int64] | None:
        goal, stream = self._program.graph.goal, self._program.goal
        if goal is None or stream is None or goal.value is None:
            return None
        event = stream.index_after(self._walk.rows(index), self._all.entered_at[index])
        if goal.value not in stream.properties:
            return np.zeros(index.shape, np.int64)
        column = stream.properties[goal.value].take(event)
        known = np.where(column.missing, 0, column.values)
        if column.kind is ValueKind.MONEY:
            return np.asarray(known, np.int64)
        return np.asarray(np.rint(known * MICROS), np.int64)

    def _expire(self, index: Rows, at: Instants) -> None:
        self._notes.here(Kind.EXPIRED, index, at)
        self._all.flags[index] &= np.int8(~GOAL_OPEN)

    # --- nodes ---

    def _act(self, index: Rows, at: Instants) -> None:
        places = self._all.node[index]
        for place in np.unique(places):
            here = places == place
            self._act_at(int(place), index[here], at[here])

    def _act_at(self, place: int, index: Rows, at: Instants) -> None:
        node = self._program.nodes[place]
        match node:
            case DelayNode() | LocalTimeNode():
                self._pass(Kind.WAITED, place, index, at, NEXT)
            case ListenNode():
                in_time = self._all.heard_at[index] <= self._all.due[index]
                self._pass(Kind.WAITED, place, index[in_time], at[in_time], IN_TIME)
                self._pass(Kind.WAITED, place, index[~in_time], at[~in_time], TOO_LATE)
            case SendNode():
                goes_on = self._sender.send(node, place, index, at)
                self._go(index[goes_on], at[goes_on], place, NEXT)
            case BranchNode():
                self._branch(node, place, index, at)
            case ExperimentNode():
                self._assign(node, place, index, at)
            case LeaveNode():
                self._notes.step(Kind.LEFT, node.id, index, at, reason=node.reason)
                self._all.flags[index] &= np.int8(~ACTIVE)
            case EndNode():
                self._notes.step(Kind.COMPLETED, node.id, index, at)
                self._all.flags[index] &= np.int8(~ACTIVE)
            case EntryNode() | HoldoutNode():
                raise AssertionError(f"nobody acts at {node.id}")
            case _:
                assert_never(node)

    def _branch(self, node: BranchNode, place: int, index: Rows, at: Instants) -> None:
        for label, rule in node.ways:
            takes = self._holds(rule, index, at)
            self._pass(Kind.BRANCHED, place, index[takes], at[takes], label)
            index, at = index[~takes], at[~takes]
        self._pass(Kind.BRANCHED, place, index, at, ELSE)

    def _holds(self, rule: Rule, index: Rows, at: Instants) -> Mask:
        def answers(answer: Answer, step: str) -> Mask:
            return self._walk.answered(answer, step)[index] <= at

        moment = Moment(rows=self._walk.rows(index), at=at, answers=answers)
        return self._walk.world.audience.holds(rule, moment)

    def _assign(self, node: ExperimentNode, place: int, index: Rows, at: Instants) -> None:
        draws = self._program.draws[place][self._walk.rows(index)].astype(np.int64)
        for arm, below in node.arms:
            takes = draws < threshold(below)
            self._pass(Kind.ASSIGNED, place, index[takes], at[takes], arm)
            index, at, draws = index[~takes], at[~takes], draws[~takes]

    # --- where to, and until when ---

    def _pass(self, kind: Kind, place: int, index: Rows, at: Instants, edge: str) -> None:
        """Note that a node is done, and go on."""
        self._notes.step(kind, self._program.nodes[place].id, index, at, edge)
        self._go(index, at, place, edge)

    def _go(self, index: Rows, at: Instants, place: int, edge: str) -> None:
        if len(index):
            self._arrive(index, at, self._program.targets[place, edge])

    def _arrive(self, index: Rows, at: Instants, place: int) -> None:
        every = self._all
        every.node[index] = place
        every.since[index] = at
        every.due[index] = due(self._program.nodes[place], self._walk, index, at)
        self._watch.happening(place, index)
