"""The send step: policy judges each touch, and what is allowed goes out."""

from __future__ import annotations

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.engine.facts import Kind
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.state import ACTIVE, Answers, Instants, Rows
from campaignspec.engine.touch import TouchFacts, record_send
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask, SentBatch
from campaignspec.graph.nodes import NEXT, SendNode
from campaignspec.policy import Action, Reason, Ruling, Touches, decide
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.rule import Answer


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

    def send(self, node: SendNode, place: int, index: Rows, at: Instants) -> Mask:
        """Send, defer or suppress the message of each customer, and say who goes on."""
        ruling = self._judge(node, index, at)
        allowed = ruling.action == Action.ALLOW
        self._deliver(node, place, index[allowed], at[allowed])
        goes_on: Mask = allowed.copy()
        for code in np.unique(ruling.reason[~allowed]):
            reason = Reason(code)
            mine = ruling.reason == code
            later = mine & (ruling.action == Action.DEFER)
            self._defer(node, index[later], at[later], ruling.until[later], reason)
            never = mine & (ruling.action == Action.SUPPRESS)
            leaves = reason is Reason.CAP and node.when_capped is WhenCapped.LEAVE
            self._suppress(node, index[never], at[never], reason, leaves=leaves)
            goes_on |= never & (not leaves)
        return goes_on

    def _judge(self, node: SendNode, index: Rows, at: Instants) -> Ruling:
        world = self._walk.world
        touches = Touches(
            rows=self._walk.rows(index),
            at=at,
            channel=node.channel,
            message_class=node.message_class,
            when_capped=node.when_capped,
            tick=world.tick,
        )
        facts = TouchFacts(world=world, state=self._walk.state, index=index)
        return decide(touches, facts, world.policies)

    def _deliver(self, node: SendNode, place: int, index: Rows, at: Instants) -> None:
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
        )
        self.sends.append(
            SendBatch(batch=batch, message_class=node.message_class, message=node.message)
        )
        caps = world.policies.caps
        record_send(walk.state, caps, index, at, node.channel, node.message_class)
        self._hear_back(batch, world.responses.answer(batch), place, index)

    def _hear_back(self, batch: SentBatch, answers: Answers, place: int, index: Rows) -> None:
        columns = self._walk.every.answers
        columns[Answer.SENT, place][index] = batch.at
        columns[Answer.OPENED, place][index] = answers.opened
        columns[Answer.CLICKED, place][index] = answers.clicked
        out = self._walk.state.unsubscribed[batch.channel]
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
