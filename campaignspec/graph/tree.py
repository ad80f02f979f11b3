"""Draws a journey as an indented tree, for terminals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campaignspec.graph.counts import Counts
from campaignspec.graph.label import exits_text, node_label
from campaignspec.graph.nodes import HELD_OUT, Edge, JourneyGraph, NodeId
from campaignspec.graph.width import cells, pad

_GAP = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: the tree on the left, then the step's id, then numbers."""

    tree: str
    id: str = ""
    number: str = ""
    note: str = ""


def draw_tree(graph: JourneyGraph, counts: Counts | None) -> str:
    """Draw a journey as text: one line a step, ways indented, ids and numbers in columns."""
    lines = list(_Tree(graph, counts).lines())
    tree_width = max(cells(line.tree) for line in lines) + _GAP
    id_width = max(cells(line.id) for line in lines)
    number_width = max(cells(line.number) for line in lines)
    text = [f"{graph.campaign}: {graph.title}", f"fingerprint {graph.fingerprint}", ""]
    for line in lines:
        number = line.number.rjust(number_width)
        note = f"  {line.note}" if line.note else ""
        whole = f"{pad(line.tree, tree_width)}{pad(line.id, id_width)}  {number}{note}"
        text.append(whole.rstrip())
    return "\n".join(text) + "\n"


class _Tree:
    """Walks a journey from the entry; every step is written once, where ways join again."""

    def __init__(self, graph: JourneyGraph, counts: Counts | None) -> None:
        self._graph = graph
        self._counts = counts
        self._order = {node: place for place, node in enumerate(graph.nodes)}

    def lines(self) -> Iterator[_Line]:
        """Return all lines of the tree."""
        return self._steps(next(iter(self._graph.nodes)), "", None)

    def _steps(self, start: NodeId, indent: str, stop: NodeId | None) -> Iterator[_Line]:
        """Write a row of steps until it ends, or comes to where an outer row goes on."""
        node: NodeId | None = start
        while node is not None and node != stop:
            yield self._step(node, indent)
            yield from self._kept(node, indent)
            ways = self._ways(node)
            if len(ways) == 1:
                node = ways[0].target
            else:
                node = self._join(ways)
                yield from self._parted(ways, indent, stop if node is None else node)

    def _parted(self, ways: list[Edge], indent: str, stop: NodeId | None) -> Iterator[_Line]:
        for way in ways:
            last = way is ways[-1]
            arrow = f" → {way.target}" if way.target == stop else ""
            branch = f"{indent}{'└─' if last else '├─'} {way.label}{arrow}"
            yield _Line(branch, number=self._number(way))
            yield from self._steps(way.target, f"{indent}{'   ' if last else '│  '}", stop)

    def _step(self, node: NodeId, indent: str) -> _Line:
        step = self._graph.nodes[node]
        if self._counts is None:
            return _Line(f"{indent}{node_label(step)}", node)
        number = f"{self._counts.visits(node):,}"
        return _Line(f"{indent}{node_label(step)}", node, number, exits_text(step, self._counts))

    def _number(self, edge: Edge) -> str:
        return "" if self._counts is None else f"{self._counts.passages(edge):,}"

    def _kept(self, node: NodeId, indent: str) -> Iterator[_Line]:
        """Write the way of those who are held out as a line of its own: it has no steps."""
        for edge in self._graph.edges:
            if edge.source == node and edge.label == HELD_OUT:
                line = f"{indent}└─ {node_label(self._graph.nodes[edge.target])}"
                yield _Line(line, edge.target, self._number(edge))

    def _ways(self, node: NodeId) -> list[Edge]:
        ways = (edge for edge in self._graph.edges if edge.source == node)
        return [edge for edge in ways if edge.label != HELD_OUT]

    def _join(self, ways: list[Edge]) -> NodeId | None:
        """Find where ways come together: the first step that two of them lead to."""
        reached = [self._reachable(way.target) for way in ways]
        shared = [node for node in self._order if sum(node in nodes for nodes in reached) > 1]
        return min(shared, key=self._depth) if shared else None

    def _depth(self, node: NodeId) -> tuple[int, int]:
        """Steps that lead to many others come first; equals in reading order."""
        return -len(self._reachable(node)), self._order[node]

    def _reachable(self, start: NodeId) -> set[NodeId]:
        found: set[NodeId] = set()
        stack = [start]
        while stack:
            node = stack.pop()
            if node not in found:
                found.add(node)
                stack += [edge.target for edge in self._ways(node)]
        return found
