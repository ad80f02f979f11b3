"""``campaignspec simulate``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import facts_option, from_option, project_option, to_option


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
def command(
    names: tuple[str, ...],
    start: Path,
    first: str | None,
    last: str | None,
    facts: Path | None,
    responses: str | None,
    form: str,
    page: Path | None,
) -> None:
    """Rehearse campaigns on the project's history.

    Every entry, wait, branch and message is worked out for every customer; answers to
    messages come from the response model. Every number says how it is known: exact,
    estimated or assumed.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.api.report import report_of_simulation
    from campaignspec.api.simulate import simulate
    from campaignspec.cli.data_warnings import show_warnings
    from campaignspec.cli.results import print_results
    from campaignspec.ledger.facts_file import write_facts
    from campaignspec.report import render_report

    project, _ = opened(start)
    chosen = campaigns_of(project, names)
    click.echo(f"rehearsing {', '.join(chosen)}", err=True)
    simulated = simulate(project, campaigns=chosen, first=first, last=last, responses=responses)
    show_warnings(simulated.warnings)
    report = report_of_simulation(project, simulated)
    print_results(report, form)
    if facts is not None:
        write_facts(simulated.rehearsal.facts, facts)
        click.echo(f"facts: {facts} ({simulated.rehearsal.facts.num_rows:,} rows)", err=True)
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render_report(report, "html"), encoding="utf-8")
        click.echo(f"report: {page}", err=True)
