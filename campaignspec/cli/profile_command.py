"""``campaignspec profile``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option
from campaignspec.errors import ExitCode


@click.command("profile")
@project_option
@click.option(
    "--at",
    metavar="TIME",
    help="A date, a date and time, or `now`.  [default: the last day's end]",
)
@click.option(
    "--env", "environment", metavar="NAME", help="Whose last good run `volume` is held against."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write profile.md and profile.json into this folder, and with identity people.csv "
    "and rejections.csv.",
)
@click.pass_context
def command(
    context: click.Context,
    start: Path,
    at: str | None,
    environment: str | None,
    form: str,
    folder: Path | None,
) -> None:
    """Say what the data are worth, and what each campaign lacks.

    Counts events, attributes, addresses and whom each channel may reach, judges the data
    tests, and names what campaigns rest on and do not find. Nothing that is printed tells who
    somebody is.

    Leaves with 1 if a data test fails that would stop a run.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.profile import look_at_data, write_profile
    from campaignspec.cli.readiness import readiness_lines, readiness_markdown
    from campaignspec.cli.readiness_data import readiness_json
    from campaignspec.quality.outcome import stopping

    project, library = opened(start)
    look = look_at_data(project, library, at=at, environment=environment)
    texts = {
        "text": "\n".join(readiness_lines(look)),
        "markdown": "\n".join(readiness_markdown(look)),
        "json": readiness_json(look),
    }
    click.echo(texts[form])
    if folder is not None:
        pages = {"profile.md": texts["markdown"], "profile.json": texts["json"]}
        for file in write_profile(look, pages, folder):
            click.echo(f"written: {file}", err=True)
    if stopping(look.tests):
        context.exit(ExitCode.FINDINGS)
