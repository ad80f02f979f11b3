"""The send step: policy judges each touch, and what is allowed goes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.budgets import Spender
from campaignspec.engine.choosing import NONE as NO_CHANNEL
from campaignspec.engine.choosing import weigh
from campaignspec.engine.facts import Kind
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.state import ACTIVE, Answers, Instants, Rows
from campaignspec.engine.touch import Sent, TouchFacts, record_send
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask, SentBatch
from campaignspec.graph.nodes import NEXT, Mixed, SendNode
from campaignspec.policy import Action, Reason, Ruling, Touches, decide
from campaignspec.policy.ruling import first_objection, suppress
from campaignspec.policy.sharing import Shared, shared_by
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import WhenOut
from campaignspec.spec.rule import Answer

_LIMITS = frozenset({Reason.CAP, Reason.RATIO})
"""The reasons that a step's ``when_capped`` is about."""


def _leaves(missing: Shared, reason: Reason) -> bool:
    return missing.reason is reason and missing.when_out is WhenOut.LEAVE


class Sender:
    """Sends one campaign's messages.

    Attributes:
        sends: Messages to be delivered.
        answers: Answers to come, from the response model.
    """

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self.sends: list[SendBatch] = []
        self.answers: list[AnswerBatch] = []
        self._walk = walk
        self._notes = notes
        self._spender = Spender(walk)

    def send(self, node: SendNode, place: int, index: Rows, at: Instants) -> Mask:
        """Send, defer or suppress the message of each customer, and say who goes on.

        A channel of a mix is chosen first, at the instant of sending; who waits chooses anew.
        """
        if node.mix is None:
            return self._send(node, place, index, at)
        chosen = self._choose(node, node.mix, index, at)
        goes_on: Mask = chosen == NO_CHANNEL
        self._suppress(node, index[goes_on], at[goes_on], Reason.NO_CHANNEL, leaves=False)
        for number, channel in enumerate(node.mix.channels):
            mine = np.flatnonzero(chosen == number)
            if len(mine):
                by = replace(node, channel=channel)
                goes_on[mine] = self._send(by, place, index[mine], at[mine])
        return goes_on

    def _choose(self, node: SendNode, mixed: Mixed, index: Rows, at: Instants) -> Rows:
        """Return the place of each customer's channel in the mix."""
        walk, used = self._walk, None
        if mixed.instead_of is not None:
            used = walk.every.used[walk.program.position[mixed.instead_of]][index]
        touches = self._touches(node, index, at, self._expires(node, index))
        facts = TouchFacts(world=walk.world, state=walk.state, index=walk.people(index))
        return weigh(mixed, touches, facts, walk.world, walk.moment(index, at), used).chosen

    def _send(self, node: SendNode, place: int, index: Rows, at: Instants) -> Mask:
        expires = self._expires(node, index)
        ruling, missing = self._spend(node, index, at, self._judge(node, index, at, expires))
        allowed = ruling.action == Action.ALLOW
        self._deliver(node, place, index[allowed], at[allowed], expires[allowed])
        goes_on: Mask = allowed.copy()
        for code in np.unique(ruling.reason[~allowed]):
            reason = Reason(code)
            mine = ruling.reason == code
            later = mine & (ruling.action == Action.DEFER)
            self._defer(node, index[later], at[later], ruling.until[later], reason)
            never = mine & (ruling.action == Action.SUPPRESS)
            leaves = reason in _LIMITS and node.when_capped is WhenCapped.LEAVE
            leaves |= missing is not None and _leaves(missing, reason)
            self._suppress(node, index[never], at[never], reason, leaves=leaves)
            goes_on |= never & (not leaves)
        return goes_on

    def _expires(self, node: SendNode, index: Rows) -> Instants:
        """Return the last instant at which each message may go, or ``NEVER``."""
        if node.valid_for is None:
            return np.full(index.shape, NEVER, np.int64)
        return np.asarray(self._walk.every.since[index] + node.valid_for.micros)

    def _spend(
        self, node: SendNode, index: Rows, at: Instants, ruling: Ruling
    ) -> tuple[Ruling, Shared | None]:
        """Take of what customers share for the messages that are allowed."""
        world, graph = self._walk.world, self._walk.program.graph
        shared = shared_by(world.rulebook, graph.campaign, node.channel, node.message_class)
        allowed = np.flatnonzero(ruling.action == Action.ALLOW)
        if not shared or not len(allowed):
            return ruling, None
        cost, rows = world.costs.get(node.channel, 0), self._walk.rows(index[allowed])
        key = f"{graph.seed}:{node.id}"
        verdict, missing = self._spender.spend(shared, cost, rows, at[allowed], key=key)
        verdict = replace(verdict, until=ceil_to_tick(verdict.until, world.tick))
        late = verdict.until > self._expires(node, index[allowed])
        verdict = first_objection(suppress(late, Reason.EXPIRED), verdict)
        action, until, reason = ruling.action.copy(), ruling.until.copy(), ruling.reason.copy()
        action[allowed], until[allowed], reason[allowed] = (
            verdict.action,
            verdict.until,
            verdict.reason,
        )
        return Ruling(action=action, until=until, reason=reason), missing

    def _judge(self, node: SendNode, index: Rows, at: Instants, expires: Instants) -> Ruling:
        world = self._walk.world
        facts = TouchFacts(world=world, state=self._walk.state, index=self._walk.people(index))
        return decide(self._touches(node, index, at, expires), facts, world.rulebook)

    def _touches(self, node: SendNode, index: Rows, at: Instants, expires: Instants) -> Touches:
        return Touches(
            rows=self._walk.rows(index),
            at=at,
            expires=expires,
            campaign=self._walk.program.graph.campaign,
            channel=node.channel,
            message_class=node.message_class,
            when_capped=node.when_capped,
            tick=self._walk.world.tick,
        )

    def _deliver(
        self, node: SendNode, place: int, index: Rows, at: Instants, expires: Instants
    ) -> None:
        if not len(index):
            return
        walk, world, graph = self._walk, self._walk.world, self._walk.program.graph
        cost = np.full(index.shape, world.costs.get(node.channel, 0), np.int64)
        self._notes.step(Kind.SENT, node.id, index, at, NEXT, channel=node.channel, value=cost)
        batch = SentBatch(
            campaign=graph.campaign,
            seed=graph.seed,
            node=node.id,
            channel=node.channel,
            rows=walk.rows(index),
            at=at,
            enrolment=walk.every.number[index],
            keys=walk.keys(index),
        )
        self.sends.append(
            SendBatch(
                batch=batch,
                message_class=node.message_class,
                message=node.message,
                expires=None if node.valid_for is None else expires,
            )
        )
        sent = Sent(campaign=graph.campaign, channel=node.channel, message_class=node.message_class)
        record_send(walk.state, world.rulebook.counters, walk.people(index), at, sent)
        self._hear_back(batch, world.responses.answer(batch), place, index)

    def _hear_back(self, batch: SentBatch, answers: Answers, place: int, index: Rows) -> None:
        columns = self._walk.every.answers
        columns[Answer.SENT, place][index] = batch.at
        if place in self._walk.every.used:
            mixed = self._walk.program.mixes()[place]
            self._walk.every.used[place][index] = mixed.place_of(batch.channel)
        columns[Answer.OPENED, place][index] = answers.opened
        columns[Answer.CLICKED, place][index] = answers.clicked
        out = self._walk.state.unsubscribed[batch.channel]
        people = self._walk.people(index)
        out[people] = np.minimum(out[people], answers.unsubscribed)
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
                    keys=None if batch.keys is None else batch.keys[comes],
                )
            )

    def _defer(
        self, node: SendNode, index: Rows, at: Instants, until: Instants, reason: Reason
    ) -> None:
        self._notes.step(
            Kind.DEFERRED, node.id, index, at, channel=node.channel, reason=reason.slug
        )
        self._walk.every.due[index] = until

    def _suppress(
        self, node: SendNode, index: Rows, at: Instants, reason: Reason, *, leaves: bool
    ) -> None:
        edge = None if leaves else NEXT
        self._notes.step(
            Kind.SUPPRESSED, node.id, index, at, edge, channel=node.channel, reason=reason.slug
        )
        if leaves:
            self._notes.step(Kind.LEFT, node.id, index, at, reason=reason.slug)
            self._walk.every.flags[index] &= np.int8(~ACTIVE)
