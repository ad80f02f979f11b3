"""The send step: policy judges each touch, and what is allowed goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.budgets import out_of
from campaignspec.engine.choosing import NONE as NO_CHANNEL
from campaignspec.engine.choosing import Weighing, weigh, wishes
from campaignspec.engine.claims import SERVED, Asker, Places
from campaignspec.engine.facts import Kind
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.present import kept, present, repeated, some_of
from campaignspec.engine.program import takes_turns
from campaignspec.engine.state import ACTIVE, Answers, Instants, Rows
from campaignspec.engine.together import remember
from campaignspec.engine.touch import Sent, TouchFacts, record_send
from campaignspec.engine.turns import Turns
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
    """Sends one campaign's messages."""

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self._walk = walk
        self._notes = notes
        self._turns = Turns(walk)

    def send(self, node: SendNode, place: int, index: Rows, at: Instants) -> Mask:
        """Send, defer or suppress the message of each customer, and say who goes on.

        A channel of a mix is chosen first, at the instant of sending; who waits chooses anew.
        """
        if takes_turns(node, self._walk.program.graph.campaign, self._walk.world.rulebook):
            return self._send_in_turn(node, place, index, at)
        if node.mix is None:
            return self._send(node, place, index, at)
        chosen = self._weigh(node, node.mix, index, at).chosen
        goes_on: Mask = chosen == NO_CHANNEL
        self._suppress(node, index[goes_on], at[goes_on], Reason.NO_CHANNEL, leaves=False)
        for number, channel in enumerate(node.mix.channels):
            mine = np.flatnonzero(chosen == number)
            if len(mine):
                by = replace(node, channel=channel)
                goes_on[mine] = self._send(by, place, index[mine], at[mine], part=number)
        return goes_on

    def _send_in_turn(self, node: SendNode, place: int, index: Rows, at: Instants) -> Mask:
        """Let customers choose a channel and take a message, one after the other.

        It is done where the channels of a mix have limits, and where a cap counts the messages
        to several customers together: what one is sent decides what the next may have. All who
        depend on each other are due at one instant.
        """
        expires, rows = self._expires(node, index), self._walk.rows(index)
        wishes = self._wishes(node, index, at)
        ways = [replace(node, channel=channel) for channel in node.channels]
        rulings = [self._judge(way, index, at, expires) for way in ways]
        turn = self._turns.take(node, rows, at, wishes, rulings)
        goes_on: Mask = turn.channel == NO_CHANNEL
        for reason, mine in (
            (Reason.NO_CHANNEL, goes_on & (wishes[0] == NO_CHANNEL)),
            (Reason.SHARE, goes_on & (wishes[0] != NO_CHANNEL)),
        ):
            self._suppress(node, index[mine], at[mine], reason, leaves=False)
        for number, (way, ruling) in enumerate(zip(ways, rulings, strict=True)):
            for some, missing in turn.groups(number):
                verdict = turn.capped(some, node.when_capped)
                if missing is not None:
                    late = ruling.does(Action.ALLOW)[some]
                    verdict = out_of(missing, late, at[some], self._walk.world.audience.zone)
                verdict = first_objection(ruling.of(some), self._in_time(verdict, expires[some]))
                goes_on[some] = self._carry_out(
                    way, place, index[some], at[some], expires[some], verdict, missing
                )
        return goes_on

    def _wishes(self, node: SendNode, index: Rows, at: Instants) -> Rows:
        """Return the places of the channels that each customer may have, the dearest first."""
        if node.mix is None:
            return np.zeros((1, len(index)), np.int64)
        weighing, world = self._weigh(node, node.mix, index, at), self._walk.world
        return wishes(node.mix, weighing, world, self._walk.rows(index))

    def _weigh(self, node: SendNode, mixed: Mixed, index: Rows, at: Instants) -> Weighing:
        """Weigh the channels of a mix for each customer."""
        walk, used = self._walk, None
        if mixed.instead_of is not None:
            used = walk.every.used[walk.program.position[mixed.instead_of]][index]
        touches = self._touches(node, index, at, self._expires(node, index))
        facts = TouchFacts(world=walk.world, state=walk.state, index=walk.people(index))
        return weigh(mixed, touches, facts, walk.world, walk.moment(index, at), used)

    def _send(self, node: SendNode, place: int, index: Rows, at: Instants, part: int = 0) -> Mask:
        """Send by the node's own channel, which is this part of its mix."""
        expires = self._expires(node, index)
        ruling = self._judge(node, index, at, expires)
        shared = self._shared_by(node)
        if not shared:
            return self._carry_out(node, place, index, at, expires, ruling, None)
        lacking = self._claim(node, place, part, shared, index, at, ruling)
        goes_on = np.zeros(index.shape, np.bool_)
        for limit in present(lacking):
            some, missing = lacking == limit, None if limit == SERVED else shared[limit]
            verdict = ruling.of(some)
            if missing is not None:
                all_of_them = np.ones(int(some.sum()), np.bool_)
                short = out_of(missing, all_of_them, at[some], self._walk.world.audience.zone)
                verdict = self._in_time(short, expires[some])
            goes_on[some] = self._carry_out(
                node, place, index[some], at[some], expires[some], verdict, missing
            )
        return goes_on

    def _shared_by(self, node: SendNode) -> tuple[Shared, ...]:
        """Return what each message of a node takes of."""
        book, campaign = self._walk.world.rulebook, self._walk.program.graph.campaign
        return shared_by(book, campaign, node.channel, node.message_class)

    def _claim(
        self,
        node: SendNode,
        place: int,
        part: int,
        shared: Sequence[Shared],
        index: Rows,
        at: Instants,
        ruling: Ruling,
    ) -> Places:
        """Take of what is shared for messages that are allowed; say what too little was left of."""
        walk, seed = self._walk, self._walk.program.graph.seed
        allowed = np.flatnonzero(ruling.does(Action.ALLOW))
        asker = Asker(campaign=walk.place, step=place, part=part, key=f"{seed}:{node.id}")
        cost = walk.world.costs.get(node.channel, 0)
        amounts = {each.name: cost if each.is_money else 1 for each in shared}
        lacking = np.full(index.shape, SERVED, np.int8)
        people = walk.people(index[allowed])
        lacking[allowed] = walk.claims.claim(amounts, asker, people, at[allowed]).lacking
        return lacking

    def _carry_out(
        self,
        node: SendNode,
        place: int,
        index: Rows,
        at: Instants,
        expires: Instants,
        ruling: Ruling,
        missing: Shared | None,
    ) -> Mask:
        """Do what was decided, and say who goes on; of ``missing`` too little was left."""
        allowed = ruling.does(Action.ALLOW)
        goes = np.flatnonzero(allowed)
        self._deliver(node, place, index.take(goes), at.take(goes), some_of(expires, goes))
        goes_on: Mask = allowed.copy()
        for code in present(ruling.reason.compress(~allowed)):
            reason = Reason(code)
            mine = ruling.reason == code
            later = np.flatnonzero(mine & ruling.does(Action.DEFER))
            until = ruling.until.take(later)
            self._defer(node, index.take(later), at.take(later), until, reason)
            never = mine & ruling.does(Action.SUPPRESS)
            leaves = reason in _LIMITS and node.when_capped is WhenCapped.LEAVE
            leaves |= missing is not None and _leaves(missing, reason)
            self._suppress(node, *kept(never, index, at), reason, leaves=leaves)
            if not leaves:
                goes_on |= never
        return goes_on

    def _expires(self, node: SendNode, index: Rows) -> Instants:
        """Return the last instant at which each message may go, or ``NEVER``."""
        if node.valid_for is None:
            return repeated(np.array([NEVER]), len(index))
        return np.asarray(self._walk.every.since[index] + node.valid_for.micros)

    def _in_time(self, ruling: Ruling, expires: Instants) -> Ruling:
        """Let what waits wait for a tick, and suppress what would then be too late."""
        ruling = replace(ruling, until=ceil_to_tick(ruling.until, self._walk.world.tick))
        return first_objection(suppress(ruling.until > expires, Reason.EXPIRED), ruling)

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
        rows, people = walk.rows(index), walk.people(index)
        cost = repeated(np.array([world.costs.get(node.channel, 0)]), len(index))
        self._notes.step(Kind.SENT, node.id, index, at, NEXT, channel=node.channel, value=cost)
        batch = SentBatch(
            campaign=graph.campaign,
            seed=graph.seed,
            node=node.id,
            channel=node.channel,
            rows=rows,
            at=at,
            enrolment=self._notes.numbers(index),
            keys=walk.keys(index),
        )
        walk.diary.sends.append(
            SendBatch(
                batch=batch,
                message_class=node.message_class,
                message=node.message,
                expires=None if node.valid_for is None else expires,
            )
        )
        sent = Sent(campaign=graph.campaign, channel=node.channel, message_class=node.message_class)
        record_send(walk.state, world.rulebook.counters, people, at, sent)
        remember(walk.state, world, rows, at, sent)
        self._hear_back(batch, world.responses.answer(batch), place, index)

    def _hear_back(
        self, batch: SentBatch, answers: Answers | None, place: int, index: Rows
    ) -> None:
        columns = self._walk.every.answers
        columns[Answer.SENT, place][index] = batch.at
        if place in self._walk.every.used:
            mixed = self._walk.program.mixes()[place]
            self._walk.every.used[place][index] = mixed.place_of(batch.channel)
        if answers is None:
            return
        columns[Answer.OPENED, place][index] = answers.opened
        columns[Answer.CLICKED, place][index] = answers.clicked
        people = self._walk.people(index)
        self._walk.state.opt_out(batch.channel, people, answers.unsubscribed)
        for kind, at in answers.by_kind().items():
            comes = at != NEVER
            self._walk.diary.answers.append(
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
