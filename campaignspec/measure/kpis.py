"""What a campaign promises, held against what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from campaignspec.clock import Instant
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.cohort import Cohort
from campaignspec.measure.ground import Ground
from campaignspec.measure.kpi_provenance import quantities_behind
from campaignspec.measure.kpi_values import Measured, measured_of
from campaignspec.measure.lift import Interval
from campaignspec.measure.provenance import Provenance, provenance_of, weakest
from campaignspec.money import MICROS, Money
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.kinds import Share, Target
from campaignspec.spec.kpi import Baseline, GrowthUnit
from campaignspec.spec.kpi_definition import Definition
from campaignspec.spec.kpi_promise import (
    Need,
    Promise,
    growth_of,
    needs_of,
    promise_of,
)
from campaignspec.spec.kpi_registry import BUILTINS, PAYBACK_ORDER

Period: TypeAlias = tuple[Instant, Instant]
"""The instant after which it begins, and the last in it."""

_FOR_GOALS: Final = frozenset({Need.GOAL, Need.GOAL_VALUE})


class Verdict(StrEnum):
    """Whether a promise was kept."""

    MET = "met"
    MISSED = "missed"
    TOO_EARLY = "too early"
    NOT_JUDGED = "not judged"
    """The value is assumed: to judge it would judge the assumption."""
    NO_VALUE = "no value"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReading:
    """What a growth is counted from.

    Attributes:
        value: In the KPI's unit; None when the history has nothing to count.
        start: The first day, as it is written.
        end: The last day.
        source: Where it is from; None of one that was counted on the history.
    """

    value: float | None
    start: str
    end: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A target or a guardrail, and what came of it.

    Attributes:
        target: As it is written.
        limit: The level that it comes to, in the KPI's unit; None while a baseline is missing.
        verdict: Whether it was kept.
    """

    target: Target
    limit: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiReading:
    """One KPI, measured.

    Attributes:
        name: What the campaign calls it, or its name in the registry.
        kpi: Its name in the registry or among the project's own.
        stage: The stage that stands in place of the goal, if one does.
        definition: What is counted, with the campaign's own window, stage and so on.
        value: A share as a fraction, money in units of the currency, a score from -100 to 100;
            None when there is nothing to divide by.
        interval: Its 95 % interval, where people were counted.
        numerator: What stands above the line; of a difference of rates, what comes first.
        denominator: What stands below it; of a difference of rates, what is taken away. None
            of a plain number.
        baseline: What a growth is counted from.
        target: What was to be reached.
        guardrail: What must not be crossed; it is judged from the first day.
        owner: Who answers for it.
        provenance: How much the value can be trusted.
    """

    name: str
    kpi: str
    stage: str | None
    definition: Definition
    value: float | None
    interval: Interval | None
    numerator: float | None
    denominator: float | None
    baseline: BaselineReading | None
    target: Judged | None
    guardrail: Judged | None
    owner: str | None
    provenance: Provenance

    @property
    def is_promised(self) -> bool:
        """Whether the campaign says anything about it."""
        return self.target is not None or self.guardrail is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that KPIs of one campaign are counted from.

    Attributes:
        cohort: The entries with their facts.
        graph: The journey.
        campaign: As it is written.
        ground: The history, and what events mean.
        start: The instant after which the period begins.
        past: For computed baselines, by their dates, the entries that there would have been.
        simulated: Whether it was rehearsed.
    """

    cohort: Cohort
    graph: JourneyGraph
    campaign: Campaign
    ground: Ground
    start: Instant
    past: Mapping[tuple[str, str], tuple[Cohort, Instant]]
    simulated: bool


def kpis_of(scene: Scene) -> tuple[KpiReading, ...]:
    """Read the KPIs that the campaign names, and those that can be counted from facts alone."""
    return tuple(_reading(promise, scene) for promise in _promises(scene))


def _promises(scene: Scene) -> Iterator[Promise]:
    """Yield what the campaign names, and the usual KPIs besides, in the registry's order."""
    own, written = scene.ground.own, scene.campaign.kpis
    named: dict[str, Promise | None] = {
        name: promise_of(scene.campaign, name, own) for name in written
    }
    usual = [name for name in BUILTINS if name in named or _is_usual(name, scene)]
    for name in (*usual, *(name for name in named if name not in usual)):
        promise = named.get(name) or promise_of(scene.campaign, name, own)
        if promise is not None:
            yield promise


def _is_usual(name: str, scene: Scene) -> bool:
    builtin = BUILTINS[name]
    needs = needs_of(name, builtin.definition)
    goal = scene.graph.goal
    lacks_goal = Need.GOAL in needs and goal is None
    lacks_value = Need.GOAL_VALUE in needs and (goal is None or goal.value is None)
    return builtin.by_default and needs <= _FOR_GOALS and not (lacks_goal or lacks_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """What a promise is held against."""

    measured: Measured
    baseline: BaselineReading | None
    provenance: Provenance


def _reading(promise: Promise, scene: Scene) -> KpiReading:
    says = promise.says
    measured = measured_of(promise, scene.cohort, scene.graph, scene.ground, start=scene.start)
    behind = quantities_behind(promise.kpi, promise.definition)
    number = _Number(
        measured=measured,
        baseline=_baseline(promise, says.baseline, scene) if says.baseline else None,
        provenance=weakest(provenance_of(each, simulated=scene.simulated) for each in behind),
    )
    return KpiReading(
        name=promise.name,
        kpi=promise.kpi,
        stage=says.stage,
        definition=promise.definition,
        value=measured.value,
        interval=measured.interval,
        numerator=measured.numerator,
        denominator=measured.denominator,
        baseline=number.baseline,
        target=_judged(says.target, promise, number, scene, waits=True),
        guardrail=_judged(says.guardrail, promise, number, scene, waits=False),
        owner=promise.definition.owner,
        provenance=number.provenance,
    )


def _baseline(promise: Promise, written: Baseline, scene: Scene) -> BaselineReading:
    if written.value is not None:
        value: float | None = _stated(written)
    else:
        value = _counted(promise, written, scene)
    return BaselineReading(
        value=value,
        start=written.from_.isoformat(),
        end=written.to.isoformat(),
        source=None if written.value is None else written.source or "stated",
    )


def _stated(baseline: Baseline) -> float:
    match baseline.value:
        case Share():
            return baseline.value.fraction
        case Money():
            return baseline.value.micros / MICROS
        case _:
            return float(baseline.value or 0.0)


def _counted(promise: Promise, baseline: Baseline, scene: Scene) -> float | None:
    past = scene.past.get((baseline.from_.isoformat(), baseline.to.isoformat()))
    if past is None:
        return None
    cohort, start = past
    measured = measured_of(promise, cohort, scene.graph, scene.ground, start=start, untreated=True)
    return measured.value


def _judged(
    target: Target | None, promise: Promise, number: _Number, scene: Scene, *, waits: bool
) -> Judged | None:
    """Hold a KPI against a limit; a target waits for the first readout, a guardrail does not."""
    if target is None:
        return None
    baseline = number.baseline
    limit = limit_of(target, promise, baseline.value if baseline else None)
    evaluation = scene.campaign.evaluation
    early = (
        waits
        and evaluation is not None
        and scene.cohort.end < scene.start + evaluation.first_readout.micros
    )
    verdict = Verdict.TOO_EARLY if early else _verdict(target, limit, promise, number.measured)
    return Judged(
        target=target,
        limit=limit,
        verdict=Verdict.NOT_JUDGED if number.provenance is Provenance.ASSUMED else verdict,
    )


def limit_of(target: Target, promise: Promise, baseline: float | None) -> float | None:
    """Return the level that a target comes to, in the KPI's unit.

    A multiple is of the baseline, and so is a relative growth; percentage points, amounts and
    counts are added to it.
    """
    step = -target.limit if target.sign == "-" else target.limit
    growth = growth_of(target, promise.says)
    if growth is None:
        return step
    if baseline is None:
        return None
    match growth:
        case GrowthUnit.RATIO:
            return baseline * target.limit
        case GrowthUnit.RELATIVE:
            return baseline * (1 + step)
        case GrowthUnit.POINTS:
            return baseline + step


def _verdict(target: Target, limit: float | None, promise: Promise, measured: Measured) -> Verdict:
    value = measured.value
    if value is None and promise.kpi == PAYBACK_ORDER and measured.numerator is not None:
        return Verdict.MISSED  # there were orders, and none of them paid back
    if value is None or limit is None:
        return Verdict.NO_VALUE
    return Verdict.MET if target.comparison.holds(value, limit) else Verdict.MISSED
