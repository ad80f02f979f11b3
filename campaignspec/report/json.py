"""Writes a report as JSON, for machines; the page carries the same data."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from campaignspec.clock import to_datetime
from campaignspec.graph.data import graph_data
from campaignspec.measure.arm import Arm
from campaignspec.measure.channels import ChannelUse
from campaignspec.measure.experiments import ArmReading, ExperimentReading
from campaignspec.measure.funnel import Funnel
from campaignspec.measure.kpis import Judged, KpiReading
from campaignspec.measure.lift import Lift, Rate
from campaignspec.measure.list_plan import ListReading
from campaignspec.measure.offers import OfferUse
from campaignspec.measure.provenance import Quantity, provenance_of
from campaignspec.measure.review import Review
from campaignspec.report.headlines import headlines
from campaignspec.report.model import Report, Section
from campaignspec.spec.kpi_words import counted_as

FORMAT_VERSION: Final = 2


def to_json(report: Report) -> str:
    """Write a report as JSON; money is in micro-units where its key says so."""
    return json.dumps(report_data(report), ensure_ascii=False, indent=2) + "\n"


def report_data(report: Report) -> dict[str, Any]:
    """Return a report as plain data."""
    return {
        "format_version": FORMAT_VERSION,
        "project": report.project,
        "title": report.title,
        "zone": report.zone,
        "campaigns": [_section(section) for section in report.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    result, graph = section.result, section.graph
    return {
        "campaign": graph.campaign,
        "title": graph.title,
        "fingerprint": graph.fingerprint,
        "seed": graph.seed,
        "start": to_datetime(result.start).isoformat(),
        "end": to_datetime(result.end).isoformat(),
        "currency": result.currency,
        "simulated": result.simulated,
        "headlines": [asdict(line) for line in headlines(section)],
        "journey": graph_data(graph, result.counts),
        "funnel": _funnel(result.funnel),
        "kpis": [_kpi(reading) for reading in result.kpis],
        "review": _review(result.review),
        "lift": None if result.lift is None else _lift(result.lift),
        "experiments": [_experiment(reading, section) for reading in result.experiments],
        "channels": [_channel(use) for use in result.channels],
        "offers": [_offer(use) for use in result.offers],
        "assumptions": [asdict(assumption) for assumption in result.assumptions],
    }


def _funnel(funnel: Funnel) -> dict[str, Any]:
    data = asdict(funnel)
    data |= {"treated": _arm(funnel.treated), "held_out": _arm(funnel.held_out)}
    for reasons in ("refused", "suppressed", "deferred", "failed", "left"):
        data[reasons] = dict(data[reasons])
    return data


def _arm(arm: Arm) -> dict[str, Any]:
    data = asdict(arm)
    data["mature_value_micros"] = data.pop("mature_value")
    return data


def _kpi(reading: KpiReading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "kpi": reading.kpi,
        "meaning": reading.definition.meaning,
        "counted_as": counted_as(reading.kpi, reading.definition),
        "unit": reading.definition.unit,
        "value": reading.value,
        "interval": reading.interval,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "baseline": None if reading.baseline is None else asdict(reading.baseline),
        "target": _judged(reading.target),
        "guardrail": _judged(reading.guardrail),
        "owner": reading.owner,
        "provenance": reading.provenance,
    }


def _judged(judged: Judged | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    return {"limit": str(judged.target), "level": judged.limit, "verdict": judged.verdict}


def _review(review: Review) -> dict[str, Any]:
    return {
        "window": None if review.window is None else str(review.window),
        "contributions": [asdict(each) for each in review.contributions],
        "products": [
            {**asdict(each), "repurchase": _rate(each.repurchase)} for each in review.products
        ],
        "payback": None if review.payback is None else asdict(review.payback),
        "list_size": asdict(review.list_size),
        "plan": None if review.plan is None else _plan(review.plan),
    }


def _plan(plan: ListReading) -> dict[str, Any]:
    sizes = [
        {**asdict(each), "limit": None if each.limit is None else str(each.limit)}
        for each in plan.sizes
    ]
    return {**asdict(plan), "sizes": sizes}


def _lift(lift: Lift) -> dict[str, Any]:
    return {
        "treated": _rate(lift.treated),
        "held_out": _rate(lift.held_out),
        "difference": lift.difference,
        "interval": lift.interval,
        "treated_value": lift.treated_value,
        "held_out_value": lift.held_out_value,
    }


def _experiment(experiment: ExperimentReading, section: Section) -> dict[str, Any]:
    simulated = section.result.simulated
    has_goal = section.graph.goal is not None
    return {
        "name": experiment.name,
        "arms": [_experiment_arm(arm) for arm in experiment.arms],
        "draw": {
            "chance": experiment.chance,
            "as_declared": experiment.is_drawn_as_declared,
            "provenance": provenance_of(experiment.assignment, simulated=simulated),
        },
        "provenance": provenance_of(Quantity.LIFT, simulated=simulated) if has_goal else None,
    }


def _experiment_arm(arm: ArmReading) -> dict[str, Any]:
    return {
        "name": arm.name,
        "declared": arm.declared,
        "drawn": _rate(arm.drawn),
        "enrolments": _arm(arm.enrolments),
        "rate": None if arm.rate is None else _rate(arm.rate),
        "value": arm.value,
        "difference": None if arm.difference is None else asdict(arm.difference),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {**asdict(rate), "value": rate.value, "interval": rate.interval}


def _offer(use: OfferUse) -> dict[str, Any]:
    data = asdict(use)
    data["refused"] = dict(use.refused)
    data["redemption_rate"] = use.redemption_rate
    data["cost_micros"] = data.pop("cost")
    data["liability_micros"] = data.pop("liability")
    return data


def _channel(use: ChannelUse) -> dict[str, Any]:
    data = asdict(use)
    data["suppressed"] = dict(use.suppressed)
    data["cost_micros"] = data.pop("cost")
    return data
