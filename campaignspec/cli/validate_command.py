"""``campaignspec validate``."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from campaignspec.api.validate import Validated, only_of, together, validate
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
    lint_on = None if no_lint else day
    look = _with_values if values else validate
    all_ = [look(each, today=lint_on, packs=packs) for each in roots]
    each_shown = [replace(each, diagnostics=only_of(each.diagnostics, codes)) for each in all_]
    found = together(each_shown)
    if found.diagnostics or form != "text":
        show_findings(found, form=form)
    if has_errors(found.diagnostics) or (strict and found.diagnostics):
        context.exit(ExitCode.FINDINGS)
    if form == "text":
        for each in each_shown:
            if each.campaigns is not None:
                click.echo(f"valid: {', '.join(each.campaigns) or 'no campaigns yet'}")


def _with_values(root: Path, *, today: date | None, packs: Path | None) -> Validated:
    """Look at the data as well, of which nothing is kept."""
    from campaignspec.api.check import check
    from campaignspec.api.lint import with_lint
    from campaignspec.api.values import with_values

    checkup = with_values(check(root, packs=packs))
    if today is not None:
        checkup = with_lint(checkup, today=today, values=True)
    return Validated(
        diagnostics=checkup.diagnostics,
        campaigns=tuple(checkup.project.campaigns) if checkup.project else None,
        texts=checkup.texts,
    )


def _mend(root: Path, day: date, codes: tuple[str, ...]) -> None:
    from campaignspec.api.lint import mend

    mended = mend(root, today=day, codes=codes)
    for finding in mended.fixed:
        if finding.fix is not None:
            span = finding.span
            click.echo(f"{span.file}:{span.line}: {finding.code} {finding.fix.title}", err=True)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the author's own day
