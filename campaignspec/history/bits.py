"""Marks of events as bits in words of 64: an eighth of a byte an event to walk through."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaignspec.history.column import Flags


def in_words(mask: Flags) -> npt.NDArray[np.uint64]:
    """Write a mask as bits in words of 64, the first bit lowest; an empty word follows."""
    packed = np.zeros((len(mask) // 64 + 1) * 8, np.uint8)
    bits = np.packbits(mask, bitorder="little")
    packed[: len(bits)] = bits
    return packed.view("<u8")


def places_in_words(
    offsets: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Find the word in which each stretch begins, and a mask of the bits before it there."""
    bit = np.uint64(1) << (offsets & 63).astype(np.uint64)
    return offsets >> 6, bit - np.uint64(1)
