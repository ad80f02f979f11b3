"""Which ways of a journey tests have walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from campaignspec.engine.facts import Kind
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import ENTRY, MISSED, Edge, JourneyGraph
from campaignspec.graph.punctual import never_missed
from campaignspec.simulate.bench import Bench, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a journey was walked, counted in edges: the ways from step to step.

    Attributes:
        graph: The journey.
        walked: How often each edge was taken, by its source and its label.
        closed: Edges that nobody can take, by source and label, and none of which was taken.
        goals: How often the goal was reached, by the node where the customer was.
        leaves: How often a leave rule ended the journey, by the node.
    """

    graph: JourneyGraph
    walked: Counter[tuple[str, str]]
    closed: frozenset[tuple[str, str]]
    goals: Counter[str]
    leaves: Counter[str]

    @property
    def ways(self) -> tuple[Edge, ...]:
        """The edges that somebody can take, in reading order; every journey has one at least."""
        return tuple(e for e in self.graph.edges if (e.source, e.label) not in self.closed)

    @property
    def missing(self) -> tuple[Edge, ...]:
        """Those of them that nobody took."""
        return tuple(e for e in self.ways if not self.walked[e.source, e.label])

    @property
    def taken(self) -> int:
        """How many edges were taken."""
        return len(self.ways) - len(self.missing)

    @property
    def fraction(self) -> float:
        """The share of the ways that were taken."""
        return self.taken / len(self.ways)

    def counts(self) -> Counts:
        """Return the passages, to be drawn on the journey."""
        visits = Counter[str]()
        for edge in self.graph.edges:
            passages = self.walked[edge.source, edge.label]
            visits[edge.target] += passages
            visits[ENTRY] += passages if edge.source == ENTRY else 0
        return Counts(nodes=visits, edges=self.walked, goals=self.goals, leaves=self.leaves)


def coverage_of(bench: Bench, stories: Iterable[Iterable[Told]]) -> Coverage:
    """Count the edges that the customers of tests took."""
    graph, project = bench.graph, bench.project
    campaign = project.journey(bench.campaign)
    punctual = never_missed(graph, campaign, tick=project.settings.tick.micros)
    facts = [fact for story in stories for fact in story]
    walked = Counter((fact.node, fact.edge) for fact in facts if fact.edge is not None)
    return Coverage(
        graph=graph,
        walked=walked,
        closed=frozenset((node, MISSED) for node in punctual) - walked.keys(),
        goals=Counter(fact.node for fact in facts if fact.kind is Kind.CONVERTED),
        leaves=Counter(fact.node for fact in facts if fact.kind is Kind.LEFT),
    )
