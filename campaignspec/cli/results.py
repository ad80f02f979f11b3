"""Showing results on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import click

from campaignspec.clock import format_instant
from campaignspec.report import Report, headlines, render_report
from campaignspec.report.model import Brief, Section


def print_results(report: Report, form: str) -> None:
    """Print a report: five numbers a campaign for people, all of it otherwise."""
    match form:
        case "markdown":
            click.echo(render_report(report, "markdown"))
        case "json":
            click.echo(render_report(report, "json"))
        case _:
            print_briefs(report.sections, report.zone)


def print_briefs(sections: Sequence[Section | Brief], zone: str) -> None:
    """Print five numbers a campaign."""
    for section in sections:
        _print_section(section, zone)


def _print_section(section: Section | Brief, zone: str) -> None:
    result = section.result
    kind = "rehearsed" if result.simulated else "run"
    first, last = format_instant(result.start, zone), format_instant(result.end, zone)
    click.echo(f"{section.graph.campaign}, {kind} from {first} to {last}")
    rows = headlines(section)
    wide = max(len(row.label) for row in rows)
    number = max(len(row.value) for row in rows)
    for row in rows:
        click.echo(
            f"  {row.label:<{wide}}  {row.value:>{number}}  {row.provenance.value:<24}{row.note}"
        )
    for assumption in result.assumptions:
        click.echo(f"  assumed: {assumption.name}: {assumption.value} ({assumption.basis})")
