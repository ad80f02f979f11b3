"""The waits for a phase that nobody comes too late to.

Where a phase lets people in, everybody begins at the same time of their own day, and how late
they may come to a later phase follows from the steps between. Where it is not known how long a step
may hold somebody, all behind it is left open. A message is taken to be held back for a week at
most, as by hours of weekdays; what waits longer for a budget, a channel or a person's other
campaigns is not counted.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from campaignspec.clock import DAY, HOUR, MINUTE
from campaignspec.graph.nodes import HELD_OUT, MISSED, Edge, JourneyGraph, Node, NodeId, SendNode
from campaignspec.graph.stays import longest_stay
from campaignspec.graph.wait_nodes import PhaseNode, WaitNode
from campaignspec.spec.calendar import days_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnPhase, Whose
from campaignspec.spec.journey import WhenCapped

Latest: TypeAlias = dict[NodeId, int | None]
"""The latest time at which anybody comes to a node, microseconds of the customer's clock since
1970; None where nobody can say."""

_CLOCK_CHANGE: Final = HOUR
"""By how much a clock may be put on, so that a wait ends later on it."""

_HELD_BACK: Final = 7 * DAY
"""How long hours hold a message back at most: those of a week come round again."""


def never_missed(graph: JourneyGraph, campaign: Campaign, *, tick: int) -> frozenset[NodeId]:
    """Return the waits for a phase whose way `MISSED` nobody can take.

    Args:
        graph: The journey.
        campaign: What it was compiled from.
        tick: The length of a tick, microseconds: steps act on ticks.
    """
    on, calendar = campaign.enter.on, campaign.calendar
    waits = [node.id for node in graph.nodes.values() if isinstance(node, PhaseNode)]
    if not waits or graph.pauses or calendar is None or not isinstance(on, OnPhase):
        return frozenset()
    # On the project's clock people enter at one instant, at most a day apart on their own clocks.
    apart = DAY if on.clock is Whose.PROJECT else 0
    sure = set(waits)
    for turn, (first, _) in enumerate(days_of(calendar, on.phase)):
        begins = first * DAY + on.at.minutes * MINUTE + apart
        sure &= _kept(graph, turn, begins, tick)
    return frozenset(sure)


def _kept(graph: JourneyGraph, turn: int, begins: int, tick: int) -> set[NodeId]:
    """Return the waits that everybody keeps who enters at the calendar's `turn`-th anchor."""
    latest: Latest = {next(iter(graph.nodes)): begins + tick}
    kept: set[NodeId] = set()
    ways: dict[NodeId, list[Edge]] = {name: [] for name in graph.nodes}
    for edge in graph.edges:
        if edge.label != HELD_OUT:
            ways[edge.source].append(edge)
    # Steps stand in reading order, and every edge leads on in it.
    for name, node in graph.nodes.items():
        if name not in latest:
            continue
        leaves = _leaves(node, latest[name], turn, tick)
        if isinstance(node, PhaseNode) and leaves is not None:
            kept.add(name)
        for edge in ways[name]:
            if edge.label != MISSED or name not in kept:
                latest[edge.target] = _later(leaves, latest.get(edge.target, leaves))
    return kept


def _later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _leaves(node: Node, comes: int | None, turn: int, tick: int) -> int | None:
    """Return the latest time at which anybody goes on who comes by a time; None if unknown."""
    if comes is None:
        return None
    match node:
        case PhaseNode():
            first, last = node.days[turn]
            if comes + _CLOCK_CHANGE >= (last + 1) * DAY:
                return None
            return max(comes, first * DAY + node.wait.at.minutes * MINUTE) + tick
        case SendNode():
            return None if node.when_capped is WhenCapped.WAIT else comes + _HELD_BACK
        case _ if isinstance(node, WaitNode):
            stay = longest_stay(node, tick)
            return None if stay is None else comes + stay + tick
        case _:
            return comes
