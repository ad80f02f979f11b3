"""Numbers, amounts and dates as exports write them, in SQL: `1 234,50 ₽`, `01.02.2024 13:45`.

Each cast tries what machines write first, and looks closer only at the rows where that fails:
DuckDB works out the later parts of ``coalesce`` for those alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from campaignspec.history.sql import literal


class Dates(StrEnum):
    """What stands first in dates such as ``01/02/2024``; with dots it is always the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a source writes numbers and dates.

    Attributes:
        decimal: What parts a whole number from its fraction, ``,`` or ``.``; None tells by each
            value, and takes none that could be read both ways.
        dates: What stands first in dates with slashes or hyphens; None takes no such date.
        is_typed_in: Whether values may be written by people and programs of any country, so that
            an amount ``1.234`` may well be a thousand; elsewhere a dot is the decimal point.
    """

    decimal: str | None = None
    dates: Dates | None = None
    is_typed_in: bool = False


AS_MACHINES_WRITE: Final = Writing()
"""Where nothing is declared."""

_SPACES: Final = " \u00a0\u202f\u2009"
_APOSTROPHES: Final = "'\u2019"
_APART: Final = rf"[{_SPACES}{_APOSTROPHES}]"
_SIGN: Final = "[+-]?"
_GROUPED: Final = rf"[1-9]\d{{0,2}}({_APART}\d{{3}})+"

_POINTED: Final = rf"{_SIGN}(\d+|{_GROUPED}|[1-9]\d{{0,2}}(,\d{{3}})+)(\.\d+)?"
"""A number whose fraction a dot parts off; commas may part thousands."""
_COMMAED: Final = rf"{_SIGN}(\d+|{_GROUPED}|[1-9]\d{{0,2}}(\.\d{{3}})+)(,\d+)?"
"""A number whose fraction a comma parts off; dots may part thousands."""
_BY_COMMA: Final = rf"{_SIGN}[1-9]\d{{0,2}},\d{{3}}"
_BY_DOT: Final = rf"{_SIGN}[1-9]\d{{0,2}}\.\d{{3}}"
"""A number that means another one in another country: a thousand and something, or one."""
_ROUBLES: Final = r"[Рр][Уу][Бб]\.?|[Рр]\."  # noqa: RUF001 (Cyrillic is meant)
_CURRENCY: Final = rf"[{_SPACES}]*([₽$€£¥₴₸₺₹₩]|{_ROUBLES}|[A-Za-z]{{3}})?[{_SPACES}]*$"
"""How an amount ends: with a sign or a code of a currency, and spaces."""

_TIME: Final = r"(,? +\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?"
_DOTTED: Final = rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}}{_TIME}"
_SLASHED: Final = rf"\d{{1,2}}([/-])\d{{1,2}}[/-]\d{{4}}{_TIME}"
_PARTS: Final = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}),?"
_DAY_FIRST: Final = r"\3-\2-\1"
_MONTH_FIRST: Final = r"\3-\1-\2"
_EARLIEST: Final = -354_285
"""The first of January 1000, in days since 1970: the years of `01/02/24` are before it."""


def number_in(text: str, writing: Writing) -> str:
    """Read a column of texts as numbers, as DOUBLE; NULL where there is none."""
    plain = f"TRY_CAST({_plain_number(text, writing)} AS DOUBLE)"
    return plain if writing.decimal == "," else f"coalesce(TRY_CAST({text} AS DOUBLE), {plain})"


def micros_in(text: str, writing: Writing) -> str:
    """Read a column of texts as amounts in micro-units, exactly; NULL where there is none."""
    plain = _exact(_plain_number(_without_currency(text), writing))
    if writing.decimal == ",":
        return plain
    read = f"coalesce({_exact(text)}, {plain})"
    if writing.decimal is None and writing.is_typed_in:
        # LIKE is many times as quick as the pattern that decides.
        return f"CASE WHEN {text} LIKE '%.___' THEN {_clear(text, read)} ELSE {read} END"
    return read


def days_in(text: str, writing: Writing) -> str:
    """Read a column of texts as dates, in days since 1970; NULL where there is none."""
    calendar = f"TRY_CAST({_calendar(text, writing)} AS DATE)"
    epoch = "DATE '1970-01-01'"
    first = f"date_diff('day', {epoch}, TRY_CAST({text} AS DATE))"
    shown = f"CASE WHEN {first} >= {_EARLIEST} THEN {first} END"
    return f"coalesce({shown}, date_diff('day', {epoch}, {calendar}))"


def wall_clock_in(text: str, writing: Writing) -> str:
    """Read what `days_in` reads beyond ISO 8601 as microseconds on the wall clock since 1970."""
    return f"epoch_us(TRY_CAST({_calendar(text, writing)} AS TIMESTAMP))"


def trimmed(column: str) -> str:
    """Take the spaces around an id away; LIKE, quicker than `trim`, tells where there are any."""
    return (
        f"CASE WHEN {column} LIKE ' %' OR {column} LIKE '% ' THEN trim({column}) ELSE {column} END"
    )


def unclear(value: str, writing: Writing, *, is_amount: bool) -> str | None:
    """Say what to declare where a text can be read in two ways; None where it cannot.

    Args:
        value: A text that could not be read as a number, an amount, a date or an instant.
        writing: How its source writes.
        is_amount: Whether it is a number or an amount, not a date or an instant.
    """
    if is_amount:
        bare = re.sub(_CURRENCY, "", value)
        if writing.decimal is None and re.fullmatch(f"{_BY_COMMA}|{_BY_DOT}", bare):
            return (
                "which may be a thousand and something or one with a fraction: declare "
                '`read: {decimal: ","}` or `read: {decimal: "."}`'
            )
    elif writing.dates is None and re.fullmatch(_SLASHED, value):
        return (
            "of which the day or the month may stand first: declare "
            "`read: {dates: day_first}` or `read: {dates: month_first}`"
        )
    return None


def _exact(text: str) -> str:
    exact = f"CAST(TRY_CAST({text} AS DECIMAL(18,6)) AS DECIMAL(38,6))"
    return f"CAST({exact} * 1000000 AS BIGINT)"


def _clear(text: str, read: str) -> str:
    return f"CASE WHEN NOT regexp_full_match({text}, {literal(_BY_DOT)}) THEN {read} END"


def _plain_number(text: str, writing: Writing) -> str:
    """Write a number as machines do; NULL where it is none, or could be two."""
    by_dot = _stripped(text, f"{_SPACES}{_APOSTROPHES},")
    by_comma = f"replace({_stripped(text, f'{_SPACES}{_APOSTROPHES}.')}, ',', '.')"
    comma = f"WHEN regexp_full_match({text}, {literal(_COMMAED)}) THEN {by_comma}"
    dot = f"WHEN regexp_full_match({text}, {literal(_POINTED)}) THEN {by_dot}"
    match writing.decimal:
        case ",":
            return f"CASE {comma} END"
        case ".":
            return f"CASE {dot} END"
        case _:
            two_ways = f"{_BY_COMMA}|{_BY_DOT}" if writing.is_typed_in else _BY_COMMA
            none = f"WHEN regexp_full_match({text}, {literal(two_ways)}) THEN NULL"
            return f"CASE {none} {dot} {comma} END"


def _stripped(text: str, marks: str) -> str:
    return f"translate({text}, {literal(marks)}, '')"


def _without_currency(text: str) -> str:
    return f"regexp_replace({text}, {literal(_CURRENCY)}, '')"


def _calendar(text: str, writing: Writing) -> str:
    """Write a date, and the time behind it, with the year first; NULL where it is none."""
    dotted = _turned(text, _DOTTED, _DAY_FIRST)
    if writing.dates is None:
        return f"CASE {dotted} END"
    order = _DAY_FIRST if writing.dates is Dates.DAY_FIRST else _MONTH_FIRST
    return f"CASE {dotted} {_turned(text, _SLASHED, order)} END"


def _turned(text: str, pattern: str, order: str) -> str:
    turned = f"regexp_replace({text}, {literal(_PARTS)}, {literal(order)})"
    return f"WHEN regexp_full_match({text}, {literal(pattern)}) THEN {turned}"
