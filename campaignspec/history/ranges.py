"""Questions about stretches of a column: the sum, the least, the different ones, the middle one.

A stretch runs from ``first`` up to, and without, ``last``; many stretches are asked for at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.history.sorting import distinct, is_ascending

Bounds: TypeAlias = npt.NDArray[np.int64]
Table: TypeAlias = list[npt.NDArray[Any]]

NONE: Final = -1
"""The place of nothing."""

_AT_ONCE = 2**21
_BITS = 63
"""Numbers that are not negative have so many."""


def running(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return the sums of the first 0, 1, 2, … values."""
    found = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=found[1:])
    return found


def sums(values: npt.NDArray[np.float64], first: Bounds, last: Bounds) -> npt.NDArray[np.float64]:
    """Sum each stretch from ``first`` up to, and without, ``last``; one value follows the last.

    Where most customers are asked, in order, what lies between two stretches is summed as well and
    left out: that is one walk through the values, which copies none.
    """
    if len(first) * 8 >= len(values) and is_ascending(first):
        bounds = np.stack([first, last], axis=1).reshape(-1)
        return np.where(last > first, np.add.reduceat(values, bounds)[0::2], 0.0)
    found = np.zeros(len(first), np.float64)
    filled = last > first
    lengths = (last - first)[filled]
    if len(lengths):
        starts = np.cumsum(lengths) - lengths
        index = np.repeat(first[filled] - starts, lengths) + np.arange(lengths.sum())
        found[filled] = np.add.reduceat(values[index], starts)
    return found


def tabulate(values: npt.NDArray[Any], longest: int, *, least: bool) -> Table:
    """Find the extremes of all stretches of 1, 2, 4, … values, as long as stretches get."""
    choose = np.minimum if least else np.maximum
    table = [values]
    for power in range(max(longest, 1).bit_length() - 1):
        below, half = table[-1], 2**power
        table.append(choose(below[:-half], below[half:]))
    return table


def extremes(table: Table, first: Bounds, last: Bounds, *, least: bool) -> npt.NDArray[Any]:
    """Find the extreme of each stretch, none of them empty, as that of two that overlap."""
    found = np.empty(first.shape, table[0].dtype)
    choose = np.minimum if least else np.maximum
    powers = np.frexp(last - first)[1] - 1
    for power in distinct(powers):
        here = powers == power
        level = table[power]
        found[here] = choose(level[first[here]], level[last[here] - 2 ** int(power)])
    return found


def previous_like(rows: Bounds, codes: npt.NDArray[Any]) -> Bounds:
    """Find, for each place, the place before at which the same row had the same code."""
    order = np.lexsort((codes, rows))
    same = (rows[order][1:] == rows[order][:-1]) & (codes[order][1:] == codes[order][:-1])
    previous = np.full(len(rows), NONE, np.int64)
    previous[order[1:][same]] = order[:-1][same]
    return previous


def count_distinct(previous: Bounds, first: Bounds, last: Bounds) -> Bounds:
    """Count the places of each stretch whose like is not before them in the stretch."""
    counts = np.zeros(first.shape, np.int64)
    for asked, starts, index in _spread(first, last):
        is_new = previous[index] < np.repeat(first[asked], (last - first)[asked])
        counts[asked] = np.add.reduceat(is_new.astype(np.int64), starts)
    return counts


def medians(values: Bounds, first: Bounds, last: Bounds) -> npt.NDArray[np.float64]:
    """Find the median of each stretch: of two in the middle, what is half-way between them."""
    found = np.full(first.shape, np.nan)
    for asked, starts, index in _spread(first, last):
        lengths = (last - first)[asked]
        inside = _sorted_within(values[index], np.repeat(np.arange(len(starts)), lengths))
        middle = inside[starts + (lengths - 1) // 2] + inside[starts + lengths // 2]
        found[asked] = middle / 2
    return found


def medians_since(
    since: Bounds, previous: Bounds, first: Bounds, last: Bounds
) -> npt.NDArray[np.float64]:
    """Find the median of each stretch, of the values whose ``previous`` place is in it as well."""
    found = np.full(first.shape, np.nan)
    for asked, starts, index in _spread(first, last):
        stretch = np.repeat(np.arange(len(starts)), (last - first)[asked])
        inside = previous[index] >= first[asked][stretch]
        values, stretch = since[index[inside]], stretch[inside]
        values = _sorted_within(values, stretch)
        counts = np.bincount(stretch, minlength=len(starts))
        filled = np.flatnonzero(counts)
        begin, lengths = (np.cumsum(counts) - counts)[filled], counts[filled]
        middle = values[begin + (lengths - 1) // 2] + values[begin + lengths // 2]
        found[asked[filled]] = middle / 2
    return found


def most_frequent(codes: npt.NDArray[Any], first: Bounds, last: Bounds) -> Bounds:
    """Find the last place of the most frequent code of each stretch; of several, the latest."""
    places = np.full(first.shape, NONE, np.int64)
    for asked, starts, index in _spread(first, last):
        stretch = np.repeat(starts, (last - first)[asked])
        order = np.lexsort((index, codes[index], stretch))
        place, stretch = index[order], stretch[order]
        same = (codes[place][1:] == codes[place][:-1]) & (stretch[1:] == stretch[:-1])
        ends = np.flatnonzero(np.append(~same, np.True_))
        often = np.diff(ends, prepend=-1)
        ranked = ends[np.lexsort((place[ends], often, stretch[ends]))]
        best = np.append(stretch[ranked][1:] != stretch[ranked][:-1], np.True_)
        places[asked] = place[ranked[best]]
    return places


def _sorted_within(values: Bounds, stretch: Bounds) -> Bounds:
    """Sort the values of each stretch; stretches are numbered ascending.

    Where both fit one number they are sorted as one, ten times as fast as by two keys.
    """
    if not len(values):
        return values
    least = int(values.min())
    bits = (int(values.max()) - least).bit_length()
    if bits + int(stretch[-1]).bit_length() > _BITS:
        return values[np.lexsort((values, stretch))]
    packed = np.sort((stretch << bits) | (values - least))
    return (packed & ((1 << bits) - 1)) + least


def _spread(first: Bounds, last: Bounds) -> Iterator[tuple[Bounds, Bounds, Bounds]]:
    """Write the stretches that are not empty one after the other, some at a time.

    Yields:
        Which stretches; where each begins in what is written; and all the places in them.
    """
    filled = np.flatnonzero(last > first)
    ends = np.cumsum((last - first)[filled])
    begin = 0
    while begin < len(filled):
        written = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, written + _AT_ONCE, side="right")))
        asked = filled[begin:end]
        lengths = (last - first)[asked]
        starts = np.cumsum(lengths) - lengths
        yield asked, starts, np.repeat(first[asked] - starts, lengths) + np.arange(lengths.sum())
        begin = end
