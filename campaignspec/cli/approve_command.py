"""``campaignspec approve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.api.approve import Gate


@click.command("approve")
@click.argument("campaign", required=False)
@click.argument("gate", required=False)
@click.option("--env", "environment", required=True, metavar="NAME", help="The environment.")
@click.option("--by", metavar="OWNER", help="Who decides: the one whom the step names.")
@click.option("--refuse", is_flag=True, help="Refuse, in place of approving.")
@click.option("--note", metavar="TEXT", help="Why; it is kept beside the decision.")
@project_option
def command(
    campaign: str | None,
    gate: str | None,
    environment: str,
    by: str | None,
    refuse: bool,  # noqa: FBT001 - a flag of the command line
    note: str | None,
    start: Path,
) -> None:
    """Approve GATE of CAMPAIGN: whoever waits at it goes on at the next tick of the runner.

    A gate is decided once, for those too who come to it later. Without names it lists the gates,
    who decides them, and how many people wait.
    """
    from campaignspec.api.approve import approve, gates
    from campaignspec.api.check import opened

    if campaign is None:
        if by is not None or refuse or note is not None:
            raise click.UsageError("say which campaign and which gate")
        project, _ = opened(start)
        for each in gates(project, environment):
            click.echo(_line(each, project.settings.timezone))
        return
    if gate is None or by is None:
        raise click.UsageError("to decide takes a campaign, a gate, and --by")
    project, _ = opened(start)
    approve(
        project, campaign, gate, environment=environment, by=by, is_approved=not refuse, note=note
    )
    word = "refused" if refuse else "approved"
    click.echo(f"{gate} of {campaign} is {word} from the next tick on")


def _line(gate: Gate, zone: str) -> str:
    from campaignspec.clock import format_instant

    people = f"{gate.waiting:,} {'person' if gate.waiting == 1 else 'people'}"
    place, decision = f"{gate.campaign} {gate.name}", gate.decision
    if decision is None:
        return f"{place}: {people} waiting for {gate.by}"
    taken = "the next tick" if decision.at is None else format_instant(decision.at, zone)
    note = f" ({decision.note})" if decision.note else ""
    waiting = f", {people} waiting" if gate.waiting else ""
    word = "approved" if decision.is_approved else "refused"
    return f"{place}: {word} by {decision.by} as of {taken}{note}{waiting}"
