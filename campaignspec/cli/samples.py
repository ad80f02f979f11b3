"""Showing what a sample of the customers says of all of them."""

from __future__ import annotations

import json
from typing import Any

import click

from campaignspec.api.simulate import Simulated
from campaignspec.clock import format_instant
from campaignspec.measure.lift import Rate, wilson
from campaignspec.measure.sampling import Estimate, Estimates
from campaignspec.money import MICROS
from campaignspec.project import Project
from campaignspec.report import format as written


def print_estimates(
    project: Project, simulated: Simulated, found: tuple[Estimates, ...], form: str
) -> None:
    """Print estimates for people, or as JSON."""
    if form == "json":
        click.echo(json.dumps(_data(simulated, found), ensure_ascii=False, indent=2))
        return
    rehearsal, settings = simulated.rehearsal, project.settings
    first = format_instant(rehearsal.start, settings.timezone)
    last = format_instant(rehearsal.end, settings.timezone)
    assert rehearsal.sample is not None, "estimates are those of a sample"  # noqa: S101
    who = f"{rehearsal.sampled:,} of {simulated.customers:,} customers"
    for each in found:
        click.echo(f"{each.campaign}, rehearsed from {first} to {last}")
        click.echo(f"  a sample of {rehearsal.sample.share}, {who}; totals are estimated for all:")
        rows = list(_rows(each, settings.currency))
        wide = max(len(label) for label, *_ in rows)
        number = max(len(value) for _, value, _ in rows)
        for label, value, error in rows:
            click.echo(f"  {label:<{wide}}  {value:>{number}}  {error}")
    click.echo("  ± is the error of sampling: 95% of all samples are no further off")


def _rows(each: Estimates, currency: str) -> list[tuple[str, str, str]]:
    counts = [
        ("Entries", each.entries),
        ("Messages sent", each.sent),
        ("Messages not sent", each.suppressed),
    ]
    rows = [(label, written.count(e.value), f"± {written.count(e.error)}") for label, e in counts]
    cost = (each.cost.value / MICROS, each.cost.error / MICROS)
    value, error = (written.amount(units, currency) for units in cost)
    rows.append(("Cost of messages", value, f"± {error}"))
    rate = each.organic or each.treated
    if rate is not None:
        label = "Organic goal rate" if each.organic else "Reached the goal"
        low, high = wilson(rate)
        between = f"between {written.share(low)} and {written.share(high)}"
        rows.append((label, written.share(rate.value), between))
    return rows


def _data(simulated: Simulated, found: tuple[Estimates, ...]) -> dict[str, Any]:
    rehearsal = simulated.rehearsal
    assert rehearsal.sample is not None, "estimates are those of a sample"  # noqa: S101
    return {
        "format": 1,
        "sample": {
            "share": rehearsal.sample.share.fraction,
            "customers": rehearsal.sampled,
            "of": simulated.customers,
            "cautions": list(rehearsal.cautions),
        },
        "campaigns": [
            {
                "campaign": each.campaign,
                "entries": _estimate(each.entries),
                "messages_sent": _estimate(each.sent),
                "messages_not_sent": _estimate(each.suppressed),
                "cost_micros": _estimate(each.cost),
                "organic_goal_rate": _rate(each.organic),
                "reached_the_goal": _rate(each.treated),
            }
            for each in found
        ],
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"estimate": round(estimate.value), "error": round(estimate.error)}


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    low, high = wilson(rate)
    return {"value": rate.value, "low": low, "high": high}
