"""Traits that say what a customer is like: how loyal, how often, what they are fond of.

They are written in an ``audiences.yaml`` beside the plainer ones of `spec.traits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Name, Property, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location

_WITHIN = "Only events after `now` minus this, up to and including `now`."
_WHERE = "Only events whose properties fit this rule."


class CalendarPeriod(StrEnum):
    """A stretch of the calendar in the project's time zone; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class BucketHash(StrEnum):
    """How a customer's bucket is drawn from the seed and the customer's id."""

    MD5 = "md5"
    GROWTHBOOK = "growthbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """How many whole days, of 24 hours, ago something first happened, or a date was; else missing.

    A date begins at midnight UTC, as it does in rules; before it comes, the tenure is missing.
    """

    tenure: Name = key("An event's name, or an attribute that is a date.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """How many calendar periods in a row had an event; 0 when the row is broken.

    Counted back from the period that `now` is in, or from the one before while this one has no
    event yet. A period is one of the project's time zone.
    """

    streak: Name = key("The event's name.", Change.ROUTING)
    per: CalendarPeriod = key("What is counted: days, weeks or months.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOf:
    """Which share of the events, 0 to 1, fits a rule; missing without events."""

    share: Name = key("The event's name.", Change.ROUTING)
    where: Rule = key("What the events of the share are like: `discount > 0`.", Change.ROUTING)
    among: Rule | None = key(
        "Only events that fit this rule are looked at; all, if it is left out.",
        Change.ROUTING,
        default=None,
    )
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    by: Name | None = key(
        "One share for each value of this property: `by: category`.", Change.ROUTING, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrReturning:
    """Text: `new` when the first event ever is in the window, `returning` when one was before it.

    Missing without an event in the window.
    """

    new_or_returning: Name = key("The event's name.", Change.ROUTING)
    within: Duration = key("Who has no event in this time is neither.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nps:
    """Text of the latest answer: `promoter` from 9, `passive` from 7, `detractor` below.

    The scale and the groups are those of the Net Promoter Score: F. F. Reichheld, "The One
    Number You Need to Grow", Harvard Business Review 81 (12), 2003. An answer outside of 0 to
    10 is none of them, and missing.
    """

    nps: Property = key("Event and property: `survey.answered.score`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """The text that at least a share of the events has; of several, the most frequent.

    Only events that have the property count. Of equally frequent texts it is the one seen
    last; missing where no text has that share.
    """

    affinity: Property = key("Event and property: `order.placed.category`.", Change.ROUTING)
    at_least: Share = key("Which share of the events it must have: `50%`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """The text seen often and not followed through: looked at, and not bought.

    Of the texts that were seen at least so often, and that no other event had in the same
    window, it is the most frequent one; of equally frequent ones the one seen last. Missing
    without such a text.
    """

    interest: Property = key("Event and property: `product.viewed.product`.", Change.ROUTING)
    without: Property = key(
        "What ends the interest, with the same text: `order.placed.product`.", Change.ROUTING
    )
    at_least: int = key("How many times it must have been seen.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(
        "Only events of interest whose properties fit this rule.", Change.ROUTING, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferredChannel:
    """The channel through which the customer answers most: (answers + 1) / (sent + 2).

    Only channels with an answer in the window are compared. Answers and messages,
    `message.sent`, are those of the window; both name their `channel`. Of equals it is the one
    with more answers, then the first by name. Missing without an answer.
    """

    preferred_channel: Name = key("What an answer is: `message.opened`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferredHour:
    """The hour, 0 to 23 on the customer's own clock, that has most events; missing without any.

    Of equals it is the hour of the event seen last.
    """

    preferred_hour: Name = key("The event's name.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A number from 0 up to, and without, 1, drawn for each customer; it never changes."""

    bucket: str = key("The seed: equal seeds draw equal numbers.", Change.ROUTING)
    hash: BucketHash = key(
        "How it is drawn: by the first eight hex digits of md5(seed:customer), or as GrowthBook "
        "does it, version 2.",
        Change.ROUTING,
        default=BucketHash.MD5,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAgo:
    """What an attribute or a trait was worth some time ago."""

    value: Name = key("The attribute or the trait.", Change.ROUTING)
    ago: Duration = key("How long ago.", Change.ROUTING)
    loc: Loc = location()
