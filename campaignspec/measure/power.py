"""The smallest effect that a comparison of two groups can see."""

from __future__ import annotations

from math import sqrt
from typing import Final

_DEVIATIONS: Final = 1.959963984540054 + 0.8416212335729143
"""How many standard errors apart two shares must lie: two-sided at 5 %, with 80 % power."""


def smallest_lift(rate: float, treated: int, held_out: int) -> float | None:
    """Return the least difference from a rate that so many people show.

    ``(z + z) sqrt(p (1 - p) (1 / n + 1 / m))``, the normal approximation of two proportions (J. L.
    Fleiss, B. Levin and M. C. Paik (2003), Statistical Methods for Rates and Proportions, chapter
    4).

    Args:
        rate: What the held-out do, between 0 and 1.
        treated: How many are treated.
        held_out: How many are held out.

    Returns:
        The difference as a share; None when one group is empty, or nobody or everybody does it.
    """
    if not treated or not held_out or not 0 < rate < 1:
        return None
    return _DEVIATIONS * sqrt(rate * (1 - rate) * (1 / treated + 1 / held_out))
