"""What may be written in a journey: the steps that people take, the goal, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.acting import (
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import LeaveTrigger
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location
from campaignspec.spec.steering import Goto, Run, Winner
from campaignspec.spec.waiting import Waiting


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

    wait: Waiting = key(
        'A duration, `{days: 3, at: "10:00"}`, `{until: "10:00"}`, or `{for: …, at_most: 5d}`.',
        Change.TIMING,
    )
    then: tuple[Step, ...] = key(
        "Steps for those for whom it came in time (only with `for`, `date` and `phase`).",
        Change.ROUTING,
        default=(),
    )
    otherwise: tuple[Step, ...] = key(
        "Steps for those for whom it did not (only with `for`, `date` and `phase`).",
        Change.ROUTING,
        default=(),
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
    mix: Name | None = key(
        "In place of `via`, several channels of which one is chosen for each customer.",
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
    valid_for: Duration | None = key(
        "How long after this step is reached the message may still go; then it is dropped.",
        Change.POLICY,
        default=None,
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
    """One arm of an experiment, or one way of a split."""

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
    winner: Winner | None = key(
        "When the better arm is given to everybody who comes later.", Change.ROUTING, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Part ways by shares of the customers, for no comparison; the draw is repeatable."""

    split: Mapping[str, Arm] = key("The ways by name; shares add up to 100%.", Change.ROUTING)
    seed: str = key(
        "The draw's seed; the same customer draws the same way for ever.", Change.IDENTITY
    )
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Part ways by the value of one trait or attribute."""

    preference: Name = key("The trait or attribute; a text.", Change.ROUTING)
    ways: Mapping[str, tuple[Step, ...]] = key("The steps by value.", Change.ROUTING)
    else_: tuple[Step, ...] = key(
        "The steps of those with another value, or none.", Change.ROUTING, default=()
    )
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSteps:
    """Take steps several times; in the second round `ask` is called `ask-2`, and so on."""

    repeat: int = key("How often at most, 1 to 104.", Change.ROUTING)
    until: Rule | None = key(
        "Who goes on after a round; judged at its end.", Change.ROUTING, default=None
    )
    do: tuple[Step, ...] = key("The steps of one round.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Give the customer an offer."""

    grant: Name = key("The offer.", Change.ROUTING)
    otherwise: tuple[Step, ...] = key(
        "Steps for those to whom it is not given: it is not for them, they have it, none is left.",
        Change.ROUTING,
        default=(),
    )
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Hold everybody until somebody has approved; one decision opens or closes it for all."""

    approve: Name = key("The gate's name, by which it is decided.", Change.IDENTITY)
    by: Name = key("Who decides: an owner.", Change.ROUTING)
    at_most: Duration | None = key(
        "How long anybody waits at most; for as long as it takes, if not given.",
        Change.TIMING,
        default=None,
    )
    otherwise: tuple[Step, ...] = key(
        "Steps for those who were not approved in time, or refused; then they leave.",
        Change.ROUTING,
        default=(),
    )
    assume: Duration = key(
        "How long a rehearsal lets each customer wait before it takes the gate for approved.",
        Change.ROUTING,
        default=Duration(0),
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave the journey here; the goal still counts."""

    leave: Name = key("The reason, for the report.", Change.ROUTING)
    loc: Loc = location()


Step: TypeAlias = (
    Send
    | Survey
    | Wait
    | Branch
    | Experiment
    | Split
    | Preference
    | RepeatSteps
    | Goto
    | Run
    | Approve
    | Leave
    | SetMarks
    | Emit
    | Task
    | Webhook
    | WriteBack
    | AddTo
    | RemoveFrom
    | Show
    | Grant
    | Revoke
    | Redeem
)
