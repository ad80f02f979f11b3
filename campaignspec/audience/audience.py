"""Rules, traits and segments over one history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import assert_never

import numpy as np

from campaignspec.audience.compare import compare
from campaignspec.audience.timeline import turning_points
from campaignspec.audience.traits import Asked, Points, computation_of
from campaignspec.audience.traits.windows import event_name, property_of
from campaignspec.audience.values import FactKind, Mask, Moments, Rows, Values
from campaignspec.clock import DAY, ceil_to_tick
from campaignspec.history import History, Stream
from campaignspec.spec.audience import Segment
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Not,
    OneOf,
    Operator,
    Rule,
    Term,
)
from campaignspec.spec.traits import EventTrait, Ratio, Sum, Trait


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Whom a rule is asked about, and when.

    Attributes:
        rows: The customers.
        at: The instants, of the same shape, or one for all; nothing later is seen.
        event: The events at hand, whose properties the rule may name: the stream, and one
            index into it a customer.
        answers: Says whether each customer's message of a step was sent, opened or clicked.
    """

    rows: Rows
    at: Moments
    event: tuple[Stream, Rows] | None = None
    answers: Callable[[Answer, str], Mask] | None = None


class Audience:
    """Answers what is true of customers at instants, by the project's traits and segments."""

    def __init__(
        self,
        history: History,
        *,
        traits: Mapping[str, Trait],
        segments: Mapping[str, Segment],
        tick: int,
    ) -> None:
        self.history = history
        self.traits = traits
        self.segments = segments
        self._tick = tick
        self._streams: dict[tuple[str, Term | None], Stream] = {}
        self._known: dict[tuple[str, Term | None, str], Stream] = {}
        self._entries: dict[str, Stream] = {}
        self._exits: dict[str, Stream] = {}

    def holds(self, rule: Rule | None, moment: Moment) -> Mask:
        """Say of each customer whether the rule holds; no rule holds for everybody."""
        if rule is None:
            return np.ones(moment.rows.shape, np.bool_)
        return self._holds(rule.term, moment)

    def matches(self, segment: str, rows: Rows, at: Moments) -> Mask:
        """Say of each customer whether it matches a segment at its instant, or at one for all."""
        return self._holds(self.segments[segment].where.term, Moment(rows=rows, at=at))

    def events(self, name: str, where: Rule | None) -> Stream:
        """Return the events of one name whose properties fit a rule."""
        found = (name, where.term if where else None)
        if found not in self._streams:
            self._streams[found] = self._filtered(self._stream(name), where)
        return self._streams[found]

    def entries(self, segment: str) -> Stream:
        """Return when customers come to match a segment: on ticks, not matching a tick before.

        An entry depends on nothing later than itself, so the stream may be made from the
        whole history and cut at any horizon.
        """
        if segment not in self._entries:
            self._entries[segment] = self._find_changes(segment, into=True)
        return self._entries[segment]

    def exits(self, segment: str) -> Stream:
        """Return when customers cease to match a segment: on ticks, matching a tick before.

        A customer's entries and exits take turns.
        """
        if segment not in self._exits:
            self._exits[segment] = self._find_changes(segment, into=False)
        return self._exits[segment]

    def trait_events(self, name: str) -> Stream:
        """Return the events that a trait looks at, whatever its window; a ratio has none."""
        trait = self.traits[name]
        if isinstance(trait, Ratio):
            return Stream.empty(len(self.history.customers))
        return self.counted(trait)

    def counted(self, trait: EventTrait) -> Stream:
        """Return the events that a trait counts; only a sum sees those without a value."""
        stream = self.events(event_name(trait), trait.where)
        name = None if isinstance(trait, Sum) else property_of(trait)
        if name is None or name not in stream.properties:
            return stream
        found = (event_name(trait), trait.where.term if trait.where else None, name)
        if found not in self._known:
            self._known[found] = stream.where(~stream.properties[name].missing)
        return self._known[found]

    def _find_changes(self, segment: str, *, into: bool) -> Stream:
        term = self.segments[segment].where.term
        rows, at = turning_points(term, self.segments, self)
        n_rows = len(self.history.customers)
        ticks = ceil_to_tick(at, self._tick)
        order = np.lexsort((ticks, rows))
        rows, ticks = rows[order], ticks[order]
        first = np.ones(rows.shape, np.bool_)
        first[1:] = (rows[1:] != rows[:-1]) | (ticks[1:] != ticks[:-1])
        rows, ticks = rows[first], ticks[first]
        turns = self.matches(segment, rows, ticks) == into
        turns[turns] = self.matches(segment, rows[turns], ticks[turns] - self._tick) != into
        return Stream.build(rows[turns], ticks[turns], n_rows)

    def _stream(self, name: str) -> Stream:
        known = self.history.streams.get(name)
        return Stream.empty(len(self.history.customers)) if known is None else known

    def _filtered(self, stream: Stream, where: Rule | None) -> Stream:
        if where is None or not len(stream.ts):
            return stream
        index = np.arange(len(stream.ts))
        moment = Moment(rows=stream.rows(), at=stream.ts, event=(stream, index))
        return stream.where(self.holds(where, moment))

    def _holds(self, term: Term, moment: Moment) -> Mask:
        match term:
            case Compare():
                return compare(self.values(term.fact, moment), term.operator, term.literal)
            case OneOf():
                values = self.values(term.fact, moment)
                masks = [compare(values, Operator.EQUAL, literal) for literal in term.literals]
                return reduce(np.logical_or, masks)
            case Known():
                return np.asarray(self.values(term.fact, moment).missing != term.known)
            case Age():
                return self._age(term, moment)
            case InSegment():
                return self.matches(term.segment, moment.rows, moment.at)
            case Answered():
                assert moment.answers is not None, "linked rules ask for answers in journeys only"  # noqa: S101
                return moment.answers(term.answer, term.step)
            case Not():
                return ~self._holds(term.term, moment)
            case AllOf():
                return reduce(np.logical_and, [self._holds(t, moment) for t in term.terms])
            case AnyOf():
                return reduce(np.logical_or, [self._holds(t, moment) for t in term.terms])
            case _:
                assert_never(term)

    def _age(self, term: Age, moment: Moment) -> Mask:
        values = self.values(term.fact, moment)
        happened = values.data * DAY if values.kind is FactKind.DATE else values.data
        edge = moment.at - term.duration.micros
        held = happened <= edge if term.older else (happened > edge) & (happened <= moment.at)
        return np.asarray(held & ~values.missing)

    def values(self, fact: Fact, moment: Moment) -> Values:
        """Return a fact's values: a property of the event at hand, a trait, or an attribute."""
        if moment.event is not None and fact.name in moment.event[0].properties:
            stream, index = moment.event
            return Values.of_column(stream.properties[fact.name], index)
        if fact.name in self.traits:
            return self.trait_values(self.traits[fact.name], moment.rows, moment.at)
        return Values.of_column(self.history.attributes[fact.name], moment.rows)

    def trait_values(self, trait: Trait, rows: Rows, at: Moments) -> Values:
        """Compute a trait for each customer at its instant, from what was known then."""
        return computation_of(trait).values(trait, self, rows, at)

    def changes(self, trait: Trait, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a trait may change, but for its age."""
        yield from computation_of(trait).changes(trait, self, asked)
