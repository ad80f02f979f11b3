"""Whether people were drawn as declared: counts against the shares that were promised."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, sqrt
from typing import Final

LEAST_EXPECTED: Final = 5.0
"""With fewer people expected in an arm the test's approximation does not hold (W. G. Cochran
(1954), Some methods for strengthening the common chi-square tests, Biometrics 10, 417-451)."""


def chance_of_counts(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """Return how likely counts as far from their shares as these are, if the draw is fair.

    Pearson's chi-square test. None when there are too few people to tell.

    Args:
        counts: People by arm.
        shares: What was declared, one an arm; they add up to one.
    """
    whole = sum(counts)
    expected = [whole * share for share in shares]
    if len(counts) < 2 or min(expected) < LEAST_EXPECTED:
        return None
    pairs = zip(counts, expected, strict=True)
    statistic = sum((count - wanted) ** 2 / wanted for count, wanted in pairs)
    return upper_tail(statistic, len(counts) - 1)


def upper_tail(statistic: float, degrees: int) -> float:
    """Return the chance that a chi-square variable is larger than a number.

    It is the regularised upper gamma function Q(degrees / 2, statistic / 2). For halves of
    whole numbers that is a finite sum: Q(1/2, x) = erfc(sqrt(x)), Q(1, x) = exp(-x), and
    Q(a + 1, x) = Q(a, x) + x**a * exp(-x) / gamma(a + 1). NIST Digital Library of Mathematical
    Functions, 8.4.6, 8.4.8 and 8.8.6.
    """
    x = statistic / 2
    if x <= 0:
        return 1.0
    a, tail = (0.5, erfc(sqrt(x))) if degrees % 2 else (1.0, exp(-x))
    while a < degrees / 2:
        # In logarithms: the power alone would overflow long before the product does.
        tail += exp(a * log(x) - x - lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
