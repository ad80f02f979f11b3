"""SQLite files: a table or a query, only ever read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from campaignspec.diagnostics import nearest
from campaignspec.errors import HistoryError
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import quoted
from campaignspec.history.table import Table
from campaignspec.history.text_table import TextRow, number_text, text_table

SQLITE_ENDINGS: Final = frozenset({".sqlite", ".db"})

_READING: Final = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)


@contextmanager
def open_sqlite(connection: duckdb.DuckDBPyConnection, file: Path, read: ReadAs) -> Iterator[Table]:
    """Open a table or a query of a database; its first row is row 1.

    Raises:
        HistoryError: There is no such table, the query does more than read or cannot be run,
            or a value is neither text nor a number.
    """
    try:
        with closing(_connect(file)) as database:
            cursor = database.execute(read.query or _whole(file, database, read.table))
            columns = [str(name) for name, *_ in cursor.description or ()]
            with text_table(connection, file, columns, _rows(file, columns, cursor)) as table:
                yield table
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise HistoryError(f"{file}: cannot be read: {error}") from error


def parts_of(file: Path) -> tuple[Path, ...]:
    """Return the files that hold what is read: of a database also what waits to be merged."""
    if file.suffix.lower() not in SQLITE_ENDINGS:
        return (file,)
    waiting = file.with_name(f"{file.name}-wal")
    return (file, waiting) if waiting.is_file() else (file,)


def _connect(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    database.set_authorizer(_only_reading)
    return database


def _only_reading(action: int, *_: str | None) -> int:
    """Keep a query from attaching and changing other files, which it could even here."""
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _whole(file: Path, database: sqlite3.Connection, table: str | None) -> str:
    present = _tables(database)
    if table is None and len(present) != 1:
        raise HistoryError(
            f"{file}: say which table to read: `read: {{table: …}}`; {_listed(present)}"
        )
    if table is not None and table not in present:
        near = nearest(table, present)
        hint = f"did you mean {near!r}?" if near else _listed(present)
        raise HistoryError(f"{file}: has no table {table!r}; {hint}")
    return f"SELECT * FROM {quoted(table or present[0])}"  # noqa: S608 (quoted)


def _tables(database: sqlite3.Connection) -> Sequence[str]:
    found = database.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [str(name) for (name,) in found]


def _listed(tables: Sequence[str]) -> str:
    return f"tables: {', '.join(map(repr, tables))}" if tables else "it has none"


def _rows(file: Path, columns: Sequence[str], cursor: sqlite3.Cursor) -> Iterator[TextRow]:
    for number, row in enumerate(cursor, start=1):
        try:
            yield number, [_text(value) for value in row]
        except TypeError as error:
            at = next(at for at, value in enumerate(row) if isinstance(value, bytes))
            raise HistoryError(
                f"{file}: row {number}: column {columns[at]!r} holds bytes, not text or a number"
            ) from error


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case int():
            return str(value)
        case float():
            return number_text(value)
        case _:
            raise TypeError(f"{value!r} is not text or a number")
