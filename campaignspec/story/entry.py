"""Why a person entered a journey, was refused, or was held out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

import numpy as np

from campaignspec.audience import Explanation, Happened, Moment, explain, happened, value_of
from campaignspec.clock import ceil_to_tick
from campaignspec.engine.entering import ENROLLED, ONCE, TOO_MANY, TOO_SOON
from campaignspec.engine.facts import Kind
from campaignspec.graph.entry_label import trigger_label
from campaignspec.graph.nodes import HELD_OUT, JourneyGraph
from campaignspec.history import Stream
from campaignspec.spec.entering import (
    Enter,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
)
from campaignspec.spec.rule import Rule
from campaignspec.story.lore import Lore
from campaignspec.story.record import Record
from campaignspec.story.story import Because

_REFUSED: Final = {
    ENROLLED: "the person is still enrolled",
    ONCE: "nobody enters twice",
    TOO_SOON: "it is too soon after the last time",
    TOO_MANY: "too many enrolments are open at once",
}


def entered_text(enter: Enter) -> str:
    """Say that somebody entered, and by what."""
    return f"entered by {_by(enter)}"


def refused_text(record: Record) -> str:
    """Say that somebody met an entry and may not enter."""
    return f"may not enter: {_REFUSED.get(record.reason or '', record.reason)}"


def why_entered(lore: Lore, record: Record, graph: JourneyGraph) -> Iterator[Because]:
    """Say what let the person in: the event, the segment's rule, the date, and ``where``."""
    yield from what_let_in(lore, graph, record.at, record.key)
    where = graph.enter.where
    if where is not None:
        proof = lore.proof(where, lore.moment(record.at))
        yield Because(text=f"who enters: {where.text}", line=lore.line(where.loc), proof=proof)
    if graph.enter.holdout is not None and record.edge != HELD_OUT:
        yield _holdout(lore, graph, "not held out")


def why_held_out(lore: Lore, graph: JourneyGraph) -> Iterator[Because]:
    """Say by what draw the person is held out."""
    if graph.enter.holdout is not None:
        yield _holdout(lore, graph, "held out")


def why_refused(lore: Lore, record: Record, graph: JourneyGraph) -> Iterator[Because]:
    """Say what the person met, and what forbids to enter."""
    yield from what_let_in(lore, graph, record.at, record.key)
    line = lore.line(graph.enter.loc)
    yield Because(text=f"again: {graph.enter.again}", line=line)
    before = [
        each
        for each in lore.records
        if each.campaign == record.campaign and each.kind is Kind.ENTERED and each.at <= record.at
    ]
    if before:
        yield Because(text=f"the person entered before at {lore.clock(before[-1].at)}")


def what_let_in(
    lore: Lore, graph: JourneyGraph, at: int, key: str | None = None
) -> Iterator[Because]:
    """Say what happened at an instant at which the entry was met.

    Args:
        lore: What is known.
        graph: The campaign.
        at: The instant, on a tick.
        key: Which order it is about, where there is one enrolment an order.
    """
    match graph.enter.on:
        case OnEvent() as on:
            yield from _events(lore, graph, on, at, key)
        case OnCall() as on:
            yield Because(text=f"another program asked for it by the call {on.call}")
        case OnSegment(segment=segment):
            proof = explain(lore.audience, segment, lore.row, at)
            yield Because(text=f"the segment {segment} now matches", proof=proof)
        case OnLeft(left=segment):
            proof = explain(lore.audience, segment, lore.row, at)
            yield Because(text=f"the segment {segment} matches no more", proof=proof)
        case OnDate(date=date):
            value = value_of(lore.audience, date, lore.row, at)
            known = (Happened(at=at, properties=((date, value),)),)
            yield Because(text=f"the day came: {trigger_label(graph.enter.on)}", events=known)
        case OnSchedule() | OnOnce() | OnPhase() as on:
            yield Because(text=f"the time came: {trigger_label(on)}")
            if on.who is not None:
                proof = explain(lore.audience, on.who, lore.row, at)
                yield Because(text=f"who is let in: the segment {on.who}", proof=proof)
        case _:
            assert_never(graph.enter.on)


def _by(enter: Enter) -> str:
    match enter.on:
        case OnEvent() as on:
            return f"the event {on.event}"
        case OnSegment() as on:
            return f"the segment {on.segment}"
        case OnLeft() as on:
            return f"leaving the segment {on.left}"
        case OnDate():
            return f"the date {trigger_label(enter.on)}"
        case OnSchedule() | OnOnce() | OnPhase():
            return f"the time {trigger_label(enter.on)}"
        case OnCall() as on:
            return f"the call {on.call}"
        case _:
            assert_never(enter.on)


def _events(
    lore: Lore, graph: JourneyGraph, on: OnEvent, at: int, key: str | None
) -> Iterator[Because]:
    """Yield the events of the person that let in at a tick, with the rule that they fit."""
    stream, row = lore.audience.events(on.event, on.where), lore.row
    seats = lore.program(graph.campaign).seats
    if seats is not None and key is not None:
        stream, row = seats.entries(stream), lore.seat(graph.campaign, key)
    mine = range(int(stream.offsets[row]), int(stream.offsets[row + 1]))
    here = [i for i in mine if ceil_to_tick(int(stream.ts[i]), lore.world.tick) == at]
    for index in here:
        yield Because(
            text=f"{on.event} happened",
            events=(happened(stream, index),),
            proof=None if on.where is None else _fitting(lore, on.where, stream, index),
        )
    if not here:
        yield from _emitted(lore, on.event, at)


def _fitting(lore: Lore, where: Rule, stream: Stream, index: int) -> Explanation:
    """Prove that an event fits the rule of the entry, as of the event's own instant."""
    at = stream.ts[index : index + 1]
    return lore.proof(where, Moment(rows=lore.rows, at=at, event=(stream, np.array([index]))))


def _emitted(lore: Lore, event: str, at: int) -> Iterator[Because]:
    for each in lore.records:
        is_heard = each.kind is Kind.EMITTED and each.at + lore.world.tick == at
        if is_heard and each.reason == event:
            yield Because(text=f"{event} was emitted by {each.campaign}, at {lore.clock(each.at)}")


def _holdout(lore: Lore, graph: JourneyGraph, verdict: str) -> Because:
    share, seed = graph.enter.holdout, f"{graph.seed}:holdout"
    assert share is not None, "only a holdout draws"  # noqa: S101
    return Because(
        text=f"{verdict}: the draw of the seed {seed!r} is {lore.draw(seed):.4f}; {share} are, "
        f"those below {share.fraction:.4g}",
        line=lore.line(graph.enter.loc / "holdout"),
    )
