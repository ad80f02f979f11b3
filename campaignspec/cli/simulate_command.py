"""``campaignspec simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaignspec.cli.options import facts_option, from_option, project_option, to_option

if TYPE_CHECKING:
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
    progress: bool | None,  # noqa: FBT001 (as click hands it in)
) -> None:
    """Rehearse campaigns on the project's history.

    Every entry, wait, branch and message is worked out for every customer; answers to
    messages come from the response model. Every number says how it is known: exact,
    estimated or assumed.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.api.report import briefs_of_simulation, report_of_simulation
    from campaignspec.api.sampling import estimates_of_simulation, share_of
    from campaignspec.api.simulate import simulate
    from campaignspec.cli.data_warnings import show_warnings
    from campaignspec.cli.progress import rehearsal_watcher
    from campaignspec.cli.results import print_briefs, print_results
    from campaignspec.cli.samples import print_estimates

    share = None if sample is None else share_of(sample)
    if share is not None and (page is not None or form == "markdown"):
        raise click.UsageError(
            "a report is about everybody: leave --sample out, or --report and --format markdown"
        )
    # What a terminal shows adds up: no fact needs to be kept for it.
    only_counts = share is None and page is None and form == "text"
    project, _ = opened(start)
    chosen = campaigns_of(project, names)
    click.echo(f"rehearsing {', '.join(chosen)}", err=True)
    simulated = simulate(
        project,
        campaigns=chosen,
        first=first,
        last=last,
        responses=responses,
        sample=share,
        into=facts,
        jobs=jobs,
        watch=rehearsal_watcher(progress),
        only_counts=only_counts,
    )
    show_warnings(simulated.warnings)
    if share is not None:
        for caution in simulated.rehearsal.cautions:
            click.echo(f"caution: {caution}", err=True)
        print_estimates(project, simulated, estimates_of_simulation(simulated), form)
        _say_facts(simulated.rehearsal.number, facts)
        return
    if only_counts:
        print_briefs(briefs_of_simulation(project, simulated), project.settings.timezone)
        _say_facts(simulated.rehearsal.number, facts)
        return
    report = report_of_simulation(project, simulated)
    print_results(report, form)
    _say_facts(simulated.rehearsal.number, facts)
    if page is not None:
        _write_page(report, page)


def _say_facts(number: int, facts: Path | None) -> None:
    if facts is not None:
        click.echo(f"facts: {facts} ({number:,} rows)", err=True)


def _write_page(report: Report, page: Path) -> None:
    from campaignspec.report import render_report

    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_report(report, "html"), encoding="utf-8")
    click.echo(f"report: {page}", err=True)
