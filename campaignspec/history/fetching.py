"""From DuckDB's Arrow tables to columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.history.column import DTYPES, NO_WORD, Column
from campaignspec.history.source import ValueKind


def rows_from_arrow(table: pa.Table) -> npt.NDArray[np.int64]:
    """Return the column ``row`` of a table that was joined with the ids."""
    return integers_from_arrow(table.column("row"))


def integers_from_arrow(values: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return whole numbers, none of them missing."""
    return np.asarray(values.to_numpy(), dtype=np.int64)


def column_from_arrow(values: pa.ChunkedArray, kind: ValueKind) -> Column:
    """Turn what was read into a column, nulls into missing values."""
    missing = values.is_null().to_numpy()
    if kind is ValueKind.TEXT:
        return _texts(values, missing)
    blank: Any = False if kind is ValueKind.BOOLEAN else 0
    filled = np.asarray(values.fill_null(blank).to_numpy(), dtype=DTYPES[kind])
    if kind is ValueKind.NUMBER:
        filled = np.where(missing, np.nan, filled)
    return Column(kind=kind, values=filled, missing=missing)


def _texts(values: pa.ChunkedArray, missing: npt.NDArray[np.bool_]) -> Column:
    encoded = values.combine_chunks().dictionary_encode()
    found = encoded.dictionary.to_numpy(zero_copy_only=False).astype(np.object_)
    order = pc.sort_indices(encoded.dictionary).to_numpy()  # UTF-8 sorts as code points do
    new_codes = np.empty(len(found) + 1, np.int32)
    new_codes[order] = np.arange(len(found), dtype=np.int32)
    new_codes[NO_WORD] = NO_WORD
    codes = encoded.indices.fill_null(NO_WORD).to_numpy(zero_copy_only=False)
    return Column(kind=ValueKind.TEXT, values=new_codes[codes], missing=missing, words=found[order])
