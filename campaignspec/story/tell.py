"""Telling a person's story: each fact a sentence, with what proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from campaignspec.clock import ceil_to_tick
from campaignspec.engine.facts import Kind
from campaignspec.graph.label import node_label
from campaignspec.graph.nodes import ActNode, JourneyGraph, Node, SendNode
from campaignspec.graph.wait_nodes import WaitNode
from campaignspec.story.choosing import OF_MIXES, choice
from campaignspec.story.endings import left_text, standing, why_left, why_reached
from campaignspec.story.entry import (
    entered_text,
    refused_text,
    why_entered,
    why_held_out,
    why_refused,
)
from campaignspec.story.lore import Lore
from campaignspec.story.objections import objections
from campaignspec.story.offers import offer_text, why_offer
from campaignspec.story.record import OUTSIDE, Record
from campaignspec.story.silence import silence_of
from campaignspec.story.story import Because, Chapter, Story, Told
from campaignspec.story.touching import REASONS, Asked, sentence
from campaignspec.story.ways import over_text, why_over, why_this_way


def tell_story(lore: Lore, campaigns: Sequence[str], *, source: str) -> Story:
    """Tell all that happened to a person in some campaigns.

    Args:
        lore: What is known; its records are those of all campaigns, since one campaign's caps
            count what another sent.
        campaigns: The campaigns to tell of.
        source: Where the facts are from, in a sentence.
    """
    chapters = [chapter for chapter in _chapters(lore) if chapter.campaign in campaigns]
    told = {chapter.campaign for chapter in chapters}
    silent = (lore.assembly.graphs[name] for name in sorted(campaigns) if name not in told)
    return Story(
        customer=str(lore.world.history.customers[lore.row]),
        zone=lore.zone,
        home=lore.home,
        currency=lore.project.settings.currency,
        source=source,
        start=lore.start,
        end=lore.end,
        chapters=tuple(chapters),
        silences=tuple(silence_of(lore, graph) for graph in silent),
    )


def _chapters(lore: Lore) -> Iterator[Chapter]:
    grouped: dict[tuple[str, int], list[Record]] = {}
    for record in lore.records:
        grouped.setdefault(record.chapter, []).append(record)
    for (campaign, number), records in grouped.items():
        yield Chapter(
            campaign=campaign,
            enrolment=number,
            key=records[0].key,
            told=tuple(_told(lore, record) for record in records),
            standing=standing(lore, records),
        )


def _told(lore: Lore, record: Record) -> Told:
    graph, node = lore.graph(record.campaign), lore.node(record)
    known = graph is not None and (node is not None or record.seq == OUTSIDE)
    why: Iterable[Because] = ()
    if graph is not None and node is not None:
        why = (*_pause(lore, record, graph), *_why(lore, record, graph, node))
    elif not known:
        why = (Because(text="the project has no such step any more, so nothing can be proved"),)
    return Told(
        record=record,
        text=_text(lore, record, node),
        line=lore.line_of(record),
        because=tuple(why),
    )


def _text(lore: Lore, record: Record, node: Node | None) -> str:  # noqa: C901, PLR0912 (one line a kind)
    graph, step = lore.graph(record.campaign), record.node
    match record.kind:
        case Kind.ENTERED:
            return "entered" if graph is None else entered_text(graph.enter)
        case Kind.HELD_OUT:
            return "held out: kept from all treatment, to be compared"
        case Kind.REFUSED:
            return refused_text(record)
        case Kind.WAITED:
            if isinstance(node, WaitNode):
                return over_text(record, node)
            return f"{step}: {record.edge}"
        case Kind.BRANCHED | Kind.ASSIGNED:
            label = step if node is None else node_label(node)
            return f"{label}: {record.edge}"
        case Kind.SENT | Kind.DEFERRED | Kind.SUPPRESSED | Kind.FAILED:
            return _message(lore, record, node)
        case Kind.DONE | Kind.PUBLISHED:
            cost = f", for {lore.money(record.value)}" if record.value else ""
            return f"done: {step if node is None else node_label(node)}{cost}"
        case Kind.EMITTED:
            return f"emitted the event {record.reason}, which other journeys hear"
        case Kind.MARKED:
            return f"remembered: {step if node is None else node_label(node).removeprefix('set ')}"
        case Kind.OPENED | Kind.CLICKED:
            return f"{record.kind} {step}"
        case Kind.UNSUBSCRIBED:
            return f"opted out of {record.channel}, in answer to {step}"
        case Kind.REACHED:
            return f"reached the stage {record.edge}"
        case Kind.CONVERTED:
            worth = f", worth {lore.money(record.value)}" if record.value is not None else ""
            return f"reached the goal{worth}{_end_of_journey(lore, record)}"
        case Kind.LEFT:
            return left_text(lore, record)
        case Kind.COMPLETED:
            return "the journey is done"
        case Kind.EXPIRED:
            window = graph.goal.within if graph is not None and graph.goal is not None else "time"
            return f"the goal's {window} are over without the goal"
        case _:
            return offer_text(lore, record, node)


def _end_of_journey(lore: Lore, record: Record) -> str:
    """Say so where the goal ends a journey that still goes on."""
    graph, before = lore.graph(record.campaign), lore.steps_before(record)
    stays = graph is None or graph.goal is None or graph.goal.stay
    is_over = any(each.kind in {Kind.LEFT, Kind.COMPLETED, Kind.HELD_OUT} for each in before)
    return "" if stays or is_over else ", which ends the journey"


def _message(lore: Lore, record: Record, node: Node | None) -> str:
    """Say what became of a message, or of a deed that reaches people."""
    what = node.message if isinstance(node, SendNode) else record.node
    what = node_label(node) if isinstance(node, ActNode) else f"{what} by {record.channel}"
    reason = REASONS.get(record.reason or "")
    why = sentence(reason) if reason else record.reason or ""
    match record.kind:
        case Kind.SENT:
            cost = f", for {lore.money(record.value)}" if record.value else ""
            return f"sent {what}{cost}"
        case Kind.DEFERRED:
            until = _asked_again(lore, record, node)
            return f"held back {what}{until}: {why}"
        case Kind.FAILED:
            return f"{record.channel} refused {what} for good: {why}"
        case _:
            return f"did not send {what}: {why}"


def _asked_again(lore: Lore, record: Record, node: Node | None) -> str:
    """Say when a message that is held back is tried again: by the facts, or else by the rules."""
    later = (each for each in lore.enrolment(record) if each.seq == record.seq + 1)
    at = next((each.at for each in later if each.node == record.node and each.channel), None)
    if at is None and isinstance(node, SendNode):
        at = Asked.about(lore, record, node).until()
    return "" if at is None else f" until {lore.clock(at)}"


def _pause(lore: Lore, record: Record, graph: JourneyGraph) -> Iterator[Because]:
    """Say so where a step had waited for the end of a pause of the campaign."""
    for begin, end in graph.pauses:
        if record.seq > 0 and ceil_to_tick(end, lore.world.tick) == record.at:
            text = f"the campaign paused from {lore.clock(begin)} to {lore.clock(end)}"
            yield Because(text=text)


def _why(  # noqa: C901, PLR0912 (one line a kind)
    lore: Lore, record: Record, graph: JourneyGraph, node: Node
) -> Iterator[Because]:
    match record.kind:
        case Kind.ENTERED:
            return why_entered(lore, record, graph)
        case Kind.HELD_OUT:
            return why_held_out(lore, graph)
        case Kind.REFUSED:
            return why_refused(lore, record, graph)
        case Kind.WAITED if isinstance(node, WaitNode):
            return why_over(lore, record, node)
        case Kind.BRANCHED | Kind.ASSIGNED:
            return why_this_way(lore, record, node)
        case Kind.SENT if isinstance(node, SendNode):
            return choice(Asked.about(lore, record, node))
        case Kind.DEFERRED | Kind.SUPPRESSED if isinstance(node, SendNode | ActNode):
            return _objected(lore, record, node)
        case Kind.REACHED | Kind.CONVERTED:
            return why_reached(lore, record, graph)
        case Kind.LEFT:
            return why_left(lore, record, graph)
        case (
            Kind.GRANTED
            | Kind.NOT_GRANTED
            | Kind.REDEEMED
            | Kind.REVOKED
            | Kind.NOT_HELD
            | Kind.OFFER_EXPIRED
        ):
            return why_offer(lore, record, node)
        case Kind.OPENED | Kind.CLICKED | Kind.UNSUBSCRIBED:
            return _answered(lore, record)
        case Kind.WAITED | Kind.SENT | Kind.DEFERRED | Kind.SUPPRESSED:
            return iter(())
        case (
            Kind.DONE
            | Kind.EMITTED
            | Kind.PUBLISHED
            | Kind.MARKED
            | Kind.FAILED
            | Kind.COMPLETED
            | Kind.EXPIRED
        ):
            return iter(())
        case _:
            assert_never(record.kind)


def _objected(lore: Lore, record: Record, node: SendNode | ActNode) -> Iterator[Because]:
    reason = REASONS.get(record.reason or "")
    if reason in OF_MIXES:
        yield from choice(Asked.about(lore, record, node))
    elif reason is not None:
        yield from objections(Asked.about(lore, record, node), reason)


def _answered(lore: Lore, record: Record) -> Iterator[Because]:
    """Say to which message an answer came."""
    sent = [
        each.at
        for each in lore.enrolment(record)
        if each.kind is Kind.SENT and each.node == record.node and each.at <= record.at
    ]
    if sent:
        yield Because(text=f"it was sent at {lore.clock(max(sent))}")
