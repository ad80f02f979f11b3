"""How people enter a journey: what lets them in, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.kinds import LocalTime, Moment, Name, Offset, Schedule, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvent:
    """Something that happens to a customer."""

    event: Name = key("The event's name.", Change.ENTRY)
    where: Rule | None = key(
        "Which events count: a rule over the event's properties and the customer's traits "
        "and attributes at that instant.",
        Change.ENTRY,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSegment:
    """A customer comes to match a segment."""

    segment: Name = key("The segment's name.", Change.ENTRY)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLeft:
    """A customer ceases to match a segment."""

    left: Name = key("The segment's name.", Change.ENTRY)
    loc: Loc = location()


class Recurrence(StrEnum):
    """How often a date comes round."""

    YEAR = "year"


class Leap(StrEnum):
    """When 29 February is kept in a year that has none."""

    FEB_28 = "feb-28"
    MAR_01 = "mar-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """A date in a customer's record comes."""

    date: Name = key("The attribute that holds the date.", Change.ENTRY)
    offset: Offset = key("Days before (-7d) or after the date.", Change.ENTRY, default=Offset(0))
    at: LocalTime = key("The customer's time of day.", Change.ENTRY, default=LocalTime(0))
    every: Recurrence | None = key(
        "`year` for a day that comes every year.", Change.ENTRY, default=None
    )
    leap: Leap = key(
        "When 29 February is kept in other years: `feb-28` or `mar-01` (only with `every`).",
        Change.ENTRY,
        default=Leap.FEB_28,
    )
    loc: Loc = location()


class Whose(StrEnum):
    """Whose clock tells a local time."""

    CUSTOMER = "customer"
    PROJECT = "project"


_WHO = "The segment that enters, as it is at that instant; everybody, if not given."
_CLOCK = "Whose clock: each `customer`'s own, or the `project`'s, so that all enter together."


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSchedule:
    """A day and time come round: every Monday at ten, every first Tuesday of a month."""

    schedule: Schedule = key(
        "Five fields of cron, `0 10 * * mon`, or a rule for days, `RRULE:FREQ=MONTHLY;BYDAY=1TU`.",
        Change.ENTRY,
    )
    at: LocalTime | None = key(
        "The time of day, with RRULE; cron has its own.", Change.ENTRY, default=None
    )
    from_: date | None = key(
        "The day from which RRULE counts: of `INTERVAL=2`, which weeks.",
        Change.ENTRY,
        default=None,
    )
    clock: Whose = key(_CLOCK, Change.ENTRY, default=Whose.CUSTOMER)
    who: Name | None = key(_WHO, Change.ENTRY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOnce:
    """A day and time come, once."""

    once: Moment = key("When, to the minute.", Change.ENTRY)
    clock: Whose = key(_CLOCK, Change.ENTRY, default=Whose.CUSTOMER)
    who: Name | None = key(_WHO, Change.ENTRY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPhase:
    """A phase of the campaign's calendar begins."""

    phase: Name = key("The phase's name, under `calendar:`.", Change.ENTRY)
    at: LocalTime = key("The time of day on its first day.", Change.ENTRY, default=LocalTime(0))
    clock: Whose = key(_CLOCK, Change.ENTRY, default=Whose.CUSTOMER)
    who: Name | None = key(_WHO, Change.ENTRY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Another program asks for it: `campaignspec enrol`."""

    call: Name = key("What the call is named.", Change.ENTRY)
    loc: Loc = location()


Occasion: TypeAlias = OnSchedule | OnOnce | OnPhase
Trigger: TypeAlias = OnEvent | OnSegment | OnLeft | OnDate | Occasion | OnCall
LeaveTrigger: TypeAlias = OnEvent | OnSegment


class Again(StrEnum):
    """Whether somebody may enter a second time; a duration says after how long."""

    NEVER = "never"
    ALWAYS = "always"


class Backlog(StrEnum):
    """Who enters by a segment when a campaign begins."""

    NOBODY = "nobody"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter:
    """Who enters the journey, and when."""

    on: Trigger = key("What lets a customer enter.", Change.ENTRY)
    where: Rule | None = key(
        "Who may enter, judged at the instant of entry.", Change.ENTRY, default=None
    )
    key_: Name | None = key(
        "The property of the event that tells enrolments apart: one enrolment an order.",
        Change.ENTRY,
        default=None,
    )
    at_once: int | None = key(
        "How many enrolments of one customer may be open at the same time (only with `key`); "
        "any number, if not given.",
        Change.ENTRY,
        default=None,
    )
    again: Again | Duration = key(
        "Whether a customer may enter again, with `key` for the same key: `never`, `always`, or "
        "a duration since the last entry. Nobody enters while still enrolled.",
        Change.ENTRY,
        default=Again.NEVER,
    )
    backlog: Backlog = key(
        "Who enters by a segment when the campaign begins: `nobody`, only those who come to "
        "match it later; or `everybody` who matches it at the first tick.",
        Change.ENTRY,
        default=Backlog.NOBODY,
    )
    holdout: Share | None = key(
        "The share that enters but is kept from all treatment; lift is measured against it.",
        Change.ENTRY,
        default=None,
    )
    loc: Loc = location()
