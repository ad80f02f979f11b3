"""One campaign's step: what each node, rule and entry does to a batch of customers."""

from __future__ import annotations

from collections import deque
from typing import assert_never

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.engine.acting import Actor
from campaignspec.engine.ending import Ender
from campaignspec.engine.entering import admit
from campaignspec.engine.facts import Kind
from campaignspec.engine.gates import ways_out
from campaignspec.engine.granting import Granter
from campaignspec.engine.holding import due, missed
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.present import kept, parted
from campaignspec.engine.program import held_out
from campaignspec.engine.sending import Sender
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Instants, Moments, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.watching import Move, Watch
from campaignspec.engine.winning import WINNER
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import (
    ELSE,
    ENTRY,
    HELD_OUT,
    HOLDOUT,
    IN_TIME,
    MISSED,
    NEXT,
    NOT_GRANTED,
    TOO_LATE,
    ActNode,
    BranchNode,
    EmitNode,
    EndNode,
    EntryNode,
    ExperimentNode,
    GrantNode,
    HoldoutNode,
    LeaveNode,
    MarkNode,
    RedeemNode,
    RevokeNode,
    SendNode,
    SplitNode,
)
from campaignspec.graph.wait_nodes import (
    DateNode,
    DaysNode,
    DelayNode,
    GateNode,
    ListenNode,
    LocalTimeNode,
    PhaseNode,
    SpreadNode,
    TraitNode,
    WaitNode,
)
from campaignspec.identity import threshold
from campaignspec.spec.rule import Rule


class Stepper:
    """Walks one campaign's graph for the customers of a state.

    From outside it is asked about ``customers``: places in the state's columns of customers,
    ascending. Inside, ``index`` is the seat of each that acts: its only one, or the one of its
    several whose turn it is.
    """

    def __init__(self, walk: Walk) -> None:
        program, state, place = walk.program, walk.state, walk.place
        self._walk = walk
        self._program = program
        self._all = state.campaigns[place]
        self._watch = Watch(self._walk)
        self._notes = Notebook(self._walk)
        self._sender = Sender(self._walk, self._notes)
        self._actor = Actor(self._walk, self._notes)
        self._granter = Granter(self._walk, self._notes)
        self._ender = Ender(self._walk, self._notes)
        self._seating = state.seatings[place]
        self._entry_at = np.full(self._seating.seats.shape, NEVER, np.int64)
        self._next_at = np.full(self._seating.seats.shape, NEVER, np.int64)
        self._next_move = np.zeros(self._seating.seats.shape, np.int8)
        self._emitted: list[tuple[str, Rows]] = []
        self._acting: deque[tuple[int, Rows, Instants]] = deque()

    @property
    def claims_anything(self) -> bool:
        """Whether any step takes of what customers share."""
        return bool(self._program.claims.any())

    @property
    def column(self) -> Instants | None:
        """When each customer's next step is due, where each has one seat; else None."""
        return self._next_at if self._seating.offsets is None else None

    def claims(self, customers: Rows, at: Instants) -> Mask:
        """Say who is about to take of what customers share, with its next step."""
        index = self._seating.first_with(self._next_at, customers, at)
        acts = self._next_move.take(index) == np.int8(Move.ACT)
        return np.asarray(acts & self._program.claims.take(self._all.node.take(index)))

    def emitted(self) -> list[tuple[str, Rows]]:
        """Return the events that the last step emitted, and for whom."""
        emitted, self._emitted = self._emitted, []
        return emitted

    def hear(self, event: str, customers: Rows) -> None:
        """Listen to an event that was emitted just now."""
        index = self._seating.places_of(customers)
        at = self._walk.state.signals.heard[event][self._walk.people(index)]
        opened = self._all.flags[index] != 0
        self._watch.hear(event, index[opened], at[opened])
        if self._program.entered_by == event:
            self._entry_at[index] = np.minimum(self._entry_at[index], at)
        self._look(index)

    def look_ahead(self, customers: Rows) -> None:
        """Find when customers enter, and when open enrolments are moved, as far as is known."""
        index, seen = self._seating.places_of(customers), self._walk.state.seen
        meets = self._program.entries.next_after(self._walk.seats(index), seen)
        entry_at = self._or_signal(meets, index, seen)
        self._entry_at[index] = entry_at
        self._next_at[index], self._next_move[index] = entry_at, Move.ENTER
        opened = index.compress(self._all.flags.take(index) != 0)
        self._watch.look_ahead(opened)
        self._look(opened)

    def next_at(self, customers: Rows) -> Instants:
        """Say when each customer's next step in this campaign is due, or ``NEVER``."""
        return self._seating.least(self._next_at, customers)

    def step(self, customers: Rows, at: Instants) -> None:
        """Let each customer take one step at its instant, on the first seat that is due."""
        index = self._seating.first_with(self._next_at, customers, at)
        for move, here in parted(self._next_move.take(index), index, at):
            self._move(Move(move), *here)
            if move in {Move.ENTER, Move.ACT}:
                self._act_on(*here)
            else:
                self._look(here[0])

    def _act_on(self, index: Rows, at: Instants) -> None:
        """Let those who entered or acted act again, as long as their next node does so at once.

        Whatever else ends or moves an enrolment at this instant came before, but for a leave rule
        at the entry; and nothing is due in a campaign behind this one before it is done.
        """
        self._follow()
        while len(index):
            acts_at = self._watch.acts_at(index)
            goes_on = acts_at == at
            now = goes_on.nonzero()[0]
            goes_on[now] = self._may_go_on(index.take(now), at.take(now))
            self._look(*kept(~goes_on, index, acts_at))
            index, at = kept(goes_on, index, at)
            self._act(index, at)

    def _may_go_on(self, index: Rows, at: Instants) -> Mask:
        """Say whom nothing keeps from acting at an instant again: no end, and no claim."""
        every, claims = self._all, self._program.claims
        goes_on: Mask = (every.flags.take(index) & ACTIVE) != 0
        if self._program.leaves:
            goes_on &= every.leave_at.take(index) != at
        if self.claims_anything:
            goes_on &= ~claims.take(every.node.take(index))
        return goes_on

    def _look(self, index: Rows, acts_at: Instants | None = None) -> None:
        """Find what each seat does next, and when; an entry comes after all that ends one."""
        if acts_at is None:
            acts_at = self._watch.acts_at(index)
        at, move = self._watch.next_move(index, acts_at)
        entry_at = self._entry_at.take(index)
        self._next_at[index] = np.minimum(at, entry_at)
        self._next_move[index] = np.where(entry_at < at, np.int8(Move.ENTER), move)

    def _move(self, move: Move, index: Rows, at: Instants) -> None:
        """Let all of some seats make the same move.

        Leaving ends the journey, not the watch for the goal: what people do after they left
        counts, for the treated as for the held-out, who have no journey to leave.
        """
        match move:
            case Move.ENTER:
                self._enter(index, at)
            case Move.ACT:
                self._act(index, at)
            case Move.EXPIRE:
                self._ender.expire(index, at)
            case Move.CONVERT:
                self._ender.convert(index, at)
            case Move.REACH:
                self._ender.reach(index, at)
            case Move.LEAVE:
                self._ender.leave(index, at)
            case _:
                assert_never(move)

    # --- entries ---

    def _enter(self, index: Rows, at: Instants) -> None:
        meets = self._program.entries.next_after(self._walk.seats(index), at)
        self._entry_at[index] = self._or_signal(meets, index, at)
        self._begin(*admit(self._walk, self._notes, index, at))

    def _or_signal(self, at: Instants, index: Rows, since: Moments) -> Instants:
        """Return the earlier of instants, and of when each is let in by an event emitted since."""
        event = self._program.entered_by
        return at if event is None else self._walk.or_signal(at, event, index, since)

    def _begin(self, index: Rows, at: Instants) -> None:
        every = self._all
        number = self._seating.greatest(every.number, self._walk.people(index)) + 1
        every.number[index] = number
        self._notes.begin(number)
        every.entered_at[index] = at
        every.forget(index.compress(number > 1))
        held = held_out(self._program.graph, self._walk.world, self._walk.rows(index))
        goal = GOAL_OPEN if self._program.goal is not None else 0
        every.flags[index] = np.where(held, goal, goal | ACTIVE)
        self._watch.endings(index)
        treated = kept(~held, index, at)
        self._notes.step(Kind.ENTERED, ENTRY, *treated, NEXT)
        self._go(*treated, self._program.position[ENTRY], NEXT)
        if held.any():
            self._hold_out(index[held], at[held])

    def _hold_out(self, index: Rows, at: Instants) -> None:
        self._notes.step(Kind.ENTERED, ENTRY, index, at, HELD_OUT)
        self._notes.step(Kind.HELD_OUT, HOLDOUT, index, at)
        self._arrive(index, at, self._program.position[HOLDOUT])

    # --- nodes ---

    def _act(self, index: Rows, at: Instants) -> None:
        for place, (here, now) in parted(self._all.node.take(index), index, at):
            self._acting.append((place, here, now))
        self._follow()

    def _follow(self) -> None:
        """Let those act who stand at a node, and those who come by it to one that acts with it.

        Nodes act in their order, in which those that claim are served.
        """
        while self._acting:
            self._act_at(*self._acting.popleft())

    def _act_at(  # noqa: C901, PLR0912 (one line a kind)
        self, place: int, index: Rows, at: Instants
    ) -> None:
        node = self._program.nodes[place]
        match node:
            case _ if isinstance(node, WaitNode):
                self._wait(node, place, index, at)
            case SendNode():
                goes_on = self._sender.send(node, place, index, at)
                self._go(*kept(goes_on, index, at), place, NEXT)
            case ActNode():
                self._actor.act(node, place, index, at)
                self._go(index, at, place, NEXT)
            case EmitNode():
                self._emit(node, place, index, at)
            case MarkNode():
                self._actor.mark(node, index, at)
                self._go(index, at, place, NEXT)
            case BranchNode():
                self._branch(node, place, index, at)
            case ExperimentNode():
                self._assign(node, place, index, at)
            case SplitNode():
                self._draw(node, place, index, at)
            case GrantNode() | RevokeNode() | RedeemNode():
                self._offer(node, place, index, at)
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

    def _wait(self, node: WaitNode, place: int, index: Rows, at: Instants) -> None:
        """End a wait, by the way that its end decides."""
        match node:
            case DelayNode() | LocalTimeNode() | DaysNode() | TraitNode() | SpreadNode():
                self._pass(Kind.WAITED, place, index, at, NEXT)
            case DateNode() | PhaseNode():
                late = missed(node, self._walk, index)
                self._pass(Kind.WAITED, place, index[~late], at[~late], NEXT)
                self._pass(Kind.WAITED, place, index[late], at[late], MISSED)
            case ListenNode():
                in_time = self._all.heard_at.take(index) <= self._all.due.take(index)
                self._pass(Kind.WAITED, place, *kept(in_time, index, at), IN_TIME)
                self._pass(Kind.WAITED, place, *kept(~in_time, index, at), TOO_LATE)
            case GateNode():
                for goes, edge, reason in ways_out(node, self._walk, index):
                    self._pass(Kind.WAITED, place, index[goes], at[goes], edge, reason)
            case _:
                assert_never(node)

    def _offer(
        self, node: GrantNode | RevokeNode | RedeemNode, place: int, index: Rows, at: Instants
    ) -> None:
        goes_on = np.ones(index.shape, np.bool_)
        if isinstance(node, GrantNode):
            goes_on = self._granter.grant(node, place, index, at)
        else:
            self._granter.take_back(node, index, at)
        self._go(*kept(goes_on, index, at), place, NEXT)
        self._go(*kept(~goes_on, index, at), place, NOT_GRANTED)

    def _emit(self, node: EmitNode, place: int, index: Rows, at: Instants) -> None:
        people = self._walk.people(index)
        self._walk.state.signals.heard[node.event][people] = at + self._walk.world.tick
        self._emitted.append((node.event, people))
        self._notes.step(Kind.EMITTED, node.id, index, at, NEXT, reason=node.event)
        self._go(index, at, place, NEXT)

    def _branch(self, node: BranchNode, place: int, index: Rows, at: Instants) -> None:
        for label, rule in node.ways:
            takes = self._holds(rule, index, at)
            self._pass(Kind.BRANCHED, place, *kept(takes, index, at), label)
            index, at = kept(~takes, index, at)
        self._pass(Kind.BRANCHED, place, index, at, ELSE)

    def _holds(self, rule: Rule, index: Rows, at: Instants) -> Mask:
        return self._walk.world.audience.holds(rule, self._walk.moment(index, at))

    def _assign(self, node: ExperimentNode, place: int, index: Rows, at: Instants) -> None:
        """Draw an arm for each; once one has won, those who come later are given it."""
        campaign = self._program.graph.campaign
        won = self._walk.world.winners.get((campaign, node.id))
        if won is not None and node.decision is not None:
            late = at > node.decision[0]
            self._notes.step(Kind.BRANCHED, node.id, index[late], at[late], won, reason=WINNER)
            self._go(index[late], at[late], place, won)
            index, at = index[~late], at[~late]
        self._draw(node, place, index, at)

    def _draw(
        self, node: ExperimentNode | SplitNode, place: int, index: Rows, at: Instants
    ) -> None:
        """Part ways by the node's draw; the share of draws below which each ends is given."""
        kind, ways = (
            (Kind.ASSIGNED, node.arms)
            if isinstance(node, ExperimentNode)
            else (Kind.BRANCHED, node.ways)
        )
        draws = self._walk.world.dice.shares(node.seed, self._walk.rows(index))
        for way, below in ways:
            takes = draws < threshold(below)
            self._pass(kind, place, *kept(takes, index, at), way)
            index, at = kept(~takes, index, at)
            draws = draws.compress(~takes)

    # --- where to, and until when ---

    def _pass(
        self, kind: Kind, place: int, index: Rows, at: Instants, edge: str, why: str | None = None
    ) -> None:
        """Note that a node is done, and go on."""
        self._notes.step(kind, self._program.nodes[place].id, index, at, edge, reason=why)
        self._go(index, at, place, edge)

    def _go(self, index: Rows, at: Instants, place: int, edge: str) -> None:
        if not len(index):
            return
        target = self._program.targets[place, edge]
        self._watch.listen_no_more(place, index)
        self._arrive(index, at, target)

    def _arrive(self, index: Rows, at: Instants, place: int) -> None:
        """Come to a node, to act with it now, or else when it is due."""
        every = self._all
        every.node[index] = place
        every.since[index] = at
        if place in every.asked:
            every.asked[place][index] = at
        if self._program.follows[place]:
            self._acting.append((place, index, at))
            return
        every.due[index] = due(self._program.nodes[place], self._walk, index, at)
        self._watch.happening(place, index)
