"""Rules, traits and segments, read off one customer's list of events."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from engine_kit.story import ATTRIBUTES, PROPERTIES, Customer, Event

from campaignspec.history import ValueKind
from campaignspec.project import Project
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
    Operator,
    Rule,
    Term,
)
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Sum,
    Trait,
)

DAY = 86_400_000_000
MICROS = 1_000_000

Answering = Callable[[str, str], bool]
"""Says whether the message of a step was sent, opened or clicked."""

_COMPARISONS = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


class Beholder:
    """Knows what is true of one customer at an instant."""

    def __init__(self, project: Project, person: Customer) -> None:
        self._project = project
        self._person = person
        self._matched: dict[tuple[str, int], bool] = {}
        self._picked: dict[tuple[str, Term | None], Sequence[Event]] = {}

    def matches(self, segment: str, now: int) -> bool:
        """Say whether the customer is in a segment."""
        if (segment, now) not in self._matched:
            term = self._project.segments[segment].where.term
            self._matched[segment, now] = self._holds(term, now, None, None)
        return self._matched[segment, now]

    def joins(self, segment: str, tick: int, now: int) -> bool:
        """Say whether the customer is in a segment now and was not one tick before."""
        return (
            now % tick == 0 and self.matches(segment, now) and not self.matches(segment, now - tick)
        )

    def holds(self, rule: Rule | None, now: int, answered: Answering | None = None) -> bool:
        """Say whether a rule holds."""
        return rule is None or self._holds(rule.term, now, None, answered)

    def events(self, name: str, where: Rule | None) -> Sequence[Event]:
        """Return the events of one name that fit a rule, each judged at its own instant."""
        key = (name, where.term if where else None)
        if key not in self._picked:
            self._picked[key] = sorted(
                (
                    event
                    for event in self._person.events
                    if event.name == name
                    and (where is None or self._holds(where.term, event.at, event, None))
                ),
                key=lambda event: event.at,
            )
        return self._picked[key]

    def _holds(  # noqa: C901 - one case a kind of term
        self, term: Term, now: int, event: Event | None, answered: Answering | None
    ) -> bool:
        match term:
            case Compare():
                kind, value = self._fact(term.fact.name, now, event)
                return _compare(kind, value, term.operator, term.literal.value)
            case OneOf():
                kind, value = self._fact(term.fact.name, now, event)
                return any(
                    _compare(kind, value, Operator.EQUAL, literal.value)
                    for literal in term.literals
                )
            case Known():
                _, value = self._fact(term.fact.name, now, event)
                return (value is not None) == term.known
            case Age():
                kind, value = self._fact(term.fact.name, now, event)
                if value is None:
                    return False
                happened = value * DAY if kind is ValueKind.DATE else value
                edge = now - term.duration.micros
                return happened <= edge if term.older else edge < happened <= now
            case InSegment():
                return self.matches(term.segment, now)
            case Answered():
                assert answered is not None
                return answered(term.answer.value, term.step)
            case Not():
                return not self._holds(term.term, now, event, answered)
            case AllOf():
                return all(self._holds(part, now, event, answered) for part in term.terms)
            case AnyOf():
                return any(self._holds(part, now, event, answered) for part in term.terms)

    def _fact(self, name: str, now: int, event: Event | None) -> tuple[ValueKind | None, Any]:
        if event is not None and name in PROPERTIES[event.name]:
            return PROPERTIES[event.name][name], event.properties.get(name)
        if name in self._project.traits:
            return self._trait(self._project.traits[name], now)
        return ATTRIBUTES[name], self._person.attributes.get(name)

    def _trait(  # noqa: C901, PLR0912 - one case a kind of trait
        self, trait: Trait, now: int
    ) -> tuple[ValueKind | None, Any]:
        match trait:
            case Count():
                return ValueKind.NUMBER, len(self._within(trait.count, trait, now))
            case Sum():
                kind, values = self._values(trait.sum, trait, now)
                return kind, sum(values)
            case Average():
                kind, values = self._values(trait.average, trait, now)
                return kind, sum(values) / len(values) if values else None
            case Latest():
                happened = [e.at for e in self.events(trait.latest, trait.where) if e.at <= now]
                return None, max(happened, default=None)
            case First():
                happened = [e.at for e in self.events(trait.first, trait.where) if e.at <= now]
                return None, min(happened, default=None)

            case Minimum():
                kind, values = self._values(trait.minimum, trait, now)
                return kind, min(values, default=None)
            case Maximum():
                kind, values = self._values(trait.maximum, trait, now)
                return kind, max(values, default=None)
            case Distinct():
                _, values = self._values(trait.distinct, trait, now)
                return ValueKind.NUMBER, len(set(values))
            case MostFrequent():
                kind, values = self._values(trait.most_frequent, trait, now)
                return kind, max(reversed(values), key=values.count, default=None)
            case LastValue():
                kind, values = self._values(trait.last_value, trait, now)
                return kind, values[-1] if values else None
            case FirstValue():
                kind, values = self._values(trait.first_value, trait, now)
                return kind, values[0] if values else None
            case DaysSince():
                happened = [event.at for event in self._within(trait.days_since, trait, now)]
                return ValueKind.NUMBER, (now - happened[-1]) // DAY if happened else None
            case MedianGap():
                happened = [event.at for event in self._within(trait.median_gap, trait, now)]
                gaps = [later - earlier for earlier, later in pairwise(happened)]
                return ValueKind.NUMBER, median(gaps) / DAY if gaps else None
            case Ratio():
                above_kind, above = self._trait(self._project.traits[trait.ratio], now)
                below_kind, below = self._trait(self._project.traits[trait.to], now)
                if above is None or not below:
                    return ValueKind.NUMBER, None
                if above_kind is below_kind:
                    return ValueKind.NUMBER, above / below
                if above_kind is ValueKind.MONEY:
                    return ValueKind.MONEY, above / below
                return ValueKind.NUMBER, above / below * MICROS

    def _within(self, name: str, trait: Any, now: int) -> Sequence[Event]:
        events = [event for event in self.events(name, trait.where) if event.at <= now]
        within = getattr(trait, "within", None)
        if within is None:
            return events
        return [event for event in events if event.at > now - within.micros]

    def _values(self, path: str, trait: Any, now: int) -> tuple[ValueKind, list[Any]]:
        name, prop = path.rsplit(".", 1)
        found = [event.properties.get(prop) for event in self._within(name, trait, now)]
        return PROPERTIES[name][prop], [value for value in found if value is not None]


def _compare(kind: ValueKind | None, value: Any, by: Operator, literal: Any) -> bool:
    """Compare with two-valued logic: false where the value is missing, and != turns = round."""
    if by is Operator.NOT_EQUAL:
        return not _compare(kind, value, Operator.EQUAL, literal)
    if value is None:
        return False
    return bool(_COMPARISONS[by](value, _READ.get(kind, lambda it: it)(literal)))


_READ: Mapping[ValueKind | None, Callable[[Any], Any]] = {
    ValueKind.MONEY: lambda it: round(it * MICROS),
    ValueKind.DATE: lambda it: (date.fromisoformat(it) - date(1970, 1, 1)).days,
    ValueKind.BOOLEAN: lambda it: it in {"yes", "true"},
}
