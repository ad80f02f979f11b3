"""Excel workbooks: one sheet, its first row the header, every cell as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import duckdb

from campaignspec.diagnostics import nearest
from campaignspec.errors import HistoryError
from campaignspec.history.source import ReadAs
from campaignspec.history.table import Table
from campaignspec.history.text_table import TextRow, number_text, text_table

_DIGITS: Final = 15
"""The digits of a number that Excel shows; what stands behind them is noise."""


@contextmanager
def open_excel(connection: duckdb.DuckDBPyConnection, file: Path, read: ReadAs) -> Iterator[Table]:
    """Open a sheet of a workbook, the first if none is named; rows are numbered as Excel does.

    Raises:
        HistoryError: There is no such sheet, it has no header, or a value stands in a column
            that the header does not name.
    """
    with _workbook(file) as book:
        sheet = book.get_sheet_by_name(_sheet_name(file, read.sheet, book.sheet_names))
        rows = _rows(sheet, read.decimal or ".")
        _, header = next(rows, (0, ()))
        columns = [name for name in header if name]
        if not columns:
            raise HistoryError(f"{file}: sheet {sheet.name!r} is empty; a header is needed")
        named = _named(file, header, rows, left=sheet.start[1])
        with text_table(connection, file, columns, named) as table:
            yield table


@contextmanager
def _workbook(file: Path) -> Iterator[Any]:
    calamine = _calamine(file)
    try:
        with calamine.CalamineWorkbook.from_path(file) as book:
            yield book
    except calamine.CalamineError as error:
        raise HistoryError(f"{file}: cannot be read: {error}") from error


def _calamine(file: Path) -> ModuleType:
    try:
        import python_calamine
    except ImportError as error:
        raise HistoryError(
            f"{file}: Excel files need one more package: pip install 'campaignspec[excel]'"
        ) from error
    return python_calamine


def _sheet_name(file: Path, wanted: str | None, present: Sequence[str]) -> str:
    if wanted is None:
        return present[0]
    if wanted not in present:
        near = nearest(wanted, present)
        hint = f"did you mean {near!r}?" if near else f"sheets: {', '.join(map(repr, present))}"
        raise HistoryError(f"{file}: has no sheet {wanted!r}; {hint}")
    return wanted


def _rows(sheet: Any, decimal: str) -> Iterator[TextRow]:
    """Yield the rows in which anything is written; a cell that Excel could not compute is empty."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell, decimal) for cell in row]
        if any(texts):
            yield number, texts


def _named(
    file: Path, header: Sequence[str | None], rows: Iterator[TextRow], *, left: int
) -> Iterator[TextRow]:
    """Yield the values under the names of a header that begins ``left`` columns behind A."""
    for number, row in rows:
        for at, text in enumerate(row):
            if text and not header[at]:
                raise HistoryError(
                    f"{file}: row {number}: {text!r} stands in column {_letters(left + at)}, "
                    "which has no name in the header"
                )
        yield number, [text for at, text in enumerate(row) if header[at]]


def _text(cell: Any, decimal: str) -> str | None:
    """Write a cell as a CSV file would hold it: a phone number without Excel's ``.0``.

    Numbers get the decimal mark that is declared for the cells that are text.
    """
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).lower()
        case float():
            shown = number_text(cell if cell.is_integer() else float(f"{cell:.{_DIGITS}g}"))
            return shown.replace(".", decimal)
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case int() | timedelta():
            return str(cell)
        case _:
            return None


def _letters(at: int) -> str:
    """Name a column as Excel does: A to Z, AA, AB, …."""
    before, last = divmod(at, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
