"""``campaignspec new``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.api.new import Made

BLUEPRINTS: Final = ("win-back", "welcome", "abandoned-cart", "birthday", "second-purchase")
"""Those of `campaignspec.api.new`, which is loaded only when it is asked for."""


@click.group("new")
def command() -> None:
    """Write a sound beginning of a campaign, a segment, a trait or a message.

    No file is ever overwritten. What the project must still declare is printed.
    """


@command.command("campaign")
@click.argument("name")
@click.option(
    "--like",
    type=click.Choice(BLUEPRINTS),
    default="welcome",
    show_default=True,
    help="The campaign to begin with.",
)
@project_option
def campaign(name: str, like: str, start: Path) -> None:
    """Write the campaign NAME with a template for each of its messages.

    It uses the project's own events, traits and segments where they fit.
    """
    from campaignspec.api.new import new_campaign

    _show(new_campaign(start, name, like=like, today=_today()))


@command.command("segment")
@click.argument("name")
@project_option
def segment(name: str, start: Path) -> None:
    """Write the segment NAME into a file of its own, with a rule to begin with."""
    from campaignspec.api.new import new_segment

    _show(new_segment(start, name, today=_today()))


@command.command("trait")
@click.argument("name")
@project_option
def trait(name: str, start: Path) -> None:
    """Write the trait NAME into a file of its own: the number of orders in 90 days."""
    from campaignspec.api.new import new_trait

    _show(new_trait(start, name, today=_today()))


@command.command("message")
@click.argument("name", metavar="CAMPAIGN/MESSAGE")
@click.option("--via", metavar="CHANNEL", help="The channel; e-mail, if nothing says otherwise.")
@project_option
def message(name: str, via: str | None, start: Path) -> None:
    """Write the template of a message, and show the step that sends it."""
    from campaignspec.api.new import new_message

    _show(new_message(start, name, via=via, today=_today()))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the author's own day


def _show(made: Made) -> None:
    here = Path.cwd()
    for file in made.files:
        click.echo(f"wrote {file.relative_to(here) if file.is_relative_to(here) else file}")
    if made.needs:
        click.echo("\nthe project lacks what it uses; declare")
    for need in made.needs:
        click.echo(f"\n{need}")
    if made.next_step:
        click.echo(f"\nsend it by a step of the journey:\n\n{made.next_step}")
