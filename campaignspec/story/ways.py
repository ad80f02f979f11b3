"""Why a wait ended, and why a way was taken: by the rules and the draws that decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

import numpy as np

from campaignspec.audience import Explanation, Happened, explain, happened, value_of
from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.facts import Kind
from campaignspec.engine.listening import Ear
from campaignspec.engine.winning import WINNER
from campaignspec.graph.nodes import (
    APPROVED,
    ELSE,
    IN_TIME,
    MISSED,
    TOO_LATE,
    BranchNode,
    ExperimentNode,
    Node,
    SplitNode,
)
from campaignspec.graph.wait_label import wait_label
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
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.rule import Answered, Offered, Rule
from campaignspec.spec.waiting import OnAnswered, OnClicked, OnOpened, WaitBy
from campaignspec.story.lore import Lore, drawn
from campaignspec.story.past import Past
from campaignspec.story.record import Record
from campaignspec.story.story import Because


def why_over(lore: Lore, record: Record, node: WaitNode) -> Iterator[Because]:
    """Say why a wait ended as it did."""
    since = f"waiting since {lore.clock(lore.arrived(record))}"
    match node:
        case DelayNode() | LocalTimeNode() | DaysNode():
            yield Because(text=since)
        case SpreadNode():
            yield Because(
                text=f"{since}; the draw of the seed {node.seed!r} is {lore.draw(node.seed):.4f}"
            )
        case TraitNode():
            name = node.wait.by if isinstance(node.wait, WaitBy) else node.wait.best_hour
            yield _worth(lore, record, name, since)
        case DateNode():
            over = "; it is over, or there is none" if record.edge == MISSED else ""
            yield _worth(lore, record, node.wait.date, f"{since}{over}")
        case PhaseNode():
            missed = "; its last time is over" if record.edge == MISSED else ""
            yield Because(text=f"{since}{missed}")
        case ListenNode():
            yield from _heard(lore, record, node, since)
        case GateNode():
            yield Because(text=f"{since}; {_decided(record)}")
        case _:
            assert_never(node)


def _worth(lore: Lore, record: Record, name: str, text: str) -> Because:
    """Say what a wait went by was worth when it began."""
    at = lore.arrived(record)
    value = value_of(lore.audience, name, lore.row, at)
    return Because(text=text, events=(Happened(at=at, properties=((name, value),)),))


def _decided(record: Record) -> str:
    if record.reason is None:
        return "nobody decided in time"
    verdict = "approved" if record.edge == APPROVED else "not approved"
    return f"{verdict} by {record.reason}"


def _heard(lore: Lore, record: Record, node: ListenNode, since: str) -> Iterator[Because]:
    """Say what ended a wait for something to happen."""
    if record.edge == TOO_LATE:
        yield Because(text=f"{since}; it did not happen within {node.at_most}")
        return
    yield Because(text=since)
    program = lore.program(record.campaign)
    found = [_ended_by(lore, record, ear) for ear in program.listens[program.position[node.id]]]
    yield from (each for each in found if each is not None)


def _ended_by(lore: Lore, record: Record, ear: Ear) -> Because | None:
    """Say how one of the things that were waited for happened, if it is what ended the wait."""
    match ear.happening:
        case OnEvent() as on:
            return _event_heard(lore, record, ear) or _signal_heard(lore, record, on.event)
        case OnSegment(segment=segment):
            proof = explain(lore.audience, segment, lore.row, record.at)
            text = f"the person came to match the segment {segment}"
            return Because(text=text, proof=proof) if proof.holds else None
        case OnLeft(left=segment):
            proof = explain(lore.audience, segment, lore.row, record.at)
            text = f"the person no longer matches the segment {segment}"
            return None if proof.holds else Because(text=text, proof=proof)
        case OnOpened(opened=step):
            return _answer(lore, record, step, Kind.OPENED)
        case OnClicked(clicked=step):
            return _answer(lore, record, step, Kind.CLICKED)
        case OnAnswered(answered=step):
            found = _event_heard(lore, record, ear)
            return found or Because(text=f"{step} was answered")
        case _:
            assert_never(ear.happening)


def _event_heard(lore: Lore, record: Record, ear: Ear) -> Because | None:
    """Find the event that ended a wait: the first one since it began."""
    if ear.stream is None or not len(ear.stream.ts):
        return None
    since = lore.arrived(record)
    if isinstance(ear.happening, OnAnswered):
        since = Past(lore=lore, record=record).asked(ear.happening.answered)
    seat = np.array([lore.seat(record.campaign, record.key)], np.int64)
    at = int(ear.stream.next_after(seat, since)[0])
    if at == NEVER or ceil_to_tick(at, lore.world.tick) > record.at:
        return None
    index = int(ear.stream.index_after(seat, since)[0])
    name = ear.happening.event if isinstance(ear.happening, OnEvent) else "the answer"
    return Because(text=f"{name} happened", events=(happened(ear.stream, index),))


def _signal_heard(lore: Lore, record: Record, event: str) -> Because | None:
    """Find the journey that emitted an event while it was waited for; it is heard a tick later."""
    since, tick = lore.arrived(record), lore.world.tick
    for each in lore.records:
        is_heard = since < each.at + tick <= record.at
        if each.kind is Kind.EMITTED and each.reason == event and is_heard:
            return Because(text=f"{event} was emitted by {each.campaign}, at {lore.clock(each.at)}")
    return None


def _answer(lore: Lore, record: Record, step: str, kind: Kind) -> Because | None:
    for each in lore.enrolment(record):
        if each.node == step and each.kind is kind and each.at <= record.at:
            return Because(text=f"{step} was {kind} at {lore.clock(each.at)}")
    return None


def why_this_way(lore: Lore, record: Record, node: Node) -> Iterator[Because]:
    """Say why a way was taken: by rules, tried in order, or by a draw."""
    match node:
        case BranchNode():
            yield from _by_rules(lore, record, node)
        case ExperimentNode() if record.reason == WINNER:
            yield Because(text=f"{record.edge} has won the experiment: all who come later take it")
        case ExperimentNode():
            yield drawn(lore, node.seed, node.arms, record.edge or "")
        case SplitNode():
            yield drawn(lore, node.seed, node.ways, record.edge or "")
        case _:
            return


def _by_rules(lore: Lore, record: Record, node: BranchNode) -> Iterator[Because]:
    """Prove each way false up to the one that was taken, and that one true."""
    past = Past(lore=lore, record=record)
    now = ELSE
    for label, rule in node.ways:
        proof = proved(past, rule)
        is_taken = label == record.edge
        verdict = "holds" if proof.holds else "does not hold"
        name = rule.text if label == rule.text else f"{label} ({rule.text})"
        yield Because(text=f"{name} {verdict}", line=lore.line(rule.loc), proof=proof)
        now = label if proof.holds and now == ELSE else now
        if is_taken:
            break
    if now != record.edge:
        yield Because(text=f"as files and data are today, the way is {now}")


def proved(past: Past, rule: Rule) -> Explanation:
    """Prove a rule of a journey true or false, as of a fact; answers and offers with times."""
    return _with_times(past, past.lore.proof(rule, past.moment()))


def _with_times(past: Past, proof: Explanation) -> Explanation:
    parts = tuple(_with_times(past, part) for part in proof.parts)
    match proof.term:
        case Answered() as term:
            return replace(proof, parts=parts, since=past.answered(term.answer, term.step))
        case Offered() as term:
            return replace(proof, parts=parts, since=past.offered(term.asked, term.offer))
        case _:
            return replace(proof, parts=parts)


def over_text(record: Record, node: WaitNode) -> str:
    """Say that a wait is over, and how."""
    ends = {IN_TIME: ": it came", TOO_LATE: ": it did not come", MISSED: ": missed"}
    if isinstance(node, GateNode):
        return f"{wait_label(node)}: {record.edge}"
    return f"{wait_label(node)}{ends.get(record.edge or '', ': over')}"
