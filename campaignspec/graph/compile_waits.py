"""Waits compiled: which node holds people, what it is called, and its ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from campaignspec.clock import Duration
from campaignspec.graph.nodes import IN_TIME, MISSED, NEXT, TOO_LATE, NodeId
from campaignspec.graph.wait_nodes import (
    DateNode,
    DaysNode,
    DelayNode,
    ListenNode,
    LocalTimeNode,
    PhaseNode,
    SpreadNode,
    TraitNode,
    WaitNode,
)
from campaignspec.spec.calendar import days_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.journey import Step, Wait
from campaignspec.spec.waiting import (
    Happening,
    OnAnswered,
    OnAny,
    OnClicked,
    OnOpened,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitDays,
    WaitFor,
    Waiting,
    WaitPhase,
    WaitSpread,
    WaitUntil,
)


def wait_node(step: Wait, campaign: Campaign, name: Callable[[str], NodeId]) -> WaitNode:
    """Return the node of a wait.

    Args:
        step: The wait.
        campaign: Its campaign; of a linked project, so that its calendar has the phase.
        name: Makes an id of what the wait would be called.
    """
    wait = step.wait
    node_id = step.name or name(wait_words(wait))
    match wait:
        case Duration():
            return DelayNode(id=node_id, duration=wait)
        case WaitUntil():
            return LocalTimeNode(id=node_id, until=wait)
        case WaitDays():
            return DaysNode(id=node_id, wait=wait)
        case WaitBy() | WaitBestHour():
            return TraitNode(id=node_id, wait=wait)
        case WaitSpread():
            seed = wait.seed or f"{campaign.seed or campaign.campaign}:spread"
            return SpreadNode(id=node_id, spread=wait.spread, seed=seed)
        case WaitDate():
            return DateNode(id=node_id, wait=wait)
        case WaitPhase():
            assert campaign.calendar is not None, "linked phases are in a calendar"  # noqa: S101
            days = days_of(campaign.calendar, wait.phase)
            return PhaseNode(id=node_id, wait=wait, days=days)
        case WaitFor():
            return ListenNode(id=node_id, happening=wait.for_, at_most=wait.at_most, keep=wait.keep)
        case _:
            assert_never(wait)


def ways_out(step: Wait) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield the ways out of a wait: the edge's label, and the steps behind it."""
    match step.wait:
        case WaitFor():
            yield IN_TIME, step.then
            yield TOO_LATE, step.otherwise
        case WaitDate() | WaitPhase():
            yield NEXT, step.then
            yield MISSED, step.otherwise
        case Duration() | WaitUntil() | WaitDays() | WaitBy() | WaitBestHour() | WaitSpread():
            yield NEXT, ()
        case _:
            assert_never(step.wait)


def wait_words(wait: Waiting) -> str:
    """Name a wait after what it says: ``wait-7d``, ``until-10:00``."""
    match wait:
        case Duration():
            return f"wait-{wait}"
        case WaitUntil():
            return f"until-{wait.until}"
        case WaitDays():
            return f"wait-{wait.days}-days"
        case WaitBy():
            return f"wait-by-{wait.by}"
        case WaitBestHour():
            return f"until-{wait.best_hour}"
        case WaitSpread():
            return f"spread-{wait.spread}"
        case WaitDate():
            return f"until-{wait.date}"
        case WaitPhase():
            return f"until-{wait.phase}"
        case WaitFor():
            return f"wait-for-{happening_words(wait.for_)}"
        case _:
            assert_never(wait)


def happening_words(happening: Happening) -> str:
    """Name what is waited for: ``order.placed``, ``hello-opened``."""
    match happening:
        case OnEvent():
            return happening.event
        case OnSegment():
            return happening.segment
        case OnLeft():
            return f"{happening.left}-left"
        case OnOpened():
            return f"{happening.opened}-opened"
        case OnClicked():
            return f"{happening.clicked}-clicked"
        case OnAnswered():
            return f"{happening.answered}-answered"
        case OnAny():
            return "-or-".join(happening_words(each) for each in happening.any)
        case _:
            assert_never(happening)
