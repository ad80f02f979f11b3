"""``campaignspec run``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import facts_option, from_option, project_option, to_option
from campaignspec.errors import ExitCode


@click.command("run")
@click.option("--env", "environment", required=True, metavar="NAME", help="The environment.")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    metavar="NAME",
    help="Only this campaign; may be repeated.  [default: the environment's]",
)
@project_option
@from_option
@to_option
@facts_option
@click.option("--fresh", is_flag=True, help="Begin a new ledger (virtual clock only).")
@click.option(
    "--adopt",
    is_flag=True,
    help="Campaigns have changed: let people in flight go on by the new ones.",
)
@click.pass_context
def command(
    context: click.Context,
    environment: str,
    campaigns: tuple[str, ...],
    start: Path,
    first: str | None,
    last: str | None,
    facts: Path | None,
    fresh: bool,  # noqa: FBT001 - a flag of the command line
    adopt: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Run campaigns in an environment.

    On the real clock it goes on until it is stopped. With --from and --to it runs on a
    virtual clock, as fast as it can. It may be stopped at any moment and started again: it
    goes on where it stood, loses nothing and repeats nothing.

    The data tests of the sources are judged first. Leaves with 4 if one fails: nothing was
    sent; with 6 if messages failed or are in doubt, and with 75 if another runner holds the
    ledger.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.run import opened_run
    from campaignspec.cli.data_warnings import show_warnings
    from campaignspec.cli.progress import shown
    from campaignspec.ledger.facts_file import write_facts
    from campaignspec.ledger.queue import Status

    project, library = opened(start)
    with opened_run(
        project,
        library,
        environment=environment,
        campaigns=campaigns,
        first=first,
        last=last,
        fresh=fresh,
        adopt=adopt,
    ) as run:
        show_warnings(run.warnings)
        handed = sum(shown(run, project.settings.timezone))
        messages = run.messages()
        counted = ", ".join(f"{number:,} {status}" for status, number in messages.items() if number)
        click.echo(f"{', '.join(run.campaigns)}: {handed:,} messages handed over now")
        click.echo(f"all messages: {counted or 'none'}")
        if facts is not None:
            table = run.facts()
            write_facts(table, facts)
            click.echo(f"facts: {facts} ({table.num_rows:,} rows)", err=True)
    if messages[Status.FAILED] or messages[Status.IN_DOUBT] or messages[Status.ASSUMED]:
        context.exit(ExitCode.IN_DOUBT)
