"""``campaignspec enrol``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option


@click.command("enrol")
@click.argument("campaign")
@click.option("--env", "environment", required=True, metavar="NAME", help="The environment.")
@click.option("--customer", required=True, metavar="ID", help="Who is to enter.")
@click.option(
    "--key",
    metavar="KEY",
    help="What the enrolment is about, where the campaign has one for each.",
)
@click.option(
    "--request",
    metavar="ID",
    help="The request's own id; made again, it changes nothing. A new one, if not given.",
)
@project_option
def command(
    campaign: str,
    environment: str,
    customer: str,
    key: str | None,
    request: str | None,
    start: Path,
) -> None:
    """Let a customer into CAMPAIGN, which is entered by a call, at the next tick of its runner.

    Whether the customer may enter is judged then.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.enrol import enrol

    project, _ = opened(start)
    is_new = enrol(
        project, campaign, environment=environment, customer=customer, key=key, request=request
    )
    about = f" for {key}" if key else ""
    click.echo(
        f"{customer} enters {campaign}{about} at the next tick"
        if is_new
        else f"request {request} is known; nothing has changed"
    )
