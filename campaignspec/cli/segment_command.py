"""``campaignspec segment``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from campaignspec.cli.options import from_option, project_option, to_option
from campaignspec.errors import UsageError
from campaignspec.project import Project


@click.command("segment")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@project_option
@click.option(
    "--at",
    metavar="TIME",
    help="A date, or a date and time, in the project's time zone.  [default: the last day's end]",
)
@from_option
@to_option
@click.option("--explain", "customer", metavar="CUSTOMER", help="Say why this customer matches.")
@click.option("--show-ids", is_flag=True, help="Tell samples by their ids.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
def command(
    names: tuple[str, ...],
    start: Path,
    at: str | None,
    first: str | None,
    last: str | None,
    customer: str | None,
    show_ids: bool,  # noqa: FBT001 - a flag of the command line
    form: str,
) -> None:
    """Look at segments: how many match, who comes and goes, whom a channel reaches.

    Shows all segments, if none is named. Samples are told by a hash of their ids, and by the
    traits that the rule names; no attribute and no address is shown.

    With --explain every condition of one segment is proved true or false of one customer, by
    the events behind it.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.segment import look_at_segments
    from campaignspec.cli.segments import look_data, look_lines

    if customer is not None and (len(names) != 1 or first or last or show_ids):
        raise UsageError("--explain wants one segment and, if need be, --at; nothing else")
    project, _ = opened(start)
    if customer is not None:
        _explain(project, names[0], customer, at, form)
        return
    look = look_at_segments(
        project, segments=names, at=at, first=first, last=last, show_ids=show_ids
    )
    if form == "json":
        click.echo(json.dumps(look_data(look), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(look_lines(look)))


def _explain(project: Project, segment: str, customer: str, at: str | None, form: str) -> None:
    from campaignspec.api.explain import explain_segment
    from campaignspec.cli.explanation import explanation_data, explanation_lines

    explained = explain_segment(project, segment=segment, customer=customer, at=at)
    if form == "json":
        click.echo(json.dumps(explanation_data(explained), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(explanation_lines(explained)))
