"""PostHog's own cases for waiting until a time window opens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conformance.folder import cases

from campaignspec.clock import format_instant, parse_instant, zone_table
from campaignspec.engine.local_time import next_opening
from campaignspec.spec.kinds import LocalTime
from campaignspec.spec.waiting import WaitUntil, Weekday

CASES = cases("posthog_time_windows.json")["cases"]

DAYS = {"any": (), "weekday": tuple(Weekday)[:5], "weekend": tuple(Weekday)[5:]}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_wait_for_hours_ends_when_theirs_does(case: dict[str, Any]) -> None:
    now = parse_instant(case["now"])

    resumed = _resumed(_wait(case["day"], case["time"]), now, case["timezone"])

    # They say nothing where the window is open: the person goes on at once.
    expected = case["expect_resume_at"]
    assert format_instant(resumed) == format_instant(parse_instant(expected) if expected else now)


@pytest.mark.parametrize(
    ("day", "time", "now", "zone", "expected"),
    [
        ("any", ["14:00", "16:00"], "2025-01-01 15:00", "UTC", "2025-01-01 15:00"),
        ("any", ["14:00", "16:00"], "2025-01-01 14:00", "UTC", "2025-01-01 14:00"),
        ("any", ["14:00", "16:00"], "2025-01-01 16:00", "UTC", "2025-01-02 14:00"),
        ("weekend", ["14:00", "16:00"], "2025-01-03 15:00", "UTC", "2025-01-04 14:00"),
        ("weekend", ["14:00", "16:00"], "2025-01-05 15:00", "UTC", "2025-01-05 15:00"),
        ("any", "any", "2025-01-05 15:00", "UTC", "2025-01-05 15:00"),
        ("weekday", "any", "2025-01-04 15:00", "UTC", "2025-01-06 00:00"),
        # Over midnight; the hours of Friday night reach into Saturday, those of Sunday do not.
        ("any", ["22:00", "02:00"], "2025-01-03 01:00", "UTC", "2025-01-03 01:00"),
        ("any", ["22:00", "02:00"], "2025-01-03 03:00", "UTC", "2025-01-03 22:00"),
        ("weekday", ["22:00", "02:00"], "2025-01-04 01:00", "UTC", "2025-01-04 01:00"),
        ("weekday", ["22:00", "02:00"], "2025-01-06 01:00", "UTC", "2025-01-06 22:00"),
        # The clock jumps from 02:00 to 03:00, and shows 01:00 to 02:00 twice.
        ("any", ["02:30", "04:00"], "2025-03-09 06:00", "America/New_York", "2025-03-09 07:00"),
        ("any", ["02:10", "02:40"], "2025-03-09 06:00", "America/New_York", "2025-03-09 07:00"),
        ("any", ["01:30", "03:00"], "2025-11-02 05:00", "America/New_York", "2025-11-02 05:30"),
        ("any", ["09:00", "10:00"], "2025-01-01 03:40", "Asia/Kolkata", "2025-01-01 03:40"),
        ("any", ["09:00", "10:00"], "2025-01-01 03:20", "Asia/Kolkata", "2025-01-01 03:30"),
        (["sunday"], ["09:00", "10:00"], "2025-01-04 22:00", "Asia/Tokyo", "2025-01-05 00:00"),
    ],
)
def test_hours_open_on_the_days_that_count_and_on_the_wall_clock(
    day: str, time: str | list[str], now: str, zone: str, expected: str
) -> None:
    resumed = _resumed(_wait(day, time), parse_instant(now), zone)

    assert format_instant(resumed) == expected


def _wait(day: str | list[str], time: str | list[str]) -> WaitUntil:
    """Write a window of theirs in our language."""
    on = DAYS[day] if isinstance(day, str) else tuple(Weekday(each[:3]) for each in day)
    begin, end = ("00:00", "00:00") if isinstance(time, str) else time
    return WaitUntil(until=_clock(begin), to=_clock(end), on=on)


def _resumed(wait: WaitUntil, now: int, zone: str) -> int:
    return int(next_opening(wait, np.array([now]), zone_table(zone))[0])


def _clock(text: str) -> LocalTime:
    return LocalTime(int(text[:2]) * 60 + int(text[3:]))
