"""CSV files: what parts their columns, and how their text is encoded."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import ROW, literal
from campaignspec.history.table import Table, check_names, unreadable
from campaignspec.history.text_encoding import UTF8, check_utf8, is_utf8, recode

_OPTIONS: Final = "auto_detect = false, header = true, quote = '\"', escape = '\"'"
_DELIMITERS: Final = (",", ";", "\t", "|")


@contextmanager
def open_csv(file: Path, read: ReadAs) -> Iterator[Table]:
    """Open a CSV file; its header is row 1.

    The header alone says how many columns there are and, where it is not declared, what parts
    them. DuckDB would guess from the rows, and take a file with a broken row for another kind
    of file.

    Raises:
        HistoryError: The file has no header, or is not valid in its encoding.
    """
    with _as_utf8(file, read.encoding) as text:
        delimiter, columns = _header(file, text, read.delimiter)
        types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
        options = f"{_OPTIONS}, delim = {literal(delimiter)}, columns = {{{types}}}"
        rows = f"read_csv({literal(str(text))}, {options})"
        try:
            yield Table(
                file=file,
                rows=f"(SELECT row_number() OVER () + 1 AS {ROW}, * FROM {rows})",  # noqa: S608 (quoted)
                kinds=dict.fromkeys(columns, "VARCHAR"),
            )
        except duckdb.Error as error:
            check_utf8(text)
            raise unreadable(file, error) from error


@contextmanager
def _as_utf8(file: Path, encoding: str | None) -> Iterator[Path]:
    """Give a file of UTF-8: the file itself, or what it says, for as long as it is needed."""
    if encoding is None or is_utf8(encoding):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="campaignspec-") as folder:
        text = Path(folder) / "recoded.csv"
        recode(file, encoding, text)
        yield text


def _header(file: Path, text: Path, delimiter: str | None) -> tuple[str, Sequence[str]]:
    """Return what parts the columns of a CSV file, and their names."""
    try:
        with text.open(encoding=f"{UTF8}-sig", newline="") as lines:
            line = lines.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        check_utf8(text)
        raise
    if not line:
        raise HistoryError(f"{file}: the file is empty; a header is needed")
    delimiter = delimiter or max(_DELIMITERS, key=line.count)
    columns = next(csv.reader([line], delimiter=delimiter))
    check_names(file, columns)
    return delimiter, columns
