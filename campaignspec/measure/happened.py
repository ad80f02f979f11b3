"""Events in the windows of entries, laid out flat: one place an event and entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaignspec.history import NO_WORD
from campaignspec.measure.frame import Frame
from campaignspec.measure.ground import Amounts, Happening, Places

Instants = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The events of one stream.

    Attributes:
        happening: Where they are from.
        entry: Whose window each is in: the place of an entry, or the row of a customer.
        index: Its place in the stream.
    """

    happening: Happening
    entry: Places
    index: Places

    @property
    def at(self) -> Instants:
        """When each happened."""
        return self.happening.stream.ts[self.index]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The events in the windows.

    Attributes:
        parts: Those of each stream.
        size: How many entries, or customers, there are.
    """

    parts: Sequence[Part]
    size: int

    def counts(self) -> Amounts:
        """Count events by entry."""
        whole = np.zeros(self.size)
        for part in self.parts:
            whole += np.bincount(part.entry, minlength=self.size)
        return whole

    def sums(self, price: float | None) -> Amounts:
        """Add up by entry what events are worth."""
        whole = np.zeros(self.size)
        for part in self.parts:
            worth = part.happening.amounts(part.index, price)
            whole += np.bincount(part.entry, weights=worth, minlength=self.size)
        return whole

    def in_order(self, price: float | None) -> tuple[Places, Instants, Amounts]:
        """Return entry, instant and worth of all events, by entry and time."""
        entry = _joined([part.entry for part in self.parts], np.int64)
        at = _joined([part.at for part in self.parts], np.int64)
        worth = _joined([p.happening.amounts(p.index, price) for p in self.parts], np.float64)
        order = np.lexsort((at, entry))
        return entry[order], at[order], worth[order]

    def repeats(self, name: str, at_least: int) -> Amounts:
        """Count by entry the values of a property that events of so many instants have."""
        found = [purchases(part, name) for part in self.parts]
        whole = np.zeros(self.size)
        for bought in found:
            often = bought.times >= at_least
            whole += np.bincount(bought.entry[often], minlength=self.size)
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """What entries' customers bought: one row an entry and value of a property.

    Attributes:
        entry: The entry.
        code: The value, as the column codes it.
        times: At how many different instants.
        first: The first of them.
        last: The last.
    """

    entry: Places
    code: Places
    times: Places
    first: Instants
    last: Instants


def purchases(part: Part, name: str) -> Purchases:
    """Count by entry and value of a property; events of one instant are one."""
    column = part.happening.stream.properties.get(name)
    codes = (
        np.full(part.index.shape, NO_WORD, np.int64)
        if column is None
        else column.values[part.index].astype(np.int64)
    )
    known = codes != NO_WORD
    entry, codes, at = part.entry[known], codes[known], part.at[known]
    order = np.lexsort((at, codes, entry))
    entry, codes, at = entry[order], codes[order], at[order]
    begins = _changes(entry) | _changes(codes)
    distinct = begins | _changes(at)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(entry)) - 1 if len(starts) else starts
    times = np.add.reduceat(distinct.astype(np.int64), starts) if len(starts) else starts
    return Purchases(
        entry=entry[starts], code=codes[starts], times=times, first=at[starts], last=at[ends]
    )


def happened(found: Sequence[Happening], frame: Frame) -> Happened:
    """Find the events in the windows of the entries that count."""
    place = np.flatnonzero(frame.counts)
    rows, begins, ends = frame.rows[place], frame.begins[place], frame.ends[place]
    parts = []
    for happening in found:
        first, last = happening.stream.stretch(rows, begins, ends)
        entry, index = _flat(first, last)
        parts.append(Part(happening=happening, entry=place[entry], index=index))
    return Happened(parts=parts, size=frame.size)


def happened_to_all(found: Sequence[Happening], frame: Frame) -> Happened:
    """Find everybody's events in the period."""
    parts = [
        Part(happening=happening, entry=rows, index=index)
        for happening in found
        for rows, _, index in (happening.stream.events_between(frame.start, frame.end),)
    ]
    audience = frame.ground.audience
    return Happened(parts=parts, size=len(audience.history.customers) if audience else 0)


def _flat(first: Places, last: Places) -> tuple[Places, Places]:
    """Lay stretches out one after the other: whose each place is, and what it is."""
    lengths = last - first
    whose = np.repeat(np.arange(len(first)), lengths)
    begins = np.cumsum(lengths) - lengths
    return whose, np.arange(len(whose)) - begins[whose] + first[whose]


def _changes(values: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mark the values that differ from the one before, and the first."""
    marks = np.ones(values.shape, np.bool_)
    marks[1:] = values[1:] != values[:-1]
    return marks


def _joined(arrays: Sequence[npt.NDArray[Any]], kind: type) -> npt.NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)
