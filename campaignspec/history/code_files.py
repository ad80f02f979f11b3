"""Codes of an offer that stand in a file, each for one customer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from campaignspec.errors import HistoryError
from campaignspec.history.source import AS_IT_IS
from campaignspec.history.sql import ROW, quoted

if TYPE_CHECKING:
    import duckdb

    from campaignspec.history.table import Table

_SHOWN: Final = 3


def read_codes(file: Path, column: str | None) -> tuple[str, ...]:
    """Read codes in the order of the file; white space around a code is not part of it.

    Args:
        file: A table, as of any source: CSV, Excel, Parquet.
        column: The column with the codes; may be left out where there is only one.

    Raises:
        HistoryError: The file does not exist or cannot be read, has no such column, or holds an
            empty code or one code twice; the message names rows.
    """
    # Every campaign is set up by way of this module; few give out codes of a file.
    from campaignspec.history.opening import open_table
    from campaignspec.history.reading import connect

    with connect() as connection, open_table(connection, file, AS_IT_IS) as table:
        name = quoted(_column(table, column))
        connection.execute(
            f"CREATE TEMP TABLE codes AS SELECT trim(CAST({name} AS VARCHAR)) AS code, "  # noqa: S608 (quoted)
            f"{ROW} AS row FROM {table.rows}"
        )
        _check_filled(connection, table)
        _check_once(connection, table)
        found = connection.execute("SELECT code FROM codes ORDER BY row").fetchnumpy()
    return tuple(found["code"].tolist())


def _column(table: Table, wanted: str | None) -> str:
    columns = [name for name in table.kinds if name != ROW.strip('"')]
    shown = ", ".join(map(repr, columns)) or "none"
    if wanted is None and len(columns) == 1:
        return columns[0]
    if wanted is None:
        raise HistoryError(
            f"{table.file}: which column holds the codes? name it with `column:`; it has {shown}"
        )
    if wanted not in columns:
        raise HistoryError(f"{table.file}: has no column {wanted!r}; it has {shown}")
    return wanted


def _check_filled(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    found = connection.execute(
        "SELECT row FROM codes WHERE coalesce(code, '') = '' ORDER BY row"
    ).fetchall()
    if found:
        rows = ", ".join(str(row) for (row,) in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        raise HistoryError(
            f"{table.file}: no code stands in row {rows}{more}; fill them in, or remove the rows"
        )


def _check_once(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    found = connection.execute(
        "SELECT code, list(row ORDER BY row) FROM codes GROUP BY code HAVING count(*) > 1 "
        "ORDER BY min(row)"
    ).fetchall()
    if found:
        told = "; ".join(
            f"{code!r} in rows {', '.join(map(str, rows[:_SHOWN]))}"
            for code, rows in found[:_SHOWN]
        )
        more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        raise HistoryError(
            f"{table.file}: a code is for one customer only, and some stand there twice: "
            f"{told}{more}"
        )
