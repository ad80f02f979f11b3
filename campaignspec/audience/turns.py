"""When who fits a condition changes: found for its parts, and put together.

A part is asked about only where something happens that it asks about; what is made of parts is
made of their changes. So a segment over a year costs what changes in the year, and not, for each
hour of it, everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.audience.values import Instants, Mask, Rows

_Keys: TypeAlias = npt.NDArray[np.int64]
_Both: TypeAlias = Callable[[Mask, Mask], Mask]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """Who fits a condition at first, and every tick at which that changes.

    Attributes:
        first: Whether each customer fits before the first of its turns.
        rows: The customers that turn, ascending.
        ticks: When, ascending for each customer: a number of ticks since 1970.
    """

    first: Mask
    rows: Rows
    ticks: Instants

    @classmethod
    def build(cls, first: Mask, rows: Rows, ticks: Instants, fits: Mask) -> Turns:
        """Keep of what was found at some ticks, in order of customer and tick, what turns."""
        before = np.empty_like(fits)
        before[1:] = fits[:-1]
        begins = _begins(rows)
        before[begins] = first[rows[begins]]
        turned = np.flatnonzero(fits != before)
        return cls(first=first, rows=rows[turned], ticks=ticks[turned])

    @property
    def fits(self) -> Mask:
        """Whether each turn is one into fitting: a customer's turns alternate."""
        index = np.arange(len(self.rows))
        begins = _begins(self.rows)
        nth = index - np.maximum.accumulate(np.where(begins, index, 0))
        return np.asarray(self.first[self.rows] ^ ((nth & 1) == 0))

    def negated(self) -> Turns:
        """Return the turns of the opposite."""
        return Turns(first=~self.first, rows=self.rows, ticks=self.ticks)

    def at(self, rows: Rows, ticks: Instants) -> Mask:
        """Say whether customers fit at ticks."""
        own, asked = keys_of((self.rows, self.ticks), (rows, ticks))
        turned = np.searchsorted(own, asked, side="right") - np.searchsorted(self.rows, rows)
        return np.asarray(self.first[rows] ^ ((turned & 1) == 1))


def all_of(parts: Sequence[Turns]) -> Turns:
    """Return the turns of what fits where all parts do."""
    return reduce(lambda one, other: _joined(one, other, np.logical_and), parts)


def any_of(parts: Sequence[Turns]) -> Turns:
    """Return the turns of what fits where any part does."""
    return reduce(lambda one, other: _joined(one, other, np.logical_or), parts)


def _joined(one: Turns, other: Turns, both: _Both) -> Turns:
    rows = np.concatenate((one.rows, other.rows))
    ticks = np.concatenate((one.ticks, other.ticks))
    rows, ticks = in_order(rows, ticks)
    fits = both(one.at(rows, ticks), other.at(rows, ticks))
    return Turns.build(both(one.first, other.first), rows, ticks, fits)


def in_order(rows: Rows, ticks: Instants) -> tuple[Rows, Instants]:
    """Put points in order of customer and tick, each once."""
    (keys,) = keys_of((rows, ticks))
    _, index = np.unique(keys, return_index=True)
    return rows[index], ticks[index]


def keys_of(*points: tuple[Rows, Instants]) -> Sequence[_Keys]:
    """Number points such that their numbers are in order of customer and tick."""
    least = min((int(ticks.min()) for _, ticks in points if len(ticks)), default=0)
    most = max((int(ticks.max()) for _, ticks in points if len(ticks)), default=0)
    width = most - least + 1
    return [rows * width + (ticks - least) for rows, ticks in points]


def _begins(rows: Rows) -> Mask:
    begins = np.ones(rows.shape, np.bool_)
    begins[1:] = rows[1:] != rows[:-1]
    return begins
