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
from campaignspec.spec.content_kinds import (
    LENGTH,
    LOCALE,
    Length,
    Locale,
    parse_length,
    parse_locale,
)

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

Schedule = NewType("Schedule", str)
"""When something comes round: cron's ``0 10 * * mon``, or ``RRULE:FREQ=MONTHLY;BYDAY=1TU``."""

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


@dataclass(frozen=True, slots=True)
class Passage:
    """A step of a journey, with the way taken out of it if that matters: ``timing > early``.

    Attributes:
        step: The step's name, or what the graph calls it: ``wait-7d``.
        way: The way; None for any.
    """

    step: str
    way: str | None = None

    def __str__(self) -> str:
        return self.step if self.way is None else f"{self.step} > {self.way}"


@dataclass(frozen=True, slots=True, order=True)
class PhaseDay:
    """A day counted from an anchor: ``D-14`` a fortnight before, ``D0`` itself, ``D+3`` after.

    Attributes:
        days: Negative before, positive after.
    """

    days: int

    def __str__(self) -> str:
        return f"D{self.days:+}" if self.days else "D0"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an enrolment ends: ``goal at 2017-03-04 09:00``, ``left long-gone``, ``open``.

    Attributes:
        word: ``goal``, ``left``, ``completed``, ``expired``, ``open`` or ``never entered``.
        reason: Why, if that is said.
        at: When, if that is said.
    """

    word: str
    reason: str | None = None
    at: Moment | None = None

    def __str__(self) -> str:
        reason = f" {self.reason}" if self.reason else ""
        return f"{self.word}{reason}" + (f" at {self.at}" if self.at else "")


class Comparison(StrEnum):
    """The ways a number is held against a limit."""

    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"

    def holds(self, value: float, limit: float) -> bool:
        """Say whether ``value`` is on the good side of a limit."""
        match self:
            case Comparison.AT_LEAST:
                return value >= limit
            case Comparison.AT_MOST:
                return value <= limit
            case Comparison.ABOVE:
                return value > limit
            case Comparison.BELOW:
                return value < limit


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
        return self.comparison.holds(value, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a KPI is held against: a level, a step away from a baseline, or a multiple of it.

    ``>= 22%`` is a level, ``>= +2 pp`` a step and ``>= x1.3`` a multiple. A ``-`` may be either;
    the KPI's `unit` says which.

    Attributes:
        comparison: Which side is good.
        limit: Without its sign, as a plain number: 0.22 for ``22%``, units for money.
        unit: ``%``, ``pp`` (percentage points), a currency code, or empty.
        sign: ``+``, ``-``, ``x``, or empty.
    """

    comparison: Comparison
    limit: float
    unit: str = ""
    sign: str = ""

    def __str__(self) -> str:
        plain = Threshold(comparison=self.comparison, limit=self.limit, unit=self.unit)
        comparison, _, rest = str(plain).partition(" ")
        return f"{comparison} {self.sign}{rest}"


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
_PHASE_DAY = r"^D([+-]\d{1,3}|0)$"
_SCHEDULE = r"^\S+( +\S+)*$"
_ENDING = (
    r"^(goal|left|completed|expired|open|never entered)( (?!at )\S+)?"
    rf"( at {_MOMENT[1:-1]})?$"
)
_PASSAGE = r"^\S+( > \S(.*\S)?)?$"
_TARGET = r"^(>=|<=|>|<) ([x×]\d{1,6}(\.\d{1,6})?|[+-]?\d{1,12}(\.\d{1,6})? ?(%|pp|[A-Z]{3})?)$"  # noqa: RUF001
_THRESHOLD = r"^(>=|<=|>|<) (-?\d{1,12}(\.\d{1,6})?) ?(%|pp|[A-Z]{3})?$"


_A_NAME, _A_MOMENT = re.compile(_NAME), re.compile(_MOMENT)  # most of what there is to be read


def _parse_name(text: str) -> Name:
    if not _A_NAME.fullmatch(text):
        raise ValueError("begin with a letter and use letters, digits, `-`, `_` and `.` only")
    return Name(text)


def _parse_property(text: str) -> Property:
    event, dot, name = text.rpartition(".")
    if not (dot and _A_NAME.fullmatch(event) and _A_NAME.fullmatch(name)):
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

    if not _A_MOMENT.fullmatch(text):
        raise ValueError("write a date or a date and time: 2017-03-01, 2017-03-01 12:00")
    try:
        parse_instant(text)
    except ValueError:
        raise ValueError("there is no such day or time in the calendar") from None
    return Moment(text)


def _parse_schedule(text: str) -> Schedule:
    from campaignspec.clock.schedule import check_schedule

    check_schedule(text)
    return Schedule(text)


def _parse_offset(text: str) -> Offset:
    if not re.fullmatch(_OFFSET, text):
        raise ValueError("write whole days before or after: -7d, 0d, 14d")
    return Offset(int(text[:-1]))


def _parse_passage(text: str) -> Passage:
    if not re.fullmatch(_PASSAGE, text):
        raise ValueError("write a step, and the way out of it if that matters: timing > early")
    step, _, way = text.partition(" > ")
    return Passage(step, way or None)


def _parse_phase_day(text: str) -> PhaseDay:
    if not re.fullmatch(_PHASE_DAY, text):
        raise ValueError("count days from the anchor: D-14, D0, D+3")
    return PhaseDay(int(text[1:]))


def _parse_ending(text: str) -> Ending:
    match = re.fullmatch(_ENDING, text)
    if match is None:
        raise ValueError(
            "write goal, left, completed, expired, open or never entered, and when if it "
            "matters: goal at 2017-03-04 09:00"
        )
    at = _parse_moment(match[3].removeprefix(" at ")) if match[3] else None
    return Ending(match[1], (match[2] or "").strip() or None, at)


def _parse_threshold(text: str) -> Threshold:
    match = re.fullmatch(_THRESHOLD, text)
    if match is None:
        raise ValueError('write a comparison and a limit: ">= 22%", "<= 0.4%", ">= 2 pp"')
    comparison, number, unit = Comparison(match[1]), Decimal(match[2]), match[4] or ""
    limit = number / 100 if unit in {"%", "pp"} else number
    return Threshold(comparison=comparison, limit=float(limit), unit=unit)


def _parse_target(text: str) -> Target:
    if not re.fullmatch(_TARGET, text):
        raise ValueError('write a comparison and a limit: ">= 22%", ">= x1.3", ">= +2 pp"')
    comparison, _, rest = text.replace("×", "x").partition(" ")  # noqa: RUF001
    sign = rest[0] if rest[0] in "+-x" else ""
    number = rest.removeprefix(sign).rstrip("%p ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = rest.removeprefix(sign).removeprefix(number).strip()
    limit = Decimal(number) / 100 if unit in {"%", "pp"} else Decimal(number)
    return Target(comparison=Comparison(comparison), limit=float(limit), unit=unit, sign=sign)


KINDS: Mapping[Any, Kind] = MappingProxyType(
    {
        Name: Kind("a name", _NAME, _parse_name, ("win-back",)),
        Property: Kind("a property", r"^\S+\.\S+$", _parse_property, ("order.placed.amount",)),
        ZoneName: Kind("a time zone", r"^\S+$", _parse_zone, ("Europe/Moscow",)),
        Encoding: Kind("an encoding", r"^\S+$", _parse_encoding, ("cp1251",)),
        Region: Kind("a region", _REGION, _parse_region, ("RU",)),
        Locale: Kind("a language", LOCALE, parse_locale, ("en", "pt-BR")),
        Moment: Kind("a date or time", _MOMENT, _parse_moment, ("2017-03-01 12:00",)),
        Duration: Kind("a duration", r"^\d{1,6}[smhdw]$", parse_duration, ("48h", "7d")),
        Schedule: Kind("a schedule", _SCHEDULE, _parse_schedule, ("0 10 * * mon",)),
        Offset: Kind("a number of days", _OFFSET, _parse_offset, ("-7d",)),
        PhaseDay: Kind("a day of a phase", _PHASE_DAY, _parse_phase_day, ("D-14", "D0")),
        Share: Kind("a share", _SHARE, _parse_share, ("10%",)),
        Money: Kind("an amount", r"^-?\d{1,12}(\.\d{1,6})? [A-Z]{3}$", parse_money, ("500 USD",)),
        Length: Kind("a length", LENGTH, parse_length, ("2 sms", "50 characters")),
        LocalTime: Kind("a time of day", _TIME, _parse_time, ("09:00",)),
        date: Kind("a date", _DATE, _parse_date, ("2018-03-01",)),
        Ending: Kind("an ending", _ENDING, _parse_ending, ("goal at 2017-03-04 09:00",)),
        Passage: Kind("a step on a path", _PASSAGE, _parse_passage, ("timing > early",)),
        Threshold: Kind("a limit", _THRESHOLD, _parse_threshold, (">= 22%",)),
        Target: Kind("a target", _TARGET, _parse_target, (">= 22%", ">= x1.3", ">= +2 pp")),
    }
)
"""Every scalar kind but text, numbers, truth values, enums and rules."""
