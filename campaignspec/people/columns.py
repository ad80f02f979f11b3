"""Columns of text: each distinct value is looked at once, and every row gets its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MISSING: Final = -1
"""The code of a value that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A column of text as numbers: equal texts have equal numbers.

    Attributes:
        codes: int64, one a row: the place in ``words``, or `MISSING`.
        words: The distinct texts, an Arrow array of strings without nulls.
    """

    codes: Codes
    words: pa.Array

    def spread(self, values: pa.Array) -> pa.Array:
        """Give every row the value that stands at its word's place; null where it has none."""
        return values.take(pa.array(self.codes, mask=self.codes == MISSING))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normalised:
    """A column brought into one form.

    Attributes:
        values: Strings; null where nothing was written, or nothing usable.
        reasons: Why a value is not usable; null where it is, or where nothing was written.
    """

    values: pa.Array
    reasons: pa.Array


def coded(values: pa.Array | pa.ChunkedArray) -> Coded:
    """Number the distinct texts of a column."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = whole.cast(pa.large_string()).dictionary_encode()
    codes = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    return Coded(codes=codes.astype(np.int64), words=encoded.dictionary)


def coded_together(fields: Sequence[Codes]) -> Codes:
    """Number the distinct combinations of several columns; missing where any part is.

    Args:
        fields: Columns of codes, all of one length; at least one.
    """
    whole = fields[0]
    for codes in fields[1:]:
        absent = (whole == MISSING) | (codes == MISSING)
        pairs = whole * (int(codes.max(initial=0)) + 1) + codes
        whole = np.where(absent, MISSING, numbered(pairs)[0])
    return whole


def numbered(values: Codes) -> tuple[Codes, Codes]:
    """Number distinct numbers as they come, by hashing; sorting takes several times as long.

    Returns:
        For each value its number, and for each number the place where it comes first.
    """
    codes = pa.array(values).dictionary_encode().indices.to_numpy().astype(np.int64)
    firsts = np.empty(int(codes.max(initial=-1)) + 1, np.int64)
    firsts[codes[::-1]] = np.arange(len(codes), dtype=np.int64)[::-1]
    return codes, firsts


def texts(values: Sequence[str | None]) -> pa.Array:
    """Make an Arrow column of texts."""
    return pa.array(values, pa.large_string())


def no_texts(length: int) -> pa.Array:
    """Make a column of nothing but nulls."""
    return pa.nulls(length, pa.large_string())


def is_flagged(values: pa.Array) -> Flags:
    """Turn truth values of Arrow into numpy's; null is false."""
    flags: Flags = values.fill_null(False).to_numpy(zero_copy_only=False)
    return flags


def trimmed(values: pa.Array) -> pa.Array:
    """Unify compatible characters (NFKC: full-width digits, ligatures) and trim; empty is null."""
    foreign = is_flagged(pc.invert(pc.string_is_ascii(values)))
    unified = overlaid(values, foreign, lambda found: pc.utf8_normalize(found, form="NFKC"))
    plain = pc.utf8_trim_whitespace(unified)
    return pc.if_else(pc.equal(plain, ""), None, plain)


def overlaid(values: pa.Array, places: Flags, found: Callable[[pa.Array], Any]) -> pa.Array:
    """Replace the marked values by what is found for them, in their order."""
    if not places.any():
        return values
    return pc.replace_with_mask(values, pa.array(places), found(values.filter(pa.array(places))))
