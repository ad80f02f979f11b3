"""``campaignspec status``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignspec.cli.options import project_option

if TYPE_CHECKING:
    from campaignspec.ledger.reading import Kept


@click.command("status")
@click.option("--env", "environment", required=True, metavar="NAME", help="The environment.")
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the status is written.",
)
def command(environment: str, start: Path, form: str) -> None:
    """Show who is where in an environment, and what became of its messages."""
    from campaignspec.api.check import opened
    from campaignspec.api.status import status

    project, _ = opened(start)
    kept = status(project, environment)
    if form == "json":
        click.echo(json.dumps(_plain(kept), indent=2))
        return
    for line in _lines(kept, project.settings.timezone):
        click.echo(line)


def _lines(kept: Kept, zone: str) -> Iterator[str]:
    from campaignspec.clock import format_instant

    yield f"done up to {format_instant(kept.watermark, zone)} ({zone})"
    wide = max((len(place.node) for place in kept.places), default=0)
    for campaign, fingerprint in kept.campaigns.items():
        yield f"\n{campaign}  {fingerprint}"
        for place in kept.places:
            if place.campaign == campaign:
                wake = place.next_wake and format_instant(place.next_wake, zone)
                watched = f", {place.watched:,} only watched" if place.watched else ""
                until = f", next at {wake}" if wake else ""
                yield f"  {place.node:<{wide}}  {place.people:>7,} people{watched}{until}"
        yield f"  {kept.ended.get(campaign, 0):,} people have left or finished"
    counted = [f"{number:,} {name}" for name, number in kept.messages.items() if number]
    yield f"\nmessages: {', '.join(counted) or 'none'}"


def _plain(kept: Kept) -> dict[str, Any]:
    from campaignspec.clock import to_datetime

    def written(instant: int | None) -> str | None:
        return None if instant is None else to_datetime(instant).isoformat()

    return {
        "format_version": "1.0",
        "start": written(kept.start),
        "watermark": written(kept.watermark),
        "campaigns": dict(kept.campaigns),
        "places": [
            {
                "campaign": place.campaign,
                "node": place.node,
                "people": place.people,
                "watched": place.watched,
                "next_wake": written(place.next_wake),
            }
            for place in kept.places
        ],
        "ended": dict(kept.ended),
        "messages": {status.value: number for status, number in kept.messages.items()},
    }
