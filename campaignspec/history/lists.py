"""People listed in a file: which of the customers they are, and who is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from campaignspec.errors import HistoryError
from campaignspec.history.history import History, Roll
from campaignspec.history.source import AS_IT_IS
from campaignspec.history.sql import ROW, quoted
from campaignspec.identity import fingerprint

if TYPE_CHECKING:
    from campaignspec.history.table import Table

CUSTOMER: Final = "customer"
"""The column with the ids, where there are several."""


def with_lists(history: History, files: Iterable[str], root: Path) -> History:
    """Add the people of files to a history, by the files' names.

    The history's fingerprint then depends on what the files hold as well.

    Args:
        history: The history.
        files: The files' paths from ``root``.
        root: The project's folder.

    Raises:
        HistoryError: A file does not exist, cannot be read, or does not say where its ids are.
    """
    names = sorted(set(files))
    if not names:
        return history
    from campaignspec.history.content import digest_of

    digests = {name: digest_of(root / name) for name in names}
    return replace(
        history,
        lists=MappingProxyType({name: read_list(history, root / name) for name in names}),
        fingerprint=fingerprint({"history": history.fingerprint, "lists": digests}),
    )


def read_list(history: History, file: Path) -> Roll:
    """Find the customers whose ids stand in a file; empty cells say nothing.

    An id that was merged into another stands for the person that it belongs to.

    Raises:
        HistoryError: The file does not exist, cannot be read, or does not say where its ids are.
    """
    aliases = _aliases(history)
    ids = [aliases.get(each, each) for each in entries_of(file, CUSTOMER)]
    rows = [history.row_of.get(each) for each in ids]
    known = np.array(sorted({row for row in rows if row is not None}), np.int64)
    unknown = (each for each, row in zip(ids, rows, strict=True) if row is None)
    return Roll(rows=known, unknown=tuple(unknown))


def entries_of(file: Path, name: str) -> list[str]:
    """Return the different entries of a file's only column, or of the one called ``name``.

    Raises:
        HistoryError: The file does not exist, cannot be read, or does not say which column it is.
    """
    # Everybody asks who is on a list; few have one, and what reads files takes long to import.
    from campaignspec.history.opening import open_table
    from campaignspec.history.reading import connect

    with connect() as connection, open_table(connection, file, AS_IT_IS) as table:
        column = quoted(_column(table, name))
        found = connection.execute(
            f"SELECT DISTINCT CAST({column} AS VARCHAR) AS id FROM {table.rows} "  # noqa: S608 (quoted)
            f"WHERE CAST({column} AS VARCHAR) <> '' ORDER BY id"
        ).fetchall()
    return [entry for (entry,) in found]


def is_on(history: History, file: str) -> npt.NDArray[np.bool_]:
    """Say of every customer whether a file lists it; nobody, where no file was read."""
    found = np.zeros(len(history.customers), np.bool_)
    if file in history.lists:
        found[history.lists[file].rows] = True
    return found


def _column(table: Table, wanted: str) -> str:
    columns = [name for name in table.kinds if name != ROW.strip('"')]
    if wanted in columns:
        return wanted
    if len(columns) == 1:
        return columns[0]
    raise HistoryError(
        f"{table.file}: a list wants a column {wanted!r}, or only one column; "
        f"it has {', '.join(map(repr, columns)) or 'none'}"
    )


def _aliases(history: History) -> Mapping[str, str]:
    """Return the ids that were merged into others, with these."""
    if history.resolution is None:
        return {}
    table = history.resolution.aliases
    pairs = zip(table["alias"].to_pylist(), table["person"].to_pylist(), strict=True)
    return dict(pairs)
