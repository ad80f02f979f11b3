"""One column of a history: values of one kind, some of them missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from campaignspec.history.source import ValueKind

Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.integer[Any]]
Texts = npt.NDArray[np.object_]

NO_WORD: Final = -1
"""The code of a missing text."""

_UNUSED_WORD: Final = -2

DTYPES: Final[Mapping[ValueKind, np.dtype[Any]]] = {
    ValueKind.TEXT: np.dtype(np.int32),
    ValueKind.NUMBER: np.dtype(np.float64),
    ValueKind.MONEY: np.dtype(np.int64),
    ValueKind.DATE: np.dtype(np.int64),
    ValueKind.BOOLEAN: np.dtype(np.bool_),
}
_BLANKS: Final[Mapping[ValueKind, float | bool]] = {
    ValueKind.TEXT: NO_WORD,
    ValueKind.NUMBER: np.nan,
    ValueKind.MONEY: 0,
    ValueKind.DATE: 0,
    ValueKind.BOOLEAN: False,
}


def no_words() -> Texts:
    """Return the empty dictionary that columns other than text have."""
    return np.empty(0, dtype=np.object_)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """Values of one kind in an array, with a mask of the missing ones.

    Attributes:
        kind: What the values are.
        values: Text as int32 codes into ``words``, numbers as float64, money as int64
            micro-units, dates as int64 day numbers, booleans as bool. Where a value is
            missing stands -1 (text), NaN (number), 0 or False.
        missing: True where there is no value.
        words: The distinct texts in ascending order; empty for other kinds.
    """

    kind: ValueKind
    values: npt.NDArray[Any]
    missing: Flags
    words: Texts = field(default_factory=no_words)

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, kind: ValueKind, values: Sequence[str | float | bool | None]) -> Column:
        """Make a column of plain values: texts, numbers, micro-units, day numbers, booleans."""
        missing = np.array([value is None for value in values], dtype=np.bool_)
        present = [value for value in values if value is not None]
        if kind is ValueKind.TEXT:
            words, codes = np.unique(np.array(present, dtype=np.object_), return_inverse=True)
            return cls(
                kind=kind, values=_spread(kind, codes, missing), missing=missing, words=words
            )
        filled = np.array(present, dtype=DTYPES[kind])
        return cls(kind=kind, values=_spread(kind, filled, missing), missing=missing)

    @classmethod
    def absent(cls, kind: ValueKind, length: int) -> Column:
        """Make a column in which every value is missing."""
        values = np.full(length, _BLANKS[kind], dtype=DTYPES[kind])
        return cls(kind=kind, values=values, missing=np.ones(length, dtype=np.bool_))

    def take(self, index: Indices | Flags) -> Column:
        """Return the column of the values at ``index``, which may be a mask."""
        return Column(
            kind=self.kind,
            values=self.values[index],
            missing=self.missing[index],
            words=self.words,
        )

    def get(self, index: int) -> str | float | bool | None:
        """Return one value as Python has it, or None where it is missing."""
        if self.missing[index]:
            return None
        if self.kind is ValueKind.TEXT:
            return str(self.words[self.values[index]])
        value: float | bool = self.values[index].item()
        return value

    def code(self, word: str) -> int:
        """Return the code of a text, or a code that no value has."""
        at = int(np.searchsorted(self.words, word))
        found = at < len(self.words) and self.words[at] == word
        return at if found else _UNUSED_WORD

    def texts(self) -> Texts:
        """Return a text column's values themselves, None where one is missing."""
        decoded = np.append(self.words, np.array([None], dtype=np.object_))[self.values]
        return np.asarray(decoded, dtype=np.object_)


def concatenate(columns: Sequence[Column]) -> Column:
    """Join columns of one kind end to end; texts are coded anew over all their words."""
    kind = columns[0].kind
    missing = np.concatenate([column.missing for column in columns])
    if kind is not ValueKind.TEXT:
        values = np.concatenate([column.values for column in columns])
        return Column(kind=kind, values=values, missing=missing)
    words = np.unique(np.concatenate([column.words for column in columns]))
    codes = [_recode(column, words) for column in columns]
    return Column(kind=kind, values=np.concatenate(codes), missing=missing, words=words)


def scatter(column: Column, rows: Indices, length: int) -> Column:
    """Spread a column's values over the given rows of a longer one; the rest is missing."""
    blank = Column.absent(column.kind, length)
    blank.values[rows] = column.values
    blank.missing[rows] = column.missing
    return Column(kind=column.kind, values=blank.values, missing=blank.missing, words=column.words)


def fill(column: Column, other: Column) -> Column:
    """Return ``column`` with its missing values taken from ``other``, of the same length."""
    both = concatenate([column, other])
    places = np.arange(len(column))
    return both.take(np.where(column.missing, places + len(column), places))


def _spread(kind: ValueKind, present: npt.NDArray[Any], missing: Flags) -> npt.NDArray[Any]:
    values = np.full(len(missing), _BLANKS[kind], dtype=DTYPES[kind])
    values[~missing] = present
    return values


def _recode(column: Column, words: Texts) -> npt.NDArray[np.int32]:
    codes = np.append(np.searchsorted(words, column.words), NO_WORD).astype(np.int32)
    recoded: npt.NDArray[np.int32] = codes[column.values]
    return recoded
