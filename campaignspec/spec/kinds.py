"""The scalar kinds of the language: what one value may be, and how it is written.

A kind is a small type. The reader parses text into it, the writer turns it back, and the
schema shows its pattern and examples, all from the one table `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NewType

from campaignspec.clock import Duration, is_known_zone, parse_duration
from campaignspec.money import Money, parse_money

Name = NewType("Name", str)
"""How campaigns, segments, events and steps are called."""

ZoneName = NewType("ZoneName", str)
"""A name of the time zone database, such as ``Europe/Moscow``."""

Encoding = NewType("Encoding", str)
"""How text is written in bytes: ``utf-8``, ``cp1251``, ``gbk``."""

Region = NewType("Region", str)
"""A country or region in two letters, ISO 3166: ``RU``, ``CN``."""

Moment = NewType("Moment", str)
"""A date, or a date and a time, local to the project: ``2017-03-01 12:00``."""

Property = NewType("Property", str)
"""An event's property: the event's name, a dot and the property's name."""


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A part of a whole, written in percent.

    Attributes:
        fraction: Between 0 and 1; exact, because authors write at most four decimals.
    """

    fraction: float

    def __str__(self) -> str:
        percent = (Decimal(repr(self.fraction)) * 100).normalize()
        return f"{percent:f}%"


@dataclass(frozen=True, slots=True, order=True)
class LocalTime:
    """A time of day on the customer's wall clock.

    Attributes:
        minutes: Since local midnight, 0 to 1439.
    """

    minutes: int

    def __str__(self) -> str:
        return f"{self.minutes // 60:02}:{self.minutes % 60:02}"


@dataclass(frozen=True, slots=True, order=True)
class Offset:
    """A whole number of calendar days before or after a date: ``-7d``, ``0d``, ``14d``.

    Attributes:
        days: Negative before, positive after.
    """

    days: int

    def __str__(self) -> str:
        return f"{self.days}d"


class Comparison(StrEnum):
    """The ways a number is held against a limit."""

    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A limit that a KPI is held against: ``>= 22%``, ``<= 1.5``, ``<= 20 USD``.

    Attributes:
        comparison: Which side is good.
        limit: The limit as a plain number: 0.22 for ``22%``, units for money.
        unit: ``%``, ``pp`` (percentage points), a currency code, or empty.
    """

    comparison: Comparison
    limit: float
    unit: str = ""

    def __str__(self) -> str:
        if self.unit in {"%", "pp"}:
            percent = (Decimal(repr(self.limit)) * 100).normalize()
            gap = "" if self.unit == "%" else " "
            return f"{self.comparison} {percent:f}{gap}{self.unit}"
        number = f"{Decimal(repr(self.limit)).normalize():f}"
        return f"{self.comparison} {number} {self.unit}".rstrip()

    def is_met_by(self, value: float) -> bool:
        """Say whether ``value``, in the limit's unit, is on the good side."""
        match self.comparison:
            case Comparison.AT_LEAST:
                return value >= self.limit
            case Comparison.AT_MOST:
                return value <= self.limit
            case Comparison.ABOVE:
                return value > self.limit
            case Comparison.BELOW:
                return value < self.limit


@dataclass(frozen=True, slots=True)
class Kind:
    """How one scalar type is written.

    Attributes:
        noun: What it is called in a sentence: "a duration".
        pattern: What its text looks like; the schema's ``pattern``.
        parse: Text to value; raises ValueError with the advice for the author.
        examples: Shown by editors.
    """

    noun: str
    pattern: str
    parse: Callable[[str], Any]
    examples: tuple[str, ...]


_NAME = r"^[^\W\d][\w.-]*$"
_REGION = r"^[A-Z]{2}$"
_SHARE = r"^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)%$"
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$"
_OFFSET = r"^-?\d{1,4}d$"
_THRESHOLD = r"^(>=|<=|>|<) (-?\d{1,12}(\.\d{1,6})?) ?(%|pp|[A-Z]{3})?$"


def _parse_name(text: str) -> Name:
    if not re.fullmatch(_NAME, text):
        raise ValueError("begin with a letter and use letters, digits, `-`, `_` and `.` only")
    return Name(text)


def _parse_property(text: str) -> Property:
    event, dot, name = text.rpartition(".")
    if not (dot and re.fullmatch(_NAME, event) and re.fullmatch(_NAME, name)):
        raise ValueError("name an event, a dot and one of its properties: order.placed.amount")
    return Property(text)


def _parse_zone(text: str) -> ZoneName:
    if not is_known_zone(text):
        raise ValueError("use a name of the time zone database: Europe/Moscow, UTC")
    return ZoneName(text)


def _parse_encoding(text: str) -> Encoding:
    try:
        " ".encode(text)  # looked up by no text, it would not be looked up at all
    except (LookupError, ValueError):
        raise ValueError("write how the file was saved: utf-8, cp1251, gbk, utf-16") from None
    return Encoding(text)


def _parse_region(text: str) -> Region:
    if not re.fullmatch(_REGION, text):
        raise ValueError("write a country in two capital letters: RU, CN, US")
    return Region(text)


def _parse_share(text: str) -> Share:
    if not re.fullmatch(_SHARE, text):
        raise ValueError("write a percentage between 0% and 100%: 10%, 2.5%")
    return Share(float(Decimal(text[:-1]) / 100))


def _parse_time(text: str) -> LocalTime:
    if not re.fullmatch(_TIME, text):
        raise ValueError('write hours and minutes in quotes: "09:00", "21:30"')
    return LocalTime(int(text[:2]) * 60 + int(text[3:]))


def _parse_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("write year, month and day: 2018-03-01") from None


def _parse_moment(text: str) -> Moment:
    from campaignspec.clock import parse_instant

    if not re.fullmatch(_MOMENT, text):
        raise ValueError("write a date or a date and time: 2017-03-01, 2017-03-01 12:00")
    try:
        parse_instant(text)
    except ValueError:
        raise ValueError("there is no such day or time in the calendar") from None
    return Moment(text)


def _parse_offset(text: str) -> Offset:
    if not re.fullmatch(_OFFSET, text):
        raise ValueError("write whole days before or after: -7d, 0d, 14d")
    return Offset(int(text[:-1]))


def _parse_threshold(text: str) -> Threshold:
    match = re.fullmatch(_THRESHOLD, text)
    if match is None:
        raise ValueError('write a comparison and a limit: ">= 22%", "<= 0.4%", ">= 2 pp"')
    comparison, number, unit = Comparison(match[1]), Decimal(match[2]), match[4] or ""
    limit = number / 100 if unit in {"%", "pp"} else number
    return Threshold(comparison=comparison, limit=float(limit), unit=unit)


KINDS: Mapping[Any, Kind] = MappingProxyType(
    {
        Name: Kind("a name", _NAME, _parse_name, ("win-back",)),
        Property: Kind("a property", r"^\S+\.\S+$", _parse_property, ("order.placed.amount",)),
        ZoneName: Kind("a time zone", r"^\S+$", _parse_zone, ("Europe/Moscow",)),
        Encoding: Kind("an encoding", r"^\S+$", _parse_encoding, ("cp1251",)),
        Region: Kind("a region", _REGION, _parse_region, ("RU",)),
        Moment: Kind("a date or time", _MOMENT, _parse_moment, ("2017-03-01 12:00",)),
        Duration: Kind("a duration", r"^\d{1,6}[smhdw]$", parse_duration, ("48h", "7d")),
        Offset: Kind("a number of days", _OFFSET, _parse_offset, ("-7d",)),
        Share: Kind("a share", _SHARE, _parse_share, ("10%",)),
        Money: Kind("an amount", r"^-?\d{1,12}(\.\d{1,6})? [A-Z]{3}$", parse_money, ("500 USD",)),
        LocalTime: Kind("a time of day", _TIME, _parse_time, ("09:00",)),
        date: Kind("a date", _DATE, _parse_date, ("2018-03-01",)),
        Threshold: Kind("a limit", _THRESHOLD, _parse_threshold, (">= 22%",)),
    }
)
"""Every scalar kind but text, numbers, truth values, enums and rules."""
