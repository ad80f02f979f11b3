"""How enrolments end, what was reached on the way, and where people stand who are still on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from campaignspec.audience import explain, happened
from campaignspec.engine.facts import Kind
from campaignspec.graph.label import node_label
from campaignspec.graph.nodes import HELD_OUT, JourneyGraph, LeaveNode
from campaignspec.history import Stream
from campaignspec.spec.entering import OnSegment
from campaignspec.story.lore import Lore
from campaignspec.story.record import OUTSIDE, Record
from campaignspec.story.story import Because
from campaignspec.story.touching import REASONS, sentence


def why_reached(lore: Lore, record: Record, graph: JourneyGraph) -> Iterator[Because]:
    """Show the event by which a stage, or the goal, was reached."""
    program = lore.program(record.campaign)
    stages = dict(program.stages)
    if record.kind is Kind.REACHED and record.edge in stages:
        stage = graph.stages[record.edge]
        yield _event(lore, record, stages[record.edge], stage.event)
    elif record.kind is Kind.CONVERTED and program.goal is not None and graph.goal is not None:
        yield _event(lore, record, program.goal, graph.goal.event)


def why_left(lore: Lore, record: Record, graph: JourneyGraph) -> Iterator[Because]:
    """Say by which rule somebody left; what a step or a limit does is said by itself."""
    if isinstance(lore.node(record), LeaveNode) or record.reason in REASONS:
        return
    program = lore.program(record.campaign)
    for rule, watch in zip(graph.leave, program.leaves, strict=True):
        if watch.reason != record.reason:
            continue
        line = lore.line(rule.loc)
        if isinstance(rule.when, OnSegment):
            proof = explain(lore.audience, rule.when.segment, lore.row, record.at)
            yield Because(text=f"who matches {watch.reason} leaves", line=line, proof=proof)
        else:
            yield _event(lore, record, watch.stream, watch.reason, line)


def left_text(lore: Lore, record: Record) -> str:
    """Say that somebody left the journey, and by what."""
    reason = REASONS.get(record.reason or "")
    if reason is not None:
        return f"left the journey: {sentence(reason)}"
    by = "the step says so" if isinstance(lore.node(record), LeaveNode) else "a leave rule"
    return f"left the journey: {record.reason} ({by})"


def standing(lore: Lore, records: Sequence[Record]) -> str:
    """Say where an enrolment stands at the end, or nothing where it is over.

    Args:
        lore: What is known.
        records: The facts of the enrolment.
    """
    steps = [each for each in records if each.seq != OUTSIDE]
    if not steps or any(_ends(lore, each) for each in steps):
        return ""
    last, graph = steps[-1], lore.graph(steps[-1].campaign)
    at = lore.clock(lore.end)
    if any(each.edge == HELD_OUT for each in steps):
        return f"at {at}: held out, and watched for the goal"
    where = last.node
    if last.edge is not None and graph is not None and last.node in graph.nodes:
        edges = {(edge.source, edge.label): edge.target for edge in graph.edges}
        where = edges.get((last.node, last.edge), last.node)
    node = None if graph is None else graph.nodes.get(where)
    label = where if node is None else node_label(node)
    held = "; the message is held back" if last.kind is Kind.DEFERRED else ""
    return f"at {at}: still in the journey, since {lore.clock(last.at)} at the step: {label}{held}"


def _ends(lore: Lore, record: Record) -> bool:
    """Say whether a fact ends the journey, or the watch for the goal of who is held out."""
    if record.kind is Kind.CONVERTED:
        graph = lore.graph(record.campaign)
        return graph is None or graph.goal is None or not graph.goal.stay
    return record.kind in {Kind.LEFT, Kind.COMPLETED, Kind.EXPIRED}


def _event(lore: Lore, record: Record, stream: Stream, name: str, line: str = "") -> Because:
    """Show the events of an instant; one that a journey emitted is in no history."""
    seat = lore.seat(record.campaign, record.key)
    mine = np.arange(int(stream.offsets[seat]), int(stream.offsets[seat + 1]))
    here = tuple(happened(stream, int(i)) for i in mine if int(stream.ts[i]) == record.at)
    text = f"{name} happened" if here else f"{name} was emitted by a journey"
    return Because(text=text, line=line, events=here)
