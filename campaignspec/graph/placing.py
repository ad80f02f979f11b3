"""Gives every vertex of a layered journey its place from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median

from campaignspec.graph.layering import Layered, Vertex

_SWEEPS = 12
_BEND_WEIGHT = 4.0
_DEAD_END_WEIGHT = 0.05

Links = Sequence[Sequence[Vertex]]


def placed(
    layers: Layered, rows: Sequence[Sequence[Vertex]], widths: Sequence[float], gap: float
) -> list[float]:
    """Return the centre of every vertex; those of a row never come nearer than ``gap``.

    Sweeps down and up spread the rows; a last one down straightens chains and centres joins.
    """
    x = [0.0] * len(widths)
    offsets = [_offsets(row, widths, gap) for row in rows]
    for row, offset in zip(rows, offsets, strict=True):
        for vertex, centre in zip(row, offset, strict=True):
            x[vertex] = centre
    weights = [_weight(layers, vertex) for vertex in range(len(widths))]
    joins_and_chains = [() if _is_way_of_many(layers, v) else a for v, a in enumerate(layers.above)]
    for links in [*[layers.above, layers.below] * _SWEEPS, joins_and_chains]:
        pairs = list(zip(rows, offsets, strict=True))
        for row, offset in reversed(pairs) if links is layers.below else pairs:
            _settle(row, offset, links, weights, x)
    return x


def _weight(layers: Layered, vertex: Vertex) -> float:
    """Say how hard a vertex pulls: bends keep long edges straight, dead ends make room."""
    if layers.is_bend(vertex):
        return _BEND_WEIGHT
    return 1.0 if layers.below[vertex] else _DEAD_END_WEIGHT


def _is_way_of_many(layers: Layered, vertex: Vertex) -> bool:
    """Say whether a vertex begins one of several ways that part."""
    above = layers.above[vertex]
    return len(above) == 1 and len(layers.below[above[0]]) > 1


def _offsets(row: Sequence[Vertex], widths: Sequence[float], gap: float) -> list[float]:
    """Return the centres of a row that is packed as tightly as it may be."""
    steps = ((widths[a] + widths[b]) / 2 + gap for a, b in pairwise(row))
    return list(accumulate(steps, initial=0.0))


def _settle(
    row: Sequence[Vertex],
    offsets: Sequence[float],
    links: Links,
    weights: Sequence[float],
    x: list[float],
) -> None:
    """Move a row towards the medians of its neighbours, as far as the gaps allow.

    With the packed offsets taken away, "keep the gaps" becomes "do not decrease", which is
    what pooling adjacent violators solves.
    """
    wanted = [median(x[other] for other in links[v]) if links[v] else x[v] for v in row]
    shifted = [want - offset for want, offset in zip(wanted, offsets, strict=True)]
    levels = rising(shifted, [weights[vertex] for vertex in row])
    for vertex, level, offset in zip(row, levels, offsets, strict=True):
        x[vertex] = level + offset


def rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the nearest sequence that does not decrease, by pooling adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            pool = _merged(pools.pop(), pool)
        pools.append(pool)
    return [mean for mean, _, size in pools for _ in range(size)]


def _merged(
    left: tuple[float, float, int], right: tuple[float, float, int]
) -> tuple[float, float, int]:
    weight = left[1] + right[1]
    return (left[0] * left[1] + right[0] * right[1]) / weight, weight, left[2] + right[2]
