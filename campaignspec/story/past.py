"""What had happened to a person before a fact: as rules of journeys and of policy ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from campaignspec.audience import Moment, Values
from campaignspec.audience.values import picked
from campaignspec.clock import NEVER, Instant
from campaignspec.engine.facts import Kind
from campaignspec.engine.marks import Marks, vocabulary
from campaignspec.engine.ports import blank_state
from campaignspec.engine.replies import Replies
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.touch import TouchFacts
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import NEXT, ActNode
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.history import LONG_AGO, NO_EVENT, Column, ValueKind
from campaignspec.policy.rulebook import Counter
from campaignspec.spec.acting import Webhook
from campaignspec.spec.rule import Answer, Holding
from campaignspec.story.lore import Lore
from campaignspec.story.record import Record

_HERE: Final = np.array([0], np.int64)
"""The place of the one person in columns of one."""

_ANSWERS: Final = {
    Answer.SENT: (Kind.SENT, Kind.DONE),
    Answer.OPENED: (Kind.OPENED,),
    Answer.CLICKED: (Kind.CLICKED,),
}
_ENDS_HOLDING: Final = (Kind.REDEEMED, Kind.REVOKED, Kind.OFFER_EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was done before a fact, and what is asked of it there.

    Attributes:
        lore: What is known.
        record: The fact; it and what was done after it is not seen.
    """

    lore: Lore
    record: Record

    @property
    def done(self) -> tuple[Record, ...]:
        """What was done before, of all campaigns, in order."""
        return self.lore.records[: self.lore.records.index(self.record)]

    def moment(self) -> Moment:
        """Return what rules are asked about at the fact: all that the journey knew then."""
        return Moment(
            rows=self.lore.rows,
            at=np.array([self.record.at], np.int64),
            answers=lambda answer, step: np.array([self.answered(answer, step) is not None]),
            marks=self._mark,
            replies=self.replied,
            offers=lambda asked, offer: np.array([self.offered(asked, offer) is not None]),
        )

    def answered(self, answer: Answer, step: str) -> Instant | None:
        """Return since when a message of the enrolment is sent, opened or clicked; None if not."""
        at = [
            each.at
            for each in self.lore.enrolment(self.record)
            if each.node == step and each.kind in _ANSWERS[answer] and each.at <= self.record.at
        ]
        return min(at, default=None)

    def offered(self, asked: Holding, offer: str) -> Instant | None:
        """Return since when an offer is held, or was redeemed in this enrolment; None if not."""
        mine = [each for each in self.done if each.reason == offer]
        if asked is Holding.REDEEMED:
            since = self.lore.entered(self.record)
            redeemed = (e.at for e in mine if e.kind is Kind.REDEEMED and e.at > since)
            return max(redeemed, default=None)
        held: Instant | None = None
        for each in mine:
            held = each.at if each.kind is Kind.GRANTED else held
            held = None if each.kind in _ENDS_HOLDING else held
        return held

    def asked(self, step: str) -> Instant:
        """Return since when answers to a step of the enrolment count, or ``NEVER``.

        A message asks when it is sent, a wait when it begins.
        """
        graph = self.lore.graph(self.record.campaign)
        if graph is None or not isinstance(graph.nodes.get(step), ListenNode):
            sent = self.answered(Answer.SENT, step)
            return NEVER if sent is None else sent
        ways = {(edge.source, edge.label) for edge in graph.edges if edge.target == step}
        before = self.lore.steps_before(self.record)
        return next((e.at for e in reversed(before) if (e.node, e.edge) in ways), NEVER)

    def replied(self, step: str, name: str) -> Values:
        """Return a property of the first answer to a step, missing where there is none yet."""
        program = self.lore.program(self.record.campaign)
        node, since = program.graph.nodes[step], self.asked(step)
        if isinstance(node, ActNode) and isinstance(node.step, Webhook):
            return self._called(node.step, since, name)
        stream = program.replies[program.position[step]]
        if name not in stream.properties or not len(stream.ts):
            return Values.of_column(Column.absent(ValueKind.NUMBER, 1), _HERE)
        seat = np.array([self.lore.seat(self.record.campaign, self.record.key)], np.int64)
        has_come = stream.next_after(seat, since) <= self.record.at
        event = np.where(has_come, stream.index_after(seat, since), NO_EVENT)
        return picked(stream.properties[name], event)

    def _called(self, step: Webhook, since: Instant, name: str) -> Values:
        """Return what a rehearsal takes for the answer to a call; what a run got is in no fact."""
        replies = Replies.blank({str(key): kind for key, kind in step.keep.items()}, 1)
        if self.lore.world.assumes and step.assume and since != NEVER:
            told = {str(key): value for key, value in step.assume.items()}
            replies.put(_HERE, np.array([since + self.lore.world.tick], np.int64), told)
        return replies.read(name, _HERE, np.array([self.record.at], np.int64))

    def _mark(self, name: str) -> Values | None:
        graphs = self.lore.assembly.graphs.values()
        marks = Marks.blank(
            vocabulary(node for graph in graphs for node in graph.nodes.values()), 1
        )
        for each in self.done:
            node = self.lore.mark_node(each) if each.kind is Kind.MARKED else None
            for mark, value in () if node is None else node.marks.items():
                marks.put(mark, value, _HERE)
        return marks.read(name, _HERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTouches(TouchFacts):
    """What policy asks of one person, told from facts; see `campaignspec.policy.Facts`.

    Attributes:
        past: What was done before.
    """

    past: Past

    @classmethod
    def before(cls, past: Past) -> PastTouches:
        """Return what was known before a fact; all that the engine remembers is in the facts."""
        lore = past.lore
        state = blank_state(lore.assembly.programs, lore.world, lore.rows, past.record.at)
        return cls(world=lore.world, state=state, index=_HERE, past=past)

    def has_unsubscribed(self, rows: Rows, at: Instants, channel: str) -> Mask:
        """Say whether the person answered a message of the channel by an opt-out."""
        del rows, at
        return np.array([self.opted_out(channel) is not None])

    def opted_out(self, channel: str) -> Record | None:
        """Return the first opt-out from a channel that was known."""
        known = (
            each
            for each in self.past.lore.records
            if each.kind is Kind.UNSUBSCRIBED and each.at <= self.past.record.at
        )
        return next((each for each in known if each.channel == channel), None)

    def counted(self, counter: Counter) -> list[Record]:
        """Return the messages that were sent before and that are counted."""
        return [
            each
            for each in self.past.done
            if each.kind is Kind.SENT and each.channel is not None and self._counts(counter, each)
        ]

    def counted_together(self, counter: Counter) -> list[tuple[str, Record]]:
        """Return the messages that count together with the person's own, each with who got it."""
        lore, own = self.past.lore, self.counted(counter)
        me = str(lore.world.history.customers[lore.row])
        others = lore.together.get(counter.by or "", ())
        known = (each for each in others if each[1].at <= self.past.record.at)
        return [(me, each) for each in own] + [e for e in known if self._counts(counter, e[1])]

    def kth_latest_message(self, rows: Rows, at: Instants, counter: Counter, k: int) -> Instants:
        """Find the k-th latest of past messages and own messages together."""
        known = [each.at for each in self.counted(counter)]
        for stream in self.world.past_messages(counter):
            known += [int(stream.kth_latest(rows, at, n)[0]) for n in range(1, k + 1)]
        latest = sorted((each for each in known if each > LONG_AGO), reverse=True)
        return np.array([latest[k - 1] if len(latest) >= k else LONG_AGO], np.int64)

    def count_messages(self, rows: Rows, at: Instants, counter: Counter, within: int) -> Instants:
        """Count past messages and own messages after ``at - within`` and up to ``at``."""
        own = sum(each.at > int(at[0]) - within for each in self.counted(counter))
        past = sum(
            int(stream.count(rows, at - within, at)[0])
            for stream in self.world.past_messages(counter)
        )
        return np.array([own + past], np.int64)

    def is_active(self, rows: Rows, campaign: str) -> Mask:
        """Say whether the person is in a campaign's journey, and not held out."""
        del rows
        return np.array([bool(self.active(campaign))])

    def active(self, campaign: str) -> set[int]:
        """Return the enrolments in a campaign whose journey was not over."""
        graph = self.past.lore.graph(campaign)
        stays = graph is not None and graph.goal is not None and graph.goal.stay
        ends = {Kind.LEFT, Kind.COMPLETED} | (set() if stays else {Kind.CONVERTED})
        found: set[int] = set()
        for each in self.past.done:
            if each.campaign == campaign and each.kind is Kind.ENTERED and each.edge == NEXT:
                found.add(each.enrolment)
            elif each.campaign == campaign and each.kind in ends:
                found.discard(each.enrolment)
        return found

    def entered_at(self, rows: Rows, campaign: str) -> Instants:
        """Return when the person entered a campaign last; long ago where never."""
        del rows
        at = (e.at for e in self.past.done if e.campaign == campaign and e.kind is Kind.ENTERED)
        return np.array([max(at, default=LONG_AGO)], np.int64)

    def _counts(self, counter: Counter, sent: Record) -> bool:
        node = self.past.lore.send_node(sent)
        return node is not None and counter.counts(
            node.message_class, sent.channel or "", sent.campaign
        )
