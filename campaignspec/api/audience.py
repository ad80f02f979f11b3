"""Write who matches a segment at an instant to a file, for other programs and for people."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from campaignspec.api.history import history_of
from campaignspec.api.names import columns_of, segments_of
from campaignspec.api.period import instant_of
from campaignspec.assembly import audience_of
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.history import Column, History, ValueKind
from campaignspec.money import MICROS
from campaignspec.project import Project

CUSTOMER: Final = "customer"
"""The name of the column of ids."""

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets take wide signs, too
"""How the cells begin that a spreadsheet would take for a formula."""

_Rows = npt.NDArray[np.int64]


def write_audience(
    project: Project,
    *,
    segment: str,
    at: str,
    path: Path,
    columns: Sequence[str] = (),
    safe: bool = True,
) -> int:
    """Write who matches a segment to a ``.csv`` or ``.parquet`` file, whole or not at all.

    Args:
        project: The linked project.
        segment: The segment's name.
        at: A date, whose beginning is meant, or a date and time.
        path: The file.
        columns: Kinds of address and attributes to write beside the ids.
        safe: Whether texts in a CSV file that a spreadsheet would take for formulas get an
            apostrophe before them.

    Returns:
        How many customers were written, in ascending order of their ids.

    Raises:
        UsageError: A name or a date does not exist, or the file is of neither kind.
        HistoryError: A source cannot be read.
        CampaignspecError: The file cannot be written.
    """
    _check_kind(path)
    if CUSTOMER in columns:
        raise UsageError(f"the column {CUSTOMER!r} holds the ids, and is always written")
    (name,) = segments_of(project, [segment])
    now = instant_of(project, at)
    history = history_of(project)
    rows = np.arange(len(history.customers))
    rows = rows[audience_of(project, history).matches(name, rows, np.full(rows.shape, now))]
    table = _table(history, rows, columns_of(history, columns))
    _write(table, path, safe=safe)
    return len(table)


def write_ids(find: Callable[[], Sequence[str]], path: Path, *, safe: bool) -> int:
    """Write ids to a ``.csv`` or ``.parquet`` file, whole or not at all.

    Args:
        find: Finds the ids, once it is clear that the file is of a kind that can be written.
        path: The file.
        safe: As in `write_audience`.

    Returns:
        How many were written.

    Raises:
        UsageError: The file is of neither kind.
        CampaignspecError: The file cannot be written.
    """
    _check_kind(path)
    table = pa.table({CUSTOMER: pa.array(find(), pa.string())})
    _write(table, path, safe=safe)
    return len(table)


def _check_kind(path: Path) -> None:
    if _kind(path) not in {".csv", ".parquet"}:
        raise UsageError(f"{path} is neither a .csv nor a .parquet file")


def _table(history: History, rows: _Rows, columns: Sequence[str]) -> pa.Table:
    ids = pa.array([history.customers[row] for row in rows], pa.string())
    return pa.table({CUSTOMER: ids, **{name: _column(history, name, rows) for name in columns}})


def _column(history: History, name: str, rows: _Rows) -> pa.Array:
    if name in history.addresses:
        return history.addresses[name].texts.take(pa.array(rows)).cast(pa.string())
    column = history.attributes[name].take(rows)
    match column.kind:
        case ValueKind.TEXT:
            return pa.array(column.texts().tolist(), pa.string())
        case ValueKind.MONEY:
            return pa.array(_amounts(column), pa.decimal128(38, 6))
        case ValueKind.DATE:
            days = pa.array(column.values.astype(np.int32), mask=np.asarray(column.missing))
            return days.cast(pa.date32())
        case ValueKind.NUMBER | ValueKind.BOOLEAN:
            return pa.array(column.values, mask=np.asarray(column.missing))


def _amounts(column: Column) -> list[Decimal | None]:
    return [
        None if missing else Decimal(int(micros)) / MICROS
        for micros, missing in zip(column.values, column.missing, strict=True)
    ]


def _write(table: pa.Table, path: Path, *, safe: bool) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if _kind(path) == ".parquet":
                pq.write_table(table, half, compression="zstd")
            else:
                _write_csv(table, half, safe=safe)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise CampaignspecError(f"{path} cannot be written: {error.strerror or error}") from error


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _write_csv(table: pa.Table, path: Path, *, safe: bool) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # Lines end as in RFC 4180: with another end Python would not quote a lone "\r".
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        columns = (column.to_pylist() for column in table.columns)
        writer.writerows([_cell(value, safe=safe) for value in row] for row in zip(*columns))  # noqa: B905 - columns of one table are equally long


def _cell(value: Any, *, safe: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case Decimal():
            return f"{value.normalize():f}"
        case str() if safe and value.startswith(_FORMULAS):
            return f"'{value}"
        case _:
            return str(value)
