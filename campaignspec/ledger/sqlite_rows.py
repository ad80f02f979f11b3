"""Rows as the statements of SQLite that write them.

To write a row takes SQLite less time than to be handed its values one by one. So a statement
writes many rows at once, and what all of them have in common, which is most of what a tick writes,
it is handed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from campaignspec.ledger.store import Rows, only_value

_AT_ONCE: Final = 50
"""How many rows a statement writes; measured: 10 take a third longer, and 200 gain nothing."""


def written(rows: Rows) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Yield the statements that write rows, each with the values of each time it is run.

    Batches of many rows are written many rows a statement, and the rest of them one by one.
    """
    for each in rows.by_batch():
        batch = each if each.size < _AT_ONCE else _with_more_in_common(each)
        many, own = batch.size - batch.size % _AT_ONCE, _row_by_row(batch)
        for at_once, places in (
            (_AT_ONCE, range(0, many, _AT_ONCE)),
            (1, range(many, batch.size)),
        ):
            if places:
                yield _insert(batch, at_once), _values(batch, own, places)


def _values(batch: Rows, own: list[Any], places: range) -> Iterator[list[Any]]:
    """Yield what a statement is given for the rows from each place on: first what they share."""
    common, width = [value for (value,) in batch.shared.values()], len(batch.columns)
    for place in places:
        yield common + own[place * width : (place + places.step) * width]


def _insert(batch: Rows, rows: int) -> str:
    """Return the statement that writes so many rows of a batch."""
    shared, width = len(batch.shared), len(batch.columns)
    common = [f"?{place + 1}" for place in range(shared)]
    firsts = range(shared + 1, shared + 1 + rows * width, width) if width else [0] * rows
    each = (
        ", ".join((*common, *(f"?{place}" for place in range(first, first + width))))
        for first in firsts
    )
    values = ", ".join(f"({row})" for row in each)
    return f"INSERT INTO {batch.table} ({batch.names}) VALUES {values} {batch.unless_there}"  # noqa: S608 (own names)


def _with_more_in_common(batch: Rows) -> Rows:
    """Put the columns of a batch in which one value stands all over to those that it shares."""
    common = {name: only_value(column) for name, column in batch.columns.items()}
    found = {name: values for name, values in common.items() if values}
    own = {name: column for name, column in batch.columns.items() if name not in found}
    return replace(batch, columns=own, shared={**batch.shared, **found})


def _row_by_row(batch: Rows) -> list[Any]:
    """Return the values of a batch's own columns, as Python's own, one row behind the other."""
    width = len(batch.columns)
    values: list[Any] = [None] * (batch.size * width)
    for place, column in enumerate(batch.columns.values()):
        values[place::width] = column.tolist() if isinstance(column, np.ndarray) else column
    return values
