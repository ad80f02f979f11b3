"""Answers straight from the sources, without building the store: for one-off questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import duckdb
from sqlglot import exp

from campaignspec.clock import Instant
from campaignspec.errors import HistoryError, UsageError
from campaignspec.history.declared import table_of
from campaignspec.history.place import Database
from campaignspec.history.postgres import answer, at_one_instant
from campaignspec.history.reading import connect
from campaignspec.project import Project
from campaignspec.warehouse.dialects import Dialect, write_sql
from campaignspec.warehouse.layout import layout_of
from campaignspec.warehouse.query import Query, Rules, matches_of, members_of
from campaignspec.warehouse.readers import DuckReader, PostgresReader, PrintedDuckReader
from campaignspec.warehouse.sources import tables_of, with_tables
from campaignspec.warehouse.words import column, whole, within_brackets

_MATCHES: Final = "matches"

Ask: TypeAlias = Callable[[Query, Callable[[exp.Select], exp.Select]], Sequence[tuple[Any, ...]]]
"""Answers a query, or what is made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many customers there are, and how many match.

    Attributes:
        customers: How many there are.
        segments: How many match, by segment.
    """

    customers: int
    segments: Mapping[str, int]


def rules_of(project: Project) -> Rules:
    """Return what a project says, with its sources laid out."""
    settings = project.settings
    return Rules(
        layout=layout_of(settings.sources),
        traits=project.traits,
        segments=project.segments,
        zone=settings.timezone,
    )


def sizes_of(project: Project, segments: Sequence[str], at: Instant) -> Sizes:
    """Count who matches segments at an instant, straight from the sources.

    Raises:
        UsageError: A segment or a source has no SQL.
        HistoryError: A source cannot be read as declared.
    """
    query = matches_of(segments, rules_of(project), at)

    def counted(tree: exp.Select) -> exp.Select:
        sums = [
            exp.Count(this=exp.Case(ifs=[exp.If(this=column(name, _MATCHES), true=whole(1))]))
            for name in query.columns.values()
        ]
        return exp.select(exp.Count(this=exp.Star()), *sums).from_(within_brackets(tree, _MATCHES))

    with _answering(project, at) as ask:
        ((customers, *sizes),) = ask(query, counted)
    return Sizes(customers=customers, segments=dict(zip(query.columns, sizes, strict=True)))


def customers_of(project: Project, segment: str, at: Instant) -> tuple[str, ...]:
    """List who matches a segment at an instant, straight from the sources, in ascending order.

    Raises:
        UsageError: The segment or a source has no SQL.
        HistoryError: A source cannot be read as declared.
    """
    query = members_of(segment, rules_of(project), at)
    with _answering(project, at) as ask:
        return tuple(sorted(customer for (customer,) in ask(query, lambda tree: tree)))


def write_with_sources(project: Project, query: Query, dialect: Dialect, at: Instant) -> str:
    """Write a query that reads a project's sources by itself, in DuckDB or in PostgreSQL.

    Raises:
        UsageError: A source has no SQL, or cannot be read by that database.
        HistoryError: A source cannot be read as declared.
    """
    if dialect is Dialect.POSTGRES:
        if database_of(project) is None:
            raise UsageError(
                "not all sources are in one PostgreSQL database; with --bare the query asks tables "
                "that you make"
            )
        return write_sql(_whole(project, query, PostgresReader(project.root), at), dialect)
    with connect() as connection, ExitStack() as stack:
        reader = PrintedDuckReader(connection, stack, project.root)
        return write_sql(_whole(project, query, reader, at), dialect)


def database_of(project: Project) -> Database | None:
    """Return the one PostgreSQL database that all sources are in; None if they are not."""
    places = [table_of(source, project.root)[0] for source in project.settings.sources]
    databases = [place for place in places if isinstance(place, Database)]
    if not places or len(databases) < len(places) or len({each.url for each in databases}) > 1:
        return None
    return databases[0]


@contextmanager
def _answering(project: Project, at: Instant) -> Iterator[Ask]:
    """Answer in the database that all sources are in, or else in DuckDB."""
    database = database_of(project)
    if database is not None:
        yield _in_postgres(project, database, at)
        return
    with at_one_instant(), connect() as connection, ExitStack() as stack:
        yield _in_duckdb(project, connection, stack, at)


def _in_postgres(project: Project, database: Database, at: Instant) -> Ask:
    def ask(query: Query, shape: Callable[[exp.Select], exp.Select]) -> Sequence[tuple[Any, ...]]:
        tree = _whole(project, query, PostgresReader(project.root), at)
        return answer(database, write_sql(shape(tree), Dialect.POSTGRES))

    return ask


def _in_duckdb(
    project: Project, connection: duckdb.DuckDBPyConnection, stack: ExitStack, at: Instant
) -> Ask:
    def ask(query: Query, shape: Callable[[exp.Select], exp.Select]) -> Sequence[tuple[Any, ...]]:
        reader = DuckReader(connection, stack, project.root)
        tree = _whole(project, query, reader, at)
        reader.check()
        try:
            found: list[tuple[Any, ...]] = connection.execute(
                write_sql(shape(tree), Dialect.DUCKDB)
            ).fetchall()
        except duckdb.Error as error:
            first, *_ = str(error).splitlines()
            raise HistoryError(f"DuckDB cannot answer from the sources: {first}") from error
        return found

    return ask


def _whole(
    project: Project, query: Query, reader: DuckReader | PostgresReader, at: Instant
) -> exp.Select:
    parts = tables_of(project, layout_of(project.settings.sources), query, reader, at)
    return with_tables(query, parts)
