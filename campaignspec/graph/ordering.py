"""Orders every row of a layered journey so that few edges cross."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from campaignspec.graph.layering import Layered, Vertex

_SWEEPS = 12

Rows = list[list[Vertex]]
Links = Sequence[Sequence[Vertex]]


def untangled(layers: Layered) -> Rows:
    """Order the rows by barycentres, sweeping down and up, and keep the best order seen."""
    rows = [list(row) for row in layers.rows]
    best, fewest = [list(row) for row in rows], crossings(rows, layers.below)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        if sweep % 2 == 0:
            for fixed, free in pairwise(range(len(rows))):
                rows[free] = _ordered(rows[free], rows[fixed], layers.above)
        else:
            for free, fixed in reversed(list(pairwise(range(len(rows))))):
                rows[free] = _ordered(rows[free], rows[fixed], layers.below)
        now = crossings(rows, layers.below)
        if now < fewest:
            best, fewest = [list(row) for row in rows], now
    return best


def crossings(rows: Sequence[Sequence[Vertex]], below: Links) -> int:
    """Count the pairs of edges that cross between neighbouring rows."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {vertex: index for index, vertex in enumerate(lower)}
        ends = [(i, place[target]) for i, source in enumerate(upper) for target in below[source]]
        total += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(ends, 2))
    return total


def _ordered(free: list[Vertex], fixed: list[Vertex], links: Links) -> list[Vertex]:
    """Sort a row by the mean place of its neighbours; who has none keeps its place."""
    place = {vertex: index for index, vertex in enumerate(fixed)}

    def barycentre(vertex: Vertex) -> float:
        neighbours = [place[other] for other in links[vertex]]
        return sum(neighbours) / len(neighbours)

    moving = [vertex for vertex in free if links[vertex]]
    following = iter(sorted(moving, key=barycentre))
    return [next(following) if links[vertex] else vertex for vertex in free]
