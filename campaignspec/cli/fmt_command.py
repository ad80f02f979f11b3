"""``campaignspec fmt``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from campaignspec.api.format import Formatted, format_files, write_formatted
from campaignspec.errors import ExitCode


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; leave with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    check: bool,  # noqa: FBT001 - a flag of the command line
    diff: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Write YAML files the one way, with every comment.

    PATHS are files and folders; the whole project, if there are none. What a file means stays
    as it is. A file that is not YAML is left alone and its findings are shown.
    """
    files = format_files(paths)
    changed = [each for each in files if each.changed]
    for each in changed:
        if diff:
            click.echo(_difference(each), nl=False)
        else:
            click.echo(each.file)
        if not (check or diff):
            write_formatted(each)
    faulty = _show_findings(files)
    click.echo(_summary(len(changed), len(files) - faulty, only=check or diff), err=True)
    if faulty or (check and changed):
        context.exit(ExitCode.FINDINGS)


def _difference(one: Formatted) -> str:
    """Show the change of one file as a unified diff."""
    import difflib

    before, after = one.before.splitlines(), one.after.splitlines()
    lines = difflib.unified_diff(before, after, one.file, one.file, lineterm="")
    # Line ends and byte order marks show in no line.
    return "".join(f"{line}\n" for line in lines) or f"{one.file}: line ends or a byte order mark\n"


def _show_findings(files: Sequence[Formatted]) -> int:
    """Show what keeps files from being formatted; return how many they are."""
    faulty = [each for each in files if each.findings]
    if faulty:
        import sys

        from campaignspec.diagnostics import render

        findings = tuple(finding for each in faulty for finding in each.findings)
        sources = {each.file: each.before for each in faulty}
        shown = render(findings, sources=sources, form="text", colour=sys.stderr.isatty())
        click.echo(shown, err=True)
    return len(faulty)


def _summary(changed: int, of: int, *, only: bool) -> str:
    if not changed:
        return f"{_files(of)} formatted already"
    return f"{_files(changed)} {'would be formatted' if only else 'formatted'}, of {of}"


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"
