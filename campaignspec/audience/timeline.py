"""When a rule can change its truth: only then need it be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, assert_never

import numpy as np

from campaignspec.audience.values import Instants, Rows, event_name
from campaignspec.clock import DAY
from campaignspec.history import History, Stream, ValueKind
from campaignspec.spec.audience import Average, Count, First, Latest, Segment, Sum, Trait
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    InSegment,
    Known,
    Not,
    OneOf,
    Rule,
    Term,
)


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
    event has become that old; a date comes, and grows old. Other attributes do not change.
    The list has repetitions, and instants at which nothing changes.
    """
    rows: list[Rows] = [np.empty(0, np.int64)]
    at: list[Instants] = [np.empty(0, np.int64)]
    for name, shift in sorted(set(_shifts(term, traits, segments))):
        if name in traits:
            trait = traits[name]
            stream = events.events(event_name(trait), trait.where)
            rows.append(stream.rows())
            at.append(stream.ts + shift)
            continue
        column = events.history.attributes[name]
        if column.kind is ValueKind.DATE:
            known = np.flatnonzero(~column.missing)
            rows.append(known)
            at.append(column.values[known] * DAY + shift)
    return np.concatenate(rows), np.concatenate(at)


def _shifts(
    term: Term, traits: Mapping[str, Trait], segments: Mapping[str, Segment]
) -> Iterator[tuple[str, int]]:
    """Yield each fact with each delay after which its events change the truth again."""
    match term:
        case Compare() | OneOf() | Known():
            yield from _own_shifts(term.fact.name, traits)
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
        case Count(within=within) | Sum(within=within) | Average(within=within) if within:
            yield name, within.micros
        case Count() | Sum() | Average() | Latest() | First() | None:
            return
