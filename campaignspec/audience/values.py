"""What a fact is worth for many customers, each at its own instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant, ceil_to_tick
from campaignspec.history import LONG_AGO, NO_EVENT, NO_WORD, Column

Rows: TypeAlias = npt.NDArray[np.int64]
Instants: TypeAlias = npt.NDArray[np.int64]
Moments: TypeAlias = Instants | Instant
"""One instant a customer, or one for all."""
Mask: TypeAlias = npt.NDArray[np.bool_]


class FactKind(StrEnum):
    """What a fact is, and so what it can be held against."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A fact's values in a column.

    Attributes:
        kind: What they are.
        data: As in a history's columns; instants are int64 microseconds.
        missing: True where there is none.
        words: For text, the dictionary that ``data`` codes into.
    """

    kind: FactKind
    data: npt.NDArray[Any]
    missing: Mask
    words: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, np.object_))

    @classmethod
    def of_column(cls, column: Column, index: Rows) -> Values:
        """Pick values of a history's column."""
        taken = column.take(index)
        kind = FactKind(taken.kind.value)
        return cls(kind=kind, data=taken.values, missing=taken.missing, words=taken.words)


def picked(column: Column, index: Rows) -> Values:
    """Return the values at places, missing at `NO_EVENT`."""
    if not len(column):
        absent = Column.absent(column.kind, 1)
        return Values.of_column(absent, np.zeros(index.shape, np.int64))
    found = Values.of_column(column, np.maximum(index, 0))
    return replace(found, missing=found.missing | (index == NO_EVENT))


def number(data: npt.NDArray[Any], missing: Mask | None = None) -> Values:
    """Return numbers, none missing if it is not said which are."""
    absent = none_missing(data) if missing is None else missing
    return Values(kind=FactKind.NUMBER, data=data, missing=absent)


def instants(found: Instants) -> Values:
    """Return instants, missing where they are `LONG_AGO`."""
    return Values(kind=FactKind.INSTANT, data=found, missing=found == LONG_AGO)


def texts(words: Sequence[str], codes: npt.NDArray[Any], missing: Mask) -> Values:
    """Return texts out of a few words, which are in ascending order."""
    return Values(
        kind=FactKind.TEXT,
        data=np.where(missing, NO_WORD, codes).astype(np.int32),
        missing=missing,
        words=np.array(words, np.object_),
    )


def none_missing(like: npt.NDArray[Any]) -> Mask:
    """Return a mask that marks nothing."""
    return np.zeros(like.shape, np.bool_)


def distinct_ticks(rows: Rows, at: Instants, tick: int) -> tuple[Rows, Instants]:
    """Move points up to ticks, each once, in order of customer and time."""
    ticks = ceil_to_tick(at, tick)
    order = np.lexsort((ticks, rows))
    rows, ticks = rows[order], ticks[order]
    first = np.ones(rows.shape, np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (ticks[1:] != ticks[:-1])
    return rows[first], ticks[first]
