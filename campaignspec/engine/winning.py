"""Which arm of an experiment has won: one look, at an instant that was fixed before.

The share of enrolments that reached the goal is compared between every two arms, by the test of two
proportions with a pooled variance (Fleiss, Levin and Paik, Statistical Methods for Rates and
Proportions, 3rd edition, section 3.1), two-sided. Holm's method (Scandinavian Journal of
Statistics 6, 1979, pages 65 to 70) keeps the chance of any wrong claim among all pairs below what
was asked for. An arm has won when it is better than every other arm by that measure.

Only enrolments count whose time for the goal was over when it was decided: those who have just
entered had no time yet to reach it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import ExperimentNode, JourneyGraph

if TYPE_CHECKING:
    import pyarrow as pa

    from campaignspec.engine.program import Program
    from campaignspec.engine.world import World

WINNER: Final = "winner"
"""The reason of those who are given the arm that has won; they are in no comparison."""

LEAST: Final = 10
"""How many of an arm must have reached the goal, and how many not, for the test to hold."""

_ENROLMENT = ["customer", "enrolment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of those whom an experiment assigned to an arm.

    Attributes:
        number: How many there are whose time for the goal is over.
        reached: How many of them reached it.
    """

    number: int
    reached: int


def undecided(
    programs: Sequence[Program], world: World, until: Instant
) -> list[tuple[Instant, Program, ExperimentNode]]:
    """Return the experiments whose winner is known by an instant and not yet asked for."""
    found = [
        (node.decision[0], place, program, node)
        for program in programs
        for place, node in enumerate(program.nodes)
        if isinstance(node, ExperimentNode) and node.decision is not None
        if (program.graph.campaign, node.id) not in world.winners and node.decision[0] <= until
    ]
    found.sort(key=lambda each: (each[0], each[2].graph.campaign, each[1]))
    return [(at, program, node) for at, _, program, node in found]


def winner_of(graph: JourneyGraph, node: ExperimentNode, facts: pa.Table) -> str | None:
    """Return the arm that has won an experiment when it was decided, or None.

    Args:
        graph: The campaign.
        node: Its experiment, which says when it is decided.
        facts: All facts up to that instant; later ones are not looked at.
    """
    assert node.decision is not None, "only experiments with a winner are decided"  # noqa: S101
    assert graph.goal is not None, "linked winners are chosen by a goal"  # noqa: S101
    at, confidence = node.decision
    tallies = _tallies(graph, node, facts, at)
    return best_arm(
        {arm: tallies.get(arm, Tally(number=0, reached=0)) for arm, _ in node.arms}, confidence
    )


def best_arm(tallies: Mapping[str, Tally], confidence: float) -> str | None:
    """Return the arm that is better than every other beyond doubt, or None.

    Args:
        tallies: What became of each arm.
        confidence: 1 minus the chance that is allowed for any wrong claim.
    """
    if any(_is_small(tally) for tally in tallies.values()):
        return None
    beaten = set(_claims(tallies, 1 - confidence))
    for arm in tallies:
        if all((arm, other) in beaten for other in tallies if other != arm):
            return arm
    return None


def _claims(tallies: Mapping[str, Tally], alpha: float) -> Iterator[tuple[str, str]]:
    """Yield the pairs of which the first is better than the second, by Holm's method."""
    pairs = sorted(
        (two_proportions(tallies[one], tallies[other]), one, other)
        for one, other in combinations(tallies, 2)
    )
    for place, (chance, one, other) in enumerate(pairs):
        if chance > alpha / (len(pairs) - place):
            return
        better = _share(tallies[one]) > _share(tallies[other])
        yield (one, other) if better else (other, one)


def two_proportions(one: Tally, other: Tally) -> float:
    """Return the two-sided chance of a difference as great as this between two equal arms."""
    number = one.number + other.number
    pooled = (one.reached + other.reached) / number
    variance = pooled * (1 - pooled) * (1 / one.number + 1 / other.number)
    if not variance:
        return 1.0
    return math.erfc(abs(_share(one) - _share(other)) / math.sqrt(2 * variance))


def _is_small(tally: Tally) -> bool:
    return not tally.number or min(tally.reached, tally.number - tally.reached) < LEAST


def _share(tally: Tally) -> float:
    return tally.reached / tally.number


def _tallies(
    graph: JourneyGraph, node: ExperimentNode, facts: pa.Table, at: Instant
) -> Mapping[str, Tally]:
    """Count by arm those whose window for the goal was over by then, and who reached it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    window = graph.goal.within.micros if graph.goal else 0
    times = facts.column("at").cast(pa.int64())
    mine = facts.filter(
        pc.and_(pc.equal(facts["campaign"], graph.campaign), pc.less_equal(times, at))
    )

    def of(kind: Kind, columns: Sequence[str]) -> pa.Table:
        return mine.filter(pc.equal(mine["kind"], kind.value)).select([*_ENROLMENT, *columns])

    entered = of(Kind.ENTERED, ["at"])
    entered = entered.filter(pc.less_equal(pc.add(entered["at"].cast(pa.int64()), window), at))
    assigned = of(Kind.ASSIGNED, ["node", "edge"])
    assigned = assigned.filter(pc.equal(assigned["node"], node.id)).drop_columns(["node"])
    converted = of(Kind.CONVERTED, ["seq"])
    counted = assigned.join(entered, _ENROLMENT, join_type="inner")
    counted = counted.join(converted, _ENROLMENT, join_type="left outer")
    tallied = counted.group_by("edge").aggregate([("customer", "count"), ("seq", "count")])
    return {
        str(row["edge"]): Tally(number=row["customer_count"], reached=row["seq_count"])
        for row in tallied.to_pylist()
    }
