"""Showing findings."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Literal, Protocol

import click

from campaignspec.diagnostics import Diagnostic, render

Form = Literal["text", "json", "sarif", "github"]


class Found(Protocol):
    """Findings, with the texts that they are shown in."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings."""
        ...

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of files by the names they are shown under."""
        ...


def show_findings(found: Found, *, form: Form) -> None:
    """Print findings: for people to standard error, for machines to standard output."""
    text = render(
        found.diagnostics,
        sources=found.texts,
        form=form,
        colour=form == "text" and sys.stderr.isatty(),
    )
    if text:
        click.echo(text, err=form == "text")
