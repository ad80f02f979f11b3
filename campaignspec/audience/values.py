"""What a fact is worth for many customers, each at its own instant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY
from campaignspec.history import LONG_AGO, NO_EVENT, Column, Stream
from campaignspec.money import MICROS
from campaignspec.spec.audience import (
    Average,
    Count,
    DaysSince,
    Distinct,
    EventTrait,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    PropertyTrait,
    Sum,
)
from campaignspec.spec.shape import verb_of

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


def trait_values(trait: EventTrait, stream: Stream, rows: Rows, at: Instants) -> Values:
    """Compute a trait for each customer at its instant, from what was known then.

    Args:
        trait: What to compute.
        stream: The events that the trait counts.
        rows: The customers.
        at: The instants, of the same shape.
    """
    match trait:
        case Count():
            return _number(stream.count(rows, _window_start(trait, at), at))
        case Latest():
            return _instants(stream.latest(rows, at))
        case First():
            first = stream.next_after(rows, np.full(rows.shape, LONG_AGO, np.int64))
            return _instants(np.where(first <= at, first, LONG_AGO))
        case DaysSince():
            latest = stream.latest(rows, at)
            missing = latest == LONG_AGO
            return _number((at - np.where(missing, at, latest)) // DAY, missing)
        case MedianGap():
            gap = stream.median_gap(rows, _window_start(trait, at), at)
            return _number(gap / DAY, np.isnan(gap))
        case _:
            name = property_name(trait)
            if name not in stream.properties:
                return _of_no_property(trait, rows)
            return _of_property(trait, stream, name, rows, at)


def divide(above: Values, below: Values) -> Values:
    """Divide one fact by another: money by a number is money, all else is a number."""
    missing = above.missing | below.missing | (below.data == 0)
    found = above.data / np.where(missing, 1, below.data)
    if above.kind is FactKind.MONEY and below.kind is FactKind.NUMBER:
        return Values(kind=FactKind.MONEY, data=found, missing=missing)
    if above.kind is FactKind.NUMBER and below.kind is FactKind.MONEY:
        found = found * MICROS
    return _number(found, missing)


def _of_property(
    trait: PropertyTrait, stream: Stream, name: str, rows: Rows, at: Instants
) -> Values:
    column = stream.properties[name]
    kind = FactKind(column.kind.value)
    match trait:
        case Sum():
            total = stream.total(rows, _window_start(trait, at), at, name)
            return Values(kind=kind, data=total, missing=_none_missing(rows))
        case Average():
            start = _window_start(trait, at)
            count = stream.count(rows, start, at)
            average = stream.total(rows, start, at, name) / np.maximum(count, 1)
            return Values(kind=kind, data=average, missing=count == 0)
        case Minimum() | Maximum():
            start, least = _window_start(trait, at), isinstance(trait, Minimum)
            extreme = stream.extreme(rows, start, at, name, least=least)
            return Values(kind=kind, data=extreme, missing=stream.count(rows, start, at) == 0)
        case Distinct():
            after = LONG_AGO if trait.within is None else at - trait.within.micros
            return _number(stream.distinct(rows, after, at, name))
        case MostFrequent():
            return _picked(column, stream.most_frequent(rows, _window_start(trait, at), at, name))
        case LastValue():
            return _picked(column, stream.index_latest(rows, at))
        case FirstValue():
            first, end = stream.stretch(rows, LONG_AGO, at)
            return _picked(column, np.where(first < end, first, NO_EVENT))
        case _:
            assert_never(trait)


def _of_no_property(trait: PropertyTrait, rows: Rows) -> Values:
    """Compute a trait of events that never happened, of whose properties nothing is known."""
    missing = np.full(rows.shape, not isinstance(trait, Sum | Distinct))
    return _number(np.zeros(rows.shape), missing)


def _picked(column: Column, index: Rows) -> Values:
    """Return the values at places, missing at `NO_EVENT`."""
    if not len(column):
        absent = Column.absent(column.kind, 1)
        return Values.of_column(absent, np.zeros(index.shape, np.int64))
    found = Values.of_column(column, np.maximum(index, 0))
    return replace(found, missing=found.missing | (index == NO_EVENT))


def _number(data: npt.NDArray[Any], missing: Mask | None = None) -> Values:
    absent = _none_missing(data) if missing is None else missing
    return Values(kind=FactKind.NUMBER, data=data, missing=absent)


def _instants(found: Instants) -> Values:
    return Values(kind=FactKind.INSTANT, data=found, missing=found == LONG_AGO)


def _window_start(
    trait: Count | Sum | Average | Minimum | Maximum | Distinct | MostFrequent | MedianGap,
    at: Instants,
) -> Instants:
    if trait.within is None:
        return np.full(at.shape, LONG_AGO, np.int64)
    return at - trait.within.micros


def _none_missing(like: npt.NDArray[Any]) -> Mask:
    return np.zeros(like.shape, np.bool_)


def event_name(trait: EventTrait) -> str:
    """Return the event that a trait looks at."""
    match trait:
        case Count():
            return trait.count
        case Latest():
            return trait.latest
        case First():
            return trait.first
        case DaysSince():
            return trait.days_since
        case MedianGap():
            return trait.median_gap
        case _:
            return _path(trait).rpartition(".")[0]


def property_of(trait: EventTrait) -> str | None:
    """Return the property that a trait looks at, if it looks at one."""
    match trait:
        case Count() | Latest() | First() | DaysSince() | MedianGap():
            return None
        case _:
            return property_name(trait)


def property_name(trait: PropertyTrait) -> str:
    """Return the property that a trait looks at."""
    return _path(trait).rpartition(".")[2]


def _path(trait: PropertyTrait) -> str:
    return str(getattr(trait, verb_of(type(trait))))
