"""Why a person never entered a campaign: what never happened, or which condition failed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, assert_never

import numpy as np

from campaignspec.audience import Happened, Moment, explain, happened, value_of
from campaignspec.clock import NEVER, Instant
from campaignspec.engine.occasions import Occasions
from campaignspec.graph.entry_label import trigger_label
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.spec.entering import (
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
)
from campaignspec.story.entry import what_let_in
from campaignspec.story.lore import Lore
from campaignspec.story.story import Because, Silence

MOST_OCCASIONS: Final = 1_000
"""How many occasions of one entry are looked through; a schedule may come round for ever."""


def silence_of(lore: Lore, graph: JourneyGraph) -> Silence:
    """Say why a person never entered a campaign, by the condition that failed last.

    Args:
        lore: What is known; it holds no fact of the campaign.
        graph: The campaign.
    """
    met = _occasions(lore, graph)
    text, because = _not_let_in(lore, graph, met) if met else _never_met(lore, graph)
    return Silence(
        campaign=graph.campaign,
        text=text,
        line=lore.line(graph.enter.on.loc),
        because=tuple(because),
    )


def _occasions(lore: Lore, graph: JourneyGraph) -> list[Instant]:
    """Return when the person met the entry, on ticks, after the start and up to the end."""
    program = lore.program(graph.campaign)
    seats = lore.rows
    if program.seats is not None:
        seats = program.seats.of_rows(lore.rows)
    found: set[Instant] = set()
    for seat in seats:
        at = lore.start
        while len(found) < MOST_OCCASIONS:
            at = int(program.entries.next_after(np.array([seat]), np.array([at]))[0])
            if at > lore.end or at == NEVER:
                break
            found.add(at)
    return sorted(found)


def _not_let_in(
    lore: Lore, graph: JourneyGraph, met: list[Instant]
) -> tuple[str, Iterator[Because]]:
    """Say what kept out a person who met the entry: ``who``, or ``where``."""
    last, times = met[-1], "once" if len(met) == 1 else f"{len(met):,} times, the last"
    at, where = np.array([last], np.int64), graph.enter.where
    entries = lore.program(graph.campaign).entries
    reasons = what_let_in(lore, graph, last)
    if isinstance(entries, Occasions) and not entries.lets_in(lore.rows, at)[0]:
        return (
            f"the time came {times} at {lore.clock(last)}, and it is not for this person",
            reasons,
        )
    if where is not None and not lore.audience.holds(where, lore.moment(last))[0]:
        proof = lore.proof(where, lore.moment(last))
        kept = Because(text=f"who enters: {where.text}", line=lore.line(where.loc), proof=proof)
        text = f"the entry was met {times} at {lore.clock(last)}, and `where` kept the person out"
        return text, chain(reasons, [kept])
    text = (
        f"as files and data are today, the person would enter at {lore.clock(met[0])}; the facts "
        "are of another period, or older than what has changed"
    )
    return text, what_let_in(lore, graph, met[0])


def _never_met(lore: Lore, graph: JourneyGraph) -> tuple[str, Iterator[Because]]:
    """Say what the entry wants, and how far the person was from it at the end."""
    match graph.enter.on:
        case OnEvent() as on:
            return _no_event(lore, on)
        case OnSegment(segment=segment) | OnLeft(left=segment):
            return _no_change(lore, graph, segment)
        case OnDate(date=date):
            value = value_of(lore.audience, date, lore.row, lore.end)
            told = (Happened(at=lore.end, properties=((date, value),)),)
            unknown = value.value is None
            text = f"{date} is not known" if unknown else "the day did not come in this time"
            return text, iter([Because(text=trigger_label(graph.enter.on), events=told)])
        case OnSchedule() | OnOnce() | OnPhase() as on:
            return f"the time did not come: {trigger_label(on)}", iter(())
        case OnCall() as on:
            return f"no program asked for it by the call {on.call}", iter(())
        case _:
            assert_never(graph.enter.on)


def _no_event(lore: Lore, on: OnEvent) -> tuple[str, Iterator[Because]]:
    """Say that the event never happened; or of the latest one, which condition it failed."""
    stream = lore.audience.events(on.event, None)
    first, end = int(stream.offsets[lore.row]), int(stream.offsets[lore.row + 1])
    inside = [i for i in range(first, end) if lore.start < int(stream.ts[i]) <= lore.end]
    if not inside:
        return f"{on.event} did not happen in this time", _before(lore, on, first, end)
    last = inside[-1]
    times = "once" if len(inside) == 1 else f"{len(inside):,} times, the last"
    text = f"{on.event} happened {times} at {lore.clock(int(stream.ts[last]))}, and does not count"
    if on.where is None:
        return f"{text} yet: it is later than the last tick", iter(())
    moment = Moment(rows=lore.rows, at=stream.ts[last : last + 1], event=(stream, np.array([last])))
    why = Because(
        text=f"which events count: {on.where.text}",
        line=lore.line(on.where.loc),
        events=(happened(stream, last),),
        proof=lore.proof(on.where, moment),
    )
    return text, iter([why])


def _before(lore: Lore, on: OnEvent, first: int, end: int) -> Iterator[Because]:
    """Show the latest event of before the time that counts."""
    stream = lore.audience.events(on.event, None)
    before = [i for i in range(first, end) if int(stream.ts[i]) <= lore.start]
    if before:
        told = (happened(stream, before[-1]),)
        yield Because(text="the last one before, by which nobody enters", events=told)


def _no_change(lore: Lore, graph: JourneyGraph, segment: str) -> tuple[str, Iterator[Because]]:
    """Say that somebody did not come to match a segment, or did not cease to."""
    proof = explain(lore.audience, segment, lore.row, lore.end)
    if isinstance(graph.enter.on, OnLeft):
        ceased = f"the person did not cease to match the segment {segment} in this time"
        text = ceased if proof.holds else f"the person was not in the segment {segment} to leave it"
    elif proof.holds:
        text = (
            f"the person matched the segment {segment} all the time; only who comes to match it "
            "enters (`backlog: nobody`)"
        )
    else:
        text = f"the person did not come to match the segment {segment} in this time"
    return text, iter([Because(text=f"at {lore.clock(lore.end)}", proof=proof)])
