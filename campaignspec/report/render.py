"""One door to every form of a report."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from campaignspec.report.html import to_html
from campaignspec.report.json import to_json
from campaignspec.report.markdown import to_markdown
from campaignspec.report.model import Report

Form: TypeAlias = Literal["html", "markdown", "json"]


def render_report(report: Report, form: Form) -> str:
    """Write a report: ``html`` for people, ``markdown`` for reviews, ``json`` for machines."""
    match form:
        case "html":
            return to_html(report)
        case "markdown":
            return to_markdown(report)
        case "json":
            return to_json(report)
        case _:
            assert_never(form)
