"""``campaignspec report``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option


@click.command("report")
@click.option("--env", "environment", required=True, metavar="NAME", help="The environment.")
@project_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page to this HTML file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the result is printed.",
)
def command(environment: str, start: Path, out: Path | None, form: str) -> None:
    """Report what came of an environment's campaigns.

    Prints the five numbers that matter; the page shows the journey with people counted on
    it, KPIs against targets, the holdout comparison, and sends and cost by channel.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.report import report_of_environment
    from campaignspec.cli.results import print_results
    from campaignspec.report import render_report

    project, _ = opened(start)
    report = report_of_environment(project, environment)
    print_results(report, form)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_report(report, "html"), encoding="utf-8")
        click.echo(f"report: {out}", err=True)
