"""What may be written in a journey: how people enter, and the steps they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
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


Trigger: TypeAlias = OnEvent | OnSegment | OnDate
Happening: TypeAlias = OnEvent | OnSegment | OnOpened | OnClicked
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What counts as success, and by when."""

    event: Name = key("The event's name.", Change.MEASURE)
    where: Rule | None = key(
        "Which events count: a rule over the event's properties.", Change.MEASURE, default=None
    )
    within: Duration = key("How long after entry it counts.", Change.MEASURE)
    value: Name | None = key(
        "The event's property that the goal is worth.", Change.MEASURE, default=None
    )
    stay: bool = key("Whether the journey goes on after the goal.", Change.ROUTING, default=False)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRule:
    """When a customer leaves the journey, wherever in it; the goal still counts."""

    when: LeaveTrigger = key("What ends the journey.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Wait for a time of day on the customer's clock."""

    until: LocalTime = key("The time of day.", Change.TIMING)
    on: tuple[Weekday, ...] = key(
        "The weekdays that count; any, if not given.", Change.TIMING, default=()
    )
    loc: Loc = location()


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
class WaitFor:
    """Wait for something to happen, but not for ever."""

    for_: Happening = key("What is waited for.", Change.ROUTING)
    at_most: Duration = key("How long at most.", Change.TIMING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Hold the customer for a time, until a time, or for something to happen."""

    wait: Duration | WaitUntil | WaitFor = key(
        'A duration, `{until: "10:00"}`, or `{for: …, at_most: 5d}`.', Change.TIMING
    )
    then: tuple[Step, ...] = key(
        "Steps for those for whom it happened in time (only with `for`).",
        Change.ROUTING,
        default=(),
    )
    otherwise: tuple[Step, ...] = key(
        "Steps for those for whom it did not (only with `for`).", Change.ROUTING, default=()
    )
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


class WhenCapped(StrEnum):
    """What happens to a customer whose message a cap forbids."""

    SKIP = "skip"
    WAIT = "wait"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send a message."""

    send: Name = key("The message: its folder under `templates/`.", Change.CONTENT)
    via: Name | None = key(
        "The channel; may be left out when the project has only one.",
        Change.IDENTITY,
        default=None,
    )
    class_: MessageClass = key(
        "Why it is sent; decides on consent, caps and hours.",
        Change.POLICY,
        default=MessageClass.PROMOTIONAL,
    )
    when_capped: WhenCapped = key(
        "What to do when a cap forbids it.", Change.ROUTING, default=WhenCapped.SKIP
    )
    name: Name | None = key(
        "The step's own name, where a message is sent twice.", Change.IDENTITY, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way of a branch."""

    if_: Rule = key("Who takes this way.", Change.ROUTING)
    do: tuple[Step, ...] = key("The steps of this way.", Change.ROUTING)
    name: Name | None = key("What the way is called.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Else:
    """The way of all who took no other."""

    else_: tuple[Step, ...] = key("The steps of everybody else.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Part ways by what is true of the customer now; the first way that fits is taken."""

    branch: tuple[Case | Else, ...] = key("The ways, tried in order.", Change.ROUTING)
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm of an experiment."""

    share: Share = key("Its share of those who come here.", Change.ROUTING)
    do: tuple[Step, ...] = key("Its steps.", Change.ROUTING, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Part ways by a fair, repeatable draw, to learn which way is better."""

    experiment: Name = key("The experiment's name.", Change.IDENTITY)
    seed: str = key(
        "The draw's seed; the same customer draws the same arm for ever.", Change.IDENTITY
    )
    arms: Mapping[str, Arm] = key("The arms by name; shares add up to 100%.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave the journey here; the goal still counts."""

    leave: Name = key("The reason, for the report.", Change.ROUTING)
    loc: Loc = location()


Step: TypeAlias = Send | Wait | Branch | Experiment | Leave
