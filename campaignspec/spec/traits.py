"""Traits: facts about a customer at an instant, as they are written in an ``audiences.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.marks import Mark
from campaignspec.spec.rfm import Rfm
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location

_WITHIN = "Only events after `now` minus this, up to and including `now`."
_WHERE = "Only events whose properties fit this rule."
_BY = "One for each value of this property, asked as `name('value')`: `by: category`."
_SAME = "Only from one event to the next with the same value of this property."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many events there were."""

    count: Name = key("The event's name.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a property adds up to; 0 without events."""

    sum: Property = key("Event and property: `order.placed.amount`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """What a property is on average; missing without events."""

    average: Property = key("Event and property: `order.placed.amount`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """The least value of a property; missing without events."""

    minimum: Property = key("Event and property: a number, money or a date.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """The greatest value of a property; missing without events."""

    maximum: Property = key("Event and property: a number, money or a date.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """How many different values a property had; a missing value is none."""

    distinct: Property = key("Event and property: `order.placed.sku`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class MostFrequent:
    """The text that a property had most often; of several, the one seen last."""

    most_frequent: Property = key("Event and property: a text.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastValue:
    """What a property was at the latest event that has one; missing without such an event."""

    last_value: Property = key("Event and property: `order.placed.sku`.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstValue:
    """What a property was at the first event that has one; missing without such an event."""

    first_value: Property = key("Event and property: `order.placed.sku`.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """When it last happened; missing if never."""

    latest: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """When it first happened; missing if never."""

    first: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysSince:
    """How many whole days, of 24 hours, ago it last happened; missing if never."""

    days_since: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_BY, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianGap:
    """The median of the days between one event and the next; missing below two events.

    With `by`, an event is followed by the next with the same value of that property: the cycle
    in which the same thing is bought again, over all things, or of one: `name('value')`. Events
    without the property are followed by none.
    """

    median_gap: Name = key("The event's name.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    by: Name | None = key(_SAME, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One trait divided by another; missing where either is missing or the second is 0."""

    ratio: Name = key("The trait that is divided: a number or money.", Change.ROUTING)
    to: Name = key("The trait that it is divided by: a number or money.", Change.ROUTING)
    loc: Loc = location()


PropertyTrait: TypeAlias = (
    Sum
    | Average
    | Minimum
    | Maximum
    | Distinct
    | MostFrequent
    | LastValue
    | FirstValue
    | Nps
    | Affinity
    | Interest
    | Rfm
)
"""The traits that look at a property of an event."""

EventTrait: TypeAlias = (
    PropertyTrait
    | Count
    | Latest
    | First
    | DaysSince
    | MedianGap
    | Streak
    | ShareOf
    | NewOrReturning
    | PreferredChannel
    | PreferredHour
)
"""The traits that look at the events of one name."""

GroupedTrait: TypeAlias = (
    Count
    | Sum
    | Average
    | Minimum
    | Maximum
    | Distinct
    | Latest
    | First
    | DaysSince
    | MedianGap
    | ShareOf
)
"""The traits that may be told apart by a property: one for each of its values."""

Trait: TypeAlias = Count | EventTrait | Tenure | Bucket | ValueAgo | Ratio | Lifecycle | Mark
"""All traits, in the order in which they are told of."""
