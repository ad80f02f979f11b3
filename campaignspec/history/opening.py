"""Opening a source as a table: a database, or a file whose ending says what kind it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.casts import Writing
from campaignspec.history.commerceml import COMMERCEML_ENDING, open_commerceml
from campaignspec.history.csv_file import open_csv
from campaignspec.history.excel_file import open_excel
from campaignspec.history.place import Database, Place
from campaignspec.history.postgres import After, open_postgres
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import ROW, literal
from campaignspec.history.sqlite_file import SQLITE_ENDINGS, open_sqlite
from campaignspec.history.table import Table, unreadable

_EXCEL_ENDINGS: Final = frozenset({".xlsx", ".xls"})


@contextmanager
def open_table(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    read: ReadAs,
    *,
    columns: Sequence[str] | None = None,
    after: After | None = None,
) -> Iterator[Table]:
    """Open a source as a table in DuckDB.

    Args:
        connection: DuckDB's connection.
        place: The file or the database.
        read: How a file is read.
        columns: The columns that are needed, so that a database sends no others; None is all.
        after: The rows that are needed, so that a database sends no others; None is all. A file
            is opened whole.

    Raises:
        HistoryError: The file does not exist, is empty, or is not what its ending says; or the
            database cannot be read.
    """
    try:
        with _opened(connection, place, read, columns, after) as table:
            yield replace(table, writing=_writing(place, read))
    except duckdb.Error as error:
        raise unreadable(place, error) from error


def _writing(place: Place, read: ReadAs) -> Writing:
    is_csv = not isinstance(place, Database) and place.suffix.lower() == ".csv"
    return Writing(decimal=read.decimal, dates=read.dates, is_typed_in=is_csv)


def _opened(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    read: ReadAs,
    columns: Sequence[str] | None,
    after: After | None,
) -> AbstractContextManager[Table]:
    if isinstance(place, Database):
        return open_postgres(place, columns, after)
    if not place.is_file():
        raise HistoryError(f"{place}: the file does not exist")
    return _opened_file(connection, place, read)


def _opened_file(
    connection: duckdb.DuckDBPyConnection, file: Path, read: ReadAs
) -> AbstractContextManager[Table]:
    ending = file.suffix.lower()
    if ending == ".csv":
        return open_csv(file, read)
    if ending == ".parquet":
        return _open_parquet(connection, file)
    if ending in _EXCEL_ENDINGS:
        return open_excel(connection, file, read)
    if ending in SQLITE_ENDINGS:
        return open_sqlite(connection, file, read)
    if ending == COMMERCEML_ENDING:
        return open_commerceml(connection, file, read)
    raise HistoryError(
        f"{file}: a source is a .csv, .parquet, .xlsx, .xls, .sqlite, .db or .xml file, "
        "or a postgresql:// database"
    )


@contextmanager
def _open_parquet(connection: duckdb.DuckDBPyConnection, file: Path) -> Iterator[Table]:
    """Open a Parquet file; its first row is row 1."""
    name = literal(str(file))
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({name})").fetchall()  # noqa: S608 (quoted)
    numbered = f"read_parquet({name}, file_row_number = true)"
    yield Table(
        file=file,
        rows=f"(SELECT file_row_number + 1 AS {ROW}, * FROM {numbered})",  # noqa: S608 (quoted)
        kinds={str(column): str(kind) for column, kind, *_ in described},
        stays=True,
    )
