"""Customers read on by a cursor: of each id the row that has the greatest one.

What was read lies in one Parquet file with a row a customer, every value in the words of its
source. A look reads only rows beyond the greatest cursor in it, and writes the next file. Nothing
is ever changed in a file, and how far it goes is said by its rows alone: whichever of two processes
is slower, no row is passed over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.field import Field, Shape
from campaignspec.history.opening import open_table
from campaignspec.history.postgres import After
from campaignspec.history.preparing import Workshop, write_parquet
from campaignspec.history.reading import Typed, connect, typed
from campaignspec.history.source import CustomerSource
from campaignspec.history.sql import quoted
from campaignspec.history.staging import CURSOR, Since, customer_fields
from campaignspec.history.table import Table

_SETTLED: Final = "settled"
_NEW: Final = "beyond"
_LATEST: Final = "latest"
_KEPT: Final = 4
"""So many files are kept: another process may be reading one that was the last a moment ago."""
_HALF: Final = 2**63
"""Added to a cursor, so that names of files are in the order of cursors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingSource:
    """A table of customers in which rows that are new or have changed have a greater cursor.

    Attributes:
        customers: What its columns mean; its attributes are declared.
        cursor: The column of the cursor. Of rows with one id that with the greatest counts,
            wholly; of those with the same one the last.
    """

    customers: CustomerSource
    cursor: str


class _DamagedError(Exception):
    """What was kept does not read back."""


def latest_customers(source: GrowingSource, workshop: Workshop) -> CustomerSource:
    """Make the source of the customers as they are now, in the order of their cursors.

    Args:
        source: The table.
        workshop: Where is kept what was read; where nothing is, everything is read.

    Raises:
        HistoryError: A row that was not read before is not as declared.
    """
    folder = workshop.growing(source)
    try:
        file = _read_on(source, folder)
    except _DamagedError:
        for damaged in _files(folder):
            damaged.unlink(missing_ok=True)
        file = _read_on(source, folder)
    called = source.customers.called
    return replace(source.customers, file=file, read=source.customers.read.as_written, name=called)


def _read_on(source: GrowingSource, folder: Path) -> Path:
    """Return the file of the latest rows, after a look at what is new."""
    columns = _columns(source)
    kept = _files(folder)[-1:]
    with connect() as db:
        since = _settled(db, source, columns, kept[0]) if kept else None
        after = After(column=source.cursor, value=since.value) if since else None
        place, read = source.customers.file, source.customers.read
        with open_table(db, place, read, columns=columns, after=after) as table:
            _stage_new(db, table, source, columns, since)
        if since and not db.execute(f"SELECT 1 FROM {_NEW} LIMIT 1").fetchone():  # noqa: S608 (own name)
            return kept[0]
        tables = [_SETTLED, _NEW] if since else [_NEW]
        return _settle(db, tables, columns, folder)


def _settled(
    connection: duckdb.DuckDBPyConnection,
    source: GrowingSource,
    columns: Sequence[str],
    file: Path,
) -> Since | None:
    """Open what was read before, and say how far that was; None where there was no row.

    It stays in its file: where nothing is new, only its cursors are looked at.

    Raises:
        _DamagedError: It does not read back.
    """
    word = f"w{columns.index(source.cursor)}"
    try:
        with open_table(connection, file, source.customers.read.as_written) as table:
            declared = typed(table, [*_keys(source), *_words(columns)])
            connection.execute(f"CREATE TEMP VIEW {_SETTLED} AS {_selected(declared, columns)}")
            rank, value = connection.execute(
                f"SELECT max({CURSOR}), arg_max({word}, {CURSOR}) FROM {_SETTLED}"  # noqa: S608 (own names)
            ).fetchall()[0]
    except HistoryError as error:
        raise _DamagedError from error
    return None if rank is None else Since(rank=rank, value=value)


def _stage_new(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    source: GrowingSource,
    columns: Sequence[str],
    since: Since | None,
) -> None:
    """Read the rows beyond a cursor: checked as declared, and kept in the words of the source."""
    checked = [each for each in _fields(source) if each.name != "customer"]
    declared = typed(table, [*_keys(source), *checked, *_words(columns)])
    later = f"WHERE {CURSOR} IS NULL OR {CURSOR} > {since.rank}" if since else ""
    connection.execute(f"CREATE TEMP TABLE {_NEW} AS {_selected(declared, columns)} {later}")
    declared.check(connection, _NEW)


def _selected(declared: Typed, columns: Sequence[str]) -> str:
    """Select the rows of a table as they are held against each other, before any condition."""
    words = ", ".join(word.name for word in _words(columns))
    return f"SELECT n, bad, customer, {CURSOR}, {words} FROM ({declared.rows})"  # noqa: S608 (own names)


def _settle(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    columns: Sequence[str],
    folder: Path,
) -> Path:
    """Write the latest row of each customer, and return the file.

    Raises:
        _DamagedError: What was read before does not read back.
    """
    words = _words(columns)
    listed = f"customer, {CURSOR}, n, {', '.join(word.name for word in words)}"
    both = " UNION ALL ".join(f"SELECT {listed} FROM {table}" for table in tables)  # noqa: S608 (own names)
    try:
        connection.execute(
            f"CREATE TEMP TABLE {_LATEST} AS SELECT * FROM ({both}) QUALIFY "  # noqa: S608 (own names)
            f"row_number() OVER (PARTITION BY customer ORDER BY {CURSOR} DESC, n DESC) = 1"
        )
    except duckdb.Error as error:
        raise _DamagedError from error
    rank, content = connection.execute(
        f"SELECT max({CURSOR}), bit_xor(hash({', '.join(word.name for word in words)})) "  # noqa: S608 (own names)
        f"FROM {_LATEST}"
    ).fetchall()[0]
    reached = 0 if rank is None else rank + _HALF
    file = folder / f"{reached:020}-{content or 0:016x}.parquet"
    shown = ", ".join(f"{word.name} AS {quoted(word.column)}" for word in words)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as writing:
        draft = Path(writing) / file.name
        ordered = f"SELECT {shown} FROM {_LATEST} ORDER BY {CURSOR}, customer"  # noqa: S608 (quoted)
        write_parquet(connection, ordered, draft)
        draft.replace(file)
    for old in _files(folder)[:-_KEPT]:
        old.unlink(missing_ok=True)
    return file


def _files(folder: Path) -> Sequence[Path]:
    """List what is kept; the last goes furthest."""
    return sorted(folder.glob("*.parquet"))


def _fields(source: GrowingSource) -> Sequence[Field]:
    return customer_fields(source.customers, source.customers.attributes or {})


def _columns(source: GrowingSource) -> Sequence[str]:
    """Return the columns that are read, each once."""
    return list(dict.fromkeys([*(each.column for each in _fields(source)), source.cursor]))


def _keys(source: GrowingSource) -> Sequence[Field]:
    return [
        Field(name="customer", column=source.customers.customer, required=True),
        Field(name=CURSOR, column=source.cursor, kind=Shape.CURSOR, required=True),
    ]


def _words(columns: Sequence[str]) -> Sequence[Field]:
    """Read columns as the texts that they are written in."""
    return [Field(name=f"w{number}", column=column) for number, column in enumerate(columns)]
