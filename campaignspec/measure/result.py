"""From facts to numbers: one function, one value."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.channels import ChannelUse, channels_of
from campaignspec.measure.cohort import cohort_of
from campaignspec.measure.experiments import ExperimentReading, experiments_of
from campaignspec.measure.flow import flow_of
from campaignspec.measure.funnel import Funnel, funnel_of
from campaignspec.measure.kpis import KpiReading, Numbers, kpis_of
from campaignspec.measure.lift import Lift, lift_of
from campaignspec.spec.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something that a rehearsal takes for granted.

    Attributes:
        name: What it is about: ``email opened``.
        value: What is assumed, as people read it: ``22%``.
        basis: Where it is from.
    """

    name: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that is measured of one campaign in one period.

    Attributes:
        campaign: The campaign's name.
        start: The instant after which the period begins.
        end: The last instant in it.
        currency: Of all amounts.
        simulated: Whether it was rehearsed on history, or really happened.
        assumptions: What a rehearsal took for granted.
        funnel: How many got how far.
        counts: The same on the journey's nodes and edges.
        channels: What was sent, answered and paid, by channel.
        lift: Treated against held out; None when the campaign has no goal.
        experiments: Every experiment's arms, in the journey's order.
        kpis: Every KPI that makes sense for the campaign.
    """

    campaign: str
    start: Instant
    end: Instant
    currency: str
    simulated: bool
    assumptions: tuple[Assumption, ...]
    funnel: Funnel
    counts: Counts
    channels: tuple[ChannelUse, ...]
    lift: Lift | None
    experiments: tuple[ExperimentReading, ...]
    kpis: tuple[KpiReading, ...]


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
    """
    cohort = cohort_of(facts, graph.campaign, start=start, end=end)
    funnel = funnel_of(cohort, graph.goal)
    channels = channels_of(cohort, graph)
    lift = lift_of(funnel.treated, funnel.held_out)
    numbers = Numbers(funnel=funnel, channels=channels, lift=lift)
    has_goal = graph.goal is not None
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
        lift=lift if has_goal else None,
        experiments=experiments_of(cohort, graph),
        kpis=kpis_of(numbers, campaign.kpis, has_goal=has_goal, simulated=simulated),
    )
