"""Puts the nodes of a journey into rows, and breaks long edges into steps of one row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from campaignspec.graph.nodes import ENTRY, Edge, JourneyGraph, NodeId

Vertex: TypeAlias = int
"""A node by its place in the graph; numbers above stand for bends of long edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """A journey in rows; every link leads to the next row.

    Attributes:
        nodes: What the first vertices stand for.
        rows: The vertices row by row, in the order in which a reader meets them.
        below: The vertices that each vertex leads to.
        above: The vertices that lead to it.
        chains: For every edge its vertices, from source to target.
    """

    nodes: tuple[NodeId, ...]
    rows: tuple[tuple[Vertex, ...], ...]
    below: tuple[tuple[Vertex, ...], ...]
    above: tuple[tuple[Vertex, ...], ...]
    chains: tuple[tuple[Edge, tuple[Vertex, ...]], ...]

    def is_bend(self, vertex: Vertex) -> bool:
        """Say whether a vertex is only a bend of a long edge."""
        return vertex >= len(self.nodes)


def layered(graph: JourneyGraph) -> Layered:
    """Put a journey into rows: every node below the longest way to it."""
    nodes = drawn_nodes(graph)
    row_of = _rows(graph)
    depth = [row_of[node] for node in nodes]
    chains = []
    for edge in graph.edges:
        source, target = nodes.index(edge.source), nodes.index(edge.target)
        bends = range(len(depth), len(depth) + depth[target] - depth[source] - 1)
        depth += range(depth[source] + 1, depth[target])
        chains.append((edge, (source, *bends, target)))
    links = [link for _, chain in chains for link in pairwise(chain)]
    below = tuple(tuple(b for a, b in links if a == v) for v in range(len(depth)))
    above = tuple(tuple(a for a, b in links if b == v) for v in range(len(depth)))
    rows: list[list[Vertex]] = [[] for _ in range(max(depth) + 1)]
    for vertex in _reading_order(below, above):
        rows[depth[vertex]].append(vertex)
    return Layered(
        nodes=nodes,
        rows=tuple(map(tuple, rows)),
        below=below,
        above=above,
        chains=tuple(chains),
    )


def drawn_nodes(graph: JourneyGraph) -> tuple[NodeId, ...]:
    """Return the nodes worth drawing: an end that nobody can reach is not."""
    joined = {edge.target for edge in graph.edges} | {ENTRY}
    return tuple(node for node in graph.nodes if node in joined)


def _rows(graph: JourneyGraph) -> dict[NodeId, int]:
    """Find each node's row: one below its lowest predecessor.

    Ways with the same two ends need a row between, where each has a bend of its own; without
    it they would lie on each other.
    """
    twins = Counter((edge.source, edge.target) for edge in graph.edges)
    rows = dict.fromkeys(graph.nodes, 0)
    for node in topological(graph):
        for edge in graph.edges:
            if edge.source == node:
                step = 2 if twins[edge.source, edge.target] > 1 else 1
                rows[edge.target] = max(rows[edge.target], rows[node] + step)
    return rows


def topological(graph: JourneyGraph) -> tuple[NodeId, ...]:
    """Return the nodes so that every edge leads forward, else in reading order."""
    waiting = Counter(edge.target for edge in graph.edges)
    ready = [node for node in graph.nodes if not waiting[node]]
    order = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for edge in graph.edges:
            if edge.source == node:
                waiting[edge.target] -= 1
                if not waiting[edge.target]:
                    ready.append(edge.target)
    return tuple(order)


def _reading_order(
    below: tuple[tuple[Vertex, ...], ...], above: tuple[tuple[Vertex, ...], ...]
) -> list[Vertex]:
    """Walk depth first, so that what belongs together begins side by side."""
    seen: dict[Vertex, None] = {}
    stack = [vertex for vertex in reversed(range(len(below))) if not above[vertex]]
    while stack:
        vertex = stack.pop()
        if vertex not in seen:
            seen[vertex] = None
            stack += reversed(below[vertex])
    return list(seen)
