"""When a rule can change its truth: only then need it be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

import numpy as np

from campaignspec.audience.traits import Asked, Facts, Points, Span
from campaignspec.audience.values import Instants, Rows
from campaignspec.spec.conditions import Condition, Followed, Listed, conditions_of
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
    Offered,
    OneOf,
    Replied,
)

_Leaf: TypeAlias = (
    Compare | OneOf | Known | Age | InSegment | Answered | Replied | Offered | Followed | Listed
)


def turning_points(
    conditions: Iterable[Condition], facts: Facts, span: Span | None = None
) -> Points:
    """List every instant at which the truth of conditions may change, for each customer.

    A count changes when an event comes and when it leaves the window; an age changes when the
    event has become that old; a date comes, and grows old; a sequence begins to be true, and
    ceases to. Lists do not change. The instants have repetitions, and some at which nothing
    changes. Of a segment that must have lasted they are those that matter on ticks. With a span,
    some outside it may be left out.
    """
    leaves = [leaf for condition in conditions for leaf in _leaves(condition, facts)]
    rows: list[Rows] = [np.empty(0, np.int64)]
    at: list[Instants] = [np.empty(0, np.int64)]
    for who, when in _points(leaves, facts, span):
        inside = slice(None) if span is None else (when > span[0]) & (when <= span[1])
        rows.append(who[inside])
        at.append(when[inside])
    return np.concatenate(rows), np.concatenate(at)


def _points(leaves: Sequence[_Leaf], facts: Facts, span: Span | None) -> Iterator[Points]:
    for fact, asked in _asked(leaves).items():
        for who, when in facts.fact_changes(fact, replace(asked, span=span)):
            yield who, when
            for age in asked.ages:
                yield who, when + age
    yield from _others(leaves, facts)


def _leaves(condition: Condition, facts: Facts) -> Iterator[_Leaf]:
    """Yield the conditions without conditions in them, those of segments as well."""
    inside: tuple[Condition, ...]
    match condition:
        case Not():
            inside = (condition.term,)
        case AllOf() | AnyOf():
            inside = condition.terms
        case InSegment() if condition.lasting is None:
            inside = conditions_of(facts.segments[condition.segment])
        case _:
            yield condition
            return
    for part in inside:
        yield from _leaves(part, facts)


def _asked(leaves: Iterable[_Leaf]) -> Mapping[Fact, Asked]:
    """Collect what is asked, by fact."""
    found: dict[Fact, Asked] = {}
    for fact, asked in _questions(leaves):
        known = found.get(fact, Asked())
        found[fact] = Asked(
            numbers=tuple(sorted({*known.numbers, *asked.numbers})),
            ages=tuple(sorted({*known.ages, *asked.ages})),
        )
    return found


def _questions(leaves: Iterable[_Leaf]) -> Iterator[tuple[Fact, Asked]]:
    for leaf in leaves:
        match leaf:
            case Known():
                yield leaf.fact, Asked()
            case Compare():
                yield leaf.fact, Asked(numbers=_numbers(leaf.literal))
            case OneOf():
                yield leaf.fact, Asked(numbers=_numbers(*leaf.literals))
            case Age():
                yield leaf.fact, Asked(ages=(leaf.duration.micros,))
            case InSegment() | Answered() | Replied() | Offered() | Followed() | Listed():
                continue
            case _:
                assert_never(leaf)


def _others(leaves: Iterable[_Leaf], facts: Facts) -> Iterator[Points]:
    """Yield when what is no question about a fact may change."""
    for leaf in dict.fromkeys(leaves):
        match leaf:
            case InSegment():
                entries, exits = facts.entries(leaf.segment), facts.exits(leaf.segment)
                yield entries.rows(), entries.ts
                yield exits.rows(), exits.ts
                if leaf.lasting is not None:
                    yield entries.rows(), entries.ts + leaf.lasting.micros
            case Followed():
                spells = facts.spells(leaf)
                yield spells.begins.rows(), spells.begins.ts
                yield spells.ends.rows(), spells.ends.ts
            case Answered() | Replied() | Offered() | Listed():
                continue
            case Compare() | OneOf() | Known() | Age():
                continue
            case _:
                assert_never(leaf)


def _numbers(*literals: Literal) -> tuple[float, ...]:
    return tuple(each.value for each in literals if not isinstance(each.value, str))
