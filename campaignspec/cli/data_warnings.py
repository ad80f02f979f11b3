"""Showing data tests that fail and stop nothing."""

from __future__ import annotations

from collections.abc import Sequence

import click

from campaignspec.quality.outcome import Outcome, told


def show_warnings(outcomes: Sequence[Outcome]) -> None:
    """Print the tests that fail, with examples and advice, to standard error."""
    for outcome in outcomes:
        click.echo(f"warning: {told(outcome)}", err=True)
