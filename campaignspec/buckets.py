"""Buckets the way GrowthBook draws them, so that an experiment can be shared with a product.

The hash is 32-bit FNV-1a (offset basis 2166136261, prime 16777619) over the UTF-8 bytes; the
two versions are those of GrowthBook's SDK specification 0.8. Version 1 is biased when several
experiments run at once and is there to read old assignments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

_OFFSET_BASIS: Final = np.uint32(2166136261)
_PRIME: Final = np.uint32(16777619)
_ZERO: Final = np.uint32(ord("0"))
_MOST_DIGITS: Final = 10
"""How many decimal digits a 32-bit number may have."""
_LEAST_SUM: Final = 0.99
_GREATEST_SUM: Final = 1.01
"""Weights whose sum is less or more are not used."""

_Hashes: TypeAlias = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A part of the buckets that gets one variation.

    Attributes:
        start: The first bucket in it.
        end: The first bucket behind it; equal to ``start`` where nobody is in it.
    """

    start: float
    end: float


def growthbook_buckets(seed: str, customers: Iterable[str]) -> npt.NDArray[np.float64]:
    """Draw each customer's bucket by version 2 of GrowthBook's hash.

    Returns:
        One number a customer, at least 0 and less than 1, in steps of 1/10,000.
    """
    once = _hash_texts(tuple(customers), _hash_bytes(_OFFSET_BASIS, seed))
    return np.asarray((_hash_decimals(once) % np.uint32(10_000)) / 10_000)


def growthbook_buckets_v1(seed: str, customers: Iterable[str]) -> npt.NDArray[np.float64]:
    """Draw each customer's bucket by version 1 of GrowthBook's hash.

    Returns:
        One number a customer, at least 0 and less than 1, in steps of 1/1,000.
    """
    hashes = _hash_bytes(_hash_texts(tuple(customers), _OFFSET_BASIS), seed)
    return np.asarray((hashes % np.uint32(1_000)) / 1_000)


def growthbook_bucket(seed: str, customer: str, version: int) -> float | None:
    """Draw one customer's bucket, or None where GrowthBook has no such version of its hash."""
    match version:
        case 1:
            return float(growthbook_buckets_v1(seed, (customer,))[0])
        case 2:
            return float(growthbook_buckets(seed, (customer,))[0])
        case _:
            return None


def bucket_ranges(
    variations: int, coverage: float, weights: Sequence[float] | None = None
) -> tuple[Range, ...]:
    """Divide the buckets among the variations of an experiment.

    Every variation owns the part of its weight and uses the share ``coverage`` of it from the
    start, so that a larger coverage adds customers and moves none.

    Args:
        variations: How many there are.
        coverage: Which share of all customers takes part; below 0 is 0, above 1 is 1.
        weights: One share a variation. Where their number is another, or their sum is not
            nearly 1, all variations weigh the same, as GrowthBook has it.

    Returns:
        One range a variation.
    """
    shares = _usable(weights, variations) or [1 / variations] * variations
    used = min(max(coverage, 0.0), 1.0)
    # Added up one after the other, because a customer on an edge depends on the last bit.
    starts = accumulate(shares[:-1], initial=0.0)
    return tuple(
        Range(start=start, end=start + used * share)
        for start, share in zip(starts, shares, strict=True)
    )


def choose_variations(
    buckets: npt.NDArray[np.float64], ranges: Sequence[Range]
) -> npt.NDArray[np.int64]:
    """Say for each bucket which range it is in: its place, or -1 for a customer left out."""
    chosen = np.full(buckets.shape, -1, np.int64)
    for place, part in enumerate(ranges):
        inside = (buckets >= part.start) & (buckets < part.end)
        chosen[inside & (chosen < 0)] = place
    return chosen


def _usable(weights: Sequence[float] | None, variations: int) -> list[float] | None:
    if weights is None or len(weights) != variations:
        return None
    *_, total = accumulate(weights)
    return list(weights) if _LEAST_SUM <= total <= _GREATEST_SUM else None


def _hash_bytes(hashes: Any, text: str) -> Any:
    """Go on hashing with the same text for all."""
    with np.errstate(over="ignore"):  # 32 bits are meant to run over
        for byte in text.encode():
            hashes = (hashes ^ np.uint32(byte)) * _PRIME
    return hashes


def _hash_texts(texts: Sequence[str], begun: np.uint32) -> _Hashes:
    """Go on hashing with a text each: one step for all texts at once, byte by byte.

    The longest come first, so that those that have ended are always at the end.
    """
    encoded = [text.encode() for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    joined = np.frombuffer(b"".join(encoded), np.uint8)
    order = np.argsort(-lengths, kind="stable")
    at = (np.cumsum(lengths) - lengths)[order]
    longer = np.searchsorted(-lengths[order], -np.arange(lengths.max(initial=0)), side="left")
    hashes = np.full(len(encoded), begun, np.uint32)
    for place, running in enumerate(longer):
        hashes[:running] = (hashes[:running] ^ joined[at[:running] + place]) * _PRIME
    found = np.empty_like(hashes)
    found[order] = hashes
    return found


def _hash_decimals(numbers: _Hashes) -> _Hashes:
    """Hash each number's decimal digits by FNV-1a, without leading zeros."""
    hashes = np.full(numbers.shape, _OFFSET_BASIS, np.uint32)
    for power in reversed(range(_MOST_DIGITS)):
        weight = np.uint32(10**power)
        digit = numbers // weight % np.uint32(10) + _ZERO
        written = (numbers >= weight) | (power == 0)
        hashes = np.where(written, (hashes ^ digit) * _PRIME, hashes)
    return hashes
