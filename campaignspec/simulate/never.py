"""Messages that must never be: `never` of a test, held against what came, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from campaignspec.audience import Audience, Moment
from campaignspec.clock import DAY, MINUTE, NEVER, Instant
from campaignspec.engine.facts import Kind
from campaignspec.engine.world import World
from campaignspec.graph.nodes import JourneyGraph, SendNode
from campaignspec.history import LONG_AGO, Stream
from campaignspec.simulate.simulate import Rehearsal
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.kinds import Threshold
from campaignspec.spec.never import Earlier, Hours, Never
from campaignspec.spec.rule import Answer, Rule
from campaignspec.spec.waiting import OnClicked, OnOpened
from campaignspec.spec.write import write
from campaignspec.spec.yaml_text import flow_text

Mask = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A message that must never have been.

    Attributes:
        never: What forbids it.
        row: The customer, as a row of the history.
        at: When it was sent.
        node: The send step.
    """

    never: Never
    row: int
    at: Instant
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """All messages of a rehearsal in columns, and what their customers had done before.

    Attributes:
        world: The history and the rules over it.
        rows: The customers.
        at: When each was sent.
        node: By which step.
        channel: Through which channel.
        of_class: Of which class.
        entered: When the message's enrolment began.
        enrolment: Which enrolment it was, of whom.
        answered: When the message of a step was first sent, opened or clicked in the enrolment
            of each message, by answer and step; derived.
    """

    world: World
    rows: Instants
    at: Instants
    node: npt.NDArray[np.object_]
    channel: npt.NDArray[np.object_]
    of_class: npt.NDArray[np.object_]
    entered: Instants
    enrolment: npt.NDArray[np.object_]
    facts: dict[str, npt.NDArray[Any]] = field(repr=False)
    answered: dict[tuple[Answer, str], Instants] = field(default_factory=dict)

    @property
    def audience(self) -> Audience:
        return self.world.audience

    def answer_at(self, answer: Answer, step: str) -> Instants:
        """Return when each message's enrolment first had an answer of a step, or ``NEVER``."""
        if (answer, step) not in self.answered:
            mine = (self.facts["kind"] == _FACT_OF[answer]) & (self.facts["node"] == step)
            first = self._first_of_enrolment(mine)
            self.answered[answer, step] = first
        return self.answered[answer, step]

    def _first_of_enrolment(self, mine: Mask) -> Instants:
        found: dict[object, int] = {}
        for whose, at in zip(self.facts["whose"][mine], self.facts["at"][mine], strict=True):
            found[whose] = min(found.get(whose, NEVER), int(at))
        return np.array([found.get(whose, NEVER) for whose in self.enrolment], np.int64)


_FACT_OF = {Answer.SENT: Kind.SENT, Answer.OPENED: Kind.OPENED, Answer.CLICKED: Kind.CLICKED}


def violations(
    rehearsal: Rehearsal, graph: JourneyGraph, nevers: Sequence[Never]
) -> Iterator[Violation]:
    """Yield every message that must never have been, of all customers, by rule and time."""
    if not nevers:
        return
    sent = _sent(rehearsal, graph)
    for never in nevers:
        for place in np.flatnonzero(_forbidden(never, sent)):
            yield Violation(
                never=never,
                row=int(sent.rows[place]),
                at=int(sent.at[place]),
                node=str(sent.node[place]),
            )


def never_text(never: Never) -> str:
    """Write what must never be on one line, as an author would."""
    return flow_text(write(never))


def _forbidden(never: Never, sent: _Sent) -> Mask:
    """Say which messages break a rule: those that it speaks of, or the one too many of them."""
    spoken_of = _spoken_of(never, sent)
    if never.messages is None:
        return spoken_of
    index = np.flatnonzero(spoken_of)
    rows, at = sent.rows[index], sent.at[index]
    stream = Stream.build(rows, at, len(sent.world.history.customers))
    before = LONG_AGO if never.within is None else at - never.within.micros
    after = np.broadcast_to(np.asarray(before, np.int64), at.shape)
    forbidden = np.zeros(spoken_of.shape, np.bool_)
    forbidden[index] = _are_met(never.messages, stream.count(rows, after, at))
    return forbidden


def _are_met(limit: Threshold, counts: npt.NDArray[Any]) -> Mask:
    return np.array([limit.is_met_by(float(count)) for count in counts], np.bool_)


def _spoken_of(never: Never, sent: _Sent) -> Mask:
    mask = np.ones(sent.rows.shape, np.bool_)
    if never.send is not None:
        mask &= sent.node == never.send
    if never.class_ is not None:
        mask &= sent.of_class == never.class_
    if never.via is not None:
        mask &= sent.channel == never.via
    if never.after is not None:
        mask &= _comes_after(never.after, sent)
    if never.between is not None:
        mask &= _is_between(never.between, sent)
    if never.for_ is not None:
        mask &= _is_true(never.for_, sent)
    return mask


def _comes_after(earlier: Earlier, sent: _Sent) -> Mask:
    """Say which messages are sent when something has happened since the entry, or just then."""
    audience, rows, since = sent.audience, sent.rows, sent.entered
    match earlier:
        case OnEvent():
            events = audience.events(earlier.event, earlier.where)
            return np.asarray(events.next_after(rows, since) <= sent.at)
        case OnSegment():
            joined = audience.entries(earlier.segment).next_after(rows, since) <= sent.at
            return np.asarray(joined | audience.matches(earlier.segment, rows, since))
        case OnOpened():
            return np.asarray(sent.answer_at(Answer.OPENED, earlier.opened) <= sent.at)
        case OnClicked():
            return np.asarray(sent.answer_at(Answer.CLICKED, earlier.clicked) <= sent.at)
        case _:
            assert_never(earlier)


def _is_between(hours: Hours, sent: _Sent) -> Mask:
    start, end = hours.from_.minutes, hours.to.minutes
    inside = np.zeros(sent.rows.shape, np.bool_)
    for zone, here in sent.world.zones(sent.rows):
        minute = zone.to_local(sent.at[here]) % DAY // MINUTE
        late, early = minute >= start, minute < end
        inside[here] = late & early if start < end else late | early
    return inside


def _is_true(rule: Rule, sent: _Sent) -> Mask:
    def answers(answer: Answer, step: str) -> Mask:
        return np.asarray(sent.answer_at(answer, step) <= sent.at)

    moment = Moment(rows=sent.rows, at=sent.at, answers=answers)
    return sent.audience.holds(rule, moment)


def _sent(rehearsal: Rehearsal, graph: JourneyGraph) -> _Sent:
    """Put all messages of a rehearsal into columns."""
    facts = _columns(rehearsal)
    mine = facts["kind"] == Kind.SENT
    entries = facts["kind"] == Kind.ENTERED
    began = dict(zip(facts["whose"][entries], facts["at"][entries], strict=True))
    enrolment = facts["whose"][mine]
    entered = [began[whose] for whose in enrolment]
    classes = {
        node.id: node.message_class for node in graph.nodes.values() if isinstance(node, SendNode)
    }
    return _Sent(
        world=rehearsal.assembly.world,
        rows=facts["row"][mine],
        at=facts["at"][mine],
        node=facts["node"][mine],
        channel=facts["channel"][mine],
        of_class=np.array([classes.get(node) for node in facts["node"][mine]], np.object_),
        entered=np.array(entered, np.int64),
        enrolment=enrolment,
        facts=facts,
    )


def _columns(rehearsal: Rehearsal) -> dict[str, npt.NDArray[Any]]:
    # What is published is for everybody, and belongs to no customer.
    table = rehearsal.facts.filter(pc.field("kind") != Kind.PUBLISHED)
    row_of = rehearsal.assembly.world.history.row_of
    texts = {name: np.array(table[name].to_pylist(), np.object_) for name in _TEXTS}
    # In a campaign with one enrolment an order, each order counts its enrolments by itself.
    numbers, keys = table["enrolment"].to_pylist(), table["key"].to_pylist()
    whose = np.empty(len(table), np.object_)
    whose[:] = list(zip(texts["customer"], numbers, keys, strict=True))
    return {
        **texts,
        "row": np.array([row_of[customer] for customer in texts["customer"]], np.int64),
        "whose": whose,
        "at": pc.cast(table["at"], "int64").to_numpy(),
    }


_TEXTS = ("customer", "kind", "node", "channel")
