"""The interval of any quotient of sums over people: a bootstrap that is the same everywhere."""

from __future__ import annotations

from functools import lru_cache
from math import exp
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.measure.lift import Interval

Sums: TypeAlias = npt.NDArray[np.float64]

_DRAWS: Final = 1000
_GROUPS: Final = 1000
_LEAST: Final = 20
"""With fewer people a percentile of resampled quotients tells nothing."""

_MOST: Final = 12
"""Nobody is drawn more often: of a Poisson variable of mean 1 this has a chance below 1e-10."""


def interval_of(
    above: Sums,
    below: Sums,
    people: npt.NDArray[np.int64],
    *,
    fixed: tuple[float, float] = (0.0, 0.0),
) -> Interval | None:
    """Return the 95 % interval of ``sum(above) / sum(below)``, resampling people.

    The Poisson bootstrap: each person counts 0, 1, 2, … times, as a Poisson variable of mean 1
    says (N. Chamandy, O. Muralidharan, A. Najmi and S. Naidu (2012), Estimating uncertainty for
    massive data streams, Google technical report). All numbers of one person go together, so
    that who entered twice is not taken for two. Beyond a thousand people they are drawn in a
    thousand random groups (K. M. Wolter (2007), Introduction to Variance Estimation, chapter 2).
    The draws are keyed, so the same numbers have the same interval on every machine.

    Args:
        above: What stands above the line, in places that belong to people.
        below: What stands below it.
        people: Whose each place is: a number from 0.
        fixed: What belongs to nobody, above and below the line, and is not drawn.

    Returns:
        The 2.5 and 97.5 percentiles; None with fewer than 20 people, and where most draws have
        nothing below the line.
    """
    used = (above != 0) | (below != 0)
    who, group = np.unique(people[used], return_inverse=True)
    if len(who) < _LEAST:
        return None
    if len(who) > _GROUPS:
        group = (_mixed(who.astype(np.uint64)) % np.uint64(_GROUPS)).astype(np.int64)[group]
    size = min(len(who), _GROUPS)
    sums = np.stack(
        [np.bincount(group, weights=each[used], minlength=size) for each in (above, below)], axis=1
    )
    drawn = _weights(size) @ sums + np.array(fixed)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = drawn[:, 0] / drawn[:, 1]
    usable = quotients[np.isfinite(quotients)]
    if len(usable) < _DRAWS // 2:
        return None
    low, high = np.percentile(usable, (2.5, 97.5))
    return float(low), float(high)


@lru_cache(maxsize=8)
def _weights(size: int) -> npt.NDArray[np.float64]:
    """Draw how often each group counts: a row a draw."""
    places = np.arange(_DRAWS * size, dtype=np.uint64) + np.uint64(size << 32)
    uniform = (_mixed(places) >> np.uint64(11)).astype(np.float64) / 2.0**53
    chances, chance = [], exp(-1)
    for times in range(1, _MOST + 1):
        chances.append(chance)
        chance /= times
    weights = np.searchsorted(np.cumsum(chances), uniform, side="right").astype(np.float64)
    return weights.reshape(_DRAWS, size)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix the bits of numbers.

    SplitMix64: G. L. Steele, D. Lea and C. H. Flood (2014), Fast splittable pseudorandom number
    generators, OOPSLA.
    """
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
