"""Which ways of a journey tests have walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from campaignspec.engine.facts import Kind
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import ENTRY, Edge, JourneyGraph
from campaignspec.simulate.bench import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a journey was walked, counted in edges: the ways from step to step.

    Attributes:
        graph: The journey.
        walked: How often each edge was taken, by its source and its label.
        goals: How often the goal was reached, by the node where the customer was.
        leaves: How often a leave rule ended the journey, by the node.
    """

    graph: JourneyGraph
    walked: Counter[tuple[str, str]]
    goals: Counter[str]
    leaves: Counter[str]

    @property
    def missing(self) -> tuple[Edge, ...]:
        """The edges that nobody took, in reading order."""
        return tuple(e for e in self.graph.edges if not self.walked[e.source, e.label])

    @property
    def taken(self) -> int:
        """How many edges were taken."""
        return len(self.graph.edges) - len(self.missing)

    @property
    def fraction(self) -> float:
        """The share of edges that were taken; every journey has one at least."""
        return self.taken / len(self.graph.edges)

    def counts(self) -> Counts:
        """Return the passages, to be drawn on the journey."""
        visits = Counter[str]()
        for edge in self.graph.edges:
            passages = self.walked[edge.source, edge.label]
            visits[edge.target] += passages
            visits[ENTRY] += passages if edge.source == ENTRY else 0
        return Counts(nodes=visits, edges=self.walked, goals=self.goals, leaves=self.leaves)


def coverage_of(graph: JourneyGraph, stories: Iterable[Iterable[Told]]) -> Coverage:
    """Count the edges that the customers of tests took."""
    facts = [fact for story in stories for fact in story]
    return Coverage(
        graph=graph,
        walked=Counter((fact.node, fact.edge) for fact in facts if fact.edge is not None),
        goals=Counter(fact.node for fact in facts if fact.kind is Kind.CONVERTED),
        leaves=Counter(fact.node for fact in facts if fact.kind is Kind.LEFT),
    )
