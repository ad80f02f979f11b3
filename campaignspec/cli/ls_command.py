"""``campaignspec ls``."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.api.catalogue import Item

FORMAT_VERSION: Final = "1.0"


@click.command("ls")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...")
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the list is written.",
)
def command(selectors: tuple[str, ...], start: Path, form: str) -> None:
    """List what a project has: campaigns, segments, traits, events, channels, templates.

    A SELECTOR is a name, which may hold `*`, or one of `SORT:NAME` (`trait:rfm*`, `segment:`),
    `owner:TEAM`, `objective:retain`, `uses:segment:lapsed` for what refers to it, and
    `unused:segment` for what nothing refers to. Several choose what any of them does; joined by
    a comma, `campaign:,owner:retention`, what all do.
    """
    from campaignspec.api.catalogue import catalogue
    from campaignspec.api.check import opened
    from campaignspec.api.selecting import select

    project, library = opened(start)
    items = select(catalogue(project, library, relative_to=Path.cwd()), selectors)
    if form == "json":
        listed = {"format_version": FORMAT_VERSION, "items": [_plain(item) for item in items]}
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    elif items:
        click.echo("\n".join(_lines(items)))
    else:
        click.echo("nothing in this project is chosen by that", err=True)


def _plain(item: Item) -> dict[str, Any]:
    return {
        "sort": item.sort,
        "name": item.name,
        "file": item.file,
        "line": item.line,
        "column": item.column,
        "title": item.title,
        "owner": item.owner,
        "objective": item.objective,
        "uses": [f"{sort}:{name}" for sort, name in item.uses],
    }


def _lines(items: Sequence[Item]) -> list[str]:
    """Align sort, name and place; a terminal's width cuts titles, a pipe keeps them whole."""
    rows = [(item.sort, item.name, f"{item.file}:{item.line}") for item in items]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    lines = []
    for row, item in zip(rows, items, strict=True):
        cells = (cell.ljust(size) for cell, size in zip(row, widths, strict=True))
        line = f"{'  '.join(cells)}  {item.title}".rstrip()
        lines.append(line if width is None or len(line) <= width else f"{line[: width - 1]}…")
    return lines
