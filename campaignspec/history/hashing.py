"""Numbering ids that are texts: each is compared once, and its rows are found by its hash.

A join would compare the text of every row, and ids repeat: a customer has many events. So ids are
told apart as texts first, which leaves as many as there are customers, and these are given hashes
of 64 bits. That no two of them share one is checked, not assumed; if they do, another is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes: TypeAlias = npt.NDArray[np.uint64]

_BITS: Final = 64
_SPARE: Final = 1
"""There are from 2 to 4 places an id, so that most ids have one for themselves."""


class RowsByHash:
    """The row of each id, found by the id's hash: 16 to 28 bytes an id."""

    def __init__(self, hashes: Hashes) -> None:
        """Take the hash of each row's id."""
        bits = len(hashes).bit_length() + _SPARE
        order = np.argsort(hashes)
        self._shift = np.uint64(_BITS - bits)
        self._hashes = hashes[order]
        self._rows = order.astype(np.int32)
        places = self._hashes >> self._shift
        self._first = np.searchsorted(places, np.arange(2**bits, dtype=np.uint64)).astype(np.int32)

    @property
    def is_exact(self) -> bool:
        """Whether no two rows have the same hash."""
        return bool(np.all(self._hashes[1:] != self._hashes[:-1]))

    def find(self, hashes: Hashes) -> npt.NDArray[np.int32]:
        """Return the rows of ids by their hashes.

        Raises:
            LookupError: A hash is not one of those that were given.
        """
        at = self._first[hashes >> self._shift]
        others = self._others(at, hashes, np.arange(len(at)))
        while len(others):  # where a place is shared, its ids stand one after the other
            at[others] += 1
            others = self._others(at, hashes, others)
        return self._rows[at]

    def _others(
        self, at: npt.NDArray[np.int32], hashes: Hashes, among: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.intp]:
        """Return those of the places ``among`` at which another hash stands."""
        if np.any(at[among] >= len(self._hashes)):
            raise LookupError("there is an id that was not numbered")
        return among[self._hashes[at[among]] != hashes[among]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbered:
    """Ids in rows.

    Attributes:
        customers: The ids' texts (large strings), ascending, each once.
        hashed: The hash of the column ``customer`` in SQL.
        rows: The rows by that hash.
    """

    customers: pa.Array
    hashed: str
    rows: RowsByHash


def number_ids(connection: duckdb.DuckDBPyConnection, table: str) -> Numbered:
    """Number the ids in the column ``customer`` of a table by their text; empty ones have no row.

    DuckDB tells 20 million texts of a million customers apart in 0.9 s with two processors, and
    hashes them in 0.8 s; to find their rows by a join takes 1.3 s, or 4 s if ids are long.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE seen AS "  # noqa: S608 (own name)
        f"SELECT DISTINCT customer FROM {table} WHERE customer IS NOT NULL"
    )
    attempts = (_numbered(connection, _hashed(attempt)) for attempt in count())
    numbered = next(found for found in attempts if found.rows.is_exact)
    connection.execute("DROP TABLE seen")
    return numbered


def _hashed(attempt: int) -> str:
    """Return the hash of an id in SQL: another one at each attempt."""
    return f"hash(customer, {attempt})" if attempt else "hash(customer)"


def _numbered(connection: duckdb.DuckDBPyConnection, hashed: str) -> Numbered:
    found = connection.sql(
        f"SELECT CAST(customer AS VARCHAR) AS id, {hashed} AS hash FROM seen ORDER BY id"  # noqa: S608 (own names)
    ).to_arrow_table()
    return Numbered(
        customers=large_texts(found.column("id")),
        hashed=hashed,
        rows=RowsByHash(found.column("hash").to_numpy()),
    )


def large_texts(texts: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return texts as one array of large strings."""
    packed = texts.cast(pa.large_string())
    if isinstance(packed, pa.ChunkedArray):
        packed = packed.combine_chunks()
    return packed.chunk(0) if isinstance(packed, pa.ChunkedArray) else packed
