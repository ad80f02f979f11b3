"""What a fact is worth for many customers, each at its own instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.history import LONG_AGO, Column, Stream, ValueKind
from campaignspec.spec.audience import Average, Count, First, Latest, Sum, Trait

Rows: TypeAlias = npt.NDArray[np.int64]
Instants: TypeAlias = npt.NDArray[np.int64]
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


def trait_values(trait: Trait, stream: Stream, rows: Rows, at: Instants) -> Values:
    """Compute a trait for each customer at its instant, from what was known then.

    Args:
        trait: What to compute.
        stream: The events that the trait counts.
        rows: The customers.
        at: The instants, of the same shape.
    """
    match trait:
        case Count():
            count = stream.count(rows, _window_start(trait, at), at)
            return Values(kind=FactKind.NUMBER, data=count, missing=_none_missing(rows))
        case Sum():
            return _sum(trait, stream, rows, at)
        case Average():
            return _average(trait, stream, rows, at)
        case Latest():
            return _instants(stream.latest(rows, at))
        case First():
            first = stream.next_after(rows, np.full(rows.shape, LONG_AGO, np.int64))
            return _instants(np.where(first <= at, first, LONG_AGO))
        case _:
            assert_never(trait)


def _sum(trait: Sum, stream: Stream, rows: Rows, at: Instants) -> Values:
    name = property_name(trait.sum)
    if name not in stream.properties:
        return Values(kind=FactKind.NUMBER, data=np.zeros(rows.shape), missing=_none_missing(rows))
    total = stream.total(rows, _window_start(trait, at), at, name)
    return Values(kind=_kind(stream, name), data=total, missing=_none_missing(rows))


def _average(trait: Average, stream: Stream, rows: Rows, at: Instants) -> Values:
    name = property_name(trait.average)
    start = _window_start(trait, at)
    count = stream.count(rows, start, at)
    if name not in stream.properties:
        return Values(kind=FactKind.NUMBER, data=np.zeros(rows.shape), missing=count == 0)
    average = stream.total(rows, start, at, name) / np.maximum(count, 1)
    return Values(kind=_kind(stream, name), data=average, missing=count == 0)


def _kind(stream: Stream, name: str) -> FactKind:
    is_money = stream.properties[name].kind is ValueKind.MONEY
    return FactKind.MONEY if is_money else FactKind.NUMBER


def _instants(found: Instants) -> Values:
    return Values(kind=FactKind.INSTANT, data=found, missing=found == LONG_AGO)


def _window_start(trait: Count | Sum | Average, at: Instants) -> Instants:
    if trait.within is None:
        return np.full(at.shape, LONG_AGO, np.int64)
    return at - trait.within.micros


def _none_missing(rows: Rows) -> Mask:
    return np.zeros(rows.shape, np.bool_)


def event_name(trait: Trait) -> str:
    """Return the event that a trait looks at."""
    match trait:
        case Count():
            return trait.count
        case Sum():
            return trait.sum.rpartition(".")[0]
        case Average():
            return trait.average.rpartition(".")[0]
        case Latest():
            return trait.latest
        case First():
            return trait.first
        case _:
            assert_never(trait)


def property_name(path: str) -> str:
    """Return the property of ``event.property``."""
    return path.rpartition(".")[2]
