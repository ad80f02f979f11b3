"""``campaignspec schema``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option


@click.group("schema", invoke_without_command=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder that the schemas are written to.",
)
@click.pass_context
def command(context: click.Context, out: Path) -> None:
    """Write the JSON Schemas of the language, for editors.

    `schema export` writes them with a project's own names.
    """
    if context.invoked_subcommand is not None:
        return
    from campaignspec.spec.schema import SCHEMAS, write_schemas

    write_schemas(out)
    for name in SCHEMAS:
        click.echo(out / f"{name}.schema.json")


@command.command("export")
@project_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.  [default: `schemas` in the project's folder]",
)
def export(start: Path, out: Path | None) -> None:
    """Write the schemas with the project's own names, which editors then complete.

    They accept what the plain ones accept: a new name is no error in the editor. Also prints
    the comment that belongs at the head of each file.
    """
    from campaignspec.api.schemas import export_schemas

    exported = export_schemas(start, out=out)
    click.echo(f"{len(exported.schemas)} schemas in {exported.folder}")
    for line, files in exported.modelines.items():
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        click.echo(f"\nat the head of {files[0]}{more}:\n  {line}")
