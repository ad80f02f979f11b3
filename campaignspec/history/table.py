"""A source that is open as a table in SQL, wherever it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.casts import AS_MACHINES_WRITE, Writing
from campaignspec.history.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A source's rows, for as long as it is open.

    Attributes:
        file: The file or the database, as problems name it.
        rows: The rows in SQL, and beside their columns `sql.ROW`: the row's number as people
            find it in the file.
        kinds: The SQL type by column.
        stays: Whether the rows can be read again and again, a few columns at a time, even after
            the source is closed.
        writing: How its texts write numbers and dates.
    """

    file: Place
    rows: str
    kinds: Mapping[str, str]
    stays: bool = False
    writing: Writing = AS_MACHINES_WRITE


def check_names(file: Place, columns: Sequence[str]) -> None:
    """Make sure that every column has a name of its own.

    Raises:
        HistoryError: Two columns have the same name.
    """
    repeated = {column for column in columns if columns.count(column) > 1}
    if repeated:
        raise HistoryError(f"{file}: has two columns {', '.join(map(repr, sorted(repeated)))}")


def unreadable(file: Place, error: duckdb.Error) -> HistoryError:
    """Keep what the database says of a file's content, and leave out its advice on options."""
    lines = [line.strip() for line in str(error).split("Possible")[0].splitlines()]
    return HistoryError(f"{file}: cannot be read: {' '.join(line for line in lines if line)}")
