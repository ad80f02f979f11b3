"""When a rule can change its truth: only then need it be asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol, assert_never

import numpy as np

from campaignspec.audience.values import Instants, Rows, event_name, property_of
from campaignspec.clock import DAY
from campaignspec.history import History, Stream, ValueKind
from campaignspec.spec.audience import (
    Average,
    Count,
    DaysSince,
    Distinct,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Segment,
    Sum,
    Trait,
)
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    InSegment,
    Known,
    Literal,
    Not,
    OneOf,
    Rule,
    Term,
)

_MOST_DAYS: Final = 1_000_000
"""No event is older than that."""


class Events(Protocol):
    """Where the events that traits look at come from."""

    history: History

    def events(self, name: str, where: Rule | None) -> Stream:
        """Return the events of one name whose properties fit a rule."""


def turning_points(
    term: Term, traits: Mapping[str, Trait], segments: Mapping[str, Segment], events: Events
) -> tuple[Rows, Instants]:
    """List every instant at which the rule's truth may change, for each customer.

    A count changes when an event comes and when it leaves the window; an age changes when the
    event has become that old, and so do the days since it, at each number that they are
    compared with; a date comes, and grows old. Other attributes do not change.
    The list has repetitions, and instants at which nothing changes.
    """
    rows: list[Rows] = [np.empty(0, np.int64)]
    at: list[Instants] = [np.empty(0, np.int64)]
    for name, shift in sorted(set(_shifts(term, traits, segments))):
        trait = traits.get(name)
        if trait is not None:
            for who, when in _of_trait(trait, events):
                rows.append(who)
                at.append(when + shift)
            continue
        column = events.history.attributes[name]
        if column.kind is ValueKind.DATE:
            known = np.flatnonzero(~column.missing)
            rows.append(known)
            at.append(column.values[known] * DAY + shift)
    return np.concatenate(rows), np.concatenate(at)


def _of_trait(trait: Trait, events: Events) -> Iterator[tuple[Rows, Instants]]:
    """Yield when a trait's events happen; and, where they hold dates, when those come."""
    if isinstance(trait, Ratio):
        return
    stream, name = events.events(event_name(trait), trait.where), property_of(trait)
    yield stream.rows(), stream.ts
    column = stream.properties.get(name) if name else None
    if column is not None and column.kind is ValueKind.DATE:
        yield stream.rows()[~column.missing], column.values[~column.missing] * DAY


def _shifts(
    term: Term, traits: Mapping[str, Trait], segments: Mapping[str, Segment]
) -> Iterator[tuple[str, int]]:
    """Yield each fact with each delay after which its events change the truth again."""
    match term:
        case Known():
            yield from _own_shifts(term.fact.name, traits)
        case Compare():
            yield from _own_shifts(term.fact.name, traits)
            yield from _day_shifts(term.fact.name, traits, (term.literal,))
        case OneOf():
            yield from _own_shifts(term.fact.name, traits)
            yield from _day_shifts(term.fact.name, traits, term.literals)
        case Age():
            yield from _own_shifts(term.fact.name, traits)
            yield term.fact.name, term.duration.micros
        case InSegment():
            yield from _shifts(segments[term.segment].where.term, traits, segments)
        case Not():
            yield from _shifts(term.term, traits, segments)
        case AllOf() | AnyOf():
            for part in term.terms:
                yield from _shifts(part, traits, segments)
        case Answered():
            return
        case _:
            assert_never(term)


def _own_shifts(name: str, traits: Mapping[str, Trait]) -> Iterator[tuple[str, int]]:
    yield name, 0
    match traits.get(name):
        case (
            Count(within=within)
            | Sum(within=within)
            | Average(within=within)
            | Minimum(within=within)
            | Maximum(within=within)
            | Distinct(within=within)
            | MostFrequent(within=within)
            | MedianGap(within=within)
        ) if within:
            yield name, within.micros
        case Ratio() as ratio:
            yield from _own_shifts(ratio.ratio, traits)
            yield from _own_shifts(ratio.to, traits)


def _day_shifts(
    name: str, traits: Mapping[str, Trait], literals: Iterable[Literal]
) -> Iterator[tuple[str, int]]:
    """Yield when the days since an event come to a number, and when they go past it."""
    if not isinstance(traits.get(name), DaysSince):
        return
    for literal in literals:
        days = float(literal.value)
        if 0 <= days <= _MOST_DAYS:
            yield name, math.ceil(days) * DAY
            yield name, (math.floor(days) + 1) * DAY
