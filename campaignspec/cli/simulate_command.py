"""``campaignspec simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaignspec.cli.options import facts_option, from_option, project_option, to_option

if TYPE_CHECKING:
    from campaignspec.api.simulate import Simulated
    from campaignspec.project import Project
    from campaignspec.report import Report


@click.command("simulate")
@click.argument("names", nargs=-1, metavar="[CAMPAIGN]...")
@project_option
@from_option
@to_option
@facts_option
@click.option("--responses", metavar="NAME", help="The response model that answers messages.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
@click.option(
    "--report",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this HTML file.",
)
@click.option(
    "--sample",
    metavar="SHARE",
    help="Rehearse only this share of the customers, such as 5%, and estimate the rest.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many threads rehearse; facts are the same.",
)
@click.option(
    "--spark",
    metavar="MASTER",
    help="Rehearse on a Spark cluster, such as spark://host:7077; facts are the same.",
)
@click.option(
    "--progress/--no-progress",
    default=None,
    help="Say how far it is.  [default: on a terminal]",
)
def command(  # noqa: PLR0917 (an argument an option)
    names: tuple[str, ...],
    start: Path,
    first: str | None,
    last: str | None,
    facts: Path | None,
    responses: str | None,
    form: str,
    page: Path | None,
    sample: str | None,
    jobs: int,
    spark: str | None,
    progress: bool | None,  # noqa: FBT001 (as click hands it in)
) -> None:
    """Rehearse campaigns on the project's history.

    Every entry, wait, branch and message is worked out for every customer; answers to
    messages come from the response model. Every number says how it is known: exact,
    estimated or assumed.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.api.sampling import sample_of
    from campaignspec.api.simulate import simulate
    from campaignspec.cli.data_warnings import show_warnings
    from campaignspec.cli.progress import rehearsal_watcher
    from campaignspec.simulate import Manner

    drawn = None if sample is None else sample_of(sample)
    if drawn is not None and (page is not None or form == "markdown"):
        raise click.UsageError(
            "a report is about everybody: leave --sample out, or --report and --format markdown"
        )
    project, _ = opened(start)
    chosen = campaigns_of(project, names)
    click.echo(f"rehearsing {', '.join(chosen)}", err=True)
    manner = Manner(
        sample=drawn,
        into=facts,
        # What a terminal shows adds up: no fact needs to be kept for it.
        keeps=drawn is not None or page is not None or form != "text",
        jobs=jobs,
        spark=spark,
        watch=rehearsal_watcher(progress),
    )
    simulated = simulate(
        project, campaigns=chosen, first=first, last=last, responses=responses, manner=manner
    )
    show_warnings(simulated.warnings)
    report = _shown(project, simulated, form)
    if facts is not None:
        click.echo(f"facts: {facts} ({simulated.rehearsal.number:,} rows)", err=True)
    if report is not None and page is not None:
        _write(report, page)


def _shown(project: Project, simulated: Simulated, form: str) -> Report | None:
    """Print what came of it; return the report if one had to be made."""
    from campaignspec.api.report import briefs_of_simulation, report_of_simulation
    from campaignspec.api.sampling import estimates_of_simulation
    from campaignspec.cli.results import print_briefs, print_results
    from campaignspec.cli.samples import print_estimates

    for caution in simulated.rehearsal.cautions:
        click.echo(f"caution: {caution}", err=True)
    if simulated.rehearsal.sample is not None:
        print_estimates(project, simulated, estimates_of_simulation(simulated), form)
        return None
    if simulated.counts is not None:
        print_briefs(briefs_of_simulation(project, simulated), project.settings.timezone)
        return None
    report = report_of_simulation(project, simulated)
    print_results(report, form)
    return report


def _write(report: Report, page: Path) -> None:
    from campaignspec.report import render_report

    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_report(report, "html"), encoding="utf-8")
    click.echo(f"report: {page}", err=True)
