"""Steps that part ways compiled: the node, and the steps behind each of its edges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, assert_never

from campaignspec.clock import Instant, parse_instant
from campaignspec.graph.nodes import ELSE, BranchNode, ExperimentNode, NodeId, SplitNode
from campaignspec.spec.journey import (
    Arm,
    Branch,
    Case,
    Else,
    Experiment,
    Preference,
    Split,
    Step,
)
from campaignspec.spec.rule import Compare, Fact, Literal, Operator, Rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.steering import Winner

Parting: TypeAlias = Branch | Preference | Experiment | Split
"""The steps that part ways at once."""

PartingNode: TypeAlias = BranchNode | ExperimentNode | SplitNode


def parting_node(step: Parting, node_id: NodeId, zone: str) -> PartingNode:
    """Return the node of a step that parts ways; times are told on the clock of ``zone``."""
    match step:
        case Branch():
            ways = ((_label(case), case.if_) for case in step.branch if isinstance(case, Case))
            return BranchNode(id=node_id, ways=tuple(ways))
        case Preference():
            return BranchNode(
                id=node_id,
                ways=tuple((value, _prefers(step.preference, value)) for value in step.ways),
            )
        case Experiment():
            decision = None if step.winner is None else _decision(step.winner, zone)
            arms = _cumulated(step.arms)
            return ExperimentNode(id=node_id, seed=step.seed, arms=arms, decision=decision)
        case Split():
            return SplitNode(id=node_id, seed=step.seed, ways=_cumulated(step.split))
        case _:
            assert_never(step)


def ways_apart(step: Parting) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield the ways that a step parts: the edge's label, and the steps behind it."""
    match step:
        case Branch():
            for case in step.branch:
                if isinstance(case, Case):
                    yield _label(case), case.do
            others = (case.else_ for case in step.branch if isinstance(case, Else))
            yield ELSE, next(others, ())
        case Preference():
            yield from step.ways.items()
            yield ELSE, step.else_
        case Experiment():
            yield from ((name, arm.do) for name, arm in step.arms.items())
        case Split():
            yield from ((name, way.do) for name, way in step.split.items())
        case _:
            assert_never(step)


def _label(case: Case) -> str:
    return case.name or write_rule(case.if_.term)


def _decision(winner: Winner, zone: str) -> tuple[Instant, float]:
    return parse_instant(winner.decide_at, zone), winner.confidence.fraction


def _prefers(fact: str, value: str) -> Rule:
    term = Compare(fact=Fact(name=fact), operator=Operator.EQUAL, literal=Literal(value=value))
    return Rule(text=write_rule(term), term=term)


def _cumulated(arms: Mapping[str, Arm]) -> tuple[tuple[str, float], ...]:
    """Return for each arm the share of draws below which it ends; the last takes the rest."""
    total, found = 0.0, []
    for name, arm in arms.items():
        total += arm.share.fraction
        found.append((name, total))
    found[-1] = (found[-1][0], 1.0)
    return tuple(found)
