"""What may be written in a journey: the steps that people take, the goal, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.entering import LeaveTrigger
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location
from campaignspec.spec.waiting import WaitFor, WaitUntil


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
