"""How journeys are steered: jumps, shared parts, stages on the way, pauses, winners."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.spec.kinds import Moment, Name, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """When an experiment is decided, once; whoever comes later gets the arm that has won."""

    decide_at: Moment = key(
        "When it is decided, on the project's clock, by those whose time for the goal is over.",
        Change.ROUTING,
    )
    confidence: Share = key(
        "How sure it must be that an arm is better than every other; else the draw goes on.",
        Change.ROUTING,
        default=Share(0.95),
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto:
    """Go on at a step that comes later in the journey."""

    goto: Name = key("The step's name.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Take the steps of a shared journey; its step `ask` is called `care.ask` here."""

    run: Name = key("The shared journey's name, in journeys.yaml.", Change.ROUTING)
    name: Name | None = key(
        "What stands before its steps' names; the shared journey's name, if not given.",
        Change.IDENTITY,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Something on the way to the goal that is measured and ends nothing."""

    event: Name = key("The event's name.", Change.MEASURE)
    where: Rule | None = key(
        "Which events count: a rule over the event's properties.", Change.MEASURE, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch of time in which no step acts; people may enter, and wait."""

    from_: Moment = key("When it begins, on the project's clock.", Change.TIMING)
    to: Moment = key("When the steps go on, on the project's clock.", Change.TIMING)
    loc: Loc = location()
