"""Where everything in a drawing of a journey stands: pure, and the same on every machine.

The layers, the order and the places follow Sugiyama's method in its plainest form; text is not
measured but counted in cells, so labels are broken into lines that fit in any usual font.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from campaignspec.graph.label import node_label
from campaignspec.graph.layering import Layered, Vertex, layered
from campaignspec.graph.nodes import Edge, JourneyGraph, NodeId
from campaignspec.graph.ordering import untangled
from campaignspec.graph.placing import placed
from campaignspec.graph.width import wrap

Point: TypeAlias = tuple[float, float]

BOX_WIDTH = 204.0
BOX_HEIGHT = 46.0
LINE_HEIGHT = 15.0
_LABEL_CELLS = 24
_LABEL_WIDTH = 88.0
_BEND_WIDTH = 12.0
_GAP = 26.0
_ROW_GAP = 58.0
_MARGIN = 14.0
_PORT_GAP = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node in a drawing.

    Attributes:
        node: Which one.
        x: The left side.
        y: The upper side.
        height: Equal in a row; a box has room for two lines where one of the row needs them.
        lines: The node's label, set so that it fits.
    """

    node: NodeId
    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge in a drawing.

    Attributes:
        edge: Which one.
        points: Where it passes; from the second point on, odd stretches bend and even ones
            are straight: down from a box, past a row, down to a box.
        label_at: The middle of its label.
    """

    edge: Edge
    points: tuple[Point, ...]
    label_at: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A drawing of a journey, without the pen.

    Attributes:
        boxes: In the order of the graph's nodes.
        routes: In the order of its edges.
        width: Of the whole drawing.
        height: Of the whole drawing.
    """

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def layout(graph: JourneyGraph) -> Layout:
    """Lay a journey out from top to bottom."""
    layers = layered(graph)
    rows = untangled(layers)
    widths = _widths(layers)
    x = placed(layers, rows, widths, _GAP)
    left = min(centre - width / 2 for centre, width in zip(x, widths, strict=True)) - _MARGIN
    x = [round(centre - left, 1) for centre in x]
    lines = [wrap(node_label(graph.nodes[node]), _LABEL_CELLS) for node in layers.nodes]
    heights = _heights(rows, lines)
    tops = [*accumulate((height + _ROW_GAP for height in heights), initial=_MARGIN)]
    spans = {v: (tops[i], heights[i]) for i, row in enumerate(rows) for v in row}
    return Layout(
        boxes=tuple(
            Box(
                node=node,
                x=round(x[v] - BOX_WIDTH / 2, 1),
                y=spans[v][0],
                height=spans[v][1],
                lines=lines[v],
            )
            for v, node in enumerate(layers.nodes)
        ),
        routes=_routes(layers, x, spans),
        width=round(max(c + w / 2 for c, w in zip(x, widths, strict=True)) + _MARGIN),
        height=round(tops[-1] - _ROW_GAP + _MARGIN),
    )


def _heights(rows: Sequence[Sequence[Vertex]], lines: Sequence[tuple[str, ...]]) -> list[float]:
    """Return how high every row is; bends have no label."""
    longest = (max((len(lines[v]) for v in row if v < len(lines)), default=1) for row in rows)
    return [BOX_HEIGHT + (number - 1) * LINE_HEIGHT for number in longest]


def _widths(layers: Layered) -> list[float]:
    """Return how wide every vertex is; an edge's first bend has room for its label."""
    widths = [BOX_WIDTH] * len(layers.nodes)
    for _, chain in layers.chains:
        bends = len(chain) - 2
        widths += [_LABEL_WIDTH if bend == 0 else _BEND_WIDTH for bend in range(bends)]
    return widths


def _routes(
    layers: Layered, x: list[float], spans: Mapping[Vertex, tuple[float, float]]
) -> tuple[Route, ...]:
    top = {vertex: upper for vertex, (upper, _) in spans.items()}
    bottom = {vertex: upper + height for vertex, (upper, height) in spans.items()}
    outs = _ports(layers, x, end=0)
    ins = _ports(layers, x, end=-1)
    routes = []
    for number, (edge, chain) in enumerate(layers.chains):
        points = [(x[chain[0]] + outs[number], bottom[chain[0]])]
        for bend in chain[1:-1]:
            points += [(x[bend], top[bend]), (x[bend], bottom[bend])]
        points.append((x[chain[-1]] + ins[number], top[chain[-1]]))
        routes.append(Route(edge=edge, points=tuple(points), label_at=_label_at(points)))
    return tuple(routes)


def _ports(layers: Layered, x: list[float], *, end: int) -> dict[int, float]:
    """Spread the edges that share a side of a box, in the order of where they go."""
    sharing: dict[Vertex, list[tuple[float, int]]] = defaultdict(list)
    for number, (_, chain) in enumerate(layers.chains):
        neighbour = chain[1] if end == 0 else chain[-2]
        sharing[chain[end]].append((x[neighbour], number))
    ports = {}
    for edges in sharing.values():
        gap = min(_PORT_GAP, (BOX_WIDTH - 40) / len(edges))
        for place, (_, number) in enumerate(sorted(edges)):
            ports[number] = round((place - (len(edges) - 1) / 2) * gap, 1)
    return ports


def _label_at(points: list[Point]) -> Point:
    """Find room for a label: beside the first row that is passed, or half-way down."""
    (x0, y0), (x1, y1) = points[1:3] if len(points) > 2 else points
    return round((x0 + x1) / 2, 1), round((y0 + y1) / 2, 1)
