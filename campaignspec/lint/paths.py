"""What the graph of a journey shows: silence, waits for nothing, and ends that come too late."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from campaignspec.clock import DAY, Duration, format_instant, parse_instant
from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.graph.nodes import ActNode, BranchNode, JourneyGraph, Node, NodeId, SendNode
from campaignspec.graph.stays import longest_stay
from campaignspec.graph.wait_nodes import GateNode, ListenNode, PhaseNode
from campaignspec.lint.graphs import along, graph_of, least_behind
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import most_time, place_of, places_of, soonest_of
from campaignspec.project.walk import steps_of
from campaignspec.spec.calendar import days_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnOnce, OnPhase
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Else,
    Experiment,
    Goal,
    Preference,
    RepeatSteps,
    Step,
    Wait,
)
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.waiting import OnAnswered, OnAny, OnClicked, OnOpened, WaitFor

_TO_DO: Final = (SendNode, ActNode)


def silent_ways(scope: Scope) -> Iterator[Diagnostic]:
    """Find people of whom nobody has said that they hear nothing: those whom no way fits.

    An empty way that is written, an arm without steps and a `leave` are decisions.
    """
    for campaign in scope.campaigns:
        open_ended = {s.loc: s for s in steps_of(campaign) if _leaves_some_out(s)}
        if not open_ended:
            continue
        graph = graph_of(scope, campaign)
        before = along(graph, 0, lambda node, done: done + _deeds(node), min)
        behind = least_behind(graph, _deeds)
        for name, node in graph.nodes.items():
            step = open_ended.get(graph.written[name]) if isinstance(node, BranchNode) else None
            if step and not before.get(name, 1) and not behind[graph.target(name, "else")]:
                yield advice(
                    "JRN421",
                    "who fits none of these ways hears nothing at all, and nothing says that this "
                    "is meant",
                    scope.key_span(place_of(step)),
                    "write it down, `- else: []`, or keep them out with a `where:` under `enter:`"
                    if isinstance(step, Branch)
                    else "say with `else:` what they get, or keep them out with a `where:` under "
                    "`enter:`",
                )


def waits_for_nothing(scope: Scope) -> Iterator[Diagnostic]:
    """Find waits for the answer to a message that some who come there were never sent."""
    for campaign in scope.campaigns:
        if not any(isinstance(s, Wait) and isinstance(s.wait, WaitFor) for s in steps_of(campaign)):
            continue
        graph = graph_of(scope, campaign)
        for name, node in graph.nodes.items():
            asked = _asked(node) if isinstance(node, ListenNode) else {}
            if asked and _comes_without(graph, name, frozenset(asked)):
                said = " or ".join(f"`{each}`" for each in asked)
                place = next(iter(asked.values()))
                yield advice(
                    "JRN422",
                    f"some of those who wait here were never sent {said}: they wait to the end "
                    "for nothing",
                    scope.span(place),
                    "wait on the way on which it is sent, or for `any:` of the messages that "
                    "people may have",
                    related=_where_sent(scope, campaign, graph, asked),
                )


def endless_gates(scope: Scope) -> Iterator[Diagnostic]:
    """Find approvals that hold people for ever: neither they nor a goal's window ends."""
    for campaign in scope.campaigns:
        if campaign.goal or not any(isinstance(s, Approve) for s in steps_of(campaign)):
            continue
        graph = graph_of(scope, campaign)
        for name, node in graph.nodes.items():
            if isinstance(node, GateNode) and node.at_most is None:
                yield advice(
                    "JRN423",
                    f"if `{node.by}` forgets `{name}`, everybody waits here for ever",
                    scope.span(places_of(scope, campaign)[graph.written[name]]),
                    "say how long at most: `at_most: 3d`, and what happens then: `otherwise:`",
                )


def past_phases(scope: Scope) -> Iterator[Diagnostic]:
    """Find waits for a phase that is over whenever anybody comes to them."""
    for campaign in scope.campaigns:
        calendar, on = campaign.calendar, campaign.enter.on
        if calendar is None:
            continue
        graph = graph_of(scope, campaign)
        spans = {str(name): (p.from_.days, p.to.days) for name, p in calendar.phases.items()}
        begun = spans[on.phase][0] if isinstance(on, OnPhase) else -math.inf

        def after(node: Node, day: float, spans: Mapping[str, tuple[int, int]] = spans) -> float:
            return max(day, spans[node.wait.phase][0]) if isinstance(node, PhaseNode) else day

        for name, day in along(graph, begun, after, min).items():
            node = graph.nodes[name]
            if isinstance(node, PhaseNode) and spans[node.wait.phase][1] < day:
                phase = calendar.phases[node.wait.phase]
                yield advice(
                    "JRN424",
                    f"`{node.wait.phase}` ends on {phase.to}, and nobody comes here before "
                    f"{_named_day(int(day))}",
                    scope.span(node.wait.loc / "phase"),
                    "wait for a later phase, or put the step before those of the later ones",
                    related=((scope.key_span(phase.loc), "the phase"),),
                )


def slow_ways(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps that come in time for some and, behind the longest waits, too late for others.

    Waits without a bound of their own are left out, and journeys of which a part can only come
    too late.
    """
    for campaign in scope.campaigns:
        goal = campaign.goal
        if goal is None or _is_quick(campaign, goal):
            continue
        graph = graph_of(scope, campaign)
        tick = scope.project.settings.tick.micros

        def after(node: Node, latest: float, tick: int = tick) -> float:
            stay = longest_stay(node, tick)
            return latest + (math.inf if stay is None else stay)

        soonest = soonest_of(campaign)
        if any(when >= goal.within.micros for when in soonest.values()):
            continue  # a window that nobody can walk through is said already
        for name, latest in along(graph, 0.0, after, max).items():
            is_late = goal.within.micros <= latest < math.inf
            if not is_late or not isinstance(graph.nodes[name], _TO_DO):
                continue
            loc = graph.written[name]
            if soonest.get(loc, math.inf) < goal.within.micros:
                yield _too_slow(scope, campaign, goal, loc, int(latest))
                break


def early_reviews(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns for a day that are looked at while the goal of their people still counts."""
    for campaign in scope.campaigns:
        goal, last = campaign.goal, _entries(scope, campaign)[1]
        if goal is None or last is None or campaign.review_by is None:
            continue
        zone = scope.project.settings.timezone
        judged = last + goal.within.micros
        if parse_instant(campaign.review_by.isoformat(), zone) < judged:
            yield advice(
                "MSR647",
                f"`{campaign.campaign}` is looked at on {campaign.review_by}, and what its last "
                f"people do counts until {format_instant(judged, zone)[:10]}",
                scope.span(campaign.loc / "review_by"),
                "look at it when everybody's time is over, or shorten the goal's `within:`",
                related=((scope.span(goal.loc / "within"), "so long it counts"),),
            )


def early_decisions(scope: Scope) -> Iterator[Diagnostic]:
    """Find experiments that are decided before the goal's time is over for anybody."""
    for campaign in scope.campaigns:
        goal, first = campaign.goal, _entries(scope, campaign)[0]
        if goal is None or first is None:
            continue
        zone = scope.project.settings.timezone
        for step in steps_of(campaign):
            if not isinstance(step, Experiment) or step.winner is None:
                continue
            known = first + goal.within.micros
            # Whoever's clock is ahead of the project's came up to a day before.
            if parse_instant(step.winner.decide_at, zone) < known - DAY:
                yield advice(
                    "MSR648",
                    f"`{step.experiment}` is decided before anything is known: the first people's "
                    f"goal counts until {format_instant(known, zone)[:10]}",
                    scope.span(step.winner.loc / "decide_at"),
                    "decide it later, or leave `winner:` out: everybody has had an arm by then",
                    related=((scope.span(goal.loc / "within"), "so long it counts"),),
                )


# --- silence ---


def _leaves_some_out(step: Step) -> bool:
    """Say whether somebody may fit no way, and nothing is said of them."""
    match step:
        case Branch():
            return not any(isinstance(way, Else) for way in step.branch)
        case Preference():
            return not step.else_
        case _:
            return False


def _deeds(node: Node) -> int:
    return int(isinstance(node, _TO_DO))


# --- answers to nothing ---


def _asked(node: ListenNode) -> Mapping[str, Loc]:
    """Return the steps whose answers alone a wait is for, and where they are named."""
    happening = node.happening
    parts = happening.any if isinstance(happening, OnAny) else (happening,)
    found: dict[str, Loc] = {}
    for part in parts:
        match part:
            case OnOpened():
                found[part.opened] = part.loc / "opened"
            case OnClicked():
                found[part.clicked] = part.loc / "clicked"
            case OnAnswered():
                found[part.answered] = part.loc / "answered"
            case _:
                return {}
    return found


def _comes_without(graph: JourneyGraph, wait: NodeId, asked: frozenset[str]) -> bool:
    """Say whether a path leads to a wait on which none of some steps is taken."""
    brought = along(graph, True, lambda node, free: free and node.id not in asked, _either)
    return brought.get(wait, False)


def _either(one: bool, other: bool) -> bool:  # noqa: FBT001 (two values of a path, as they meet)
    return one or other


def _where_sent(
    scope: Scope, campaign: Campaign, graph: JourneyGraph, asked: Mapping[str, Loc]
) -> tuple[tuple[Span, str], ...]:
    places = places_of(scope, campaign)
    sent = (name for name in asked if name in graph.written)
    return tuple((scope.span(places[graph.written[name]]), "it is sent here") for name in sent)


# --- time ---


def _is_quick(campaign: Campaign, goal: Goal) -> bool:
    """Say whether all waits of a journey together surely end within its goal's window.

    It spares most campaigns their graph.
    """
    steps = list(steps_of(campaign))
    more = any(isinstance(s, RepeatSteps) or getattr(s, "mix", None) for s in steps)
    return not more and sum(map(most_time, steps)) < goal.within.micros


def _named_day(days: int) -> str:
    return f"D{days:+}" if days else "D0"


def _too_slow(scope: Scope, campaign: Campaign, goal: Goal, loc: Loc, latest: int) -> Diagnostic:
    step = next(each for each in steps_of(campaign) if each.loc == loc)
    return advice(
        "JRN425",
        f"who takes longest never comes to this `{verb_of(type(step))}`: that would be "
        f"{Duration(latest)} after entry, and everybody's time is over after {goal.within}",
        scope.key_span(place_of(step)),
        "shorten the waits before it, or lengthen the goal's `within:`",
        related=((scope.span(goal.loc / "within"), "the window ends here"),),
    )


def _entries(scope: Scope, campaign: Campaign) -> tuple[int | None, int | None]:
    """Return when the first and the last people enter a campaign for a day, to the day."""
    on, zone = campaign.enter.on, scope.project.settings.timezone
    match on:
        case OnOnce():
            at = parse_instant(on.once, zone)
            return at, at
        case OnPhase() if campaign.calendar is not None:
            days = days_of(campaign.calendar, on.phase)
            offset = on.at.minutes * (DAY // (24 * 60))
            return (days[0][0] * DAY + offset, days[-1][0] * DAY + offset) if days else (None, None)
        case _:
            return None, None
