"""Counting a KPI: its value, its interval, and what stands above and below the line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history.sorting import distinct
from campaignspec.measure.cohort import Cohort
from campaignspec.measure.counting import Count, count
from campaignspec.measure.frame import Frame, frame_of
from campaignspec.measure.ground import Ground
from campaignspec.measure.lift import Interval, Rate, difference_of
from campaignspec.measure.payback import payback_of
from campaignspec.measure.resampling import interval_of
from campaignspec.spec.kpi_definition import CountEntries, Definition, Side, Unit
from campaignspec.spec.kpi_promise import Promise, needs_history
from campaignspec.spec.kpi_registry import LIFT, PAYBACK_ORDER

_SCORE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A KPI's number and what it is made of."""

    value: float | None
    interval: Interval | None
    numerator: float | None
    denominator: float | None


def measured_of(
    promise: Promise,
    cohort: Cohort,
    graph: JourneyGraph,
    ground: Ground,
    *,
    start: Instant,
    untreated: bool = False,
) -> Measured:
    """Count a KPI of some entries.

    Args:
        promise: The KPI, with the campaign's own window, stage and so on.
        cohort: The entries with their facts.
        graph: The journey.
        ground: The history, and what events mean.
        start: The instant after which the period begins.
        untreated: Whether everybody stands for the treated, because nobody is: a baseline.
    """
    definition = promise.definition
    asks_history = needs_history(definition)
    if asks_history and ground.audience is None:
        return Measured(value=None, interval=None, numerator=None, denominator=None)
    frame = frame_of(
        cohort,
        graph,
        ground,
        definition,
        start=start,
        asks_history=asks_history,
        untreated=untreated,
    )
    if promise.kpi == LIFT:
        return _lift(frame)
    if promise.kpi == PAYBACK_ORDER:
        return _payback(frame)
    return _ratio(definition, frame)


def _ratio(definition: Definition, frame: Frame) -> Measured:
    above = count(definition.numerator, frame)
    rate = above
    if definition.minus is not None:
        above = above.less(count(definition.minus, frame))
    scale = _SCORE if definition.unit is Unit.SCORE else 1
    if definition.denominator is None:
        total = _number(above.total)
        return Measured(value=total, interval=None, numerator=total, denominator=None)
    below = count(definition.denominator, frame)
    numerator, denominator = _number(above.total), _number(below.total)
    value = numerator / denominator * scale if numerator is not None and denominator else None
    plain = rate if definition.minus is None and definition.unit is Unit.PERCENT else None
    interval = _interval(above, below, plain, frame) if value is not None else None
    return Measured(
        value=value,
        interval=(interval[0] * scale, interval[1] * scale) if interval else None,
        numerator=numerator,
        denominator=denominator,
    )


def _interval(above: Count, below: Count, rate: Count | None, frame: Frame) -> Interval | None:
    """Give a share of people Wilson's interval, and any other quotient a resampled one."""
    if above.of_everybody != below.of_everybody or not len(above.values):
        return None
    if rate is not None and _is_share_of_people(rate, below):
        return Rate(hits=round(above.total), trials=round(below.total)).interval
    people = np.arange(len(above.values)) if above.of_everybody else frame.cohort.customer
    if rate is not None and _is_none_or_all(rate, below):
        # No draw of people differs from another here; how many they are still says something.
        who = len(distinct(people[below.values > 0]))
        return Rate(hits=who if above.total else 0, trials=who).interval
    fixed = (above.constant, below.constant)
    return interval_of(above.values, below.values, people, fixed=fixed)


def _is_none_or_all(above: Count, below: Count) -> bool:
    """Say whether nothing, or everything, of what stands below the line stands above it."""
    plain = not above.constant and not below.constant
    return plain and (not above.values.any() or bool((above.values == below.values).all()))


def _is_share_of_people(above: Count, below: Count) -> bool:
    """Say whether each person counts once below the line, and at most once above it."""
    plain = not above.constant and not below.constant
    return plain and bool(
        np.isin(below.values, (0.0, 1.0)).all()
        and np.isin(above.values, (0.0, 1.0)).all()
        and (above.values <= below.values).all()
    )


def _lift(frame: Frame) -> Measured:
    """Compare the treated with the held-out, by intention to treat."""
    converted = frame.cohort.reached(Kind.CONVERTED)
    sides = (frame.side(Side.TREATED), frame.side(Side.HELD_OUT))
    ours, theirs = (
        Rate(hits=int((side & converted).sum()), trials=int(side.sum())) for side in sides
    )
    gap = difference_of(ours, theirs)
    return Measured(
        value=gap.value if gap else None,
        interval=gap.interval if gap else None,
        numerator=ours.value,
        denominator=theirs.value,
    )


def _payback(frame: Frame) -> Measured:
    curve = payback_of(frame)
    entries = count(CountEntries(entries=Side.TREATED), frame).total
    return Measured(
        value=curve.order,
        interval=None,
        numerator=curve.margins[-1].per_customer if curve.margins and entries else None,
        denominator=curve.cac,
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
