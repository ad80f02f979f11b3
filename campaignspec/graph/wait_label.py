"""What waits are called when people read a journey."""

from __future__ import annotations

from typing import assert_never

from campaignspec.graph.wait_nodes import (
    DateNode,
    DaysNode,
    DelayNode,
    GateNode,
    ListenNode,
    LocalTimeNode,
    PhaseNode,
    SpreadNode,
    TraitNode,
    WaitNode,
)
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.kinds import Offset, Share
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
    WaitUntil,
)


def wait_label(node: WaitNode) -> str:
    """Name a wait in a few words: ``wait 7d``, ``until 10:00 on tue``."""
    match node:
        case DelayNode():
            return f"wait {node.duration}"
        case LocalTimeNode():
            return _until(node.until)
        case DaysNode():
            return _days(node.wait)
        case TraitNode():
            return _by_trait(node.wait)
        case SpreadNode():
            return f"spread over {node.spread}"
        case DateNode():
            return _date(node.wait)
        case PhaseNode():
            return f"until phase {node.wait.phase} at {node.wait.at}"
        case ListenNode():
            return f"wait for {_happening(node.happening)}, at most {node.at_most}"
        case GateNode():
            longest = f", at most {node.at_most}" if node.at_most else ""
            return f"approve {node.id} by {node.by}{longest}"
        case _:
            assert_never(node)


def date_words(date: str, offset: Offset) -> str:
    """Name a date and how far from it: ``7d before birthday``."""
    side = "before" if offset.days < 0 else "after"
    return f"{abs(offset.days)}d {side} {date}" if offset.days else date


def wait_detail(node: WaitNode) -> str:
    """Say all that is known of a wait."""
    match node:
        case TraitNode(wait=WaitBy() as wait):
            least = f", at least {wait.at_least}" if wait.at_least.micros else ""
            return f"{wait_label(node)}{least}, at most {wait.at_most}"
        case TraitNode(wait=WaitBestHour() as wait):
            hours = f", from {wait.from_} to {wait.to}" if wait.from_ != wait.to else ""
            return f"{wait_label(node)}{hours}, otherwise {wait.otherwise}"
        case ListenNode() if node.keep:
            return f"{wait_label(node)}, keep {', '.join(node.keep)}"
        case _:
            return wait_label(node)


def _until(until: WaitUntil) -> str:
    hours = f" to {until.to}" if until.to else ""
    days = f" on {', '.join(until.on)}" if until.on else ""
    return f"until {until.until}{hours}{days}"


def _days(wait: WaitDays) -> str:
    days = {0: "today", 1: "tomorrow"}.get(wait.days)
    if wait.at is None:
        return f"wait {wait.days} calendar {'day' if wait.days == 1 else 'days'}"
    return f"until {days or f'{wait.days} days later'} at {wait.at}"


def _by_trait(wait: WaitBy | WaitBestHour) -> str:
    match wait:
        case WaitBy():
            share = "" if wait.share == Share(1.0) else f"{wait.share} of "
            return f"wait {share}{wait.by}"
        case WaitBestHour():
            return f"until {wait.best_hour}"
        case _:
            assert_never(wait)


def _date(wait: WaitDate) -> str:
    return f"until {date_words(wait.date, wait.offset)} at {wait.at}"


def _happening(happening: Happening) -> str:
    match happening:
        case OnEvent():
            where = f" where {happening.where}" if happening.where else ""
            return f"{happening.event}{where}"
        case OnSegment():
            return f"segment {happening.segment}"
        case OnLeft():
            return f"leaving segment {happening.left}"
        case OnOpened():
            return f"{happening.opened} opened"
        case OnClicked():
            return f"{happening.clicked} clicked"
        case OnAnswered():
            return f"{happening.answered} answered"
        case OnAny():
            return " or ".join(_happening(each) for each in happening.any)
        case _:
            assert_never(happening)
