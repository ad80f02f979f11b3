"""``campaignspec audience``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option
from campaignspec.errors import UsageError


@click.command("audience")
@click.argument("name")
@click.option(
    "--at",
    required=True,
    metavar="TIME",
    help="A date, or a date and time, in the project's time zone.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file, .csv or .parquet.",
)
@click.option(
    "--with",
    "columns",
    multiple=True,
    metavar="NAME",
    help="Write this address or attribute beside the id; may be repeated.",
)
@click.option(
    "--for",
    "reader",
    type=click.Choice(["people", "machines"]),
    default="people",
    show_default=True,
    help="For people, texts in a .csv that a spreadsheet would run as formulas begin with '.",
)
@click.option(
    "--direct",
    is_flag=True,
    help="Ask the sources as they lie, without building the store; ids only.",
)
@project_option
def command(
    name: str,
    at: str,
    out: Path,
    columns: tuple[str, ...],
    reader: str,
    direct: bool,  # noqa: FBT001 - a flag of the command line
    start: Path,
) -> None:
    """Write who matches the segment NAME at an instant to a file.

    The file holds ids in ascending order, and of addresses and attributes only what is asked
    for. It says who matches, not who may be written to: consent and caps are not looked at.
    """
    from campaignspec.api.audience import write_audience
    from campaignspec.api.check import opened

    if direct and columns:
        raise UsageError("--direct writes ids only; leave --with out, or leave out --direct")
    project, _ = opened(start)
    if direct:
        from campaignspec.api.sql import write_audience_directly

        written = write_audience_directly(
            project, segment=name, at=at, path=out, safe=reader == "people"
        )
    else:
        written = write_audience(
            project, segment=name, at=at, path=out, columns=columns, safe=reader == "people"
        )
    click.echo(f"{written:,} customers written to {out}")
