"""Periods as people give them: dates of the project's calendar, both included."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.clock import DAY, NEVER, Instant, parse_instant, to_datetime
from campaignspec.errors import UsageError
from campaignspec.history import History
from campaignspec.project import Project

_DATE_LENGTH = len("2017-03-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time, open at its start and closed at its end.

    Attributes:
        start: Everything later than this instant is in it,
        end: up to and including this one.
    """

    start: Instant
    end: Instant


def period_of(project: Project, history: History, *, first: str | None, last: str | None) -> Period:
    """Return the period from one date to another, both included.

    Args:
        project: Whose time zone the dates are meant in.
        history: Whose first and last events bound the period where a date is not given.
        first: A date, or a date and time.
        last: A date, whose whole day is meant, or a date and time.

    Raises:
        UsageError: A text is not a date, or the period is empty.
    """
    zone = project.settings.timezone
    start = _start_of(history, zone) if first is None else _instant(first, zone)
    end = _end_of(history, zone) if last is None else _last_instant(last, zone)
    if end <= start:
        raise UsageError(f"the period ends before it begins: {first or 'start'} to {last or 'end'}")
    return Period(start=start, end=end)


def instant_of(project: Project, text: str) -> Instant:
    """Return an instant that is given as a date, whose beginning is meant, or a date and time.

    Raises:
        UsageError: The text is neither.
    """
    return _instant(text, project.settings.timezone)


def _instant(text: str, zone: str) -> Instant:
    try:
        return parse_instant(text, zone)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date: {error}") from error


def _last_instant(text: str, zone: str) -> Instant:
    if len(text) > _DATE_LENGTH:
        return _instant(text, zone)
    return _next_midnight(_instant(text, zone), zone)


def _start_of(history: History, zone: str) -> Instant:
    if history.first == NEVER:
        raise UsageError("the history is empty: give --from and --to")
    return _midnight(history.first, zone)


def _end_of(history: History, zone: str) -> Instant:
    return _next_midnight(_midnight(max(history.last - 1, 0), zone), zone)


def _midnight(instant: Instant, zone: str) -> Instant:
    return parse_instant(_date(instant, zone), zone)


def _next_midnight(midnight: Instant, zone: str) -> Instant:
    """Find the midnight after a midnight; a day of 23 or 25 hours is a day."""
    return parse_instant(_date(midnight + DAY + DAY // 2, zone), zone)


def _date(instant: Instant, zone: str) -> str:
    return f"{to_datetime(instant, zone):%Y-%m-%d}"
