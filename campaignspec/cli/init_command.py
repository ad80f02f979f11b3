"""``campaignspec init``."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a project of your own in a new FOLDER, with made-up data, that works at once.

    It holds one campaign with its templates and tests, and the schemas for your editor.
    """
    from campaignspec.api.init import init

    begun = init(folder)
    click.echo(
        f"{begun.name}: one campaign, {begun.sample.customers:,} made-up customers with "
        f"{begun.sample.orders:,} orders\nnext:"
    )
    if begun.folder != Path.cwd():
        click.echo(f"  cd {os.path.relpath(begun.folder)}")
    for following in ("validate", "simulate", "test"):
        click.echo(f"  campaignspec {following}")
