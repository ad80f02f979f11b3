"""What can be said of a journey before anybody walks it: exact, over all its paths.

A journey has no circles, so whatever is asked of all its paths is found in one walk over its
steps in reading order, however many paths there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from campaignspec.graph.nodes import (
    HELD_OUT,
    HOLDOUT,
    ActNode,
    Edge,
    EndNode,
    JourneyGraph,
    LeaveNode,
    Node,
    NodeId,
    SendNode,
)
from campaignspec.graph.stays import longest_stay
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.spec.waiting import OnAny, OnClicked, OnOpened

MOST_LISTED: Final = 64
"""How many paths are listed; more are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way through a journey, for those who are treated and leave by no rule.

    Attributes:
        ways: The edges that were chosen where there was a choice, as ``node > way``.
        outcome: ``completed``, or the reason of a leave step.
        messages: How many messages are sent on it.
        stay: How long it takes at most, microseconds; None without a bound.
        cost: What it costs at most, micro-units.
    """

    ways: tuple[str, ...]
    outcome: str
    messages: int
    stay: int | None
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What holds for every path through a journey.

    Attributes:
        unreachable: The steps to which no path leads.
        dead_ends: The steps behind which nothing comes, though they end nothing.
        hopeless: The waits for the answer to a message that no path to them sends, so that they
            always last to their end.
        stay: How long anybody stays at most, microseconds; None without a bound.
        unbounded: The waits without a bound: for a date, or for a phase.
        messages: How many messages one enrolment gets at most.
        by_channel: The same by channel; on different paths, maybe.
        cost: What one enrolment costs at most, micro-units of the project's currency.
        paths: How many paths there are.
        listed: The paths, if there are not too many; else none.
    """

    unreachable: tuple[NodeId, ...]
    dead_ends: tuple[NodeId, ...]
    hopeless: tuple[NodeId, ...]
    stay: int | None
    unbounded: tuple[NodeId, ...]
    messages: int
    by_channel: Mapping[str, int]
    cost: int
    paths: int
    listed: tuple[Path, ...]


def analyse(graph: JourneyGraph, *, tick: int, costs: Mapping[str, int]) -> Analysis:
    """Say what holds for every path through a journey.

    Args:
        graph: The journey.
        tick: The length of a tick, microseconds: waits end on ticks.
        costs: What a message costs by channel, micro-units; a channel without one costs nothing.
    """
    walk = _Walk(graph, tick, costs)
    channels = _channels(graph)
    unbounded = walk.where(lambda node: longest_stay(node, tick) is None)
    paths = walk.count()
    return Analysis(
        unreachable=tuple(node for node in graph.nodes if node not in walk.reached),
        dead_ends=walk.where(walk.is_dead_end),
        hopeless=walk.where(walk.is_hopeless),
        stay=None if unbounded else walk.most(walk.stay) + walk.paused(),
        unbounded=unbounded,
        messages=walk.most(walk.messages),
        by_channel={name: walk.most(partial(walk.messages, channel=name)) for name in channels},
        cost=walk.most(walk.cost),
        paths=paths,
        listed=tuple(walk.paths()) if paths <= MOST_LISTED else (),
    )


def _channels(graph: JourneyGraph) -> list[str]:
    """Return the channels by which a journey may send messages, by name."""
    sends = (node for node in graph.nodes.values() if isinstance(node, SendNode))
    return sorted({channel for node in sends for channel in node.channels})


class _Walk:
    """The paths of one graph, for those who are treated."""

    def __init__(self, graph: JourneyGraph, tick: int, costs: Mapping[str, int]) -> None:
        self._graph, self._tick, self._costs = graph, tick, costs
        self._ways: dict[NodeId, list[Edge]] = {node: [] for node in graph.nodes}
        for edge in graph.edges:
            if edge.label != HELD_OUT:
                self._ways[edge.source].append(edge)
        self.reached = self._reachable() | {HOLDOUT}

    # --- what a node adds ---

    def stay(self, node: Node) -> int:
        """Return how long a node holds people at most; none where there is no bound."""
        return longest_stay(node, self._tick) or 0

    def messages(self, node: Node, channel: str | None = None) -> int:
        """Return how many messages a node sends through a channel, or through any."""
        return int(isinstance(node, SendNode) and (channel is None or channel in node.channels))

    def cost(self, node: Node) -> int:
        """Return what a node costs at most: of a mix, by the dearest channel."""
        match node:
            case SendNode():
                return max(self._costs.get(channel, 0) for channel in node.channels)
            case ActNode():
                return self._costs.get(node.channel, 0)
            case _:
                return 0

    def paused(self) -> int:
        """Return how long all pauses last: they may hold up every path."""
        return sum(end - begin for begin, end in self._graph.pauses)

    # --- what holds for all paths ---

    def most(self, worth: Callable[[Node], int]) -> int:
        """Return the greatest sum over the nodes of a path.

        Steps stand in reading order, and every edge leads on in it: the best way to a node is
        known before it is asked for.
        """
        best: dict[NodeId, int] = {}
        for name, node in self._graph.nodes.items():
            if name in self.reached and name != HOLDOUT:
                so_far = best.setdefault(name, 0) + worth(node)
                best[name] = so_far
                for edge in self._ways[name]:
                    best[edge.target] = max(best.get(edge.target, 0), so_far)
        return max(best.values(), default=0)

    def count(self) -> int:
        """Return how many paths there are."""
        number = dict.fromkeys(self._graph.nodes, 0)
        first = next(iter(self._graph.nodes))
        number[first] = 1
        for name in self._graph.nodes:
            for edge in self._ways[name]:
                number[edge.target] += number[name]
        return sum(number[name] for name in self._graph.nodes if not self._ways[name])

    def where(self, fits: Callable[[Node], bool]) -> tuple[NodeId, ...]:
        """Return the nodes on paths that fit, in reading order."""
        nodes = self._graph.nodes
        return tuple(name for name in nodes if name in self.reached and fits(nodes[name]))

    def is_dead_end(self, node: Node) -> bool:
        """Say whether nothing comes behind a node that ends nothing."""
        is_end = isinstance(node, LeaveNode | EndNode) or node.id == HOLDOUT
        return not is_end and not self._ways[node.id]

    def is_hopeless(self, node: Node) -> bool:
        """Say whether a wait can only last to its end: nothing was sent that is waited for."""
        if not isinstance(node, ListenNode):
            return False
        asked = node.happening.any if isinstance(node.happening, OnAny) else (node.happening,)
        before = self._before(node.id)
        return all(
            isinstance(each, OnOpened | OnClicked) and _step(each) not in before for each in asked
        )

    def paths(self) -> Iterator[Path]:
        """Yield every path, in reading order."""
        yield from self._paths(next(iter(self._graph.nodes)), (), 0, 0, 0, bounded=True)

    def _paths(
        self, name: NodeId, ways: tuple[str, ...], sent: int, stay: int, cost: int, *, bounded: bool
    ) -> Iterator[Path]:
        while True:
            node = self._graph.nodes[name]
            sent += self.messages(node)
            stay += self.stay(node)
            cost += self.cost(node)
            bounded = bounded and longest_stay(node, self._tick) is not None
            edges = self._ways[name]
            if len(edges) != 1:
                break
            name = edges[0].target
        if not edges:
            outcome = node.reason if isinstance(node, LeaveNode) else "completed"
            total = stay + self.paused() if bounded else None
            yield Path(ways=ways, outcome=outcome, messages=sent, stay=total, cost=cost)
        for edge in edges:
            way = (*ways, f"{name} > {edge.label}")
            yield from self._paths(edge.target, way, sent, stay, cost, bounded=bounded)

    def _reachable(self) -> set[NodeId]:
        found = {next(iter(self._graph.nodes))}
        for name in self._graph.nodes:
            if name in found:
                found |= {edge.target for edge in self._ways[name]}
        return found

    def _before(self, wanted: NodeId) -> Collection[NodeId]:
        """Return the nodes from which a path leads to one."""
        found = {wanted}
        for name in reversed(list(self._graph.nodes)):
            if name in self.reached and any(edge.target in found for edge in self._ways[name]):
                found.add(name)
        return found - {wanted}


def _step(asked: OnOpened | OnClicked) -> str:
    return asked.opened if isinstance(asked, OnOpened) else asked.clicked
