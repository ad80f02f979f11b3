"""Showing findings."""

from __future__ import annotations

import sys
from typing import Literal

import click

from campaignspec.api.check import Checkup
from campaignspec.diagnostics import render

Form = Literal["text", "json", "sarif", "github"]


def show_findings(checkup: Checkup, *, form: Form) -> None:
    """Print findings: for people to standard error, for machines to standard output."""
    text = render(
        checkup.diagnostics,
        sources=checkup.texts,
        form=form,
        colour=form == "text" and sys.stderr.isatty(),
    )
    if text:
        click.echo(text, err=form == "text")
