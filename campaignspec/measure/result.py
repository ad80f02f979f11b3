"""From facts to numbers: one function, one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.channels import channels_of
from campaignspec.measure.cohort import Cohort, cohort_of
from campaignspec.measure.experiments import ExperimentReading, experiments_of
from campaignspec.measure.flow import flow_of
from campaignspec.measure.funnel import funnel_of
from campaignspec.measure.ground import Ground
from campaignspec.measure.kpis import KpiReading, Scene, kpis_of
from campaignspec.measure.lift import lift_of
from campaignspec.measure.offers import OfferUse, offers_of
from campaignspec.measure.review import Review, review_of
from campaignspec.measure.summary import Assumption, Summary
from campaignspec.spec.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Summary):
    """All that is measured of one campaign in one period.

    Attributes:
        counts: How many got how far, on the journey's nodes and edges.
        experiments: Every experiment's arms, in the journey's order.
        kpis: The KPIs that the campaign promises, and the usual ones that make sense for it.
        review: What every review looks at.
        offers: What became of the offers that the journey gives.
    """

    counts: Counts
    experiments: tuple[ExperimentReading, ...]
    kpis: tuple[KpiReading, ...]
    review: Review
    offers: tuple[OfferUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What would have happened in an earlier period with nobody treated.

    Attributes:
        facts: Of a rehearsal in which everybody is held out.
        start: The instant after which the period begins.
        end: The last instant in it.
    """

    facts: pa.Table
    start: Instant
    end: Instant


def measure(
    facts: pa.Table,
    graph: JourneyGraph,
    campaign: Campaign,
    *,
    start: Instant,
    end: Instant,
    currency: str,
    assumptions: tuple[Assumption, ...],
    simulated: bool,
    ground: Ground | None = None,
    past: Mapping[tuple[str, str], Past] | None = None,
) -> Result:
    """Measure one campaign.

    Args:
        facts: A table of `campaignspec.engine.facts.SCHEMA`; other campaigns may be in it.
        graph: The campaign, compiled.
        campaign: The campaign as written, for its promises.
        start: Enrolments that began after this instant count,
        end: up to and including this one, with what is known of them then.
        currency: Of all amounts.
        assumptions: What a rehearsal took for granted.
        simulated: Whether the facts are from a rehearsal.
        ground: The history, for KPIs that look at it; facts alone, if not given.
        past: For baselines that are counted, by their first and last day.
    """
    ground = ground or Ground()
    cohort = cohort_of(facts, graph.campaign, start=start, end=end)
    funnel = funnel_of(cohort, graph.goal)
    channels = channels_of(cohort, graph)
    lift = lift_of(funnel.treated, funnel.held_out)
    scene = Scene(
        cohort=cohort,
        graph=graph,
        campaign=campaign,
        ground=ground,
        start=start,
        past={days: _entries(each, graph.campaign) for days, each in (past or {}).items()},
        simulated=simulated,
    )
    return Result(
        campaign=graph.campaign,
        start=start,
        end=end,
        currency=currency,
        simulated=simulated,
        assumptions=assumptions,
        funnel=funnel,
        counts=flow_of(cohort, graph),
        channels=channels,
        lift=None if graph.goal is None else lift,
        experiments=experiments_of(cohort, graph),
        kpis=kpis_of(scene),
        review=review_of(scene, rates=(lift.treated, lift.held_out)),
        offers=offers_of(facts, cohort, graph),
    )


def _entries(past: Past, campaign: str) -> tuple[Cohort, Instant]:
    """Return who would have entered in an earlier period, and when it begins."""
    return cohort_of(past.facts, campaign, start=past.start, end=past.end), past.start
