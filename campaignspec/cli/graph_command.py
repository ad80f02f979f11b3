"""``campaignspec graph``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from campaignspec.cli.options import project_option


@click.command("graph")
@click.argument("names", nargs=-1, metavar="[CAMPAIGN]...")
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "svg", "json"]),
    default="text",
    show_default=True,
    help="How the journey is drawn.",
)
def command(
    names: tuple[str, ...], start: Path, form: Literal["text", "mermaid", "svg", "json"]
) -> None:
    """Draw the journey of a campaign, or of all."""
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.graph.compile import compile_campaign
    from campaignspec.graph.render import render

    project, _ = opened(start)
    for name in campaigns_of(project, names):
        click.echo(render(compile_campaign(project, name), form).rstrip())
