"""``campaignspec validate``."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import click

from campaignspec.api.check import Checkup, check, together
from campaignspec.cache import users_folder
from campaignspec.cli.findings import Form, show_findings
from campaignspec.cli.options import project_option
from campaignspec.diagnostics import has_errors
from campaignspec.errors import ExitCode
from campaignspec.project.discover import find_projects


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
    help="Read the data as well: find values in rules that do not occur in them, goals that are "
    "shorter than people take, and tests that too few people come to.",
)
@click.option("--fix", is_flag=True, help="First mend what can be mended safely in the files.")
@click.option("--strict", is_flag=True, help="Leave with 1 if there is a warning, too.")
@click.option("--no-lint", is_flag=True, help="Show errors, and nothing that is only poor.")
@click.option(
    "--only", "codes", multiple=True, metavar="CODE", help="Of all warnings, show only this kind."
)
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing of it.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
@click.pass_context
def command(
    context: click.Context,
    *,
    folder: Path | None,
    start: Path,
    form: Form,
    values: bool,
    fix: bool,
    strict: bool,
    no_lint: bool,
    no_cache: bool,
    codes: tuple[str, ...],
    today: datetime | None,
) -> None:
    """Find everything that is wrong with a project, and what is poor about it, all at once.

    With FOLDER, the projects in folders below it are looked at as well, each by itself.

    Reads campaigns, audiences, channels, tests and templates; reads no data, unless --values
    is given, and executes nothing. Leaves with 1 if there is an error; warnings do not stop.
    """
    day = today.date() if today else _today()
    roots = find_projects(folder) if folder else (start,)
    if fix:
        for place in roots:
            _mend(place, day, codes)
    packs = None if no_cache else users_folder(os.environ)
    checkups = [
        _looked_at(each, day, packs, values=values, lint=not no_lint, codes=codes) for each in roots
    ]
    checkup = together(checkups)
    if checkup.diagnostics or form != "text":
        show_findings(checkup, form=form)
    if has_errors(checkup.diagnostics) or (strict and checkup.diagnostics):
        context.exit(ExitCode.FINDINGS)
    if form == "text":
        for each in checkups:
            if each.project is not None:
                names = ", ".join(each.project.campaigns) or "no campaigns yet"
                click.echo(f"valid: {names}")


def _looked_at(
    root: Path, day: date, packs: Path | None, *, values: bool, lint: bool, codes: tuple[str, ...]
) -> Checkup:
    checkup = check(root, packs=packs)
    if values:
        from campaignspec.api.values import with_values

        checkup = with_values(checkup)
    if lint:
        from campaignspec.api.lint import with_lint

        checkup = with_lint(checkup, today=day, values=values)
    if codes:
        from campaignspec.api.lint import only

        checkup = only(checkup, codes)
    return checkup


def _mend(root: Path, day: date, codes: tuple[str, ...]) -> None:
    from campaignspec.api.lint import mend

    mended = mend(root, today=day, codes=codes)
    for finding in mended.fixed:
        if finding.fix is not None:
            span = finding.span
            click.echo(f"{span.file}:{span.line}: {finding.code} {finding.fix.title}", err=True)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the author's own day
