"""What the campaign caused: those who are treated against those who are held out."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final, TypeAlias

from campaignspec.measure.arm import Arm
from campaignspec.money import MICROS

Interval: TypeAlias = tuple[float, float]

_Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval at 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with the numbers it is made of.

    Attributes:
        hits: What is counted above the line.
        trials: What is counted below it.
    """

    hits: int
    trials: int

    @property
    def value(self) -> float | None:
        """The share; None when there is nothing to divide by."""
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> Interval | None:
        """The share's 95 % interval by Wilson's score method."""
        return wilson(self) if self.trials else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far two shares lie apart.

    Attributes:
        value: The first minus the second, as a share: 0.012 is 1.2 percentage points.
        interval: Its 95 % interval.
    """

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The comparison of both sides, mature entries only.

    Attributes:
        treated: Conversions of treated entries.
        held_out: Conversions of held-out entries.
        difference: Treated minus held out, as a share: 0.012 is 1.2 percentage points. None
            when one side is empty.
        interval: Its 95 % interval.
        treated_value: Goal value per treated entry, in units of the currency.
        held_out_value: The same of held-out entries.
    """

    treated: Rate
    held_out: Rate
    difference: float | None
    interval: Interval | None
    treated_value: float | None
    held_out_value: float | None


def lift_of(treated: Arm, held_out: Arm) -> Lift:
    """Compare both sides by intention to treat: whoever was to be treated counts as treated."""
    ours, theirs = conversion_rate(treated), conversion_rate(held_out)
    gap = difference_of(ours, theirs)
    return Lift(
        treated=ours,
        held_out=theirs,
        difference=gap.value if gap else None,
        interval=gap.interval if gap else None,
        treated_value=value_per_entry(treated),
        held_out_value=value_per_entry(held_out),
    )


def conversion_rate(arm: Arm) -> Rate:
    """Return the share of mature entries that reached the goal."""
    return Rate(hits=arm.mature_conversions, trials=arm.mature)


def difference_of(ours: Rate, theirs: Rate) -> Difference | None:
    """Compare two shares; None when one of them is of nobody."""
    if ours.value is None or theirs.value is None:
        return None
    return Difference(value=ours.value - theirs.value, interval=newcombe(ours, theirs))


def value_per_entry(arm: Arm) -> float | None:
    """Return the goal value per mature entry, in units of the currency."""
    if arm.mature_value is None or not arm.mature:
        return None
    return arm.mature_value / arm.mature / MICROS


def wilson(rate: Rate) -> Interval:
    """Return the 95 % score interval of a share.

    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212.
    """
    n, p = rate.trials, rate.hits / rate.trials
    middle = p + _Z**2 / (2 * n)
    half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)


def newcombe(ours: Rate, theirs: Rate) -> Interval:
    """Return the 95 % interval of the difference of two independent shares.

    Method 10 of R. G. Newcombe (1998), Interval estimation for the difference between
    independent proportions: comparison of eleven methods, Statistics in Medicine 17, 873-890.
    It is made of both shares' score intervals and stays honest for small and extreme shares.
    """
    p, q = ours.hits / ours.trials, theirs.hits / theirs.trials
    p_low, p_high = wilson(ours)
    q_low, q_high = wilson(theirs)
    return p - q - hypot(p - p_low, q_high - q), p - q + hypot(p_high - p, q - q_low)
