"""Waits for days, dates and phases, on clocks that jump and clocks that stand still."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from campaignspec.clock import DAY, NEVER, format_instant, parse_instant, zone_table
from campaignspec.engine.local_time import (
    next_date,
    next_phase,
    next_time_of_day,
    some_days_later,
)
from campaignspec.engine.pausing import after_pauses
from campaignspec.spec.kinds import LocalTime, Name, Offset
from campaignspec.spec.waiting import WaitDate, WaitDays

NEW_YORK, MOSCOW, KOLKATA = "America/New_York", "Europe/Moscow", "Asia/Kolkata"
NINE = LocalTime(9 * 60)


def column(*instants: str) -> np.ndarray:
    return np.array([parse_instant(each) for each in instants], np.int64)


def in_zone(zone: str, size: int = 1) -> list[tuple[object, np.ndarray]]:
    return [(zone_table(zone), np.ones(size, np.bool_))]


def told(instants: Sequence[int]) -> list[str]:
    return ["never" if at == NEVER else format_instant(int(at)) for at in instants]


@pytest.mark.parametrize(
    ("days", "at", "now", "zone", "expected"),
    [
        (3, NINE, "2017-06-01 12:00", MOSCOW, "2017-06-04 06:00"),
        (0, NINE, "2017-06-01 05:00", MOSCOW, "2017-06-01 06:00"),
        # Too late for nine o'clock today: at once.
        (0, NINE, "2017-06-01 12:00", MOSCOW, "2017-06-01 12:00"),
        (1, None, "2017-06-01 12:00", MOSCOW, "2017-06-02 12:00"),
        # A day of 23 hours, and one of 25; the time of day stays.
        (1, None, "2025-03-08 17:00", NEW_YORK, "2025-03-09 16:00"),
        (1, None, "2025-11-01 16:00", NEW_YORK, "2025-11-02 17:00"),
        # 02:30 does not come on the day of the jump.
        (1, LocalTime(150), "2025-03-08 17:00", NEW_YORK, "2025-03-09 07:00"),
        # Just after midnight there, and the day before here.
        (1, NINE, "2017-06-01 18:40", KOLKATA, "2017-06-03 03:30"),
    ],
)
def test_calendar_days_pass_with_the_midnights_of_the_customer(
    days: int, at: LocalTime | None, now: str, zone: str, expected: str
) -> None:
    due = some_days_later(WaitDays(days=days, at=at), column(now), zone_table(zone))

    assert told(due) == [expected]


def test_a_date_is_waited_for_up_to_its_own_instant_and_missed_after_it() -> None:
    day = parse_instant("2017-06-10") // DAY
    wait = WaitDate(date=Name("birthday"), offset=Offset(-7), at=NINE)
    now = column("2017-06-01 00:00", "2017-06-03 06:00", "2017-06-03 06:01")

    due = next_date(wait, np.full(3, day), now, zone_table(MOSCOW))

    assert told(due) == ["2017-06-03 06:00", "2017-06-03 06:00", "never"]


def test_a_phase_begins_in_the_morning_lasts_to_its_last_midnight_and_comes_again() -> None:
    first = parse_instant("2017-11-10") // DAY
    days = [(first, first + 1), (first + 365, first + 366)]
    now = column(
        "2017-11-01 00:00",
        "2017-11-09 21:00",
        "2017-11-10 12:00",
        "2017-11-11 20:59",
        "2017-11-11 21:00",
        "2018-11-12 00:00",
    )

    due = next_phase(NINE, days, now, in_zone(MOSCOW, 6))

    assert told(due) == [
        "2017-11-10 06:00",
        "2017-11-10 06:00",
        "2017-11-10 12:00",
        "2017-11-11 20:59",
        "2018-11-10 06:00",
        "never",
    ]


def test_everybody_has_a_time_of_day_of_their_own() -> None:
    now = column("2017-06-01 06:00", "2017-06-01 06:00", "2017-06-01 06:00")

    due = next_time_of_day(np.array([9 * 60, 8 * 60, 10 * 60]), now, zone_table(MOSCOW))

    assert told(due) == ["2017-06-01 06:00", "2017-06-02 05:00", "2017-06-01 07:00"]


def test_what_falls_into_a_pause_comes_at_its_end_on_a_tick() -> None:
    pauses = [
        (parse_instant("2017-12-24"), parse_instant("2017-12-26 10:20")),
        (parse_instant("2017-12-31"), parse_instant("2018-01-01")),
    ]
    instants = column(
        "2017-12-23 23:59", "2017-12-24 00:00", "2017-12-26 10:20", "2017-12-31 12:00"
    )
    tick = DAY // 24

    moved = after_pauses(np.append(instants, NEVER), pauses, tick)

    assert told(moved) == [
        "2017-12-23 23:59",
        "2017-12-26 11:00",
        "2017-12-26 10:20",
        "2018-01-01 00:00",
        "never",
    ]
