"""Writes a report as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from campaignspec.graph.label import NodeKind
from campaignspec.graph.svg import STYLE, draw_inline_svg
from campaignspec.report import format as written
from campaignspec.report.experiment_table import experiment_name
from campaignspec.report.headlines import headlines
from campaignspec.report.interval_plot import draw_experiment, draw_lift
from campaignspec.report.json import report_data
from campaignspec.report.model import STATES, Report, Section
from campaignspec.report.tables import reading_help, tables

_KINDS = {
    NodeKind.ENTRY: "entry",
    NodeKind.WAIT: "wait",
    NodeKind.SEND: "message",
    NodeKind.CHOICE: "parting of ways",
    NodeKind.HOLDOUT: "holdout",
    NodeKind.LEAVE: "leave",
    NodeKind.END: "end",
}


def to_html(report: Report) -> str:
    """Write a report as a page that is complete without a network and without scripts."""
    style = page_file("page.css") + STYLE
    script = page_file("page.js")
    page = page_environment().get_template("page.html.jinja")
    return page.render(
        report=report,
        sections=[_section(s, report.zone, n) for n, s in enumerate(report.sections, 1)],
        help=reading_help(),
        kinds=_KINDS,
        states=STATES,
        nothing=written.NOTHING,
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        policy=_policy(style, script),
        data=_data(report),
    )


def _section(section: Section, zone: str, number: int) -> dict[str, Any]:
    """Gather what the template shows of one campaign."""
    result, campaign = section.result, section.campaign
    name = f"c{number}"
    facts = (
        ("Period", written.period(result.start, result.end, zone)),
        ("Time zone", zone),
        ("Goal", _goal(section)),
        ("Objective", campaign.objective or ""),
        ("Owner", campaign.owner or ""),
        ("Review by", campaign.review_by.isoformat() if campaign.review_by else ""),
    )
    return {
        "id": name,
        "campaign": campaign,
        "graph": section.graph,
        "simulated": result.simulated,
        "facts": [(key, value) for key, value in facts if value],
        "headlines": headlines(section),
        # The drawings escape what they are given.
        "journey": Markup(draw_inline_svg(section.graph, result.counts, name=name)),  # noqa: S704
        "plots": {table: Markup(plot) for table, plot in _plots(section, name)},  # noqa: S704
        "tables": tables(section),
    }


def _plots(section: Section, name: str) -> Iterator[tuple[str, str]]:
    """Draw what stands beside a table, by the table's name."""
    result = section.result
    if result.lift is not None:
        yield "lift", draw_lift(result.lift, name=f"{name}-lift-plot")
    for number, experiment in enumerate(result.experiments, 1):
        plot = draw_experiment(experiment, name=f"{name}-experiment-{number}-plot")
        yield experiment_name(experiment), plot


def _goal(section: Section) -> str:
    goal = section.graph.goal
    if goal is None:
        return ""
    where = f" where {goal.where}" if goal.where else ""
    return f"{goal.event}{where}, within {goal.within}"


def _policy(style: str, script: str) -> str:
    """Forbid the page all but its own style and script, which are named by their hashes."""
    hashes = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    )
    styles, scripts = (f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; style-src {styles}; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _data(report: Report) -> Markup:
    """Write the report's data so that no text in it can end the element it stands in."""
    text = json.dumps(report_data(report), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 (no mark is left in it)


@cache
def page_environment() -> jinja2.Environment:
    """Return the environment that pages are written in: everything put in is escaped."""
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(page_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def page_file(name: str) -> str:
    """Return a file that pages are made of."""
    return files("campaignspec.report").joinpath("template", name).read_text(encoding="utf-8")
