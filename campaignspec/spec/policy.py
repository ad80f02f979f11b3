"""What may be written under ``policies:`` in a ``channels.yaml``: the rules for every touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.spec.kinds import LocalTime, Name, ZoneName
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.waiting import Weekday

_CLASSES = "Only for messages of these classes; for all but transactional ones, if not given."
_CHANNELS = "Only for messages of these channels; for all, if not given."


class Consent(StrEnum):
    """What a class of messages needs: a yes, a confirmed yes, no refusal, or nothing."""

    OPT_IN = "opt_in"
    DOUBLE_OPT_IN = "double_opt_in"
    OPT_OUT = "opt_out"
    NOT_NEEDED = "not_needed"


class Per(StrEnum):
    """Calendar units of a cap, each of the customer's own calendar."""

    CALENDAR_DAY = "calendar_day"
    CALENDAR_WEEK = "calendar_week"
    CALENDAR_MONTH = "calendar_month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit on messages to one person, or to several who belong together.

    Transactional messages neither count nor are capped. A cap `by` an attribute counts the
    messages to all customers who have its value in common, over days of the project's zone.
    """

    at_most: int = key("How many messages.", Change.POLICY)
    per: Per | None = key(
        "Per day, week (from Monday) or month of the customer's calendar: `calendar_day`, "
        "`calendar_week`, `calendar_month`.",
        Change.POLICY,
        default=None,
    )
    within: Duration | None = key(
        "A rolling window: after `now` minus this.", Change.POLICY, default=None
    )
    class_: MessageClass | None = key("Only messages of this class.", Change.POLICY, default=None)
    channel: Name | None = key("Only messages of this channel.", Change.POLICY, default=None)
    campaign: Name | None = key("Only messages of this campaign.", Change.POLICY, default=None)
    by: Name | None = key(
        "An attribute: messages to all who have the same value count together, as those to one "
        "firm (`by: account`); who has none counts alone.",
        Change.POLICY,
        default=None,
    )
    loc: Loc = location()


class Otherwise(StrEnum):
    """What happens to a message that quiet hours forbid."""

    WAIT = "wait"
    DROP = "drop"


class QuietDay(StrEnum):
    """The days on which quiet hours begin: weekdays, and the holidays of the policies."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours of the customer's day in which nothing but transactional messages is sent."""

    from_: LocalTime | None = key(
        "When they begin; they may run over midnight. Without `from` and `to` the whole day is "
        "quiet.",
        Change.POLICY,
        default=None,
    )
    to: LocalTime | None = key(
        "When they end: the first minute that is allowed.", Change.POLICY, default=None
    )
    on: tuple[QuietDay, ...] = key(
        "The days on which they begin; every day, if not given.", Change.POLICY, default=()
    )
    classes: tuple[MessageClass, ...] = key(_CLASSES, Change.POLICY, default=())
    channels: tuple[Name, ...] = key(_CHANNELS, Change.POLICY, default=())
    otherwise: Otherwise = key(
        "`wait` until they end, or `drop` the message.", Change.POLICY, default=Otherwise.WAIT
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Hours of the customer's day in which messages may go; transactional ones always may."""

    from_: LocalTime = key("The first minute that is allowed.", Change.POLICY)
    to: LocalTime = key("When they end: the first minute that is not allowed.", Change.POLICY)
    on: tuple[Weekday, ...] = key(
        "The weekdays that are allowed; all, if not given.", Change.POLICY, default=()
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownZone:
    """Where customers may live of whom nobody knows the zone."""

    zones: tuple[ZoneName, ...] = key(
        "The zones; it is quiet for them while it is quiet in any of these.", Change.POLICY
    )
    loc: Loc = location()


class ZoneGuess(StrEnum):
    """What is assumed of a customer whose zone nobody knows."""

    PROJECT = "project"
    """The project's zone."""
    ANY = "any"
    """Any zone in which another customer lives."""


class ListedBy(StrEnum):
    """What a list of blocked people holds."""

    CUSTOMER = "customer"
    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressSegment:
    """Send nothing to who matches a segment at the instant of sending."""

    segment: Name = key("The segment.", Change.POLICY)
    classes: tuple[MessageClass, ...] = key(_CLASSES, Change.POLICY, default=())
    channels: tuple[Name, ...] = key(_CHANNELS, Change.POLICY, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressList:
    """Send nothing to who stands in a file."""

    list: str = key(
        "The file, from this file's folder: one column, or one called as `by` says. Addresses "
        "may be given as SHA-256 in hexadecimal.",
        Change.POLICY,
    )
    by: ListedBy = key(
        "What the file holds: ids of customers, e-mail addresses or phone numbers.",
        Change.POLICY,
        default=ListedBy.CUSTOMER,
    )
    classes: tuple[MessageClass, ...] = key(_CLASSES, Change.POLICY, default=())
    channels: tuple[Name, ...] = key(_CHANNELS, Change.POLICY, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressEvent:
    """Send nothing for some time after an event: a complaint pauses promotion."""

    event: Name = key("The event.", Change.POLICY)
    where: Rule | None = key(
        "Which events count: a rule over the event's properties.", Change.POLICY, default=None
    )
    for_: Duration | None = key(
        "For how long after the latest one; for ever, if not given.", Change.POLICY, default=None
    )
    classes: tuple[MessageClass, ...] = key(_CLASSES, Change.POLICY, default=())
    channels: tuple[Name, ...] = key(_CHANNELS, Change.POLICY, default=())
    loc: Loc = location()


Suppression: TypeAlias = SuppressSegment | SuppressList | SuppressEvent


class WhenOut(StrEnum):
    """What happens to a message for which there is no money left."""

    SKIP = "skip"
    WAIT = "wait"
    LEAVE = "leave"


class Every(StrEnum):
    """After what time a budget or a capacity is full again, in the project's zone."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_WHEN_OUT = (
    "What becomes of a message for which nothing is left: `skip` it, `wait` for the next period, "
    "or `leave` the journey."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the messages of a campaign may cost; transactional ones cost it nothing."""

    total: Money | None = key("All in all.", Change.POLICY, default=None)
    per_day: Money | None = key("Per day of the project's zone.", Change.POLICY, default=None)
    when_out: WhenOut = key(_WHEN_OUT, Change.POLICY, default=WhenOut.SKIP)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLimit:
    """What messages may cost, whatever campaign they come from; but for transactional ones."""

    at_most: Money = key("How much.", Change.POLICY)
    per: Every | None = key(
        "For each `hour`, `day`, `week` (from Monday) or `month`; for all time, if not given.",
        Change.POLICY,
        default=None,
    )
    class_: MessageClass | None = key("Only messages of this class.", Change.POLICY, default=None)
    channel: Name | None = key("Only messages of this channel.", Change.POLICY, default=None)
    when_out: WhenOut = key(_WHEN_OUT, Change.POLICY, default=WhenOut.SKIP)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many messages a channel can carry; what is too much waits for the next hour or day."""

    per_hour: int | None = key("Messages an hour.", Change.POLICY, default=None)
    per_day: int | None = key("Messages a day of the project's zone.", Change.POLICY, default=None)
    loc: Loc = location()


class WhoGoesFirst(StrEnum):
    """Which of several campaigns may talk to a person."""

    HIGHEST_PRIORITY = "highest_priority"


class WhenOutranked(StrEnum):
    """What happens to a message while a campaign of higher priority has the person."""

    SKIP = "skip"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arbitration:
    """Which campaign may talk to a person who is in several."""

    rule: WhoGoesFirst = key(
        "`highest_priority`: a campaign is silent while the person is in the journey of one "
        "with a higher `priority`.",
        Change.POLICY,
    )
    hold: Duration | None = key(
        "It stays silent for so long after a message of the other campaign, too.",
        Change.POLICY,
        default=None,
    )
    classes: tuple[MessageClass, ...] = key(
        "The classes of messages that give way.",
        Change.POLICY,
        default=(MessageClass.PROMOTIONAL,),
    )
    when_outranked: WhenOutranked = key(
        "`skip` the message, or `wait`: ask again every `hold`.",
        Change.POLICY,
        default=WhenOutranked.SKIP,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many promotional messages a person may get for so many of service."""

    promotional: int = key("How many promotional messages.", Change.POLICY)
    per_service: int = key("For how many messages of service.", Change.POLICY)
    within: Duration = key("Both are counted after `now` minus this.", Change.POLICY)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulated:
    """What the law asks of campaigns about a sort of goods; they say `category:`."""

    min_age: int | None = key(
        "How old a person must be, in full years of the customer's calendar; nothing goes to "
        "who may be younger.",
        Change.POLICY,
        default=None,
    )
    birthday: Name | None = key("The attribute with the day of birth.", Change.POLICY, default=None)
    channels: tuple[Name, ...] = key(
        "The only channels that are allowed; all, if not given.", Change.POLICY, default=()
    )
    hours: OpenHours | None = key("The only hours that are allowed.", Change.POLICY, default=None)
    disclaimer: str | None = key(
        "A text that must stand in every template, word for word.", Change.POLICY, default=None
    )
    consent: Consent | None = key(
        "What messages need, where it is more than their class needs.",
        Change.POLICY,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Rules that every touch passes, in a rehearsal as in a run."""

    consent: Mapping[MessageClass, Consent] = key(
        "What each class of messages needs; `opt_in` if not given, and transactional messages "
        "need nothing.",
        Change.POLICY,
        default=EMPTY,
    )
    suppress: tuple[Suppression, ...] = key(
        "Who gets nothing, whatever campaign they are in.", Change.POLICY, default=()
    )
    regulated: Mapping[Name, Regulated] = key(
        "What holds for campaigns of a `category`.", Change.POLICY, default=EMPTY
    )
    quiet: QuietHours | tuple[QuietHours, ...] | None = key(
        "Quiet hours, or a list of them.", Change.POLICY, default=None
    )
    holidays: tuple[date, ...] = key(
        "Days that quiet hours may name as `holiday`.", Change.POLICY, default=()
    )
    unknown_zone: ZoneGuess | UnknownZone = key(
        "Where a customer lives whose zone nobody knows: in the `project`'s zone, in `any` zone "
        "that customers have, or in one of `zones`.",
        Change.POLICY,
        default=ZoneGuess.PROJECT,
    )
    arbitration: Arbitration | None = key(
        "Which campaign may talk to a person who is in several.", Change.POLICY, default=None
    )
    exclusive: tuple[tuple[Name, ...], ...] = key(
        "Groups of campaigns of which only one talks to a person at a time: the one that the "
        "person entered first.",
        Change.POLICY,
        default=(),
    )
    caps: tuple[Cap, ...] = key("Limits on messages to one person.", Change.POLICY, default=())
    ratio: Ratio | None = key(
        "How much promotion a person may get for what service.", Change.POLICY, default=None
    )
    budgets: tuple[SpendLimit, ...] = key(
        "What messages may cost, all campaigns together.", Change.POLICY, default=()
    )
    loc: Loc = location()

    @property
    def quiet_hours(self) -> tuple[QuietHours, ...]:
        """All quiet hours, one or several."""
        if self.quiet is None:
            return ()
        return self.quiet if isinstance(self.quiet, tuple) else (self.quiet,)
