"""One campaign's step: what each node, rule and entry does to a batch of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Moment
from campaignspec.clock import DAY, MINUTE, NEVER, Duration, ceil_to_tick
from campaignspec.connector import MessageClass
from campaignspec.engine.facts import Kind
from campaignspec.engine.journal import Batch
from campaignspec.engine.program import Program
from campaignspec.engine.state import (
    ACTIVE,
    GOAL_OPEN,
    Answers,
    Enrolments,
    Instants,
    Rows,
    State,
)
from campaignspec.engine.touch import TouchFacts, record_send
from campaignspec.engine.world import Mask, SentBatch, World
from campaignspec.graph import nodes as graph_nodes
from campaignspec.graph.nodes import (
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
from campaignspec.policy import Action, Reason, Touches, decide
from campaignspec.spec.journey import (
    Again,
    OnClicked,
    OnEvent,
    OnOpened,
    OnSegment,
    Weekday,
    WhenCapped,
)
from campaignspec.spec.rule import Answer, Rule

ENROLLED = "enrolled"
ONCE = "once"
TOO_SOON = "too-soon"

_WEEKDAYS = tuple(Weekday)
_THURSDAY = 3
"""1970-01-01, day 0, was a Thursday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """Messages of one send node, to be delivered.

    Attributes:
        batch: Who, when, and by which channel.
        message_class: Why they are sent.
        message: The message's name.
    """

    batch: SentBatch
    message_class: MessageClass
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBatch:
    """Answers of one kind to messages of one send node, some of them still to come."""

    campaign: str
    node: str
    channel: str
    kind: Kind
    rows: Rows
    at: Instants
    enrolment: npt.NDArray[np.int32]


class Stepper:
    """Walks one campaign's graph for the customers of a state.

    Every method takes ``index``: places in the state's columns, ascending.
    """

    def __init__(self, program: Program, world: World, state: State, place: int) -> None:
        self.program = program
        self.facts: list[Batch] = []
        self.sends: list[SendBatch] = []
        self.answers: list[AnswerBatch] = []
        self._world = world
        self._state = state
        self._who = state.who
        self._all: Enrolments = state.campaigns[place]
        self._entry_at = program.entries.next_after(state.who, state.seen)
        goal = program.graph.goal
        self._goal_window = goal.within.micros if goal else 0
        self._goal_stays = bool(goal and goal.stay)

    # --- when ---

    def look_ahead(self, index: Rows) -> None:
        """Find when open enrolments are moved by events, as far as is known."""
        opened = index[self._all.flags[index] != 0]
        self._watch(opened)
        for place in np.unique(self._all.node[opened]):
            self._listen(int(place), opened[self._all.node[opened] == place])

    def next_at(self, index: Rows) -> Instants:
        """Say when each customer's next step in this campaign is due, or ``NEVER``."""
        return np.minimum(self._wake(index), self._entry_at[index])

    def _wake(self, index: Rows) -> Instants:
        every = self._all
        flags = every.flags[index]
        act = np.minimum(every.due[index], every.heard_at[index])
        wake = np.where(flags & ACTIVE, act, NEVER)
        ends = np.minimum(every.goal_at[index], self._window_end(index))
        wake = np.where(flags & GOAL_OPEN, np.minimum(wake, ends), wake)
        return np.where(flags != 0, np.minimum(wake, every.leave_at[index]), NEVER)

    def _window_end(self, index: Rows) -> Instants:
        return self._all.entered_at[index] + self._goal_window

    def _watch(self, index: Rows) -> None:
        """Find the goal and the leave rule that end each enrolment, as far as is known."""
        every, who = self._all, self._who[index]
        since = every.entered_at[index]
        if self.program.goal is not None:
            every.goal_at[index] = self.program.goal.next_after(who, since)
        every.leave_at[index] = NEVER
        for place, rule in enumerate(self.program.leaves):
            at = rule.stream.next_after(who, since)
            if rule.segment is not None:
                already = self._world.audience.matches(rule.segment, who, since)
                at = np.where(already, since, at)
            earlier = at < every.leave_at[index]
            every.leave_rule[index[earlier]] = place
            every.leave_at[index[earlier]] = at[earlier]

    def _listen(self, place: int, index: Rows) -> None:
        """Find when what a node listens for happens, as far as is known."""
        node = self.program.nodes[place]
        every, who, since = self._all, self._who[index], self._all.since[index]
        if not isinstance(node, ListenNode):
            every.heard_at[index] = NEVER
            return
        match node.happening:
            case OnEvent():
                heard = self.program.listens[place].next_after(who, since)
            case OnSegment() as on:
                heard = self.program.listens[place].next_after(who, since)
                already = self._world.audience.matches(on.segment, who, since)
                heard = np.where(already, since, heard)
            case OnOpened() as on:
                heard = self._answer(Answer.OPENED, on.opened)[index]
            case OnClicked() as on:
                heard = self._answer(Answer.CLICKED, on.clicked)[index]
            case _:
                assert_never(node.happening)
        every.heard_at[index] = np.maximum(ceil_to_tick(heard, self._world.tick), since)

    def _answer(self, answer: Answer, step: str) -> Instants:
        return self._all.answers[answer, self.program.position[step]]

    # --- what ---

    def step(self, index: Rows, at: Instants) -> None:
        """Let each customer take one step at its instant.

        At one instant leave rules come first, then the goal, then the end of the goal's
        window, then the node; an entry comes after all that ends the enrolment before it.
        """
        every = self._all
        entering = self._wake(index) > at
        self._enter(index[entering], at[entering])
        index, at = index[~entering], at[~entering]
        open_goal = (every.flags[index] & GOAL_OPEN) != 0
        leaves = every.leave_at[index] == at
        converts = ~leaves & open_goal & (every.goal_at[index] == at)
        expires = ~leaves & ~converts & open_goal & (self._window_end(index) == at)
        acts = ~(leaves | converts | expires)
        self._leave_by_rule(index[leaves], at[leaves])
        self._convert(index[converts], at[converts])
        self._expire(index[expires], at[expires])
        self._act(index[acts], at[acts])

    def _enter(self, index: Rows, at: Instants) -> None:
        self._entry_at[index] = self.program.entries.next_after(self._who[index], at)
        moment = Moment(rows=self._who[index], at=at)
        wanted = self._world.audience.holds(self.program.graph.enter.where, moment)
        index, at = index[wanted], at[wanted]
        for reason, refused in self._refusals(index, at):
            self._note(Kind.REFUSED, graph_nodes.ENTRY, index[refused], at[refused], reason=reason)
            index, at = index[~refused], at[~refused]
        self._begin(index, at)

    def _refusals(self, index: Rows, at: Instants) -> list[tuple[str, Mask]]:
        """Say whom the again-policy refuses; each mask is over those the former ones left."""
        every, again = self._all, self.program.graph.enter.again
        enrolled = every.flags[index] != 0
        left, left_at = index[~enrolled], at[~enrolled]
        if again is Again.ALWAYS:
            return [(ENROLLED, enrolled)]
        if isinstance(again, Duration):
            soon = left_at - every.entered_at[left] < again.micros
            return [(ENROLLED, enrolled), (TOO_SOON, soon)]
        return [(ENROLLED, enrolled), (ONCE, every.number[left] > 0)]

    def _begin(self, index: Rows, at: Instants) -> None:
        every = self._all
        every.number[index] += 1
        every.seq[index] = 0
        every.entered_at[index] = at
        for column in every.answers.values():
            column[index] = NEVER
        held = self.program.held_out[self._who[index]]
        goal = GOAL_OPEN if self.program.goal is not None else 0
        every.flags[index] = np.where(held, goal, goal | ACTIVE)
        self._watch(index)
        self._note_step(Kind.ENTERED, graph_nodes.ENTRY, index[~held], at[~held], graph_nodes.NEXT)
        self._note_step(
            Kind.ENTERED, graph_nodes.ENTRY, index[held], at[held], graph_nodes.HELD_OUT
        )
        self._note_step(Kind.HELD_OUT, graph_nodes.HOLDOUT, index[held], at[held])
        self._go(
            index[~held], at[~held], self.program.position[graph_nodes.ENTRY], graph_nodes.NEXT
        )
        if held.any():
            self._arrive(index[held], at[held], self.program.position[graph_nodes.HOLDOUT])

    def _leave_by_rule(self, index: Rows, at: Instants) -> None:
        for place, rule in enumerate(self.program.leaves):
            mine = self._all.leave_rule[index] == place
            self._note_here(Kind.LEFT, index[mine], at[mine], reason=rule.reason)
        self._all.flags[index] = 0

    def _convert(self, index: Rows, at: Instants) -> None:
        value = self._goal_value(index)
        self._note_here(Kind.CONVERTED, index, at, edge="goal", value=value)
        keep = ACTIVE if self._goal_stays else 0
        self._all.flags[index] &= np.int8(keep)

    def _goal_value(self, index: Rows) -> npt.NDArray[np.int64] | None:
        goal, stream = self.program.graph.goal, self.program.goal
        if goal is None or stream is None or goal.value is None:
            return None
        event = stream.index_after(self._who[index], self._all.entered_at[index])
        if goal.value not in stream.properties:
            return np.zeros(index.shape, np.int64)
        column = stream.properties[goal.value].take(event)
        known = np.where(column.missing, 0, column.values)
        if column.kind is ValueKind.MONEY:
            return known.astype(np.int64)
        return np.rint(known * MICROS).astype(np.int64)

    def _expire(self, index: Rows, at: Instants) -> None:
        self._note_here(Kind.EXPIRED, index, at)
        self._all.flags[index] &= np.int8(~GOAL_OPEN)

    def _act(self, index: Rows, at: Instants) -> None:
        places = self._all.node[index]
        for place in np.unique(places):
            here = places == place
            self._act_at(int(place), index[here], at[here])

    def _act_at(self, place: int, index: Rows, at: Instants) -> None:
        node = self.program.nodes[place]
        match node:
            case DelayNode() | LocalTimeNode():
                self._pass(Kind.WAITED, place, index, at, graph_nodes.NEXT)
            case ListenNode():
                in_time = self._all.heard_at[index] <= self._all.due[index]
                self._pass(Kind.WAITED, place, index[in_time], at[in_time], graph_nodes.IN_TIME)
                self._pass(Kind.WAITED, place, index[~in_time], at[~in_time], graph_nodes.TOO_LATE)
            case SendNode():
                self._send(node, place, index, at)
            case BranchNode():
                self._branch(node, place, index, at)
            case ExperimentNode():
                self._assign(node, place, index, at)
            case LeaveNode():
                self._note_step(Kind.LEFT, node.id, index, at, reason=node.reason)
                self._all.flags[index] = 0
            case EndNode():
                self._note_step(Kind.COMPLETED, node.id, index, at)
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
        self._pass(Kind.BRANCHED, place, index, at, graph_nodes.ELSE)

    def _holds(self, rule: Rule, index: Rows, at: Instants) -> Mask:
        def answers(answer: Answer, step: str) -> Mask:
            return self._answer(answer, step)[index] <= at

        moment = Moment(rows=self._who[index], at=at, answers=answers)
        return self._world.audience.holds(rule, moment)

    def _assign(self, node: ExperimentNode, place: int, index: Rows, at: Instants) -> None:
        draws = self.program.draws[place][self._who[index]].astype(np.int64)
        for arm, below in node.arms:
            takes = draws < threshold(below)
            self._pass(Kind.ASSIGNED, place, index[takes], at[takes], arm)
            index, at, draws = index[~takes], at[~takes], draws[~takes]

    def _send(self, node: SendNode, place: int, index: Rows, at: Instants) -> None:
        touches = Touches(
            rows=self._who[index],
            at=at,
            channel=node.channel,
            message_class=node.message_class,
            when_capped=node.when_capped,
            tick=self._world.tick,
        )
        facts = TouchFacts(world=self._world, state=self._state, index=index)
        ruling = decide(touches, facts, self._world.policies)
        allowed = ruling.action == Action.ALLOW
        self._deliver(node, place, index[allowed], at[allowed])
        for reason in np.unique(ruling.reason[~allowed]):
            mine = ruling.reason == reason
            later = mine & (ruling.action == Action.DEFER)
            self._defer(node, index[later], at[later], ruling.until[later], Reason(reason))
            never = mine & (ruling.action == Action.SUPPRESS)
            self._suppress(node, place, index[never], at[never], Reason(reason))

    def _deliver(self, node: SendNode, place: int, index: Rows, at: Instants) -> None:
        if not len(index):
            return
        cost = np.full(index.shape, self._world.costs.get(node.channel, 0), np.int64)
        self._note_step(
            Kind.SENT, node.id, index, at, graph_nodes.NEXT, channel=node.channel, value=cost
        )
        graph = self.program.graph
        batch = SentBatch(
            campaign=graph.campaign,
            seed=graph.seed,
            node=node.id,
            channel=node.channel,
            rows=self._who[index],
            at=at,
            enrolment=self._all.number[index],
        )
        self.sends.append(
            SendBatch(batch=batch, message_class=node.message_class, message=node.message)
        )
        caps = self._world.policies.caps
        record_send(self._state, caps, index, at, node.channel, node.message_class)
        self._hear_back(batch, self._world.responses.answer(batch), place, index)
        self._go(index, at, place, graph_nodes.NEXT)

    def _hear_back(self, batch: SentBatch, answers: Answers, place: int, index: Rows) -> None:
        every = self._all
        every.answers[Answer.SENT, place][index] = batch.at
        every.answers[Answer.OPENED, place][index] = answers.opened
        every.answers[Answer.CLICKED, place][index] = answers.clicked
        out = self._state.unsubscribed[batch.channel]
        out[index] = np.minimum(out[index], answers.unsubscribed)
        for kind, at in answers.by_kind().items():
            comes = at != NEVER
            self.answers.append(
                AnswerBatch(
                    campaign=batch.campaign,
                    node=batch.node,
                    channel=batch.channel,
                    kind=Kind(kind),
                    rows=batch.rows[comes],
                    at=at[comes],
                    enrolment=batch.enrolment[comes],
                )
            )

    def _defer(
        self, node: SendNode, index: Rows, at: Instants, until: Instants, reason: Reason
    ) -> None:
        self._note_step(Kind.DEFERRED, node.id, index, at, channel=node.channel, reason=reason.slug)
        self._all.due[index] = until

    def _suppress(
        self, node: SendNode, place: int, index: Rows, at: Instants, reason: Reason
    ) -> None:
        leaves = reason is Reason.CAP and node.when_capped is WhenCapped.LEAVE
        edge = None if leaves else graph_nodes.NEXT
        self._note_step(
            Kind.SUPPRESSED, node.id, index, at, edge, channel=node.channel, reason=reason.slug
        )
        if leaves:
            self._note_step(Kind.LEFT, node.id, index, at, reason=reason.slug)
            self._all.flags[index] = 0
        else:
            self._go(index, at, place, graph_nodes.NEXT)

    # --- where to ---

    def _pass(self, kind: Kind, place: int, index: Rows, at: Instants, edge: str) -> None:
        """Note that a node is done, and go on."""
        self._note_step(kind, self.program.nodes[place].id, index, at, edge)
        self._go(index, at, place, edge)

    def _go(self, index: Rows, at: Instants, place: int, edge: str) -> None:
        if len(index):
            self._arrive(index, at, self.program.targets[place, edge])

    def _arrive(self, index: Rows, at: Instants, place: int) -> None:
        every = self._all
        every.node[index] = place
        every.since[index] = at
        every.due[index] = self._due(place, index, at)
        self._listen(place, index)

    def _due(self, place: int, index: Rows, at: Instants) -> Instants:
        """Say when a node acts at the latest on those who reach it now."""
        node, tick = self.program.nodes[place], self._world.tick
        match node:
            case DelayNode():
                return ceil_to_tick(at + node.duration.micros, tick)
            case ListenNode():
                return ceil_to_tick(at + node.at_most.micros, tick)
            case LocalTimeNode():
                return ceil_to_tick(self._local(node, index, at), tick)
            case HoldoutNode():
                return np.full(at.shape, NEVER, np.int64)
            case _:
                return at

    def _local(self, node: LocalTimeNode, index: Rows, at: Instants) -> Instants:
        """Find the next time of day, on a weekday that counts, on each customer's clock."""
        wanted = node.until.on or _WEEKDAYS
        allowed = np.array([day in wanted for day in _WEEKDAYS])
        due = at.copy()
        for zone, here in self._world.zones(self._who[index]):
            local = zone.to_local(at[here])
            day = local // DAY
            day += local > day * DAY + node.until.until.minutes * MINUTE
            for _ in _WEEKDAYS:
                day += ~allowed[(day + _THURSDAY) % 7]
            due[here] = zone.to_instant(day * DAY + node.until.until.minutes * MINUTE)
        return np.maximum(due, at)

    # --- facts ---

    def _note_here(
        self,
        kind: Kind,
        index: Rows,
        at: Instants,
        *,
        edge: str | None = None,
        reason: str | None = None,
        value: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Note a step at the node where each customer is."""
        places = self._all.node[index]
        for place in np.unique(places):
            here = places == place
            self._note_step(
                kind,
                self.program.nodes[place].id,
                index[here],
                at[here],
                edge,
                reason=reason,
                value=None if value is None else value[here],
            )

    def _note_step(
        self,
        kind: Kind,
        node: str,
        index: Rows,
        at: Instants,
        edge: str | None = None,
        *,
        channel: str | None = None,
        reason: str | None = None,
        value: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Note a step of each enrolment, and count it."""
        seq = self._all.seq[index]
        self._note(
            kind, node, index, at, edge=edge, channel=channel, reason=reason, value=value, seq=seq
        )
        self._all.seq[index] += 1

    def _note(
        self,
        kind: Kind,
        node: str,
        index: Rows,
        at: Instants,
        *,
        edge: str | None = None,
        channel: str | None = None,
        reason: str | None = None,
        value: npt.NDArray[np.int64] | None = None,
        seq: npt.NDArray[np.int32] | None = None,
    ) -> None:
        if not len(index):
            return
        self.facts.append(
            Batch(
                campaign=self.program.graph.campaign,
                kind=kind,
                node=node,
                edge=edge,
                channel=channel,
                reason=reason,
                rows=self._who[index],
                at=at,
                enrolment=self._all.number[index],
                seq=np.full(index.shape, -1, np.int32) if seq is None else seq,
                value=value,
            )
        )
