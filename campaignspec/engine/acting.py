"""The acting step: what is done by connectors besides sending, and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.connector import REACHING_PEOPLE, Value
from campaignspec.engine.facts import Kind
from campaignspec.engine.messages import SendBatch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.present import present
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.touch import TouchFacts
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask, SentBatch
from campaignspec.graph.nodes import NEXT, ActNode, MarkNode
from campaignspec.policy import Action, Reason, Touches, may_be_used
from campaignspec.spec.acting import Webhook
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.rule import Answer


class Actor:
    """Does one campaign's deeds."""

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self._walk = walk
        self._notes = notes

    def act(self, node: ActNode, place: int, index: Rows, at: Instants) -> None:
        """Note each customer's deed and hand it over, or suppress what policy forbids."""
        if node.deed in REACHING_PEOPLE:
            allowed = self._judge(node, index, at)
            index, at = index[allowed], at[allowed]
        if not len(index):
            return
        walk, graph = self._walk, self._walk.program.graph
        cost = np.full(index.shape, walk.world.costs.get(node.channel, 0), np.int64)
        number = walk.every.number[index]
        self._notes.step(Kind.DONE, node.id, index, at, NEXT, channel=node.channel, value=cost)
        batch = SentBatch(
            campaign=graph.campaign,
            seed=graph.seed,
            node=node.id,
            channel=node.channel,
            rows=walk.rows(index),
            at=at,
            enrolment=number,
            keys=walk.keys(index),
        )
        walk.diary.sends.append(
            SendBatch(
                batch=batch,
                message_class=node.message_class,
                message=node.what,
                deed=node.deed,
                reply=self._assume(node, place, index, at),
            )
        )
        walk.every.answers[Answer.SENT, place][index] = at

    def _assume(
        self, node: ActNode, place: int, index: Rows, at: Instants
    ) -> Mapping[str, Value] | None:
        """Take an assumed answer to a call for what comes a tick later, in a rehearsal."""
        if not isinstance(node.step, Webhook):
            return None
        world = self._walk.world
        if not world.assumes or not node.step.assume:
            return None
        reply = {str(name): value for name, value in node.step.assume.items()}
        self._walk.every.called[place].put(index, at + world.tick, reply)
        return reply

    def mark(self, node: MarkNode, index: Rows, at: Instants) -> None:
        """Remember the marks of each customer, from this instant on."""
        for name, value in node.marks.items():
            self._walk.state.marks.put(name, value, self._walk.people(index))
        self._notes.step(Kind.MARKED, node.id, index, at, NEXT)

    def _judge(self, node: ActNode, index: Rows, at: Instants) -> Mask:
        """Say whom policy lets be reached so; the others' refusals are noted."""
        world = self._walk.world
        touches = Touches(
            rows=self._walk.rows(index),
            at=at,
            expires=np.full(index.shape, NEVER, np.int64),
            campaign=self._walk.program.graph.campaign,
            channel=node.channel,
            message_class=node.message_class,
            when_capped=WhenCapped.SKIP,
            tick=world.tick,
        )
        facts = TouchFacts(world=world, state=self._walk.state, index=self._walk.people(index))
        ruling = may_be_used(touches, facts, world.rulebook)
        allowed = ruling.does(Action.ALLOW)
        for code in present(ruling.reason[~allowed]):
            mine = (ruling.reason == code) & ~allowed
            self._notes.step(
                Kind.SUPPRESSED,
                node.id,
                index[mine],
                at[mine],
                NEXT,
                channel=node.channel,
                reason=Reason(code).slug,
            )
        return allowed
