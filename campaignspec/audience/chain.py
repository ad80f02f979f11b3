"""How far one customer came in a sequence, step by step: what proves it true or false."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from campaignspec.audience.traits import Facts
from campaignspec.clock import Instant
from campaignspec.history import LONG_AGO, Stream
from campaignspec.spec.conditions import Followed
from campaignspec.spec.rule import Rule
from campaignspec.spec.sequence import Absence, Following


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of a sequence, as one customer came to it.

    Attributes:
        step: The step.
        holds: Whether it is true at the instant that is asked about.
        at: The step's instant; None where it was not reached.
        event: The event that reached it, or the one that broke an absence, as its stream and
            its place there; None where there is none.
    """

    step: Following | Absence
    holds: bool
    at: Instant | None = None
    event: tuple[Stream, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A way through the first steps; the place is that of the last event on it."""

    start: Instant
    at: Instant
    name: str
    place: int
    links: tuple[Link, ...]


def links_of(condition: Followed, facts: Facts, row: int, at: Instant) -> tuple[Link, ...]:
    """Return the steps of the best way that a customer has come at an instant.

    It is a way that makes the sequence true, if there is one, and else one that came furthest:
    the one that began last. Steps that no way came to are not reached.
    """
    first, *others = condition.steps
    assert isinstance(first, Following), "linked sequences begin with an event"  # noqa: S101
    after = LONG_AGO if condition.within is None else at - condition.within.micros
    ways = [
        _Way(
            start=when,
            at=when,
            name=first.event,
            place=place,
            links=(Link(step=first, holds=True, at=when, event=(stream, place)),),
        )
        for stream, place, when in _events(facts, first.event, first.where, row, after, at)
    ]
    best: tuple[Link, ...] = (Link(step=first, holds=False),)
    for number, step in enumerate([first, *others]):
        if number:
            ways, broken = _onward(facts, ways, step, row, after, at)
            best = (*best, Link(step=step, holds=False)) if broken is None else broken
        if not ways:
            rest = (Link(step=each, holds=False) for each in others[number:])
            return (*best, *rest)
        best = _last(ways).links
    return best


def _onward(
    facts: Facts, ways: list[_Way], step: Following | Absence, row: int, after: Instant, at: Instant
) -> tuple[list[_Way], tuple[Link, ...] | None]:
    """Return the ways over one more step, and what broke the best of those that were broken."""
    match step:
        case Following():
            events = list(_events(facts, step.event, step.where, row, after, at))
            return [found for event in events for found in _over(ways, step, event)], None
        case Absence():
            events = list(_events(facts, step.not_, step.where, row, after, at))
            spared = [_spared(way, step, events, at) for way in ways]
            whole = [way for way in spared if way.links[-1].holds]
            return whole, None if whole else _last(spared).links
        case _:
            assert_never(step)


def _over(ways: list[_Way], step: Following, event: tuple[Stream, int, Instant]) -> Iterator[_Way]:
    """Yield the best way that leads to an event, if any does."""
    stream, place, when = event
    leading = [
        way
        for way in ways
        if way.at <= when
        and (way.name != step.event or way.place < place)
        and (step.within is None or when <= way.at + step.within.micros)
    ]
    if leading:
        way = _last(leading)
        link = Link(step=step, holds=True, at=when, event=(stream, place))
        links = (*way.links, link)
        yield _Way(start=way.start, at=when, name=step.event, place=place, links=links)


def _spared(
    way: _Way, step: Absence, events: list[tuple[Stream, int, Instant]], at: Instant
) -> _Way:
    """Return a way with what became of an absence on it."""
    until = way.at + step.within.micros
    for stream, place, when in events:
        if way.at <= when <= until and (way.name != step.not_ or place > way.place):
            link = Link(step=step, holds=False, at=when, event=(stream, place))
            break
    else:
        when = way.at if step.at_once else until
        link = Link(step=step, holds=when <= at, at=when)
    links = (*way.links, link)
    return _Way(start=way.start, at=when, name=way.name, place=way.place, links=links)


def _last(ways: list[_Way]) -> _Way:
    return max(ways, key=lambda way: (way.start, way.at))


def _events(
    facts: Facts, name: str, where: Rule | None, row: int, after: Instant, last: Instant
) -> Iterator[tuple[Stream, int, Instant]]:
    """Yield one customer's events of a step, in order."""
    stream = facts.events(name, None)
    begin, end = stream.stretch(np.array([row]), np.array([after]), np.array([last]))
    fits = facts.fitting(stream, where) if where is not None and len(stream.ts) else None
    for place in range(int(begin[0]), int(end[0])):
        if fits is None or fits[place + 1] > fits[place]:
            yield stream, place, int(stream.ts[place])
