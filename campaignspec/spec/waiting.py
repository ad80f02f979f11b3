"""What people wait for in a journey: a time, or something that happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.kinds import LocalTime, Name, Offset, Share
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOpened:
    """A message of this enrolment is opened."""

    opened: Name = key("The send step's name.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnClicked:
    """A link in a message of this enrolment is clicked."""

    clicked: Name = key("The send step's name.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAnswered:
    """A question of this enrolment is answered, now or before."""

    answered: Name = key(
        "The name of the step that asks: one with an answer, or a wait that keeps something.",
        Change.ROUTING,
    )
    loc: Loc = location()


OneHappening: TypeAlias = OnEvent | OnSegment | OnLeft | OnOpened | OnClicked | OnAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAny:
    """The first of several things happens."""

    any: tuple[OneHappening, ...] = key("The things, any of which will do.", Change.ROUTING)
    loc: Loc = location()


Happening: TypeAlias = OneHappening | OnAny


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitDays:
    """Wait for a number of days of the customer's calendar."""

    days: int = key("How many midnights pass; 0 is today.", Change.TIMING)
    at: LocalTime | None = key(
        "The customer's time of day; that of arrival, if not given.", Change.TIMING, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Wait for a time of day on the customer's clock, or for hours that begin then."""

    until: LocalTime = key("The time of day.", Change.TIMING)
    to: LocalTime | None = key(
        "When the hours end, perhaps after midnight; who comes within them goes on at once. "
        "The same as `until` for the whole day.",
        Change.TIMING,
        default=None,
    )
    on: tuple[Weekday, ...] = key(
        "The weekdays that count, for hours those on which they begin; any, if not given.",
        Change.TIMING,
        default=(),
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitDate:
    """Wait for a date in the customer's record; who has none, or a past one, goes on at once."""

    date: Name = key("The attribute that holds the date.", Change.TIMING)
    offset: Offset = key("Days before (-14d) or after the date.", Change.TIMING, default=Offset(0))
    at: LocalTime = key("The customer's time of day.", Change.TIMING, default=LocalTime(0))
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBy:
    """Wait as many days as a trait says, or a share of them."""

    by: Name = key("The trait or attribute: a number of days.", Change.TIMING)
    share: Share = key("How much of it.", Change.TIMING, default=Share(1.0))
    at_least: Duration = key("How long at least.", Change.TIMING, default=Duration(0))
    at_most: Duration = key(
        "How long at most; so long waits who has no such number.", Change.TIMING
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSpread:
    """Wait a random share of a time, the same for a customer whenever it is drawn."""

    spread: Duration = key("The time over which people are spread.", Change.TIMING)
    seed: str | None = key(
        "The draw's seed; without it all spreads of a campaign share one draw.",
        Change.IDENTITY,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBestHour:
    """Wait for the hour at which the customer is best reached."""

    best_hour: Name = key("The trait or attribute: an hour of the day, 0 to 23.", Change.TIMING)
    otherwise: LocalTime = key(
        "The time for those without an hour, or with one outside the hours below.", Change.TIMING
    )
    from_: LocalTime = key("The earliest time.", Change.TIMING, default=LocalTime(0))
    to: LocalTime = key(
        "The time before which it must be; `00:00` is midnight.",
        Change.TIMING,
        default=LocalTime(0),
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPhase:
    """Wait for a phase of the campaign's calendar; who comes within it goes on at once."""

    phase: Name = key("The phase's name, under `calendar:`.", Change.TIMING)
    at: LocalTime = key(
        "The customer's time of day on its first day.", Change.TIMING, default=LocalTime(0)
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Wait for something to happen, but not for ever."""

    for_: Happening = key("What is waited for.", Change.ROUTING)
    at_most: Duration = key("How long at most.", Change.TIMING)
    keep: tuple[Name, ...] = key(
        "The event's properties that later steps may ask for: `answer('step', 'property')`.",
        Change.ROUTING,
        default=(),
    )
    loc: Loc = location()


Hold: TypeAlias = WaitDays | WaitUntil | WaitBy | WaitSpread | WaitBestHour
"""Waits that end in one way only."""

Waiting: TypeAlias = Duration | Hold | WaitDate | WaitPhase | WaitFor
"""All that `wait:` may hold."""
