"""A file that is open as a table in SQL, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from campaignspec.errors import HistoryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's rows, for as long as the file is open.

    Attributes:
        file: The file, as problems name it.
        rows: The rows in SQL, and beside their columns `sql.ROW`: the row's number as people
            find it in the file.
        kinds: The SQL type by column.
    """

    file: Path
    rows: str
    kinds: Mapping[str, str]


def check_names(file: Path, columns: Sequence[str]) -> None:
    """Make sure that every column has a name of its own.

    Raises:
        HistoryError: Two columns have the same name.
    """
    repeated = {column for column in columns if columns.count(column) > 1}
    if repeated:
        raise HistoryError(f"{file}: has two columns {', '.join(map(repr, sorted(repeated)))}")


def unreadable(file: Path, error: duckdb.Error) -> HistoryError:
    """Keep what the database says of a file's content, and leave out its advice on options."""
    lines = [line.strip() for line in str(error).split("Possible")[0].splitlines()]
    return HistoryError(f"{file}: cannot be read: {' '.join(line for line in lines if line)}")
