"""Opening a file as a table: its ending says what kind of file it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.csv_file import open_csv
from campaignspec.history.excel_file import open_excel
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import ROW, literal
from campaignspec.history.sqlite_file import SQLITE_ENDINGS, open_sqlite
from campaignspec.history.table import Table, unreadable

_EXCEL_ENDINGS: Final = frozenset({".xlsx", ".xls"})


@contextmanager
def open_table(connection: duckdb.DuckDBPyConnection, file: Path, read: ReadAs) -> Iterator[Table]:
    """Open a file as a table in the database.

    Raises:
        HistoryError: The file does not exist, is empty, or is not what its ending says.
    """
    if not file.is_file():
        raise HistoryError(f"{file}: the file does not exist")
    try:
        with _opened(connection, file, read) as table:
            yield table
    except duckdb.Error as error:
        raise unreadable(file, error) from error


def _opened(
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
    raise HistoryError(f"{file}: a source is a .csv, .parquet, .xlsx, .xls, .sqlite or .db file")


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
    )
