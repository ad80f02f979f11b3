"""Rules, traits and segments over one history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, assert_never

import numpy as np

from campaignspec.audience.attributes import attribute_changes, attribute_values
from campaignspec.audience.compare import compare
from campaignspec.audience.memo import remembered
from campaignspec.audience.sequence import is_followed, spells_of
from campaignspec.audience.spells import Spells
from campaignspec.audience.timeline import turning_points
from campaignspec.audience.traits import Asked, Counts, Points, Span, computation_of
from campaignspec.audience.traits.lifecycle import stage_changes
from campaignspec.audience.traits.windows import event_name, filter_of, property_of
from campaignspec.audience.turns import Turns, all_of, any_of, in_order
from campaignspec.audience.values import FactKind, Mask, Moments, Rows, Values
from campaignspec.clock import DAY, Instant
from campaignspec.history import LONG_AGO, History, Stream, everybody
from campaignspec.history.lists import is_on
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import Condition, Followed, Listed, conditions_of
from campaignspec.spec.groups import of_group
from campaignspec.spec.habits import Tenure
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.marks import Mark
from campaignspec.spec.rfm import Rfm
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    Holding,
    InSegment,
    Known,
    Not,
    Offered,
    OneOf,
    Operator,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import EventTrait, GroupedTrait, Sum, Trait


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Whom a rule is asked about, and when.

    Attributes:
        rows: The customers.
        at: The instants, of the same shape, or one for all; nothing later is seen.
        event: The events at hand, whose properties the rule may name: the stream, and one
            index into it a customer.
        answers: Says whether each customer's message of a step was sent, opened or clicked.
        marks: Returns what journeys remember of the customers under a name, or None.
        replies: Returns what each customer answered to a step: a property of the answer.
        offers: Says whether each customer holds an offer, or redeemed it since the enrolment began.
        known: What facts about the customers were found to be worth; filled as rules ask, so
            that what many rules ask is computed once.
    """

    rows: Rows
    at: Moments
    event: tuple[Stream, Rows] | None = None
    answers: Callable[[Answer, str], Mask] | None = None
    replies: Callable[[str, str], Values] | None = None
    offers: Callable[[Holding, str], Mask] | None = None
    marks: Callable[[str], Values | None] | None = None
    known: dict[Fact, Values] = field(default_factory=dict, compare=False, repr=False)


class Audience:
    """Answers what is true of customers at instants, by the project's traits and segments."""

    def __init__(
        self,
        history: History,
        *,
        traits: Mapping[str, Trait],
        segments: Mapping[str, Segment],
        tick: int,
        zone: str = "UTC",
    ) -> None:
        self.history = history
        self.zone = zone
        self.traits = traits
        self.segments = segments
        self.tick = tick
        self.memo: dict[Any, Any] = {}
        self._streams: dict[tuple[str, Term | None], Stream] = {}
        self._known: dict[tuple[str, Term | None, str], Stream] = {}
        self._of_keys: dict[Fact, Trait] = {}
        self._entries: dict[str, Stream] = {}
        self._exits: dict[str, Stream] = {}
        self._turns: dict[tuple[str, Span | None], Turns] = {}
        self._spells: dict[Followed, Spells] = {}

    def holds(self, rule: Rule | None, moment: Moment) -> Mask:
        """Say of each customer whether the rule holds; no rule holds for everybody."""
        if rule is None:
            return np.ones(moment.rows.shape, np.bool_)
        return self._holds(rule.term, moment)

    def matches(self, segment: str, rows: Rows, at: Moments) -> Mask:
        """Say of each customer whether it matches a segment at its instant, or at one for all."""
        return self.matching(segment, Moment(rows=rows, at=at))

    def matching(self, segment: str, moment: Moment) -> Mask:
        """Say of each customer of a moment whether it matches a segment."""
        parts = conditions_of(self.segments[segment])
        return reduce(np.logical_and, [self.meets(part, moment) for part in parts])

    def everybody(self, at: Instant) -> Moment:
        """Return the moment of all customers at one instant."""
        return Moment(rows=everybody(len(self.history.customers)), at=at)

    def meets(self, condition: Condition, moment: Moment) -> Mask:
        """Say of each customer whether a part of a segment is true at its instant."""
        rows, at = moment.rows, moment.at
        match condition:
            case Followed():
                if condition not in self._spells and np.ndim(at) == 0:
                    return is_followed(condition, self, rows, int(at))
                return self.spells(condition).hold(rows, at)
            case Listed():
                if condition not in self.memo:
                    self.memo[condition] = is_on(self.history, condition.file)
                listed: Mask = self.memo[condition][rows]
                return listed
            case _:
                return self._holds(condition, moment)

    def true_of(self, term: Term, rows: Rows, at: Moments) -> Mask:
        """Say of each customer whether a rule is true at its instant, or at one for all."""
        return self._holds(term, Moment(rows=rows, at=at))

    def spells(self, condition: Followed) -> Spells:
        """Return when a sequence is true of whom."""
        if condition not in self._spells:
            self._spells[condition] = spells_of(condition, self)
        return self._spells[condition]

    def turns_of(self, term: Term) -> Points:
        """Return every instant at which a rule's truth may change; with repetitions."""
        return turning_points((term,), self)

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
            turns = self.turns(segment)
            self._entries[segment] = self._at_turns(turns, turns.fits)
        return self._entries[segment]

    def exits(self, segment: str) -> Stream:
        """Return when customers cease to match a segment: on ticks, matching a tick before.

        A customer's entries and exits take turns.
        """
        if segment not in self._exits:
            turns = self.turns(segment)
            self._exits[segment] = self._at_turns(turns, ~turns.fits)
        return self._exits[segment]

    def looked_at(self, trait: Trait) -> Stream:
        """Return the events that a trait looks at, whatever its window; some look at none."""
        if isinstance(trait, Tenure) and trait.tenure not in self.history.attributes:
            return self.events(trait.tenure, trait.where)
        if isinstance(trait, EventTrait):
            return self.counted(trait)
        if isinstance(trait, Lifecycle):
            return stage_changes(trait, self)
        return Stream.empty(len(self.history.customers))

    def trait(self, fact: Fact) -> Trait | None:
        """Return the trait that a fact names, that of its key if it has one; None without one."""
        trait = self.traits.get(fact.name)
        if trait is None or fact.key is None:
            return trait
        if fact not in self._of_keys:
            self._of_keys[fact] = self._group(trait, fact.key)
        return self._of_keys[fact]

    def counted(self, trait: EventTrait) -> Stream:
        """Return the events that a trait counts; only a sum sees those without a value."""
        where = filter_of(trait)
        stream = self.events(event_name(trait), where)
        name = None if isinstance(trait, Sum | Rfm) else property_of(trait)
        if name is None or name not in stream.properties:
            return stream
        found = (event_name(trait), where.term if where else None, name)
        if found not in self._known:
            missing = stream.properties[name].missing
            self._known[found] = stream.where(~missing) if missing.any() else stream
        return self._known[found]

    def turns(self, segment: str, span: Span | None = None) -> Turns:
        """Return who matches a segment at first, and every tick at which that changes.

        Args:
            segment: The segment's name.
            span: After which instant, and until which; None is all of history. At first is at
                the span's start.
        """
        if (segment, span) not in self._turns:
            parts = conditions_of(self.segments[segment])
            self._turns[segment, span] = all_of([self._turns_of(part, span) for part in parts])
        return self._turns[segment, span]

    def _turns_of(self, condition: Condition, span: Span | None) -> Turns:
        match condition:
            case Not():
                return self._turns_of(condition.term, span).negated()
            case AllOf():
                return all_of([self._turns_of(part, span) for part in condition.terms])
            case AnyOf():
                return any_of([self._turns_of(part, span) for part in condition.terms])
            case InSegment() if condition.lasting is None:
                return self.turns(condition.segment, span)
            case _:
                return self._turns_of_leaf(condition, span)

    def _turns_of_leaf(self, condition: Condition, span: Span | None) -> Turns:
        """Ask at every tick at which a customer may turn; between two of them nothing changes."""
        rows, at = turning_points((condition,), self, span)
        ticks = -(-at // self.tick)
        if span is not None:
            inside = (ticks > span[0] // self.tick) & (ticks <= span[1] // self.tick)
            rows, ticks = rows[inside], ticks[inside]
        rows, ticks = in_order(rows, ticks)
        start = span[0] if span else (int(ticks.min(initial=1)) - 1) * self.tick
        first = self.meets(condition, self.everybody(start))
        fits = self.meets(condition, Moment(rows=rows, at=ticks * self.tick))
        return Turns.build(first, rows, ticks, fits)

    def _at_turns(self, turns: Turns, which: Mask) -> Stream:
        rows, at = turns.rows[which], turns.ticks[which] * self.tick
        return Stream.build(rows, at, len(self.history.customers))

    def _group(self, trait: Trait, key: str) -> Trait:
        """Return the trait of one value of its property; all values' events are parted once."""
        assert isinstance(trait, GroupedTrait), "linked rules name a key of such traits only"  # noqa: S101
        assert trait.by is not None, "linked rules name a key of traits with `by` only"  # noqa: S101
        name, all_events = event_name(trait), self.events(event_name(trait), filter_of(trait))
        found = of_group(trait, key)
        where = filter_of(found)
        self._streams[name, where.term if where else None] = all_events.having(trait.by, key)
        return found

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
            case Compare() | OneOf() | Known():
                return _compared(term, self.values(term.fact, moment))
            case Age():
                return self._age(term, moment)
            case InSegment():
                return self._in_segment(term, moment)
            case Answered():
                assert moment.answers is not None, "linked rules ask for answers in journeys only"  # noqa: S101
                return moment.answers(term.answer, term.step)
            case Replied():
                return self._replied(term, moment)
            case Offered():
                assert moment.offers is not None, "linked rules ask for offers in journeys only"  # noqa: S101
                return moment.offers(term.asked, term.offer)
            case Not():
                return ~self._holds(term.term, moment)
            case AllOf():
                return reduce(np.logical_and, [self._holds(t, moment) for t in term.terms])
            case AnyOf():
                return reduce(np.logical_or, [self._holds(t, moment) for t in term.terms])
            case _:
                assert_never(term)

    def _replied(self, term: Replied, moment: Moment) -> Mask:
        assert moment.replies is not None, "linked rules ask for answers in journeys only"  # noqa: S101
        return _compared(term.asked, moment.replies(term.step, term.asked.fact.name))

    def _in_segment(self, term: InSegment, moment: Moment) -> Mask:
        matching = self.matching(
            term.segment, replace(moment, event=None, answers=None, replies=None, offers=None)
        )
        if term.lasting is None:
            return matching
        return matching & self._lasted(term.segment, term.lasting.micros, moment)

    def _lasted(self, segment: str, length: int, moment: Moment) -> Mask:
        """Say who has matched at every tick for so long; who never turned may have always."""
        rows, at = moment.rows, moment.at
        came, left = self.entries(segment).latest(rows, at), self.exits(segment).latest(rows, at)
        lasted = np.asarray((came > left) & (came <= at - length))
        never = np.flatnonzero((came == LONG_AGO) & (left == LONG_AGO))
        then = at if isinstance(at, int) or np.ndim(at) == 0 else at[never]
        lasted[never] = self.matches(segment, rows[never], then // self.tick * self.tick)
        return lasted

    def _age(self, term: Age, moment: Moment) -> Mask:
        values = self.values(term.fact, moment)
        happened = values.data * DAY if values.kind is FactKind.DATE else values.data
        edge = moment.at - term.duration.micros
        held = happened <= edge if term.older else (happened > edge) & (happened <= moment.at)
        return np.asarray(held & ~values.missing)

    def values(self, fact: Fact, moment: Moment) -> Values:
        """Return a fact's values: a property of the event at hand, a trait, or an attribute."""
        if (
            moment.event is not None
            and fact.key is None
            and fact.name in moment.event[0].properties
        ):
            stream, index = moment.event
            return Values.of_column(stream.properties[fact.name], index)
        if moment.marks is not None and isinstance(self.traits.get(fact.name), Mark):
            marked = moment.marks(fact.name)
            if marked is not None:
                return marked
        if fact not in moment.known:
            moment.known[fact] = self.fact_values(fact, moment.rows, moment.at)
        return moment.known[fact]

    def fact_values(self, fact: Fact, rows: Rows, at: Moments) -> Values:
        """Return what a trait or an attribute is worth for each customer at its instant."""
        trait = self.trait(fact)
        if trait is None:
            return attribute_values(self.history, fact.name, rows, at)
        return self.trait_values(trait, rows, at)

    def fitting(self, stream: Stream, where: Rule) -> Counts:
        """Return how many of the stream's first 0, 1, 2, … events fit a rule on properties."""
        if not len(stream.ts):  # events that never happened: of their properties nothing is known
            return np.zeros(1, np.int64)

        def count() -> Counts:
            index = np.arange(len(stream.ts))
            moment = Moment(rows=stream.rows(), at=stream.ts, event=(stream, index))
            return np.concatenate(([0], np.cumsum(self.holds(where, moment))))

        return remembered(stream.memo, f"fits {write_rule(where.term)}", count)

    def trait_values(self, trait: Trait, rows: Rows, at: Moments) -> Values:
        """Compute a trait for each customer at its instant, from what was known then."""
        return computation_of(trait).values(trait, self, rows, at)

    def fact_changes(self, fact: Fact, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a fact may change, but for its age."""
        trait = self.trait(fact)
        if trait is None:
            yield from attribute_changes(self.history, fact.name)
        else:
            yield from self.changes(trait, asked)

    def changes(self, trait: Trait, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a trait may change, but for its age."""
        yield from computation_of(trait).changes(trait, self, asked)


def _compared(term: Compare | OneOf | Known, values: Values) -> Mask:
    """Say where values are what is asked of them."""
    match term:
        case Compare():
            return compare(values, term.operator, term.literal)
        case OneOf():
            masks = [compare(values, Operator.EQUAL, literal) for literal in term.literals]
            return reduce(np.logical_or, masks)
        case Known():
            return np.asarray(values.missing != term.known)
        case _:
            assert_never(term)
