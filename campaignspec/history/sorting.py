"""Sorting columns quickly: stable, as ties keep the order of arrival."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import SECOND

Integers: TypeAlias = npt.NDArray[np.integer[Any]]
Order: TypeAlias = npt.NDArray[np.signedinteger[Any]]

_DIGIT: Final = 16
"""The bits that are sorted by at once: numpy counts values of 16 bits, and compares longer ones."""


_SECOND: Final = np.uint64(SECOND)
_SAMPLE: Final = 1_000
"""So many values are looked at first, as most instants that are not whole seconds show it soon."""


def is_ascending(values: Integers) -> bool:
    """Say whether no value is less than the one before it."""
    return bool(np.all(values[1:] >= values[:-1]))


def stable_order(values: Integers) -> Order:
    """Find the order that sorts whole numbers; equal ones stay in the order they stand in.

    It sorts by 16 bits at a time, the lowest first. On 11 million rows of a million customers that
    takes 0.5 s, where numpy's stable ``argsort`` takes 1.5 s. Instants in whole seconds are sorted
    as seconds, which have fewer bits.
    """
    if len(values) == 0:
        return np.empty(0, np.int64)
    keys = _from_nought(values)
    bits = max(int(keys.max()).bit_length(), 1)
    order = _order_of_digit(keys, 0, bits)
    for shift in range(_DIGIT, bits, _DIGIT):
        order = order[_order_of_digit(keys, shift, bits, order)]
    return order


def _from_nought(values: Integers) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Write whole numbers as short as they get: from nought, and instants in seconds."""
    low, high = int(values.min()), int(values.max())
    if low < 0 or high - low >= 2**32:
        # What overflows here, between the beginning and the end of time, is right when unsigned.
        keys = (values.astype(np.int64) - np.int64(low)).view(np.uint64)
        if np.any(keys[:_SAMPLE] % _SECOND) or np.any(keys % _SECOND):
            return keys
        keys //= _SECOND
        return keys
    return values.astype(np.uint32) if low == 0 else (values - low).astype(np.uint32)


def _order_of_digit(
    keys: npt.NDArray[np.unsignedinteger[Any]], shift: int, bits: int, order: Order | None = None
) -> Order:
    digit = (keys >> keys.dtype.type(shift)).astype(
        np.uint8 if bits - shift <= _DIGIT // 2 else np.uint16
    )
    found = np.argsort(digit if order is None else digit[order], kind="stable")
    return found.astype(np.int32) if len(keys) < 2**31 else found


def order_of_events(rows: Integers, ts: npt.NDArray[np.int64]) -> Order | None:
    """Find the order by customer, then time, then arrival; None where they stand so already."""
    if is_ascending(rows) and np.all((rows[1:] > rows[:-1]) | (ts[1:] >= ts[:-1])):
        return None
    if is_ascending(ts):
        return stable_order(rows)
    by_time = stable_order(ts)
    order: Order = by_time[stable_order(rows[by_time])]
    return order


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the different values of a column, ascending.

    They are sorted; numpy's own `unique` hashes whole numbers, which takes up to ninety times as
    long (numpy 2.4, a million of them).
    """
    ordered = np.sort(values)
    first = np.ones(ordered.shape, np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]
