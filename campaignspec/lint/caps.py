"""Caps and journeys that do not fit each other: caps always hit, and caps never reached."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from campaignspec.clock import DAY, HOUR, WEEK, Duration
from campaignspec.connector import MessageClass
from campaignspec.diagnostics import Diagnostic
from campaignspec.graph.nodes import JourneyGraph, Node, NodeId, SendNode
from campaignspec.graph.stays import longest_stay
from campaignspec.lint.graphs import along, graph_of
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import places_of, takes_no_time
from campaignspec.project.walk import Sending, steps_of, ways_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import RepeatSteps, Step, Wait, WhenCapped
from campaignspec.spec.policy import Cap, Per
from campaignspec.spec.steering import Goto

_LONGEST: Final = {
    Per.CALENDAR_DAY: DAY + HOUR,
    Per.CALENDAR_WEEK: WEEK + HOUR,
    Per.CALENDAR_MONTH: 31 * DAY + HOUR,
}
"""Calendar units in which clocks are put back."""

_LEAST_DAYS: Final = {Per.CALENDAR_DAY: 1, Per.CALENDAR_WEEK: 7, Per.CALENDAR_MONTH: 28}
"""How many days a calendar unit has at least."""

_TOUCHED: Final = {
    (Per.CALENDAR_WEEK, Per.CALENDAR_DAY): 7,
    (Per.CALENDAR_MONTH, Per.CALENDAR_DAY): 31,
    (Per.CALENDAR_MONTH, Per.CALENDAR_WEEK): 6,
    (Per.CALENDAR_WEEK, Per.CALENDAR_MONTH): 2,
}
"""How many of the second units one of the first touches at most; else one."""

_HELD_UP: Final = DAY
"""How long hours may hold up a message, where there are any."""

Ages: TypeAlias = tuple[float, ...]
"""How long ago the last messages that a cap counts were sent at most, the latest first."""


def caps_always_hit(scope: Scope) -> Iterator[Diagnostic]:
    """Find messages that a cap forbids to everybody, on whatever path they come.

    The journey alone sends as many as the cap allows so shortly before, taking all waits to last
    as long as they can. What other campaigns send comes on top.
    """
    for campaign in scope.campaigns:
        for cap in scope.project.policies.caps:
            if cap.campaign in {None, campaign.campaign} and _may_be_hit(campaign, cap):
                yield from _hit(scope, campaign, cap)


def caps_never_reached(scope: Scope) -> Iterator[Diagnostic]:
    """Find caps that another cap makes idle, and caps on what is never counted."""
    caps = scope.project.policies.caps
    for at, cap in enumerate(caps):
        if cap.class_ is MessageClass.TRANSACTIONAL:
            yield advice(
                "POL514",
                "this cap never holds anything back: transactional messages are not counted",
                scope.span(cap.loc / "class"),
                "remove the cap",
            )
            continue
        stricter = next(
            (c for n, c in enumerate(caps) if n != at and _is_idle(cap, c, later=n < at)), None
        )
        if stricter is not None:
            yield advice(
                "POL514",
                f"{cap.at_most} are never reached here, because another cap is stricter",
                scope.span(cap.loc / "at_most"),
                "remove one of the two, or lower this one",
                related=((scope.span(stricter.loc / "at_most"), "the stricter cap"),),
            )


# --- always hit ---


def _may_be_hit(campaign: Campaign, cap: Cap) -> bool:
    """Say whether a journey sends enough to hit a cap by itself.

    It is asked of the steps as they are written, which spares most campaigns their graph.
    """
    steps = list(steps_of(campaign))
    if any(isinstance(s, RepeatSteps | Goto) or getattr(s, "mix", None) for s in steps):
        return True
    most, _ = _most_sent(campaign.journey, 0, at_once=cap.within is None)
    return most > cap.at_most


def _most_sent(steps: Sequence[Step], sent: int, *, at_once: bool) -> tuple[int, int]:
    """Return how many messages a path sends at most, and how many at its end.

    With ``at_once`` they are counted anew after each wait.
    """
    most = sent
    for step in steps:
        if isinstance(step, Sending):
            sent += _is_counted(step)
        else:
            before = sent if takes_no_time(step) or _is_empty(step) or not at_once else 0
            ends = [_most_sent(way, before, at_once=at_once) for way in ways_of(step)]
            most = max((most, *(found for found, _ in ends)))
            sent = max((before, *(end for _, end in ends)))
        most = max(most, sent)
    return most, sent


def _is_empty(step: Step) -> bool:
    return isinstance(step, Wait) and step.wait == Duration(0)


def _is_counted(step: Step) -> bool:
    return isinstance(step, Sending) and step.class_ is not MessageClass.TRANSACTIONAL


def _hit(scope: Scope, campaign: Campaign, cap: Cap) -> Iterator[Diagnostic]:
    graph = graph_of(scope, campaign)
    for name, age in _ages(scope, graph, cap).items():
        node = graph.nodes[name]
        if not isinstance(node, SendNode) or not _forbids(scope, cap, node, age):
            continue
        when = "at once" if age == 0 else f"{Duration(int(age))} at most"
        more = "no more" if cap.within is None or age == 0 else f"no more within {cap.within}"
        yield advice(
            "POL513",
            f"nobody gets `{node.message}`: it comes {when} after {cap.at_most} "
            f"{'other' if cap.at_most == 1 else 'others'}, and a cap allows {more}",
            scope.span(places_of(scope, campaign)[graph.written[name]]),
            "wait longer before it, or raise the cap"
            if age
            else "wait before it, or raise the cap",
            related=((scope.span(cap.loc / "at_most"), "the cap"),),
        )
        return


def _ages(scope: Scope, graph: JourneyGraph, cap: Cap) -> dict[NodeId, float]:
    """Return for each message that a cap counts how old the one is that fills the cap, at most.

    Infinite where some path to it has fewer.
    """
    tick = scope.project.settings.tick.micros

    def after(node: Node, ages: Ages) -> Ages:
        if isinstance(node, SendNode):
            held = tuple(age + _held_up(scope, node) if age else 0.0 for age in ages)
            if node.when_capped is WhenCapped.WAIT:
                held = (math.inf,) * cap.at_most
            return (0.0, *held)[: cap.at_most] if _counts(cap, node) else held
        stay = longest_stay(node, tick)
        return tuple(age + (math.inf if stay is None else stay) for age in ages)

    def met(one: Ages, other: Ages) -> Ages:
        return tuple(map(max, one, other))

    brought = along(graph, (math.inf,) * max(cap.at_most, 1), after, met)
    return {
        name: ages[-1]
        for name, ages in brought.items()
        if isinstance(node := graph.nodes[name], SendNode) and _counts(cap, node)
    }


def _forbids(scope: Scope, cap: Cap, node: SendNode, age: float) -> bool:
    """Say whether a cap surely forbids a message, the one that fills it being of some age."""
    if node.when_capped is WhenCapped.WAIT or cap.at_most < 1:
        return False
    if age == 0 or cap.within is None:
        # In the same day or week are surely only those that go at one moment.
        return age == 0
    return age + _held_up(scope, node) < cap.within.micros


def _held_up(scope: Scope, node: SendNode) -> int:
    """Return how long hours may hold up a message that comes outside of them."""
    closed = any(scope.project.channels[name].hours for name in node.channels)
    return _HELD_UP if closed or scope.project.policies.quiet_hours else 0


def _counts(cap: Cap, node: SendNode) -> bool:
    """Say whether a cap surely counts a message, whichever channel of a mix it takes."""
    return (
        node.message_class is not MessageClass.TRANSACTIONAL
        and cap.class_ in {None, node.message_class}
        and (cap.channel is None or set(node.channels) == {cap.channel})
    )


# --- never reached ---


def _is_idle(cap: Cap, other: Cap, *, later: bool) -> bool:
    """Say whether a cap is never reached because of another; of two equal ones the later."""
    pairs = (
        (other.class_, cap.class_),
        (other.channel, cap.channel),
        (other.campaign, cap.campaign),
    )
    if other.by != cap.by or not all(wide in {None, narrow} for wide, narrow in pairs):
        return False
    if other == cap:
        return later
    return other.at_most * _stretches(cap, other) <= cap.at_most


def _stretches(cap: Cap, other: Cap) -> int:
    """Return in how many stretches of another cap's time all of a cap's time lies."""
    if other.within is not None:
        length = cap.within.micros if cap.within else _LONGEST[cap.per or Per.CALENDAR_DAY]
        return math.ceil(length / other.within.micros)
    unit = other.per or Per.CALENDAR_DAY
    if cap.within is not None:
        # A rolling window of two days touches three days of the calendar.
        return math.ceil(cap.within.micros / (_LEAST_DAYS[unit] * DAY)) + 1
    return _TOUCHED.get((cap.per or Per.CALENDAR_DAY, unit), 1)
