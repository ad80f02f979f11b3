"""Walking through journeys: what is sent, and when people come where at the earliest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from campaignspec.clock import DAY, HOUR, WEEK, Duration
from campaignspec.lint.scope import Scope
from campaignspec.project.references import deep_keys
from campaignspec.project.walk import Sending, steps_of, ways_of
from campaignspec.spec.acting import AddTo, RemoveFrom, SetMarks, Show, Survey, WriteBack
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.emitting import Emit
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Else,
    Experiment,
    Leave,
    Preference,
    Send,
    Split,
    Step,
    Wait,
)
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Loc, is_section, verb_of
from campaignspec.spec.steering import Goto
from campaignspec.spec.waiting import (
    WaitBy,
    WaitDate,
    WaitDays,
    WaitFor,
    WaitPhase,
    WaitSpread,
)

Steps: TypeAlias = tuple[Step, ...]

_AT_ONCE = (
    *(Send, Survey, Branch, Experiment, Split, Preference),
    *(SetMarks, WriteBack, AddTo, RemoveFrom, Show, Emit),
)
"""Steps that take no time of their own."""


def lists_of(campaign: Campaign) -> Iterator[Steps]:
    """Yield every list of steps: the journey, and each way of each step."""
    yield campaign.journey
    for step in steps_of(campaign):
        yield from ways_of(step)


def place_of(step: Step) -> Loc:
    """Return where a step's verb stands."""
    return step.loc / verb_of(type(step))


def places_of(scope: Scope, campaign: Campaign) -> Mapping[Loc, Loc]:
    """Return where the verb of each step stands, by where the step itself does."""
    key = ("places", campaign.campaign)
    return scope.once(key, lambda: {step.loc: place_of(step) for step in steps_of(campaign)})


def least_time(step: Step) -> int:
    """Return how many microseconds a step surely takes, besides what its ways take."""
    match step:
        case Wait(wait=Duration() as length):
            return length.micros
        case Wait(wait=WaitBy() as by):
            return by.at_least.micros
        case Wait(wait=WaitDays() as calendar):
            # Somebody may come just before the first midnight, and a day may be an hour short.
            return max(calendar.days - 1, 0) * (DAY - HOUR)
        case _:
            return 0


def most_time(step: Step) -> int:
    """Return how many microseconds a step of its own takes at most; more is never told than less.

    Waits for a date or a phase have no bound, and none is told for them. Repeats and channel
    mixes, which wait between their rounds and messages, are not steps of their own.
    """
    match step:
        case Wait(wait=WaitDate() | WaitPhase()):
            return 0
        case Wait(wait=WaitFor(at_most=most)) | Wait(wait=WaitBy(at_most=most)):
            return most.micros + DAY
        case Wait(wait=Duration() as length) | Wait(wait=WaitSpread(spread=length)):
            return length.micros + DAY
        case Wait(wait=WaitDays(days=days)):
            return (days + 2) * DAY
        case Wait():
            return WEEK + DAY
        case Approve(at_most=Duration() as most):
            return most.micros + DAY
        case _:
            return 0


def walk(campaign: Campaign, visit: Callable[[Step, int], None]) -> int | None:
    """Go through a journey along its quickest paths.

    Args:
        campaign: The campaign.
        visit: Called for each step with the microseconds after entry at which somebody comes
            to it at the earliest.

    Returns:
        When somebody comes to the end at the earliest; None where everybody leaves before.
    """
    return _through(campaign.journey, 0, visit)


def soonest_of(campaign: Campaign) -> Mapping[Loc, int]:
    """Return when somebody comes to each step at the earliest, microseconds after entry.

    A step that only jumps lead to has no time.
    """
    found: dict[Loc, int] = {}

    def visit(step: Step, now: int) -> None:
        found.setdefault(step.loc, now)

    walk(campaign, visit)
    return found


def _through(steps: Sequence[Step], now: int, visit: Callable[[Step, int], None]) -> int | None:
    here: int | None = now
    for step in steps:
        if here is None:
            return None
        visit(step, here)
        here = _after(step, here, visit)
    return here


def _after(step: Step, now: int, visit: Callable[[Step, int], None]) -> int | None:
    if isinstance(step, Leave | Goto):
        return None
    now += least_time(step)
    if isinstance(step, Wait) and isinstance(step.wait, WaitFor):
        late = now + step.wait.at_most.micros
        ends = [_through(step.then, now, visit), _through(step.otherwise, late, visit)]
    elif isinstance(step, Approve):
        _through(step.otherwise, now, visit)
        ends = [now]
    else:
        ends = [_through(way, now, visit) for way in ways_of(step)]
        if not ends or goes_past(step):
            ends.append(now)
    return min((end for end in ends if end is not None), default=None)


def goes_past(step: Step) -> bool:
    """Say whether some people take none of a step's ways."""
    return isinstance(step, Branch) and not any(isinstance(way, Else) for way in step.branch)


def first_sends(steps: Sequence[Step]) -> Iterator[Sending]:
    """Yield the messages that people who come to some steps get at once, one a path."""
    for step in steps:
        if isinstance(step, Sending):
            yield step
            return
        if not takes_no_time(step):
            return
        for way in ways_of(step):
            yield from first_sends(way)


def jumps(campaign: Campaign) -> bool:
    """Say whether people may pass over steps of a journey by a jump."""
    return any(isinstance(step, Goto) for step in steps_of(campaign))


def takes_no_time(step: Step) -> bool:
    """Say whether people surely go on from a step at once."""
    return isinstance(step, _AT_ONCE)


def rules_in(value: object) -> Iterator[Rule]:
    """Yield the rules of a section and of all that is in it."""
    if value is None:  # as most keys that are not written
        return
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from rules_in(item)
    elif is_section(type(value)):
        kind: Any = type(value)
        for key in deep_keys(kind):
            yield from rules_in(getattr(value, key.attribute))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from rules_in(item)
