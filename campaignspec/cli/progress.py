"""How far a run or a rehearsal is: a line that moves on a terminal, and lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

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


def rehearsal_watcher(asked: bool | None) -> Callable[[int, int], None] | None:  # noqa: FBT001
    """Return what tells how far a rehearsal is.

    Args:
        asked: Whether somebody wants to know; None where only a terminal does.
    """
    on_terminal = sys.stderr.isatty()
    if not (on_terminal if asked is None else asked):
        return None
    begun = time.monotonic()

    def watch(done: int, customers: int) -> None:
        line = progress_line(done, customers, time.monotonic() - begun)
        if on_terminal:
            # The rest of a longer line before is wiped out.
            click.echo(f"\r{line}\x1b[K", err=True, nl=done == customers)
        else:
            click.echo(line, err=True)

    return watch


def progress_line(done: int, customers: int, seconds: float) -> str:
    """Say how many customers have been rehearsed, how fast, and how long the others will take."""
    line = f"{done:,} of {customers:,} customers"
    if not done or seconds <= 0:
        return line
    rate = done / seconds
    left = "" if done == customers else f", {_time((customers - done) / rate)} left"
    return f"{line}, {rate:,.0f} a second{left}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
