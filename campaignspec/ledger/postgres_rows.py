"""Rows as the statement of PostgreSQL that writes them.

What all rows have in common, which is most of what a tick writes, the server is handed once; what
those of a batch have in common, once a batch; and of the rest one array a column. To take arrays
apart takes both sides less time than to write and to read all values as ``COPY`` wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from campaignspec.ledger.postgres_numbers import Numbers
from campaignspec.ledger.store import Column, Rows, only_value

_PLACE: Final = "place"
"""What a batch's place among the batches is called; no table has a column of this name."""

_BATCHES: Final = 50
"""How many batches a statement writes: to find what one of them shares, all before are passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parted:
    """The columns of rows, by how often their values are handed over.

    Attributes:
        common: By column, the value of all rows.
        batches: By column, a value for each batch.
        own: By column, a value for each row; where batches differ, the place of its batch, too.
    """

    common: Mapping[str, Any]
    batches: Mapping[str, list[Any]]
    own: Mapping[str, Column]


def written(rows: Rows) -> Iterator[tuple[str, list[Any]]]:
    """Yield the statements that write rows, each with its values."""
    for some in rows.by_batch(_BATCHES):
        yield _insert(some)


def _insert(rows: Rows) -> tuple[str, list[Any]]:
    """Return the statement that writes rows, of which there are some, and its values."""
    parted = _parted(rows)
    names = [*parted.common, *parted.batches, *(name for name in parted.own if name != _PLACE)]
    values: list[Any] = [
        *parted.common.values(),
        *(_array(each) for each in parted.batches.values()),
    ]
    numbers = range(len(parted.common) + 1, len(values) + 1)
    selected = [f"?{number + 1}" for number in range(len(parted.common))]
    selected += [
        f"(?{number}::{_kind(each)}[])[{_PLACE}]"
        for number, each in zip(numbers, parted.batches.values(), strict=True)
    ]
    selected += names[len(selected) :]
    statement = (
        f"INSERT INTO {rows.table} ({', '.join(names)}) SELECT {', '.join(selected)} "  # noqa: S608 (own names)
        f"FROM {_source(parted.own, len(values) + 1)} {rows.unless_there}"
    )
    values += [_array(each) for each in parted.own.values()] or [rows.size]
    return statement, values


def _parted(rows: Rows) -> _Parted:
    """Find what rows have in common."""
    batches = list(rows.by_batch())
    shared = {name: [each.shared[name][0] for each in batches] for name in rows.shared}
    alike = {name: _one_each([each.columns[name] for each in batches]) for name in rows.columns}
    told = {name: values for name, values in (shared | alike).items() if values}
    own = {name: column for name, column in rows.columns.items() if name not in told}
    common = {name: value for name, values in told.items() for value in only_value(values)}
    differing = {name: values for name, values in told.items() if name not in common}
    if differing:
        sizes = [each.size for each in batches]
        own[_PLACE] = np.repeat(np.arange(len(sizes)) + 1, sizes)
    return _Parted(common=common, batches=differing, own=own)


def _one_each(columns: Sequence[Column]) -> list[Any]:
    """Return the one value of each batch; nothing, where one of them has several."""
    found: list[Any] = []
    for column in columns:
        value = only_value(column)
        if not value:
            return []
        found += value
    return found


def _source(own: Mapping[str, Column], first: int) -> str:
    """Return what rows are selected from, in their order; its values' numbers begin somewhere."""
    if not own:
        return f"generate_series(1, ?{first})"
    arrays = (f"?{first + nth}::{_kind(each)}[]" for nth, each in enumerate(own.values()))
    return f"unnest({', '.join(arrays)}) AS own({', '.join(own)})"


def _array(column: Column) -> Numbers | str | list[Any]:
    """Return a column as the server reads it; where numbers are missing, in one text."""
    if isinstance(column, np.ndarray) and column.dtype != np.object_:
        return Numbers(column)
    values = list(column)
    if _kind(values) == "text":
        return values
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _kind(column: Column) -> str:
    """Return the type of a column's values."""
    if isinstance(column, np.ndarray) and column.dtype != np.object_:
        return "bigint"
    return "text" if any(isinstance(value, str) for value in column) else "bigint"
