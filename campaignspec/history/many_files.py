"""Opening a source that may be many files, named by a pattern, as one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import duckdb

from campaignspec.history.casts import Writing
from campaignspec.history.opening import open_table
from campaignspec.history.place import Place
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import ROW, quoted
from campaignspec.history.table import Table
from campaignspec.history.telling import files_of


@contextmanager
def open_all(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    read: ReadAs,
    *,
    columns: Sequence[str] | None = None,
) -> Iterator[Table]:
    """Open a source, of one file or of those that a pattern fits, as one table.

    Of many files the rows are counted on from one to the next, in the order of their names. Such a
    table has the columns that every file has; one that the files hold in different types is text.

    Args:
        connection: DuckDB's connection.
        place: The file, the pattern or the database.
        read: How a file is read.
        columns: The columns that are needed, so that a database sends no others; None is all.

    Raises:
        HistoryError: No file fits the pattern; or as `open_table`.
    """
    with ExitStack() as stack:
        tables = [
            stack.enter_context(open_table(connection, each, read, columns=columns))
            for each in files_of(place)
        ]
        yield tables[0] if len(tables) == 1 else _together(connection, place, tables)


def _together(
    connection: duckdb.DuckDBPyConnection, place: Place, tables: Sequence[Table]
) -> Table:
    first, *others = tables
    kinds = {
        column: kind if all(each.kinds[column] == kind for each in others) else "VARCHAR"
        for column, kind in first.kinds.items()
        if all(column in each.kinds for each in others)
    }
    parts, before = [], 0
    for table in tables:
        shown = [_as(column, table.kinds[column], kind) for column, kind in kinds.items()]
        listed = ", ".join([f"{ROW} + {before} AS {ROW}", *shown])
        parts.append(f"SELECT {listed} FROM {table.rows}")  # noqa: S608 (quoted)
        before = _last_row(connection, table, before)
    return Table(
        file=place,
        rows=f"({' UNION ALL '.join(parts)})",
        kinds=kinds,
        stays=all(table.stays for table in tables),
        writing=_writing(tables),
    )


def _writing(tables: Sequence[Table]) -> Writing:
    """Return how the files write: one that is typed in makes them all doubtful."""
    return max((table.writing for table in tables), key=lambda writing: writing.is_typed_in)


def _as(column: str, held: str, wanted: str) -> str:
    name = quoted(column)
    return name if held == wanted else f"CAST({name} AS {wanted}) AS {name}"


def _last_row(connection: duckdb.DuckDBPyConnection, table: Table, before: int) -> int:
    found = connection.execute(f"SELECT max({ROW}) FROM {table.rows}").fetchone()  # noqa: S608 (own name)
    return before + (found[0] or 0 if found else 0)
