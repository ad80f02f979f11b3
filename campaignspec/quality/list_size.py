"""What a list of a certain size is good for, in one line."""

from __future__ import annotations

from typing import Final

from campaignspec.lint.power import smallest_difference

_MEDIUM: Final = 5_000
_LARGE: Final = 20_000

_RATE: Final = 0.05
"""The rate that the smallest visible difference is told for."""


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


def _visible(people: int) -> str:
    points = 100 * smallest_difference(people / 2, people / 2, rate=_RATE)
    if points > 100 * (1 - _RATE):
        return "too few for a test in two halves"
    return f"a test in two halves sees a rate of 5% change by {points:.1f} percentage points"
