"""Schedules: cron's five fields and RRULE's rules for days, as local times in columns.

A schedule knows no zone. It names times on a wall clock; a `ZoneTable` says when they are, so
that a time which the clock skips comes at the jump, and one that it shows twice comes once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from campaignspec.clock.instant import from_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    from dateutil.rrule import rrule

PREFIX: Final = "RRULE:"
"""What a rule for days begins with; everything else is cron."""

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 (a wall clock's time has no zone)
_CRON: Final = 'write five fields, "0 10 * * mon": minute, hour, day, month, weekday'
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYYEARDAY"}
    | {"BYMONTH", "BYWEEKNO", "BYSETPOS", "BYEASTER"}
)
_DAYS: Final = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER"}),
}
"""By frequency, the parts of which one must say which day is meant; else the first day does."""


def check_schedule(text: str) -> None:
    """See that a schedule can be read.

    Raises:
        ValueError: It cannot; the message says how schedules are written.
    """
    if is_rule_for_days(text):
        _check_parts(text)
        _rule(text, date(2000, 1, 1))
    else:
        _check_cron(text)


def is_rule_for_days(text: str) -> bool:
    """Say whether a schedule is an RRULE, which names days; cron names times."""
    return text.startswith(PREFIX)


def counts_from_a_day(text: str) -> bool:
    """Say whether the day from which an RRULE counts decides which days it names."""
    parts = _parts(text)
    named = _DAYS[parts["FREQ"]]
    if parts.get("INTERVAL", "1") != "1" or "COUNT" in parts:
        return True
    return bool(named) and not named & parts.keys()


def local_times(
    text: str, *, after: int, until: int, minutes: int = 0, first: date | None = None
) -> npt.NDArray[np.int64]:
    """List the local times of a schedule, later than one local time and up to another.

    Args:
        text: The schedule.
        after: Local microseconds: what the wall clock shows, read as if UTC.
        until: Likewise.
        minutes: The time of day of the days of an RRULE, in minutes since midnight.
        first: The day from which an RRULE counts; any day before, if it does not matter.
    """
    import numpy as np

    begin, end = _shown(after), _shown(until)
    moments: Iterator[datetime]
    if is_rule_for_days(text):
        moments = _days(text, begin, end, timedelta(minutes=minutes), first)
    else:
        moments = _cron(text, begin, end)
    return np.array([from_datetime(moment.replace(tzinfo=UTC)) for moment in moments], np.int64)


def _shown(local: int) -> datetime:
    return _EPOCH + timedelta(microseconds=local)


def _cron(text: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    from cronsim import CronSim

    for moment in CronSim(text, begin):
        if moment > end:
            return
        yield moment


def _days(
    text: str, begin: datetime, end: datetime, clock: timedelta, first: date | None
) -> Iterator[datetime]:
    rule = _rule(text, first or (begin - timedelta(days=1)).date())
    if not {"COUNT", "UNTIL"} & _parts(text).keys():
        # Without an end, the search for days that never come would go on to the year 9999.
        rule = rule.replace(until=end)
    for midnight in rule.xafter(begin - clock):
        if midnight + clock > end:
            return
        yield midnight + clock


def _rule(text: str, first: date) -> rrule:
    from dateutil.rrule import rrule, rrulestr

    start = datetime.combine(first, datetime.min.time())
    try:
        found = rrulestr(text.removeprefix(PREFIX), dtstart=start)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"write one rule, RRULE:FREQ=MONTHLY;BYDAY=1TU ({error})") from error
    if not isinstance(found, rrule):
        raise ValueError("write one rule, RRULE:FREQ=MONTHLY;BYDAY=1TU")  # noqa: TRY004 (advice)
    return found


def _check_parts(text: str) -> None:
    parts = _parts(text)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"say how often: FREQ={', FREQ='.join(_FREQUENCIES)}")
    others = sorted(parts.keys() - _PARTS)
    if others:
        raise ValueError(f"leave out {', '.join(others)}; the time of day is the key `at`")


def _parts(text: str) -> dict[str, str]:
    written = text.upper().removeprefix(PREFIX).split(";")
    return {name: value for name, _, value in (part.partition("=") for part in written)}


def _check_cron(text: str) -> None:
    from cronsim import CronSim, CronSimError

    if len(text.split()) != 5:
        raise ValueError(_CRON)
    try:
        moments = CronSim(text, _EPOCH)
    except CronSimError as error:
        raise ValueError(f"{_CRON} ({error})") from error
    if next(moments, None) is None:
        raise ValueError("name a day that there is: this one never comes")
