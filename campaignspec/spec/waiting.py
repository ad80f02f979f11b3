"""What people wait for in a journey: a time of day, or something that happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.kinds import LocalTime, Name
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


Happening: TypeAlias = OnEvent | OnSegment | OnOpened | OnClicked


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
class WaitUntil:
    """Wait for a time of day on the customer's clock."""

    until: LocalTime = key("The time of day.", Change.TIMING)
    on: tuple[Weekday, ...] = key(
        "The weekdays that count; any, if not given.", Change.TIMING, default=()
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Wait for something to happen, but not for ever."""

    for_: Happening = key("What is waited for.", Change.ROUTING)
    at_most: Duration = key("How long at most.", Change.TIMING)
    loc: Loc = location()
