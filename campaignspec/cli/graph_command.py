"""``campaignspec graph``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.graph.counts import Counts
    from campaignspec.project import Project


@click.command("graph")
@click.argument("names", nargs=-1, metavar="[CAMPAIGN]...")
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "svg", "json"]),
    default="text",
    show_default=True,
    help="How the journey is drawn.",
)
@click.option(
    "--coverage", is_flag=True, help="Write on it how often the campaign's tests walk each way."
)
@click.option(
    "--analyse", is_flag=True, help="Say what holds for every path instead; as text or JSON."
)
def command(
    *,
    names: tuple[str, ...],
    start: Path,
    form: Literal["text", "mermaid", "svg", "json"],
    coverage: bool,
    analyse: bool,
) -> None:
    """Draw the journey of a campaign, or of all."""
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.errors import UsageError
    from campaignspec.graph.compile import compile_campaign
    from campaignspec.graph.render import render

    project, _ = opened(start)
    if analyse:
        from campaignspec.api.analysis import journey_analysis

        if form not in {"text", "json"}:
            raise UsageError(f"--analyse is written as text or json, not as {form}")
        for name in campaigns_of(project, names):
            click.echo(journey_analysis(project, name, form).rstrip())
        return
    for name in campaigns_of(project, names):
        counts = _counts(project, name) if coverage else None
        click.echo(render(compile_campaign(project, name), form, counts).rstrip())


def _counts(project: Project, campaign: str) -> Counts:
    """Count how often the campaign's tests walk each way, for which they are run."""
    from campaignspec.api.cases import tests_coverage

    return tests_coverage(project, campaign).counts()
