"""``campaignspec mix``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.api.mix import ChoiceExplained, Weighed


@click.command("mix")
@click.argument("name")
@click.option("--customer", required=True, metavar="ID", help="Who is to be written to.")
@click.option("--campaign", metavar="NAME", help="Whose message; the first by this mix if none.")
@click.option("--at", metavar="DATE", help="A date, or date and time; the history's end if none.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for machines.",
)
@project_option
def command(
    name: str,
    customer: str,
    campaign: str | None,
    at: str | None,
    form: Literal["text", "json"],
    start: Path,
) -> None:
    """Say by which channel of the mix NAME a customer would be written to, and why.

    What only a run knows is not looked at: its own messages, and opt-outs in answer to them.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.mix import explain_choice

    project, _ = opened(start)
    found = explain_choice(project, mix=name, customer=customer, campaign=campaign, at=at)
    if form == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_lines(found)))


def _lines(found: ChoiceExplained) -> Iterator[str]:
    from campaignspec.clock import format_instant

    when = format_instant(found.at, found.zone)
    yield f"{found.customer}, {found.message} of {found.campaign}, {when}: mix {found.mix}"
    width = max(len(each.channel) for each in found.channels)
    for each in found.channels:
        sign = "→" if each.channel == found.chosen else " "
        yield f"{sign} {each.channel:<{width}}  {_said(each, found.currency)}"
    yield f"chosen: {found.chosen or 'none, nothing is sent'} ({found.choose})"


def _said(each: Weighed, currency: str) -> str:
    """Say what a channel is worth, and what is against it."""
    from campaignspec.money import format_micros
    from campaignspec.spec.kinds import Share

    worth = f"cost {format_micros(each.cost)} {currency}"
    if each.score is not None and each.sent is not None and each.answered is not None:
        known = f"preference ({each.answered} + 1) / ({each.sent} + 2)"
        worth = f"score {each.score:.3f}: {known}, {worth}"
    if each.limit is not None:
        worth += f", at most {Share(each.limit)} of the messages"
    return worth if each.against is None else f"{worth}. {each.against}"
