"""How people enter a journey: what lets them in, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.kinds import LocalTime, Name, Offset, Share
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


class Repeat(StrEnum):
    """How often a date comes round."""

    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """A date in a customer's record comes."""

    date: Name = key("The attribute that holds the date.", Change.ENTRY)
    offset: Offset = key("Days before (-7d) or after the date.", Change.ENTRY, default=Offset(0))
    at: LocalTime = key("The customer's time of day.", Change.ENTRY, default=LocalTime(0))
    every: Repeat | None = key(
        "`year` for a day that comes every year; 29 February is kept on the 28th.",
        Change.ENTRY,
        default=None,
    )
    loc: Loc = location()


Trigger: TypeAlias = OnEvent | OnSegment | OnDate
LeaveTrigger: TypeAlias = OnEvent | OnSegment


class Again(StrEnum):
    """Whether somebody may enter a second time; a duration says after how long."""

    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter:
    """Who enters the journey, and when."""

    on: Trigger = key("What lets a customer enter.", Change.ENTRY)
    where: Rule | None = key(
        "Who may enter, judged at the instant of entry.", Change.ENTRY, default=None
    )
    again: Again | Duration = key(
        "Whether a customer may enter again: `never`, `always`, or a duration since the last "
        "entry. Nobody enters while still enrolled.",
        Change.ENTRY,
        default=Again.NEVER,
    )
    holdout: Share | None = key(
        "The share that enters but is kept from all treatment; lift is measured against it.",
        Change.ENTRY,
        default=None,
    )
    loc: Loc = location()
