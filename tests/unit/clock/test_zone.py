from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.clock import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    SECOND,
    ZoneTable,
    from_datetime,
    is_known_zone,
    local_day,
    parse_instant,
    to_datetime,
    zone_table,
)

ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Moscow",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Africa/Casablanca",
    "America/Boa_Vista",
    "Asia/Gaza",
)
FIRST = from_datetime(datetime(1970, 1, 2, tzinfo=UTC))
LAST = from_datetime(datetime(2099, 12, 31, tzinfo=UTC))
ZONE_NAMES = st.sampled_from(ZONES)
INSTANTS = st.integers(FIRST, LAST)


def wall_clock(instant: int, zone: str) -> int:
    return from_datetime(to_datetime(instant, zone).replace(tzinfo=UTC))


def local(zone: str, instant: int) -> int:
    return int(zone_table(zone).to_local(np.array([instant]))[0])


def instant(zone: str, wall: int) -> int:
    return int(zone_table(zone).to_instant(np.array([wall]))[0])


def near_changes(zone: str) -> list[int]:
    """Instants around every change of the zone's offset, where mistakes would hide."""
    starts = zone_table(zone).starts[1:]
    around = (-HOUR, -1, 0, 1, 29 * MINUTE, HOUR)
    return [int(start) + shift for start in starts for shift in around]


@settings(deadline=None)
@given(zone=ZONE_NAMES, moment=INSTANTS)
def test_local_time_is_what_the_zone_database_says(zone: str, moment: int) -> None:
    assert local(zone, moment) == wall_clock(moment, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_local_time_is_right_around_every_change(zone: str) -> None:
    moments = near_changes(zone)

    found = zone_table(zone).to_local(np.array(moments, np.int64))

    assert found.tolist() == [wall_clock(moment, zone) for moment in moments]


@pytest.mark.parametrize("zone", ["Asia/Gaza", "America/Boa_Vista", "Africa/Casablanca"])
def test_no_change_is_missed_where_changes_follow_each_other_within_days(zone: str) -> None:
    info = ZoneInfo(zone)
    days = [datetime(1999, 1, 1, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(45_000)]

    found = zone_table(zone).to_local(np.array([from_datetime(day) for day in days]))

    offsets = [
        int((day.astimezone(info).utcoffset() or timedelta()).total_seconds()) for day in days
    ]
    assert ((found - [from_datetime(day) for day in days]) // SECOND).tolist() == offsets


@settings(deadline=None)
@given(zone=ZONE_NAMES, moment=INSTANTS)
def test_a_local_time_that_exists_goes_back_to_its_first_occurrence(zone: str, moment: int) -> None:
    wall = wall_clock(moment, zone)

    found = instant(zone, wall)

    assert wall_clock(found, zone) == wall
    assert found <= moment


@pytest.mark.parametrize("zone", ZONES)
def test_columns_and_single_texts_agree_on_gaps_and_folds(zone: str) -> None:
    shifts = (-90 * MINUTE, -45 * MINUTE, -15 * MINUTE, 0, 15 * MINUTE, 45 * MINUTE, 90 * MINUTE)
    changes = zone_table(zone).starts[1:40]
    walls = [wall_clock(int(change), zone) + shift for change in changes for shift in shifts]

    found = zone_table(zone).to_instant(np.array(walls, np.int64))

    texts = [f"{to_datetime(wall):%Y-%m-%dT%H:%M:%S}" for wall in walls]
    assert found.tolist() == [parse_instant(text, zone) for text in texts]


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        # New York skips 02:00-03:00 and repeats 01:00-02:00.
        ("America/New_York", "2017-03-12 02:30", "2017-03-12 07:00"),
        ("America/New_York", "2017-11-05 01:30", "2017-11-05 05:30"),
        # Lord Howe's jump is half an hour.
        ("Australia/Lord_Howe", "2017-10-01 02:10", "2017-09-30 15:30"),
        ("Australia/Lord_Howe", "2017-04-02 01:40", "2017-04-01 14:40"),
        # Moscow went to +4 for good in 2011 and back to +3 in 2014.
        ("Europe/Moscow", "2011-03-27 02:30", "2011-03-26 23:00"),
        ("Europe/Moscow", "2013-01-01 00:00", "2012-12-31 20:00"),
        ("Europe/Moscow", "2017-01-01 00:00", "2016-12-31 21:00"),
        ("Asia/Kolkata", "2017-01-01 00:00", "2016-12-31 18:30"),
        ("Australia/Sydney", "2017-10-01 02:30", "2017-09-30 16:00"),
    ],
)
def test_a_skipped_time_becomes_the_jump_and_a_repeated_one_happens_first(
    zone: str, wall: str, utc: str
) -> None:
    assert instant(zone, parse_instant(wall)) == parse_instant(utc)


@settings(deadline=None)
@given(zone=ZONE_NAMES, first=INSTANTS, later=st.integers(0, 3 * HOUR))
def test_a_later_local_time_is_never_an_earlier_instant(zone: str, first: int, later: int) -> None:
    assert instant(zone, first) <= instant(zone, first + later)


def test_never_has_no_local_time() -> None:
    assert local("Asia/Kolkata", NEVER) == NEVER
    assert instant("America/New_York", NEVER) == NEVER


def test_a_day_is_numbered_from_1970() -> None:
    walls = np.array([0, DAY - 1, DAY, -1], np.int64)

    assert local_day(walls).tolist() == [0, 0, 1, -1]


@pytest.mark.parametrize(
    ("name", "known"),
    [("Europe/Moscow", True), ("Europe/Moskow", False), ("", False), ("../etc", False)],
)
def test_a_zone_is_known_or_not(name: str, known: bool) -> None:  # noqa: FBT001 (a table's column)
    assert is_known_zone(name) is known


def test_a_table_is_made_once() -> None:
    assert zone_table("Asia/Kolkata") is zone_table("Asia/Kolkata")


def test_a_table_is_quick_to_make() -> None:
    started = time.process_time()

    ZoneTable("America/New_York")

    assert time.process_time() - started < 0.25
