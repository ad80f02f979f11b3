"""Traits of a property of events: its sum, average, extremes, and the values that it had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Computation, Facts
from campaignspec.audience.traits.windows import (
    first_proof,
    latest_proof,
    property_name,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import (
    FactKind,
    Moments,
    Rows,
    Values,
    none_missing,
    number,
    picked,
)
from campaignspec.history import LONG_AGO, NO_EVENT, Stream
from campaignspec.spec.traits import (
    Average,
    Distinct,
    FirstValue,
    LastValue,
    Maximum,
    Minimum,
    MostFrequent,
    PropertyTrait,
    Sum,
)


def _sum(trait: Sum, stream: Stream, name: str, rows: Rows, at: Moments) -> Values:
    total = stream.total(rows, window_start(trait, at), at, name)
    return Values(kind=_kind(stream, name), data=total, missing=none_missing(rows))


def _average(trait: Average, stream: Stream, name: str, rows: Rows, at: Moments) -> Values:
    start = window_start(trait, at)
    count = stream.count(rows, start, at)
    average = stream.total(rows, start, at, name) / np.maximum(count, 1)
    return Values(kind=_kind(stream, name), data=average, missing=count == 0)


def _extreme(
    trait: Minimum | Maximum, stream: Stream, name: str, rows: Rows, at: Moments
) -> Values:
    start, least = window_start(trait, at), isinstance(trait, Minimum)
    extreme = stream.extreme(rows, start, at, name, least=least)
    missing = stream.count(rows, start, at) == 0
    return Values(kind=_kind(stream, name), data=extreme, missing=missing)


def _distinct(trait: Distinct, stream: Stream, name: str, rows: Rows, at: Moments) -> Values:
    return number(stream.distinct(rows, window_start(trait, at), at, name))


def _most_frequent(
    trait: MostFrequent, stream: Stream, name: str, rows: Rows, at: Moments
) -> Values:
    found = stream.most_frequent(rows, window_start(trait, at), at, name)
    return picked(stream.properties[name], found)


def _last_value(_: LastValue, stream: Stream, name: str, rows: Rows, at: Moments) -> Values:
    return picked(stream.properties[name], stream.index_latest(rows, at))


def _first_value(_: FirstValue, stream: Stream, name: str, rows: Rows, at: Moments) -> Values:
    first, end = stream.stretch(rows, LONG_AGO, at)
    return picked(stream.properties[name], np.where(first < end, first, NO_EVENT))


def _kind(stream: Stream, name: str) -> FactKind:
    return FactKind(stream.properties[name].kind.value)


_Found = Callable[[Any, Stream, str, Rows, Moments], Values]


def _known(find: _Found) -> Callable[[PropertyTrait, Facts, Rows, Moments], Values]:
    """Compute a trait of the events that have the property."""

    def values(trait: PropertyTrait, facts: Facts, rows: Rows, at: Moments) -> Values:
        stream, name = facts.counted(trait), property_name(trait)
        if name in stream.properties:
            return find(trait, stream, name, rows, at)
        # Events that never happened: of their properties nothing is known.
        missing = np.full(rows.shape, not isinstance(trait, Sum | Distinct))
        return number(np.zeros(rows.shape), missing)

    return values


def _windowed(find: _Found) -> Computation[Any]:
    return Computation(values=_known(find), changes=window_changes, proof=window_proof)


PROPERTIES: Final[Mapping[type, Computation[Any]]] = {
    Sum: _windowed(_sum),
    Average: _windowed(_average),
    Minimum: _windowed(_extreme),
    Maximum: _windowed(_extreme),
    Distinct: _windowed(_distinct),
    MostFrequent: _windowed(_most_frequent),
    LastValue: Computation(values=_known(_last_value), changes=window_changes, proof=latest_proof),
    FirstValue: Computation(values=_known(_first_value), changes=window_changes, proof=first_proof),
}
