"""Why a customer matches a segment, or does not: every condition with the events behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from campaignspec.audience.audience import Audience, Moment
from campaignspec.audience.chain import links_of
from campaignspec.audience.traits import computation_of
from campaignspec.audience.values import FactKind, Values
from campaignspec.clock import Instant
from campaignspec.history import Stream
from campaignspec.spec.conditions import Condition, Followed, Listed, conditions_of
from campaignspec.spec.habits import Tenure, ValueAgo
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Not,
    Offered,
    OneOf,
    Replied,
)
from campaignspec.spec.rule_writer import write_fact
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.traits import Ratio, Trait

MOST_EVENTS = 5
"""How many events are told of; of the others only their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of one customer.

    Attributes:
        kind: What it is.
        value: Text; a number; money in micro-units; a date as its day number; an instant in
            microseconds; or None where it is missing.
    """

    kind: FactKind
    value: str | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event that counts.

    Attributes:
        at: When it happened.
        properties: Its properties by name, those that are known.
    """

    at: Instant
    properties: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a condition was held against.

    Attributes:
        fact: The fact's name.
        value: What it was worth.
        trait: How it is computed; None for an attribute.
        events: The events that it was computed from, the latest first, at most `MOST_EVENTS`.
        more: How many others there are.
        parts: The facts that it is made of: the two of a ratio, what was worth it then.
        is_told: Whether an event at hand told it: it is a property, and no fact of the customer.
    """

    fact: str
    value: Value
    trait: Trait | None = None
    events: tuple[Happened, ...] = ()
    more: int = 0
    parts: tuple[Evidence, ...] = ()
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A condition, whether it is true, and what proves it.

    Attributes:
        term: The condition.
        at: The instant at which it was asked.
        holds: Whether it is true of the customer.
        evidence: What it was held against, where it names a fact.
        parts: The conditions that it is made of; a sequence has its steps.
        since: When a step of a sequence was reached; since when a segment has matched, where
            that is asked; in a journey, since when a message is answered or an offer held.
        event: The event by which a step was reached, or by which an absence was broken.
    """

    term: Condition | Following | Absence
    at: Instant
    holds: bool
    evidence: Evidence | None = None
    parts: tuple[Explanation, ...] = ()
    since: Instant | None = None
    event: Happened | None = None


def explain(audience: Audience, segment: str, row: int, at: Instant) -> Explanation:
    """Prove each condition of a segment true or false of one customer at an instant.

    Args:
        audience: What knows traits and segments.
        segment: The segment's name.
        row: The customer, as a row of the history.
        at: The instant; nothing later is seen.
    """
    return explain_rule(audience, InSegment(segment=segment), _moment(row, at))


def explain_rule(audience: Audience, term: Condition, moment: Moment) -> Explanation:
    """Prove each condition of a rule true or false of the one customer of a moment.

    Args:
        audience: What knows traits and segments.
        term: The rule.
        moment: The customer and the instant, each a column of one; and what rules of journeys ask
            of besides: the event at hand, answers, offers, marks.
    """
    row, at = int(moment.rows[0]), int(np.ravel(moment.at)[0])
    inner = moment
    if isinstance(term, InSegment):
        # A segment is the same whoever asks: it knows nothing of an event or an enrolment.
        inner = replace(moment, event=None, answers=None, replies=None, offers=None)
    parts = [explain_rule(audience, part, inner) for part in _parts(audience, term)]
    return Explanation(
        term=term,
        at=at,
        holds=bool(audience.meets(term, moment)[0]),
        evidence=_evidence(audience, term, moment),
        parts=(*parts, *_steps(audience, term, row, at)),
        since=_since(audience, term, row, at),
    )


def value_of(audience: Audience, name: str, row: int, at: Instant) -> Value:
    """Return what a fact is worth for one customer at an instant."""
    return _value(audience.values(Fact(name=name), _moment(row, at)), 0)


def happened(stream: Stream, index: int) -> Happened:
    """Return an event of a stream, with its properties."""
    properties = (
        (name, _value(Values.of_column(column, np.array([index])), 0))
        for name, column in sorted(stream.properties.items())
    )
    known = tuple((name, value) for name, value in properties if value.value is not None)
    return Happened(at=int(stream.ts[index]), properties=known)


def _steps(audience: Audience, term: Condition, row: int, at: Instant) -> Iterator[Explanation]:
    """Yield the steps of a sequence as far as the customer came."""
    if isinstance(term, Followed):
        for link in links_of(term, audience, row, at):
            yield Explanation(
                term=link.step,
                at=at,
                holds=link.holds,
                since=link.at,
                event=happened(*link.event) if link.event else None,
            )


def _since(audience: Audience, term: Condition, row: int, at: Instant) -> Instant | None:
    """Return when the customer came to match a segment that must have lasted."""
    if not isinstance(term, InSegment) or term.lasting is None:
        return None
    who, when = np.array([row]), np.array([at])
    came = int(audience.entries(term.segment).latest(who, when)[0])
    left = int(audience.exits(term.segment).latest(who, when)[0])
    return came if came > left else None


def _parts(audience: Audience, term: Condition) -> tuple[Condition, ...]:
    match term:
        case AllOf() | AnyOf():
            return term.terms
        case Not():
            return (term.term,)
        case InSegment():
            return conditions_of(audience.segments[term.segment])
        case Compare() | OneOf() | Known() | Age():
            return ()
        case Answered() | Replied() | Offered() | Followed() | Listed():
            return ()
        case _:
            assert_never(term)


def _evidence(audience: Audience, term: Condition, moment: Moment) -> Evidence | None:
    match term:
        case Compare() | OneOf() | Known() | Age():
            return _fact(audience, term.fact, moment)
        case Replied():
            assert moment.replies is not None, "linked rules ask for answers in journeys only"  # noqa: S101
            name = term.asked.fact.name
            told = _value(moment.replies(term.step, name), 0)
            return Evidence(fact=name, value=told, is_told=True)
        case AllOf() | AnyOf() | Not() | InSegment():
            return None
        case Answered() | Offered() | Followed() | Listed():
            return None
        case _:
            assert_never(term)


def _fact(audience: Audience, fact: Fact, moment: Moment) -> Evidence:
    row, at = int(moment.rows[0]), int(np.ravel(moment.at)[0])
    name, value = write_fact(fact), _value(audience.values(fact, moment), 0)
    if fact.key is None and moment.event and fact.name in moment.event[0].properties:
        return Evidence(fact=name, value=value, is_told=True)
    trait = audience.trait(fact)
    if trait is None:
        return Evidence(fact=name, value=value)
    parts = tuple(
        _fact(audience, part, _moment(row, then)) for part, then in _sources(audience, trait, at)
    )
    if parts:
        return Evidence(fact=name, value=value, trait=trait, parts=parts)
    stream = audience.looked_at(trait)
    first, end = computation_of(trait).proof(trait, audience, stream, row, at)
    shown = range(end - 1, max(first, end - MOST_EVENTS) - 1, -1)
    return Evidence(
        fact=name,
        value=value,
        trait=trait,
        events=tuple(happened(stream, index) for index in shown),
        more=end - first - len(shown),
    )


def _sources(audience: Audience, trait: Trait, at: Instant) -> tuple[tuple[Fact, Instant], ...]:
    """Return the facts that a trait is made of, and when they are looked at."""
    match trait:
        case Ratio():
            return (Fact(name=trait.ratio), at), (Fact(name=trait.to), at)
        case Tenure() if trait.tenure in audience.history.attributes:
            return ((Fact(name=trait.tenure), at),)
        case ValueAgo():
            return ((Fact(name=trait.value), at - trait.ago.micros),)
        case _:
            return ()


def _value(values: Values, index: int) -> Value:
    if values.missing[index]:
        return Value(kind=values.kind, value=None)
    if values.kind is FactKind.TEXT:
        return Value(kind=values.kind, value=str(values.words[values.data[index]]))
    return Value(kind=values.kind, value=values.data[index].item())


def _moment(row: int, at: Instant) -> Moment:
    return Moment(rows=np.array([row]), at=np.array([at]))
