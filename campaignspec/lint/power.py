"""How small an effect a test could see."""

from __future__ import annotations

import math
from typing import Final

_DEVIATIONS: Final = 1.959964 + 0.841621
"""How many standard errors apart two rates must be: 5 % two-sided, and 80 % power."""


def smallest_difference(first: float, second: float, *, rate: float = 0.05) -> float:
    """Return the least difference of two rates that a comparison of two groups sees.

    The normal approximation of two proportions: ``(z + z) sqrt(p (1 - p) (1 / n + 1 / m))``,
    two-sided at 5 %, with 80 % power (Fleiss, Levin, Paik: *Statistical Methods for Rates and
    Proportions*, 3rd ed., section 4.2, without the correction for continuity).

    Args:
        first: People in the one group; more than none.
        second: People in the other.
        rate: The rate that is expected without an effect, between 0 and 1.

    Returns:
        The difference as a fraction: 0.02 are two percentage points.
    """
    return _DEVIATIONS * math.sqrt(rate * (1 - rate) * (1 / first + 1 / second))
