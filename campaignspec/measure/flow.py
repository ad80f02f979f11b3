"""How many people took which way: facts, counted on the edges of a journey."""

from __future__ import annotations

from collections import Counter
from typing import Final

from campaignspec.engine.facts import Kind
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import ENTRY, JourneyGraph
from campaignspec.measure.cohort import Cohort, tally

_MOVES: Final = (
    Kind.ENTERED,
    Kind.WAITED,
    Kind.BRANCHED,
    Kind.ASSIGNED,
    Kind.SENT,
    Kind.SUPPRESSED,
    Kind.FAILED,
    Kind.GRANTED,
    Kind.NOT_GRANTED,
    Kind.REDEEMED,
    Kind.REVOKED,
    Kind.NOT_HELD,
    Kind.DONE,
    Kind.EMITTED,
    Kind.MARKED,
)
"""The facts whose edge is the way that was taken on."""


def flow_of(cohort: Cohort, graph: JourneyGraph) -> Counts:
    """Count passages by edge; a node is reached as often as its edges are taken."""
    moves = cohort.of(*_MOVES).select(["node", "edge"])
    counted = moves.group_by(["node", "edge"]).aggregate([([], "count_all")])
    passages = {(row["node"], row["edge"]): row["count_all"] for row in counted.to_pylist()}
    visits = Counter({ENTRY: len(cohort.entered_at)})
    for edge in graph.edges:
        visits[edge.target] += passages.get((edge.source, edge.label), 0)
    return Counts(
        nodes=dict(visits),
        edges={
            (edge.source, edge.label): passages.get((edge.source, edge.label), 0)
            for edge in graph.edges
        },
        goals=dict(tally(cohort.of(Kind.CONVERTED), "node")),
        leaves=dict(tally(cohort.of(Kind.LEFT), "node")),
    )
