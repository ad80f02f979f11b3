"""What a sample says of everybody: totals, each with the error that sampling makes.

Every customer is in the sample with the same chance and by a draw of its own (Poisson sampling), so
that a total of all is estimated by that of the sample divided by the chance, and the variance of
this by (1 - p) / p² · Σ y², where y is what each customer in the sample adds (Särndal, Swensson and
Wretman, Model Assisted Survey Sampling, 1992, section 3.5). It holds for what customers do each
for themselves; what they share makes more errors than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.cohort import Cohort, cohort_of
from campaignspec.measure.funnel import funnel_of
from campaignspec.measure.lift import Rate, lift_of

_Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval at 95 %."""

_NONE_SEEN: Final = 3.0
"""Of what happened to none of many there may be up to three (Hanley and Lippman-Hand, If nothing
goes wrong, is everything all right?, JAMA 249, 1983, pages 1743 to 1745)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A total of all customers, as a sample has it.

    Attributes:
        value: The total.
        error: The half of its 95 % interval.
    """

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What a sample says of one campaign over all customers.

    Attributes:
        campaign: Its name.
        entries: Enrolments that begin.
        sent: Messages handed to a channel.
        suppressed: Messages that are not sent.
        cost: Of the messages sent, in micro-units.
        organic: The share of held-out entries that reach the goal; None without any.
        treated: The share of treated entries that do; None without any.
    """

    campaign: str
    entries: Estimate
    sent: Estimate
    suppressed: Estimate
    cost: Estimate
    organic: Rate | None
    treated: Rate | None


def estimates_of(
    facts: pa.Table, graph: JourneyGraph, *, start: Instant, end: Instant, share: float
) -> Estimates:
    """Estimate what a campaign comes to with everybody.

    Args:
        facts: Those of the sample.
        graph: The campaign, compiled.
        start: Enrolments that began after this instant count,
        end: up to and including this one.
        share: The chance of each customer to be in the sample, more than 0 and at most 1.
    """
    cohort = cohort_of(facts, graph.campaign, start=start, end=end)
    funnel = funnel_of(cohort, graph.goal)
    lift = lift_of(funnel.treated, funnel.held_out)
    return Estimates(
        campaign=graph.campaign,
        entries=count_estimate(np.bincount(cohort.customer), share),
        sent=count_estimate(_by_customer(cohort, Kind.SENT), share),
        suppressed=count_estimate(_by_customer(cohort, Kind.SUPPRESSED), share),
        cost=total_estimate(_by_customer(cohort, Kind.SENT, valued=True), share),
        organic=lift.held_out if graph.goal and lift.held_out.trials else None,
        treated=lift.treated if graph.goal and lift.treated.trials else None,
    )


def count_estimate(counts: npt.NDArray[Any], share: float) -> Estimate:
    """Estimate how often something happens to all, by how often it does to each in a sample."""
    if share < 1 and not counts.any():
        return Estimate(value=0.0, error=_NONE_SEEN / share)
    return total_estimate(counts, share)


def total_estimate(amounts: npt.NDArray[Any], share: float) -> Estimate:
    """Estimate a total of all by what each in a sample adds to it."""
    each = amounts.astype(np.float64)
    error = _Z * sqrt((1 - share) * float(each @ each)) / share
    return Estimate(value=float(each.sum()) / share, error=error)


def _by_customer(cohort: Cohort, kind: Kind, *, valued: bool = False) -> npt.NDArray[Any]:
    """Count facts of a kind, or add up what they cost, by customer."""
    chosen = cohort.marks(kind)
    customers = cohort.customer[cohort.enrolment[chosen]]
    if not valued:
        return np.bincount(customers)
    values = pc.fill_null(cohort.facts["value"], 0).to_numpy()
    return np.bincount(customers, weights=values[chosen])
