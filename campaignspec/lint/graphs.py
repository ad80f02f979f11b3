"""Journeys as graphs, for rules that ask what holds on all their paths, or on any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from campaignspec.graph.analysis import Analysis, analyse
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import ENTRY, HELD_OUT, Edge, JourneyGraph, Node, NodeId
from campaignspec.lint.scope import Scope
from campaignspec.spec.campaign import Campaign

T = TypeVar("T")


def graph_of(scope: Scope, campaign: Campaign) -> JourneyGraph:
    """Return a campaign's compiled journey, compiled once for all rules."""
    name = campaign.campaign
    return scope.once(("graph", name), lambda: compile_campaign(scope.project, name))


def analysis_of(scope: Scope, campaign: Campaign) -> Analysis:
    """Return what holds for every path through a campaign's journey."""

    def find() -> Analysis:
        project = scope.project
        costs = {name: each.cost.micros for name, each in project.channels.items() if each.cost}
        return analyse(graph_of(scope, campaign), tick=project.settings.tick.micros, costs=costs)

    return scope.once(("analysis", campaign.campaign), find)


def along(
    graph: JourneyGraph, start: T, after: Callable[[Node, T], T], met: Callable[[T, T], T]
) -> Mapping[NodeId, T]:
    """Carry a value along all paths of those who are treated.

    Args:
        graph: The journey, whose edges all lead on in reading order.
        start: The value at the entry.
        after: What a node makes of the value that is brought to it.
        met: What two values become where two paths meet.

    Returns:
        By each node that a path leads to, the value that is brought to it.
    """
    brought: dict[NodeId, T] = {ENTRY: start}
    ways = _ways(graph)
    for name, node in graph.nodes.items():
        if name in brought:
            left = after(node, brought[name])
            for edge in ways.get(name, ()):
                there = brought.get(edge.target)
                brought[edge.target] = left if there is None else met(there, left)
    return brought


def least_behind(graph: JourneyGraph, worth: Callable[[Node], int]) -> Mapping[NodeId, int]:
    """Return for each node the least sum over the nodes of a path from it to an end, with it."""
    ways = _ways(graph)
    found: dict[NodeId, int] = {}
    for name in reversed(list(graph.nodes)):
        behind = (found[edge.target] for edge in ways.get(name, ()))
        found[name] = worth(graph.nodes[name]) + min(behind, default=0)
    return found


def _ways(graph: JourneyGraph) -> Mapping[NodeId, list[Edge]]:
    ways: dict[NodeId, list[Edge]] = {}
    for edge in _treated(graph):
        ways.setdefault(edge.source, []).append(edge)
    return ways


def _treated(graph: JourneyGraph) -> Iterator[Edge]:
    return (edge for edge in graph.edges if edge.label != HELD_OUT)
