"""Entries: when each customer meets what lets people into a journey, on ticks."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Protocol, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, MINUTE, Instant, ceil_to_tick, parse_instant
from campaignspec.clock.schedule import local_times
from campaignspec.engine.dates import date_entries
from campaignspec.engine.occasions import LocalTimes, Occasions
from campaignspec.engine.seats import Seats, joined
from campaignspec.engine.world import World
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history import Stream
from campaignspec.spec.entering import (
    Backlog,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
    Whose,
)

Instants: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]

_TIME = len("2017-03-01 12:00")
_SIGNS = frozenset("Z+-")
"""One of them stands behind the time where it names its own distance from UTC."""


class Entries(Protocol):
    """When customers meet an entry: a `Stream`, or `Occasions`."""

    def next_after(self, rows: Rows, at: Instants | Instant) -> Instants:
        """Find each customer's first entry strictly after an instant, or ``NEVER``."""

    def events_between(self, after: Instant, until: Instant) -> tuple[Rows, Instants, Rows]:
        """List the entries later than ``after`` and up to ``until``: rows and instants first."""

    def until(self, horizon: Instant) -> Entries:
        """Return a view in which nothing later than ``horizon`` exists."""


def seats_of(graph: JourneyGraph, world: World) -> Seats | None:
    """Return the seats of a keyed journey, or None where each customer has the one."""
    key, on = graph.enter.key_, graph.enter.on
    if key is None or not isinstance(on, OnEvent | OnCall):
        return None
    return Seats.of(_events(graph, on, world), key)


def entries_of(
    graph: JourneyGraph, world: World, seats: Seats | None, *, start: Instant, end: Instant
) -> Entries:
    """Find when each seat meets the entry of a journey.

    Args:
        graph: The compiled campaign.
        world: The history and all else that is asked.
        seats: The seats of a keyed journey; None where customers are the seats.
        start: Nobody enters at or before this instant.
        end: Dates in customers' records later than this are not looked for.
    """
    match graph.enter.on:
        case OnEvent() | OnCall() as on:
            events = _events(graph, on, world)
            return on_ticks(events if seats is None else seats.entries(events), world)
        case OnSegment() as on:
            joins = world.audience.entries(on.segment)
            if graph.enter.backlog is Backlog.NOBODY:
                return joins
            return _with_backlog(joins, on.segment, world, start)
        case OnLeft() as on:
            return world.audience.exits(on.left)
        case OnDate() as on:
            return date_entries(on, world, start=start, end=end)
        case OnSchedule() | OnOnce() | OnPhase() as on:
            return Occasions(
                times=_times(on, graph.phase_days),
                zone=_zone(on, world),
                who=on.who,
                world=world,
                start=start,
            )
        case _:
            assert_never(graph.enter.on)


def _events(graph: JourneyGraph, on: OnEvent | OnCall, world: World) -> Stream:
    """Return the events that let people in; of calls, those of a source and of the ledger."""
    if isinstance(on, OnEvent):
        return world.audience.events(on.event, on.where)
    told, asked = world.audience.events(on.call, None), world.requests.get(graph.campaign)
    return told if asked is None else joined(told, asked, graph.enter.key_)


def on_ticks(stream: Stream, world: World) -> Stream:
    """Move events to ticks, one a customer and tick."""
    rows, ticks = stream.rows(), ceil_to_tick(stream.ts, world.tick)
    first = np.ones(rows.shape, np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (ticks[1:] != ticks[:-1])
    return Stream.build(rows[first], ticks[first], len(stream.offsets) - 1)


def _with_backlog(joins: Stream, segment: str, world: World, start: Instant) -> Stream:
    """Let in at the first tick whoever matches a segment then.

    A ledger keeps the start of its run, so that the backlog is taken once, however often the run
    is taken up again: entries up to its watermark are dealt with.
    """
    first = ceil_to_tick(start + 1, world.tick)
    matching = world.audience.matching(segment, world.audience.everybody(first))
    waiting = np.flatnonzero(matching).astype(np.int64)
    rows = np.concatenate([joins.rows(), waiting])
    ticks = np.concatenate([joins.ts, np.full(waiting.shape, first, np.int64)])
    return Stream.build(rows, ticks, len(joins.offsets) - 1)


def _times(on: OnSchedule | OnOnce | OnPhase, phase_days: tuple[int, ...]) -> LocalTimes:
    match on:
        case OnSchedule():
            minutes = on.at.minutes if on.at else 0
            return partial(_scheduled, on.schedule, minutes=minutes, first=on.from_)
        case OnOnce():
            return partial(_among, np.array([parse_instant(on.once)], np.int64))
        case OnPhase():
            begins = np.array(phase_days, np.int64) * DAY + on.at.minutes * MINUTE
            return partial(_among, begins)
        case _:
            assert_never(on)


def _scheduled(
    schedule: str, after: int, until: int, *, minutes: int, first: date | None
) -> Instants:
    return local_times(schedule, after=after, until=until, minutes=minutes, first=first)


def _among(times: Instants, after: int, until: int) -> Instants:
    return times[(times > after) & (times <= until)]


def _zone(on: OnSchedule | OnOnce | OnPhase, world: World) -> str | None:
    if isinstance(on, OnOnce) and _SIGNS & set(on.once[_TIME:]):
        return "UTC"
    return world.audience.zone if on.clock is Whose.PROJECT else None
