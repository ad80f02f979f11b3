"""Sequences, RFM and lifecycles the slow way: one customer, from lists of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from engine_kit.story import Event
from engine_kit.wall_clock import EPOCH, instant_of

from campaignspec.money import Money
from campaignspec.spec.conditions import Followed
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.rfm import Rfm
from campaignspec.spec.rule import Rule
from campaignspec.spec.sequence import Absence, Following

EventsOf = Callable[[str, Rule | None], Sequence[Event]]


def is_followed(condition: Followed, events_of: EventsOf, now: int) -> bool:
    """Say whether any choice of events makes a sequence true."""
    first, *others = condition.steps
    assert isinstance(first, Following)
    return any(
        _goes_on(others, event, event.at, events_of, now)
        for event in events_of(first.event, first.where)
        if event.at <= now
        and (condition.within is None or event.at > now - condition.within.micros)
    )


def _goes_on(
    steps: Sequence[Following | Absence], last: Event, at: int, events_of: EventsOf, now: int
) -> bool:
    if not steps:
        return True
    step, *others = steps
    name = step.event if isinstance(step, Following) else step.not_
    until = now if step.within is None else min(now, at + step.within.micros)
    coming = [
        event
        for event in events_of(name, step.where)
        if at <= event.at <= until and _is_other(last, event, events_of)
    ]
    if isinstance(step, Following):
        return any(_goes_on(others, event, event.at, events_of, now) for event in coming)
    if coming:
        return False
    if step.at_once:
        return _goes_on(others, last, at, events_of, now)
    over = at + step.within.micros
    return over <= now and _goes_on(others, last, over, events_of, now)


def _is_other(last: Event, event: Event, events_of: EventsOf) -> bool:
    """Say whether an event comes later than another; those of one name by their arrival."""
    if last.name != event.name:
        return True
    order = [id(each) for each in events_of(event.name, None)]
    return order.index(id(event)) > order.index(id(last))


def latest_midnight(now: int, zone: str) -> int:
    """Return the latest local midnight at or before an instant."""
    today = (EPOCH + timedelta(microseconds=now)).astimezone(UTC).date()
    days = (today + timedelta(days=number) for number in range(-2, 3))
    midnights = (instant_of(datetime.combine(day, time()), zone) for day in days)
    return max(midnight for midnight in midnights if midnight <= now)


def rfm_scores(
    trait: Rfm, people: Sequence[Sequence[Event]], me: int, at: int
) -> tuple[int, int, int] | None:
    """Return somebody's scores among people, whose events are given in order."""
    measured = {number: _measures(trait, events, at) for number, events in enumerate(people)}
    present = {number: found for number, found in measured.items() if found is not None}
    if me not in present:
        return None
    if trait.cut_offs is not None:
        latest, count, total = present[me]
        limits = trait.cut_offs
        return (
            1 + sum(latest > at - limit.micros for limit in limits.r),
            1 + sum(count >= limit for limit in limits.f),
            1 + sum(total >= _amount(limit) for limit in limits.m),
        )
    r, f, m = (_bin(present, me, facet, trait.bins) for facet in range(3))
    return r, f, m


def _measures(trait: Rfm, events: Sequence[Event], at: int) -> tuple[int, int, Any] | None:
    within = trait.within
    seen = [
        event
        for event in events
        if event.at <= at and (within is None or event.at > at - within.micros)
    ]
    name = trait.rfm.rpartition(".")[2]
    values = [event.properties.get(name) for event in seen]
    total = sum(value for value in values if value is not None)
    return (seen[-1].at, len(seen), total) if seen else None


def _amount(limit: Money | float) -> float:
    return limit.micros if isinstance(limit, Money) else limit


def _bin(present: Mapping[int, tuple[Any, ...]], me: int, facet: int, bins: int) -> int:
    order = sorted(present, key=lambda number: (present[number][facet], number))
    size, rest = divmod(len(order), bins)
    for number in range(1, bins + 1):
        here, order = order[: size + (number <= rest)], order[size + (number <= rest) :]
        if me in here:
            return number
    raise AssertionError("everybody is in a bin")


def stages(
    trait: Lifecycle, holds: Callable[[Rule, int], bool], ticks: Iterator[int]
) -> Iterator[tuple[int, str]]:
    """Yield the stage after each tick."""
    stage = str(trait.lifecycle[0])
    for tick in ticks:
        entered: set[str] = set()
        while True:
            ways = (
                move
                for move in trait.moves
                if stage in (move.from_ or [each for each in trait.lifecycle if each != move.to])
                and holds(move.when, tick)
            )
            move = next(ways, None)
            if move is None or move.to in entered:
                break
            stage = str(move.to)
            entered.add(stage)
        yield tick, stage
