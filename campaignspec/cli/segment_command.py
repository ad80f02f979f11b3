"""``campaignspec segment``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from campaignspec.cli.options import from_option, project_option, to_option
from campaignspec.errors import UsageError
from campaignspec.project import Project

DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "spark", "clickhouse")
"""The names of `campaignspec.warehouse.Dialect`, which is loaded only when it is asked for."""


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
    "--sql",
    "dialect",
    type=click.Choice(DIALECTS),
    help="Write the query that a database answers; wants --at.",
)
@click.option(
    "--bare",
    is_flag=True,
    help="With --sql: ask tables that you make, and do not read the project's sources.",
)
@click.option(
    "--direct",
    is_flag=True,
    help="Count straight from the sources, without building the store; wants --at.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
def command(
    *,
    names: tuple[str, ...],
    start: Path,
    at: str | None,
    first: str | None,
    last: str | None,
    customer: str | None,
    show_ids: bool,
    dialect: str | None,
    bare: bool,
    direct: bool,
    form: str,
) -> None:
    """Look at segments: how many match, who comes and goes, whom a channel reaches.

    Shows all segments, if none is named. Samples are told by a hash of their ids, and by the
    traits that the rule names; no attribute and no address is shown.

    With --explain every condition of one segment is proved true or false of one customer, by
    the events behind it.

    With --sql the same rules are written as a query, and with --direct they are asked of the
    sources as they lie: of files by DuckDB, of PostgreSQL by itself.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.segment import look_at_segments
    from campaignspec.cli.segments import look_data, look_lines

    if customer is not None and (len(names) != 1 or first or last or show_ids):
        raise UsageError("--explain wants one segment and, if need be, --at; nothing else")
    if dialect is not None or direct or bare:
        is_looking = bool(customer or first or last or show_ids)
        _check_query(dialect, direct=direct, at=at, is_looking=is_looking)
    project, _ = opened(start)
    if dialect is not None and at is not None:
        _write_sql(project, names, dialect, at, bare=bare)
        return
    if direct and at is not None:
        _count(project, names, at, form)
        return
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


def _check_query(dialect: str | None, *, direct: bool, at: str | None, is_looking: bool) -> None:
    if dialect is None and not direct:
        raise UsageError("--bare goes with --sql")
    if at is None or is_looking or (dialect is not None and direct):
        wanted = "--sql" if dialect is not None else "--direct"
        raise UsageError(f"{wanted} wants --at and names of segments; no other look goes with it")


def _write_sql(
    project: Project, names: tuple[str, ...], dialect: str, at: str, *, bare: bool
) -> None:
    from campaignspec.api.sql import segment_sql

    click.echo(segment_sql(project, segments=names, dialect=dialect, at=at, bare=bare))


def _count(project: Project, names: tuple[str, ...], at: str, form: str) -> None:
    from campaignspec.api.sql import size_directly
    from campaignspec.cli.sizes import size_data, size_lines

    look = size_directly(project, segments=names, at=at)
    if form == "json":
        click.echo(json.dumps(size_data(look), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(size_lines(look)))
