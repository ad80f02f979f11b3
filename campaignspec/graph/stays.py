"""How long a node can hold people at most."""

from __future__ import annotations

from typing import assert_never

from campaignspec.clock import DAY, MINUTE, ceil_to_tick
from campaignspec.graph.nodes import Node
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
from campaignspec.spec.waiting import WaitBestHour, WaitBy, WaitDays, WaitUntil, Weekday

_WEEK = tuple(Weekday)


def longest_stay(node: Node, tick: int) -> int | None:
    """Return how long a node can hold people at most, microseconds; None without a bound.

    It is the wait that is written, up to the next tick. What policy adds to a message, and what
    a change of the clock adds to a day, is not counted.
    """
    if not isinstance(node, WaitNode):
        return 0
    longest = _longest(node)
    return None if longest is None else ceil_to_tick(longest, tick)


def _longest(node: WaitNode) -> int | None:
    match node:
        case DelayNode():
            return node.duration.micros
        case ListenNode():
            return node.at_most.micros
        case GateNode():
            return None if node.at_most is None else node.at_most.micros
        case SpreadNode():
            return node.spread.micros
        case LocalTimeNode():
            return _until(node.until)
        case DaysNode():
            return _days(node.wait)
        case TraitNode(wait=WaitBy() as wait):
            return wait.at_most.micros
        case TraitNode(wait=WaitBestHour()):
            return DAY
        case TraitNode() | DateNode() | PhaseNode():
            return None
        case _:
            assert_never(node)


def _until(until: WaitUntil) -> int:
    """Return the longest way to the next opening: from the end of one to the next beginning."""
    days = sorted({_WEEK.index(day) for day in until.on or _WEEK})
    gaps = [
        (after - day - 1) % len(_WEEK) + 1
        for day, after in zip(days, days[1:] + days[:1], strict=True)
    ]
    opened = 0
    if until.to is not None:
        opened = (until.to.minutes - until.until.minutes) * MINUTE
        opened += DAY if opened <= 0 else 0
    return max(gaps) * DAY - opened


def _days(wait: WaitDays) -> int:
    """Return the longest way: from midnight, if a time of day is named."""
    return wait.days * DAY + (wait.at.minutes * MINUTE if wait.at else 0)
