"""Bisection of many customers' stretches of a column of instants, all of them in step."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.history.column import Flags, Indices

Instants: TypeAlias = npt.NDArray[np.int64]
Found: TypeAlias = npt.NDArray[np.int64]

_ROUNDS: Final = 3
"""How often stretches are halved before those that are short enough are left out; measured."""


class Cut(NamedTuple):
    """Customers' stretches, each cut at a moment down to one event.

    Attributes:
        begins: Where each stretch begins.
        place: Where the event is: those before it are not later than the moment, those behind are.
        ts: Its instant; any, where a customer has no event.
        is_next: Whether it is later itself.
        is_passed: Whether it is not. Both are false where a customer has no event.
    """

    begins: Found
    place: Found
    ts: Instants
    is_next: Flags
    is_passed: Flags

    @property
    def after(self) -> Found:
        """Where the first event after each moment is; behind the stretch, where there is none."""
        return self.place + self.is_passed


def cut(ts: Instants, offsets: Found, rows: Indices, moments: Instants) -> Cut:
    """Cut customers' stretches at moments.

    Args:
        ts: The instants, ascending in each stretch.
        offsets: Customer ``row`` has those from ``offsets[row]`` up to, and without,
            ``offsets[row + 1]``.
        rows: The customers.
        moments: One for each, or one for all.
    """
    begins = offsets.take(rows)
    left = offsets[1:].take(rows) - begins
    if len(ts) == 0 or len(rows) == 0:
        nothing = np.zeros(begins.shape, np.bool_)
        return Cut(begins, begins, begins, is_next=nothing, is_passed=nothing)
    long = np.flatnonzero(left > 1)
    place = begins.copy() if len(long) else begins
    while len(long):
        # Most stretches are short: those that are halved to one event are left out.
        first, rest = place.take(long), left.take(long)
        asked = moments if moments.ndim == 0 else moments.take(long)
        for _ in range(_ROUNDS):
            half = rest >> 1
            first += half * (ts.take(first + half - 1, mode="clip") <= asked)
            rest -= half
        place[long], left[long] = first, rest
        long = long.compress(rest > 1)
    found = ts.take(place, mode="clip")
    has_one, later = left == 1, found > moments
    return Cut(begins, place, found, is_next=has_one & later, is_passed=has_one & ~later)
