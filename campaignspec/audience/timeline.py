"""When a rule can change its truth: only then need it be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

import numpy as np

from campaignspec.audience.traits import Asked, Facts, Points
from campaignspec.audience.values import Instants, Rows
from campaignspec.clock import DAY
from campaignspec.history import ValueKind
from campaignspec.spec.audience import Segment
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Not,
    OneOf,
    Term,
)


def turning_points(term: Term, segments: Mapping[str, Segment], facts: Facts) -> Points:
    """List every instant at which the rule's truth may change, for each customer.

    A count changes when an event comes and when it leaves the window; an age changes when the
    event has become that old; a date comes, and grows old. Other attributes do not change.
    The list has repetitions, and instants at which nothing changes.
    """
    rows: list[Rows] = [np.empty(0, np.int64)]
    at: list[Instants] = [np.empty(0, np.int64)]
    for fact, asked in _asked(term, segments).items():
        for who, when in _changes(fact, asked, facts):
            rows.extend(who for _ in range(1 + len(asked.ages)))
            at.extend(when + age for age in (0, *asked.ages))
    return np.concatenate(rows), np.concatenate(at)


def _changes(fact: Fact, asked: Asked, facts: Facts) -> Iterator[Points]:
    """Yield when what is asked of a fact may change, but for its age."""
    trait = facts.traits.get(fact.name)
    if trait is not None:
        yield from facts.changes(trait, asked)
        return
    column = facts.history.attributes[fact.name]
    if column.kind is ValueKind.DATE:
        known = np.flatnonzero(~column.missing)
        yield known, column.values[known] * DAY


def _asked(term: Term, segments: Mapping[str, Segment]) -> Mapping[Fact, Asked]:
    """Collect what a rule asks, and the segments in it, by fact."""
    found: dict[Fact, Asked] = {}
    for fact, asked in _questions(term, segments):
        known = found.get(fact, Asked())
        found[fact] = Asked(
            numbers=tuple(sorted({*known.numbers, *asked.numbers})),
            ages=tuple(sorted({*known.ages, *asked.ages})),
        )
    return found


def _questions(term: Term, segments: Mapping[str, Segment]) -> Iterator[tuple[Fact, Asked]]:
    match term:
        case Known():
            yield term.fact, Asked()
        case Compare():
            yield term.fact, Asked(numbers=_numbers(term.literal))
        case OneOf():
            yield term.fact, Asked(numbers=_numbers(*term.literals))
        case Age():
            yield term.fact, Asked(ages=(term.duration.micros,))
        case InSegment():
            yield from _questions(segments[term.segment].where.term, segments)
        case Not():
            yield from _questions(term.term, segments)
        case AllOf() | AnyOf():
            for part in term.terms:
                yield from _questions(part, segments)
        case Answered():
            return
        case _:
            assert_never(term)


def _numbers(*literals: Literal) -> tuple[float, ...]:
    return tuple(each.value for each in literals if not isinstance(each.value, str))
