"""Waits the slow way: one customer, one wait, day by day on the wall clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engine_kit.deeds import is_answered
from engine_kit.wall_clock import instant_of, shown

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
)
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.kinds import LocalTime
from campaignspec.spec.rule import Fact
from campaignspec.spec.waiting import (
    OnAnswered,
    OnAny,
    OnClicked,
    OnOpened,
    WaitBestHour,
    WaitBy,
    WaitUntil,
    Weekday,
)

if TYPE_CHECKING:
    from engine_kit.oracle import Enrolment, Walk
    from engine_kit.rules import Beholder
    from engine_kit.story import Customer

DAY = 86_400_000_000
MINUTE = 60_000_000
SECOND = 1_000_000
_WEEK = tuple(Weekday)
_EPOCH = date(1970, 1, 1)

WAITS = (
    DelayNode,
    LocalTimeNode,
    DaysNode,
    TraitNode,
    SpreadNode,
    DateNode,
    PhaseNode,
    ListenNode,
    GateNode,
)


def way_out(node: Any, enrolment: Enrolment, walk: Walk) -> str | None:
    """Say by which way the customer leaves a wait now; None while it waits."""
    if isinstance(node, ListenNode):
        if hears(node.happening, enrolment, walk):
            return "in time"
        late = walk.now - enrolment.since >= node.at_most.micros
        return "too late" if late else None
    if isinstance(node, GateNode):
        waited = walk.now - enrolment.since
        if waited >= node.assume.micros:
            return "approved"
        late = node.at_most is not None and waited >= node.at_most.micros
        return "not approved" if late else None
    until, way = _until(node, enrolment.since, walk.person, walk.beholder)
    return way if walk.now >= until else None


def reason_of(node: Any, way: str) -> str | None:
    """Say why a wait ends by a way: a gate tells who opened it."""
    return str(node.by) if isinstance(node, GateNode) and way == "approved" else None


def hears(happening: Any, enrolment: Enrolment, walk: Walk) -> bool:
    """Say whether what is waited for has happened since the wait began."""
    match happening:
        case OnAny():
            return any(hears(each, enrolment, walk) for each in happening.any)
        case OnEvent() as on:
            events = walk.events(on.event, on.where)
            return any(enrolment.since < event.at <= walk.now for event in events)
        case OnSegment() as on:
            return walk.turns_to(on.segment, enrolment.since)
        case OnLeft() as on:
            if walk.now == enrolment.since:
                return not walk.beholder.matches(on.left, walk.now)
            was = walk.beholder.matches(on.left, walk.now - walk.tick)
            is_in = walk.beholder.matches(on.left, walk.now)
            return walk.now % walk.tick == 0 and was and not is_in
        case OnOpened() as on:
            return bool(walk.answered("opened", on.opened))
        case OnClicked() as on:
            return bool(walk.answered("clicked", on.clicked))
        case OnAnswered() as on:
            return is_answered(on.answered, enrolment, walk)
    raise AssertionError(happening)


def _until(  # noqa: C901 - one case a node
    node: Any, since: int, person: Customer, beholder: Beholder
) -> tuple[int, str]:
    """Return until when a wait lasts that began at ``since``, and the way out of it."""
    match node:
        case DelayNode():
            return since + node.duration.micros, "next"
        case LocalTimeNode():
            return _opening(node.until, since, person.zone), "next"
        case DaysNode():
            now = shown(since, person.zone)
            clock = now.time() if node.wait.at is None else _clock(node.wait.at)
            day = now.date() + timedelta(days=node.wait.days)
            return max(since, instant_of(datetime.combine(day, clock), person.zone)), "next"
        case SpreadNode():
            drawn = _draw(node.seed, person.id) * (node.spread.micros // SECOND) // 2**32
            return since + drawn * SECOND, "next"
        case TraitNode(wait=WaitBy() as wait):
            return since + _length(wait, beholder.worth(Fact(name=wait.by), since)), "next"
        case TraitNode(wait=WaitBestHour() as wait):
            clock = _best(wait, beholder.worth(Fact(name=wait.best_hour), since))
            return _opening(WaitUntil(until=clock), since, person.zone), "next"
        case DateNode():
            known = person.attributes.get(node.wait.date)
            if known is not None:
                day = _EPOCH + timedelta(days=known + node.wait.offset.days)
                at = instant_of(datetime.combine(day, _clock(node.wait.at)), person.zone)
                if at >= since:
                    return at, "next"
            return since, "missed"
        case PhaseNode():
            coming = [max(since, begin) for begin, end in _phases(node, person) if since < end]
            return (min(coming), "next") if coming else (since, "missed")
    raise AssertionError(node)


def _opening(until: WaitUntil, since: int, zone: str) -> int:
    """Return the first instant from ``since`` on at which the time, or the hours, have come."""
    first = shown(since, zone).date()
    found = []
    for day in (first + timedelta(days=n) for n in range(-2, 30)):
        if until.on and _WEEK[day.weekday()] not in until.on:
            continue
        begin = instant_of(datetime.combine(day, _clock(until.until)), zone)
        if until.to is not None:
            over = until.to.minutes <= until.until.minutes
            last = day + timedelta(days=1) if over else day
            end = instant_of(datetime.combine(last, _clock(until.to)), zone)
            if begin <= since < end:
                return since
        if begin >= since:
            found.append(begin)
    return min(found)


def _length(wait: WaitBy, days: float | None) -> int:
    if days is None:
        return wait.at_most.micros
    wanted = round(min(days * wait.share.fraction * DAY, wait.at_most.micros))
    return max(wait.at_least.micros, wanted)


def _best(wait: WaitBestHour, hour: float | None) -> LocalTime:
    if hour is None or not 0 <= hour < 24:
        return wait.otherwise
    minutes = int(hour * 60)
    hours = range(wait.from_.minutes, wait.to.minutes or 24 * 60)
    if hours:
        inside = minutes in hours
    else:
        inside = minutes >= wait.from_.minutes or minutes < wait.to.minutes
    return LocalTime(minutes) if inside else wait.otherwise


def _phases(node: PhaseNode, person: Customer) -> Iterator[tuple[int, int]]:
    for first, last in node.days:
        begin = datetime.combine(_EPOCH + timedelta(days=first), _clock(node.wait.at))
        end = datetime.combine(_EPOCH + timedelta(days=last + 1), time())
        yield instant_of(begin, person.zone), instant_of(end, person.zone)


def _clock(at: LocalTime) -> time:
    return time(at.minutes // 60, at.minutes % 60)


def _draw(seed: str, customer: str) -> int:
    return int(hashlib.md5(f"{seed}:{customer}".encode()).hexdigest()[:8], 16)  # noqa: S324 - a draw
