"""Winners the slow way: every enrolment looked at, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

from campaignspec.graph.nodes import ExperimentNode, JourneyGraph

LEAST = 10
"""How many of an arm must have reached the goal, and how many not."""


def winner(
    graph: JourneyGraph, node: ExperimentNode, facts: Sequence[Mapping[str, Any]]
) -> str | None:
    """Return the arm that has won, by what was known when it was decided."""
    assert node.decision is not None
    assert graph.goal is not None
    at, confidence = node.decision
    known = [f for f in facts if f["campaign"] == graph.campaign and f["at"] <= at]
    outcomes: dict[str, list[bool]] = {arm: [] for arm, _ in node.arms}
    for fact in known:
        if fact["kind"] == "assigned" and fact["node"] == node.id:
            own = [f for f in known if _same(f, fact)]
            entered = next(f["at"] for f in own if f["kind"] == "entered")
            if entered + graph.goal.within.micros <= at:
                outcomes[fact["edge"]].append(any(f["kind"] == "converted" for f in own))
    if any(not each or min(sum(each), each.count(False)) < LEAST for each in outcomes.values()):
        return None
    return _best(outcomes, 1 - confidence)


def _best(outcomes: Mapping[str, Sequence[bool]], alpha: float) -> str | None:
    names = list(outcomes)
    chances = sorted(
        (_chance(outcomes[one], outcomes[other]), one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    )
    beaten = set()
    for left, (chance, one, other) in zip(range(len(chances), 0, -1), chances, strict=True):
        if chance * left > alpha:
            break
        shares = [sum(outcomes[name]) / len(outcomes[name]) for name in (one, other)]
        beaten.add((one, other) if shares[0] > shares[1] else (other, one))
    best = [arm for arm in names if all((arm, x) in beaten for x in names if x != arm)]
    return best[0] if best else None


def _chance(one: Sequence[bool], other: Sequence[bool]) -> float:
    pooled = (sum(one) + sum(other)) / (len(one) + len(other))
    spread = (pooled * (1 - pooled) * (1 / len(one) + 1 / len(other))) ** 0.5
    if not spread:
        return 1.0
    difference = sum(one) / len(one) - sum(other) / len(other)
    return 2 * NormalDist().cdf(-abs(difference) / spread)


def _same(fact: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(fact[name] == other[name] for name in ("customer", "enrolment"))
