"""The filters a template may use; those that make text say no before it grows too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment, Undefined, pass_environment
from jinja2 import filters as jinja
from jinja2.exceptions import SecurityError
from markupsafe import escape

from campaignspec.money import Money

LONGEST_TEXT: Final = 64 * 1024
"""The longest text that a filter takes or makes, in characters."""

_MOST_DIGITS: Final = 15
_DATE_PATTERN: Final = re.compile(r"(?:%[dmYyHMBbAa]|[^%]){1,60}")


def money(value: Any, currency: str = "") -> str:
    """Write an amount with two decimals and, if given, the currency: 12.50 EUR."""
    if isinstance(value, Money):
        return str(value)
    amount = Decimal(str(_number(value))).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{amount:,} {currency}".rstrip()


def as_date(value: Any, pattern: str = "%Y-%m-%d") -> str:
    """Write a date by a pattern such as %d.%m.%Y."""
    if not _DATE_PATTERN.fullmatch(pattern):  # the C library obeys widths such as %1000000000d
        raise SecurityError(f"the date pattern {pattern!r} is not allowed")
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a date")
    return value.strftime(pattern)


def rounded(value: Any, precision: int = 0, method: str = "common") -> int | float:
    """Round a number to so many decimals, ``common``, ``ceil`` or ``floor``."""
    if abs(precision) > _MOST_DIGITS:  # Jinja computes ten to this power
        raise SecurityError(f"{precision} decimals are too many")
    made = jinja.do_round(float(_number(value)), precision, method)  # type: ignore[arg-type]
    return made if precision > 0 else int(made)


def absolute(value: Any) -> Any:
    """Drop a number's sign."""
    return abs(_number(value))


@pass_environment
def unique(environment: Environment, value: Any, *given: Any, **options: Any) -> list[Any]:
    """List the different items of a list."""
    return list(jinja.do_unique(environment, value, *given, **options))


def replaced(value: Any, old: str, new: str) -> str:
    """Replace every occurrence of a text by another."""
    text = str(value)
    if not old:
        raise ValueError("replace: the text to look for is empty")
    _allow(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def joined(value: Iterable[Any], separator: str = "") -> str:
    """Write the items of a list one after the other."""
    items = [str(item) for item in value]
    _allow(sum(map(len, items)) + len(items) * len(separator))
    return separator.join(items)


def weigh(value: object, room: int = LONGEST_TEXT) -> int:
    """Measure how much text is in a value, giving up as soon as it is too much.

    Raises:
        SecurityError: It is more than ``room``.
    """
    total, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        total += len(item) if isinstance(item, str) else 1
        if total > room:
            raise SecurityError(f"a text is longer than {room // 1024} KB")
        if isinstance(item, Mapping):
            waiting.extend((*item.keys(), *item.values()))
        elif isinstance(item, list | tuple):
            waiting.extend(item)
    return total


def _text(make: Callable[..., Any]) -> Callable[..., Any]:
    """Bound what a filter that makes text takes, and thereby what it makes."""

    @wraps(make)
    def bounded(*given: Any, **options: Any) -> Any:
        weigh([item for item in given if isinstance(item, str | list | tuple | Mapping)])
        weigh(list(options.values()))
        made = make(*given, **options)
        weigh(made)
        return made

    return bounded


def _allow(length: int) -> None:
    if length > LONGEST_TEXT:
        raise SecurityError(f"a text is longer than {LONGEST_TEXT // 1024} KB")


def _number(value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # names the variable that is missing
    if isinstance(value, str):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(f"{value!r} is not a number")
    return value


FILTERS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "abs": absolute,
        "capitalize": _text(jinja.do_capitalize),
        "count": len,
        "d": jinja.do_default,
        "date": as_date,
        "default": jinja.do_default,
        "e": _text(escape),
        "escape": _text(escape),
        "first": jinja.sync_do_first,
        "float": jinja.do_float,
        "int": jinja.do_int,
        "join": _text(joined),
        "last": jinja.do_last,
        "length": len,
        "lower": _text(jinja.do_lower),
        "max": jinja.do_max,
        "min": jinja.do_min,
        "money": money,
        "replace": _text(replaced),
        "round": rounded,
        "sort": jinja.do_sort,
        "sum": jinja.sync_do_sum,
        "title": _text(jinja.do_title),
        "tojson": _text(jinja.do_tojson),
        "trim": _text(jinja.do_trim),
        "truncate": _text(jinja.do_truncate),
        "unique": unique,
        "upper": _text(jinja.do_upper),
        "urlencode": _text(jinja.do_urlencode),
    }
)
"""Every filter by name."""
