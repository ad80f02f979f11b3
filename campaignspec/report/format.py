"""How numbers are written: once, for the page, the pull request and the terminal alike."""

from __future__ import annotations

from typing import Final

from campaignspec.clock import Instant, format_instant
from campaignspec.money import MICROS
from campaignspec.spec.kinds import Target, Threshold
from campaignspec.spec.kpi_definition import Unit

NOTHING: Final = "\N{EN DASH}"
"""Stands for a number that does not exist: a rate without anything below the line."""

MINUS: Final = "\N{MINUS SIGN}"
"""As wide as a plus, where a hyphen is not."""

_SIGNS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


def count(number: float | None) -> str:
    """Write a whole number: ``1,234``."""
    return NOTHING if number is None else f"{number:,.0f}".replace("-", MINUS)


def share(fraction: float | None) -> str:
    """Write a share in percent: ``12.3%``, and ``0.42%`` below one percent."""
    if fraction is None:
        return NOTHING
    digits = 2 if 0 < abs(fraction) < 0.01 else 1
    return f"{100 * fraction:.{digits}f}%".replace("-", MINUS)


def chance(probability: float) -> str:
    """Write a probability: ``p = 0.42``, and ``p < 0.001`` where more digits would say less."""
    return f"p = {probability:.2g}" if probability >= 0.001 else "p < 0.001"


def points(difference: float | None) -> str:
    """Write a difference of shares in percentage points, with its sign: ``+1.2 pp``."""
    if difference is None:
        return NOTHING
    digits = 2 if 0 < abs(difference) < 0.01 else 1
    text = f"{100 * difference:+.{digits}f} pp".replace("-", MINUS)
    return text if any(digit in text for digit in "123456789") else "0.0 pp"


def average(number: float | None) -> str:
    """Write a mean of counts: ``1.84``."""
    return NOTHING if number is None else f"{number:,.2f}"


def amount(units: float | None, currency: str) -> str:
    """Write money with as many digits as matter: ``12,480 USD``, ``4.49 USD``, ``0.0004 USD``."""
    if units is None:
        return NOTHING
    size = abs(units)
    digits = 0 if size >= 1000 else 2 if size >= 0.1 or not size else 4
    return f"{units:,.{digits}f} {currency}".replace("-", MINUS)


def micros(number: int, currency: str) -> str:
    """Write money that is counted in micro-units."""
    return amount(number / MICROS, currency)


def in_unit(value: float | None, unit: Unit, currency: str) -> str:
    """Write a KPI's value in the unit of its definition."""
    match unit:
        case Unit.PERCENT:
            return share(value)
        case Unit.POINTS:
            return points(value)
        case Unit.MONEY:
            return amount(value, currency)
        case Unit.SCORE:
            return score(value)
        case Unit.COUNT:
            return number(value)


def interval_in_unit(bounds: tuple[float, float] | None, unit: Unit, currency: str) -> str:
    """Write an interval of a KPI: ``10.2% to 11.0%``."""
    if bounds is None:
        return NOTHING
    return (
        interval(bounds)
        if unit is Unit.POINTS
        else " to ".join(in_unit(bound, unit, currency) for bound in bounds)
    )


def number(value: float | None) -> str:
    """Write a count, or a mean of counts: ``1,234``, ``1.84``."""
    is_whole = value is not None and value == round(value)
    return count(value) if is_whole else average(value)


def score(value: float | None) -> str:
    """Write a score between -100 and 100, with its sign: ``+34``."""
    return NOTHING if value is None else f"{value:+.0f}".replace("-", MINUS)


def target(limit: Target | Threshold) -> str:
    """Write a target as people read it: ``≥ 22%``, ``≥ ×1.3``."""  # noqa: RUF002
    sign, _, rest = str(limit).partition(" ")
    return f"{_SIGNS[sign]} {rest.replace('x', '×').replace('-', MINUS)}"  # noqa: RUF001


def interval(bounds: tuple[float, float] | None) -> str:
    """Write an interval of a difference: ``+0.4 to +2.8 pp``."""
    if bounds is None:
        return NOTHING
    low, high = (points(bound) for bound in bounds)
    return f"{low.removesuffix(' pp')} to {high}"


def share_interval(bounds: tuple[float, float] | None) -> str:
    """Write an interval of a share: ``10.2% to 11.0%``."""
    return " to ".join(map(share, bounds)) if bounds else NOTHING


def period(start: Instant, end: Instant, zone: str) -> str:
    """Write a period; midnights are left out, because dates are what people ask for."""
    first, last = (format_instant(moment, zone).removesuffix(" 00:00") for moment in (start, end))
    return f"{first} to {last}"
