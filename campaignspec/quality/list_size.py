"""What a list of a certain size is good for, in one line."""

from __future__ import annotations

import math
from typing import Final

_MEDIUM: Final = 5_000
_LARGE: Final = 20_000

_RATE: Final = 0.05
"""The rate that the smallest visible difference is told for."""

_DEVIATIONS: Final = 1.959964 + 0.841621
"""How many standard errors apart two rates must be: 5 % two-sided, and 80 % power."""


def regime(reachable: int) -> str:
    """Say what a list of so many reachable people is good for.

    Small lists, of one or two thousand, ask for computing and thought before anything is
    sent; from about ten thousand a list earns, and effectiveness is worth the work; from
    twenty thousand on, many narrow segments bring out what is left.
    """
    if not reachable:
        return "nobody can be reached: begin with addresses and consent"
    if reachable < _MEDIUM:
        kind = "a small list: compute and think before you send; few, broad segments"
    elif reachable < _LARGE:
        kind = "a list of medium size: it can earn; work on effectiveness"
    else:
        kind = "a large list: bring out what is left with many, narrow segments"
    return f"{kind}; {_visible(reachable)}"


def smallest_difference(people: int) -> float:
    """Return the least difference of two rates that a test in two halves sees.

    The normal approximation of two proportions: ``(z + z) sqrt(2 p (1 - p) / (n / 2))`` at a
    rate of 5 %, two-sided at 5 %, with 80 % power.
    """
    return _DEVIATIONS * math.sqrt(4 * _RATE * (1 - _RATE) / people)


def _visible(people: int) -> str:
    points = 100 * smallest_difference(people)
    if points > 100 * (1 - _RATE):
        return "too few for a test in two halves"
    return f"a test in two halves sees a rate of 5% change by {points:.1f} percentage points"
