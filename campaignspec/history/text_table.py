"""Rows of text from elsewhere, loaded into the database a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

import duckdb
import pyarrow as pa

from campaignspec.history.sql import ROW, quoted
from campaignspec.history.table import Table, check_names

TextRow: TypeAlias = tuple[int, Sequence[str | None]]
"""A row's number and its values, None where nothing is written."""

_BATCH: Final = 10_000
_NAME: Final = "rows_of_text"


@contextmanager
def text_table(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    columns: Sequence[str],
    rows: Iterable[TextRow],
) -> Iterator[Table]:
    """Keep rows as a table of text while they are asked; one such table is open at a time.

    Raises:
        HistoryError: Two columns have the same name.
    """
    check_names(file, columns)
    declared = ", ".join(f"{quoted(column)} VARCHAR" for column in columns)
    connection.execute(f"CREATE TEMP TABLE {_NAME} ({ROW} BIGINT, {declared})")
    try:
        _fill(connection, len(columns), iter(rows))
        yield Table(file=file, rows=_NAME, kinds=dict.fromkeys(columns, "VARCHAR"))
    finally:
        connection.execute(f"DROP TABLE {_NAME}")


def number_text(value: float) -> str:
    """Write a number as people do: ``79161234567``, not ``79161234567.0`` or ``7.9e10``."""
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def _fill(connection: duckdb.DuckDBPyConnection, width: int, rows: Iterator[TextRow]) -> None:
    while batch := list(islice(rows, _BATCH)):
        numbers = pa.array([number for number, _ in batch], pa.int64())
        texts = [pa.array([row[at] for _, row in batch], pa.string()) for at in range(width)]
        names = [f"c{at}" for at in range(width + 1)]
        connection.register("batch", pa.table([numbers, *texts], names=names))
        connection.execute(f"INSERT INTO {_NAME} SELECT * FROM batch")  # noqa: S608 (own name)
        connection.unregister("batch")
