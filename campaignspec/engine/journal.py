"""The facts of one sweep, columnar while it runs, a table at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.engine.facts import ORDER, SCHEMA, Kind

Rows = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

NOBODY: Final = -1
"""The row of nobody: of what is done for everybody at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts that differ only in who, when and how much.

    Attributes:
        campaign: The campaign's name.
        kind: What happened.
        node: Where in the journey.
        edge: The way taken out of the node, if one was.
        channel: The channel, for messages and answers.
        reason: Why, where there is a reason.
        rows: The customers, as rows of the history.
        keys: What tells the customer's enrolments apart; None where nothing does.
        at: When.
        enrolment: Each customer's enrolment number.
        seq: Each fact's number in its enrolment.
        value: Micro-units, or None where the kind has no value.
    """

    campaign: str
    kind: Kind
    node: str
    edge: str | None = None
    channel: str | None = None
    reason: str | None = None
    rows: Rows
    keys: Texts | None = None
    at: npt.NDArray[np.int64]
    enrolment: npt.NDArray[np.int32]
    seq: npt.NDArray[np.int32]
    value: npt.NDArray[np.int64] | None = None


def to_table(batches: Sequence[Batch], customers: Sequence[str]) -> pa.Table:
    """Put batches into one table with the columns and the order of all facts."""
    batches = [batch for batch in batches if len(batch.rows)]
    if not batches:
        return SCHEMA.empty_table()
    rows = np.concatenate([batch.rows for batch in batches])
    columns = {
        "at": np.concatenate([batch.at for batch in batches]),
        "enrolment": np.concatenate([batch.enrolment for batch in batches]),
        "seq": np.concatenate([batch.seq for batch in batches]),
    }
    constants = {name: _constant(batches, name) for name in _CONSTANTS}
    keys = _keys(batches)
    order = np.lexsort(
        (
            *(() if keys is None else (np.unique(keys, return_inverse=True)[1],)),
            constants["node"].codes,
            constants["kind"].codes,
            columns["seq"],
            columns["enrolment"],
            rows,
            constants["campaign"].codes,
            columns["at"],
        )
    )
    arrays = {
        "at": pa.array(columns["at"][order], pa.timestamp("us", tz="UTC")),
        "customer": _texts(customers, rows[order]),
        "enrolment": pa.array(columns["enrolment"][order]),
        "seq": pa.array(columns["seq"][order]),
        "value": _values(batches, order),
        "key": _key_column(keys, order),
        **{name: column.array(order) for name, column in constants.items()},
    }
    return pa.table([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


def sorted_table(table: pa.Table) -> pa.Table:
    """Sort a table of facts by the columns of `ORDER`."""
    return table.sort_by([(name, "ascending") for name in ORDER])


_CONSTANTS = ("campaign", "kind", "node", "edge", "channel", "reason")


@dataclass(frozen=True, slots=True)
class _Coded:
    """A text column as codes into an ascending dictionary; -1 is no text."""

    codes: npt.NDArray[np.int32]
    words: list[str]

    def array(self, order: npt.NDArray[np.intp]) -> pa.Array:
        codes = self.codes[order]
        return pa.array(self.words, pa.string()).take(pa.array(codes, mask=codes < 0))


def _constant(batches: Sequence[Batch], name: str) -> _Coded:
    values = [getattr(batch, name) for batch in batches]
    words = sorted({str(value) for value in values if value is not None})
    code_of = {word: code for code, word in enumerate(words)}
    codes = [code_of[str(value)] if value is not None else -1 for value in values]
    sizes = [len(batch.rows) for batch in batches]
    return _Coded(np.repeat(np.array(codes, np.int32), sizes), words)


def _texts(customers: Sequence[str], rows: Rows) -> pa.Array:
    known = pa.array(customers, pa.string())
    if not (rows == NOBODY).any():
        return known.take(pa.array(rows))
    return known.take(pa.array(rows, mask=rows == NOBODY)).fill_null("")


def _values(batches: Sequence[Batch], order: npt.NDArray[np.intp]) -> pa.Array:
    blanks = [np.zeros(len(b.rows), np.int64) if b.value is None else b.value for b in batches]
    empty = np.repeat([b.value is None for b in batches], [len(b.rows) for b in batches])
    return pa.array(np.concatenate(blanks)[order], mask=empty[order])


def _keys(batches: Sequence[Batch]) -> Texts | None:
    """Return the keys of all facts, an empty text where there is none; None without any."""
    if all(batch.keys is None for batch in batches):
        return None
    blank = np.array([""], np.object_)
    keys = [np.repeat(blank, len(b.rows)) if b.keys is None else b.keys for b in batches]
    return np.concatenate(keys)


def _key_column(keys: Texts | None, order: npt.NDArray[np.intp]) -> pa.Array:
    if keys is None:
        return pa.nulls(len(order), pa.string())
    return pa.array(keys[order], pa.string(), mask=keys[order] == "")
