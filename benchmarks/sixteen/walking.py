"""The walk through the sixteen steps, as `campaignspec simulate` does it, with counts by step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.sixteen.contacts import CAMPAIGN, END, START, Contacts, project
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history import History
from campaignspec.measure.cohort import cohort_of
from campaignspec.measure.flow import flow_of
from campaignspec.simulate import Manner, rehearse


@dataclass(slots=True)
class Walked:
    """What came of a walk, added up while facts come, so that none is kept.

    Attributes:
        graph: The journey.
        nodes: How many came to each step.
        edges: How many took each way.
        goals: How many reached the goal, by the step where they were.
        leaves: How many left, by step.
        facts: How many facts there are of each kind.
    """

    graph: JourneyGraph
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    goals: Counter[str] = field(default_factory=Counter)
    leaves: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)

    def add(self, facts: pa.Table) -> None:
        """Count the facts of contacts of whom none was counted before."""
        cohort = cohort_of(facts, CAMPAIGN, start=START, end=END)
        flow = flow_of(cohort, self.graph)
        self.nodes.update(flow.nodes)
        self.edges.update(flow.edges)
        self.goals.update(flow.goals)
        self.leaves.update(flow.leaves)
        kinds = pc.value_counts(facts["kind"])
        self.facts.update({each["values"].as_py(): each["counts"].as_py() for each in kinds})

    @property
    def flow(self) -> Counts:
        """The counts, to be written on the journey."""
        return Counts(nodes=self.nodes, edges=self.edges, goals=self.goals, leaves=self.leaves)


def counted(history: History, *, jobs: int = 1) -> Walked:
    """Walk all contacts from the first subscription to the end, and count."""
    shop = project()
    walked = Walked(graph=compile_campaign(shop, CAMPAIGN))
    rehearse(
        shop,
        history,
        campaigns=[CAMPAIGN],
        responses=Contacts(),
        start=START,
        end=END,
        manner=Manner(keeps=False, jobs=jobs),
        listener=lambda _: walked.add,
    )
    return walked
