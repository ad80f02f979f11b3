"""Which way is better: the arms of every experiment, compared by who was assigned to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import ExperimentNode, JourneyGraph, NodeId, SendNode
from campaignspec.measure.arm import Arm, arm_of
from campaignspec.measure.chi_square import chance_of_counts
from campaignspec.measure.cohort import Cohort
from campaignspec.measure.lift import (
    Difference,
    Rate,
    conversion_rate,
    difference_of,
    value_per_entry,
)
from campaignspec.measure.provenance import Quantity

SUSPICIOUS: Final = 0.001
"""Below this chance a draw is not taken for fair (R. Kohavi, D. Tang and Y. Xu (2020), Trustworthy
Online Controlled Experiments, chapter 21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmReading:
    """One arm of an experiment, measured.

    Attributes:
        name: The arm's name.
        declared: The share of customers that it is to get.
        drawn: The share that it got.
        enrolments: Those assigned to it, whatever happened to them later.
        rate: Conversions of mature ones; None when the campaign has no goal.
        value: Goal value per mature one, in units of the currency.
        difference: The rate minus the first arm's; None of the first, and where nobody is
            there to be compared.
    """

    name: str
    declared: float
    drawn: Rate
    enrolments: Arm
    rate: Rate | None
    value: float | None
    difference: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentReading:
    """One experiment, measured.

    Attributes:
        name: Its name, which is its node's.
        assignment: What sort of number its assignments are: as sure as entries where nobody
            has got a message before the draw, else as sure as touches.
        arms: In the order in which they are written; the others are compared with the first.
        chance: How likely a fair draw strays as far from the declared shares as this one did,
            by customers, since a customer draws the same arm for ever. None when there are
            too few to tell.
    """

    name: str
    assignment: Quantity
    arms: tuple[ArmReading, ...]
    chance: float | None

    @property
    def is_drawn_as_declared(self) -> bool | None:
        """Whether the draw is as chance allows; None when there are too few to tell."""
        return None if self.chance is None else self.chance >= SUSPICIOUS


def experiments_of(cohort: Cohort, graph: JourneyGraph) -> tuple[ExperimentReading, ...]:
    """Measure every experiment of a journey."""
    nodes = (node for node in graph.nodes.values() if isinstance(node, ExperimentNode))
    return tuple(_experiment(cohort, graph, node) for node in nodes)


def _experiment(cohort: Cohort, graph: JourneyGraph, node: ExperimentNode) -> ExperimentReading:
    names = [name for name, _ in node.arms]
    sides = [
        arm_of(cohort, cohort.took(Kind.ASSIGNED, node.id, name), graph.goal) for name in names
    ]
    shares = _shares(node)
    customers = [side.customers for side in sides]
    rates = [conversion_rate(side) if graph.goal else None for side in sides]
    return ExperimentReading(
        name=node.id,
        assignment=Quantity.TOUCHES if _is_after_a_send(graph, node.id) else Quantity.ENTRIES,
        arms=tuple(
            ArmReading(
                name=name,
                declared=share,
                drawn=Rate(hits=side.customers, trials=sum(customers)),
                enrolments=side,
                rate=rate,
                value=value_per_entry(side) if graph.goal else None,
                difference=_against_first(rates, place),
            )
            for place, (name, share, side, rate) in enumerate(
                zip(names, shares, sides, rates, strict=True)
            )
        ),
        chance=chance_of_counts(customers, shares),
    )


def _shares(node: ExperimentNode) -> list[float]:
    """Take the cumulated shares apart."""
    ends = [end for _, end in node.arms]
    return [round(end - start, 12) for start, end in zip([0.0, *ends], ends, strict=False)]


def _against_first(rates: Sequence[Rate | None], place: int) -> Difference | None:
    first, rate = rates[0], rates[place]
    return difference_of(rate, first) if place and rate and first else None


def _is_after_a_send(graph: JourneyGraph, node: NodeId) -> bool:
    """Say whether somebody who comes here may have got a message on the way."""
    above, seen = [node], {node}
    while above:
        here = above.pop()
        new = {edge.source for edge in graph.edges if edge.target == here} - seen
        seen |= new
        above += new
    return any(isinstance(graph.nodes[name], SendNode) for name in seen)
