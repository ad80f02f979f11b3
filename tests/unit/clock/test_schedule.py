"""Schedules: cron and RRULE, as local times."""

from __future__ import annotations

from datetime import date

import pytest

from campaignspec.clock import format_instant, parse_instant
from campaignspec.clock.schedule import check_schedule, counts_from_a_day, local_times

FROM, TO = parse_instant("2017-01-31 10:00"), parse_instant("2017-03-08 10:00")


def shown(schedule: str, *, minutes: int = 0, first: date | None = None) -> list[str]:
    found = local_times(schedule, after=FROM, until=TO, minutes=minutes, first=first)
    return [format_instant(int(local))[5:] for local in found]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 10 * * tue", ["02-07 10:00", "02-14 10:00", "02-21 10:00", "02-28 10:00",
                          "03-07 10:00"]),
        ("30 9 1,15 * *", ["02-01 09:30", "02-15 09:30", "03-01 09:30"]),
        ("0 0 1 3 wed", ["03-01 00:00", "03-08 00:00"]),
        ("0 12 L * *", ["01-31 12:00", "02-28 12:00"]),
        ("0 0 29 2 *", []),
    ],
)  # fmt: skip
def test_cron_names_times(schedule: str, expected: list[str]) -> None:
    assert shown(schedule) == expected


@pytest.mark.parametrize(
    ("schedule", "first", "expected"),
    [
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU", None, ["02-07 10:00", "03-07 10:00"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR", None, ["02-24 10:00"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", None, ["02-28 10:00"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2017, 1, 30), ["02-13 10:00",
                                                                     "02-27 10:00"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2017, 2, 6), ["02-06 10:00",
                                                                    "02-20 10:00",
                                                                    "03-06 10:00"]),
        ("RRULE:FREQ=DAILY;COUNT=2", date(2017, 3, 1), ["03-01 10:00", "03-02 10:00"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20170210", None, ["02-01 10:00", "02-08 10:00"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", None, []),
    ],
)  # fmt: skip
def test_a_rule_names_days_and_its_time_stands_beside_it(
    schedule: str, first: date | None, expected: list[str]
) -> None:
    assert shown(schedule, minutes=600, first=first) == expected


def test_a_time_that_falls_on_the_beginning_is_over_and_one_on_the_end_counts() -> None:
    assert shown("RRULE:FREQ=DAILY", minutes=600)[0] == "02-01 10:00"
    assert shown("RRULE:FREQ=DAILY", minutes=600)[-1] == "03-08 10:00"
    assert shown("0 10 * * *")[0] == "02-01 10:00"
    assert shown("0 10 * * *")[-1] == "03-08 10:00"


@pytest.mark.parametrize(
    ("schedule", "advice"),
    [
        ("@daily", "write five fields"),
        ("0 10 * * mon *", "write five fields"),
        ("61 * * * *", "Bad minute"),
        ("0 0 30 2 *", "Bad day-of-month"),
        ("RRULE:", "say how often: FREQ=DAILY"),
        ("RRULE:FREQ=HOURLY", "say how often: FREQ=DAILY"),
        ("RRULE:FREQ=DAILY;BYHOUR=3", "leave out BYHOUR; the time of day is the key `at`"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "write one rule"),
        ("RRULE:FREQ=WEEKLY;COUNT=x", "write one rule"),
        ("RRULE:FREQ=WEEKLY;UNTIL=soon", "write one rule"),
        ("RRULE:FREQ=WEEKLY;INTERVAL", "write one rule"),
    ],
)
def test_what_cannot_be_read_is_said_with_advice(schedule: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        check_schedule(schedule)


@pytest.mark.parametrize(
    ("schedule", "counts"),
    [
        ("RRULE:FREQ=DAILY", False),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", False),
        ("RRULE:FREQ=YEARLY;BYDAY=1MO", False),
        ("RRULE:FREQ=WEEKLY", True),
        ("RRULE:FREQ=MONTHLY", True),
        ("RRULE:FREQ=YEARLY;BYMONTH=3", True),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", True),
        ("RRULE:FREQ=DAILY;COUNT=3", True),
    ],
)
def test_some_rules_need_the_day_they_count_from(schedule: str, counts: bool) -> None:  # noqa: FBT001
    assert counts_from_a_day(schedule) is counts
