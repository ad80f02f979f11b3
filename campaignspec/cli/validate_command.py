"""``campaignspec validate``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.api.check import check
from campaignspec.cli.findings import Form, show_findings
from campaignspec.cli.options import project_option
from campaignspec.diagnostics import has_errors
from campaignspec.errors import ExitCode


@click.command("validate")
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--values",
    is_flag=True,
    help="Read the data as well, and find values in rules that do not occur in them.",
)
@click.pass_context
def command(
    context: click.Context,
    folder: Path | None,
    start: Path,
    form: Form,
    values: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Find everything that is wrong with a project, all at once.

    Reads campaigns, audiences, channels, tests and templates; reads no data, unless --values
    is given, and executes nothing. Leaves with 1 if there is an error.
    """
    checkup = check(folder or start)
    if values:
        from campaignspec.api.values import with_values

        checkup = with_values(checkup)
    if checkup.diagnostics or form != "text":
        show_findings(checkup, form=form)
    if has_errors(checkup.diagnostics):
        context.exit(ExitCode.FINDINGS)
    if form == "text" and checkup.project is not None:
        names = ", ".join(checkup.project.campaigns) or "no campaigns yet"
        click.echo(f"valid: {names}")
