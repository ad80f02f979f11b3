"""Segments as SQL, and answers straight from the sources without the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from campaignspec.api.audience import write_ids
from campaignspec.api.names import segments_of
from campaignspec.api.period import instant_of
from campaignspec.clock import Instant, format_instant
from campaignspec.project import Project
from campaignspec.project.names import FactKind
from campaignspec.spec.conditions import write_segment
from campaignspec.warehouse import (
    Dialect,
    Query,
    Relation,
    Rules,
    matches_of,
    members_of,
    write_sql,
)
from campaignspec.warehouse.direct import customers_of, rules_of, sizes_of, write_with_sources

_UNITS: Final = {
    FactKind.TEXT: "text",
    FactKind.NUMBER: "double",
    FactKind.MONEY: "millionths",
    FactKind.DATE: "days since 1970-01-01",
    FactKind.BOOLEAN: "boolean",
}
_OWN_SOURCES: Final = frozenset({Dialect.DUCKDB, Dialect.POSTGRES})
"""The databases that a project's sources may be in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many customers match a segment.

    Attributes:
        name: The segment's name.
        title: One line for people, where there is one.
        rule: What it asks, for people.
        size: How many match.
    """

    name: str
    title: str | None
    rule: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectLook:
    """How many customers match some segments at an instant.

    Attributes:
        at: The instant.
        zone: The project's time zone.
        customers: How many customers there are.
        segments: The segments, as ordered.
    """

    at: Instant
    zone: str
    customers: int
    segments: tuple[Size, ...]


def segment_sql(
    project: Project, *, segments: Sequence[str], dialect: str, at: str, bare: bool = False
) -> str:
    """Write segments as one query.

    One segment gives a query of its customers' ids. Several give one of all customers, with a
    column of truths for each segment.

    Args:
        project: The linked project.
        segments: Names of segments; all, if none is given.
        dialect: The database: a `campaignspec.warehouse.Dialect`.
        at: A date, whose beginning is meant, or a date and time.
        bare: Whether the query asks tables that are there already. Only DuckDB and PostgreSQL
            can be asked to read the project's sources; the others always ask such tables.

    Raises:
        UsageError: A name or a date does not exist, or a segment or a source has no SQL.
        HistoryError: A source cannot be read as declared.
    """
    names, now, rules = segments_of(project, segments), instant_of(project, at), rules_of(project)
    asks_one = len(names) == 1
    query = members_of(names[0], rules, now) if asks_one else matches_of(names, rules, now)
    wanted = Dialect(dialect)
    is_bare = bare or wanted not in _OWN_SOURCES
    shown = format_instant(now, project.settings.timezone)
    comments = [f"{', '.join(names)} as of {shown} ({project.settings.timezone})"]
    if is_bare:
        comments += _tables(rules, query)
        sql = write_sql(query.tree, wanted)
    else:
        sql = write_with_sources(project, query, wanted, now)
    return "\n".join([*(f"-- {comment}" for comment in comments), sql])


def size_directly(project: Project, *, segments: Sequence[str], at: str) -> DirectLook:
    """Count who matches segments, straight from the sources.

    Args:
        project: The linked project.
        segments: Names of segments; all, if none is given.
        at: A date, whose beginning is meant, or a date and time.

    Raises:
        UsageError: A name or a date does not exist, or a segment or a source has no SQL.
        HistoryError: A source cannot be read as declared.
    """
    names, now = segments_of(project, segments), instant_of(project, at)
    sizes = sizes_of(project, names, now)
    return DirectLook(
        at=now,
        zone=project.settings.timezone,
        customers=sizes.customers,
        segments=tuple(
            Size(
                name=name,
                title=project.segments[name].title,
                rule=write_segment(project.segments[name]),
                size=sizes.segments[name],
            )
            for name in names
        ),
    )


def write_audience_directly(
    project: Project, *, segment: str, at: str, path: Path, safe: bool = True
) -> int:
    """Write the ids of who matches a segment to a file, straight from the sources.

    Args:
        project: The linked project.
        segment: The segment's name.
        at: A date, whose beginning is meant, or a date and time.
        path: A ``.csv`` or ``.parquet`` file.
        safe: As in `campaignspec.api.audience.write_audience`.

    Returns:
        How many customers were written, in ascending order of their ids.

    Raises:
        UsageError: A name or a date does not exist, or the segment or a source has no SQL.
        HistoryError: A source cannot be read as declared.
        CampaignspecError: The file cannot be written.
    """
    (name,), now = segments_of(project, [segment]), instant_of(project, at)
    return write_ids(lambda: customers_of(project, name, now), path, safe=safe)


def _tables(rules: Rules, query: Query) -> Iterator[str]:
    """Tell of the tables that a query asks: what they are called, and what is in them."""
    yield "asks these tables, which you make of your data:"
    customers = rules.layout.customers
    yield f"  {customers.table}: {', '.join(_columns(query, customers))}"
    for event in query.events:
        relation = rules.layout.events[event]
        columns = ", ".join(_columns(query, relation, ("at (microseconds)", "n (arrival)")))
        called = "" if relation.table == event else f", for the event {event}"
        yield f"  {relation.table}: {columns}{called}"


def _columns(query: Query, relation: Relation, fixed: Sequence[str] = ()) -> Iterator[str]:
    """Yield the columns of a table that a query names, with what is in them."""
    yield "customer"
    yield from fixed
    for field in query.wanted(relation).values():
        yield f"{field.column} ({_UNITS[field.kind]})"
