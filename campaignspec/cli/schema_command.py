"""``campaignspec schema``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder that the schemas are written to.",
)
def command(out: Path) -> None:
    """Write the JSON Schemas of the language, for editors."""
    from campaignspec.spec.schema import SCHEMAS, write_schemas

    write_schemas(out)
    for name in SCHEMAS:
        click.echo(out / f"{name}.schema.json")
