"""How far a run is: a line that moves on a terminal, and a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from campaignspec.api.run import Run
from campaignspec.clock import DAY, format_instant

_STEPS = 10
_LONGEST = 3650 * DAY
"""A run that is longer than this goes on until it is stopped; it has no share done."""


def shown(run: Run, zone: str) -> Iterator[int]:
    """Go on with a run, print how far it is, and yield the messages of each tick."""
    total, printed = run.end - run.start, 0
    endless = total > _LONGEST
    for progress in run.progress():
        yield progress.sent
        if progress.trouble is not None:
            click.echo(f"standing still: {progress.trouble}", err=True)
        step = 0 if endless else _STEPS * (progress.at - run.start) // total
        if sys.stderr.isatty():
            share = "" if endless else f" {100 * (progress.at - run.start) // total:3}%"
            click.echo(f"\r{format_instant(progress.at, zone)}{share}", err=True, nl=False)
        elif step > printed or (endless and progress.sent):
            click.echo(f"{format_instant(progress.at, zone)}  {10 * step}%", err=True)
        printed = max(printed, step)
    if sys.stderr.isatty():
        click.echo("", err=True)
