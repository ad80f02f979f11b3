from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    VirtualClock,
    ceil_to_tick,
    format_instant,
    from_datetime,
    parse_instant,
    to_datetime,
)

INSTANTS = st.integers(-(10**15), 4 * 10**15)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2017-03-01", "2017-02-28T21:00:00+00:00"),
        ("2017-03-01 12:00", "2017-03-01T09:00:00+00:00"),
        ("2017-03-01T12:00:30", "2017-03-01T09:00:30+00:00"),
        ("2017-03-01T12:00:30.25", "2017-03-01T09:00:30.250000+00:00"),
        ("2017-03-01T12:00Z", "2017-03-01T12:00:00+00:00"),
        ("2017-03-01T12:00+05:30", "2017-03-01T06:30:00+00:00"),
    ],
)
def test_a_time_is_meant_in_its_zone_unless_it_says_otherwise(text: str, utc: str) -> None:
    assert parse_instant(text, "Europe/Moscow") == from_datetime(datetime.fromisoformat(utc))


@given(instant=INSTANTS)
def test_world_time_is_read_like_that_of_any_zone_without_summers(instant: int) -> None:
    text = format_instant(instant)

    assert parse_instant(text, "UTC") == parse_instant(text, "Etc/GMT")


@pytest.mark.parametrize("text", ["", "today", "01.03.2017", "2017-03", "12:00", "2017-13-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2017-03-12 01:59", "2017-03-12 06:59"),
        ("2017-03-12 02:00", "2017-03-12 07:00"),
        ("2017-03-12 02:30", "2017-03-12 07:00"),
        ("2017-03-12 03:00", "2017-03-12 07:00"),
        ("2017-11-05 01:30", "2017-11-05 05:30"),
        ("2017-11-05 02:00", "2017-11-05 07:00"),
    ],
)
def test_a_skipped_time_is_the_jump_and_a_repeated_time_is_the_first(text: str, utc: str) -> None:
    assert format_instant(parse_instant(text, "America/New_York")) == utc


@given(instant=INSTANTS)
def test_a_datetime_holds_an_instant_exactly(instant: int) -> None:
    assert from_datetime(to_datetime(instant, "Australia/Lord_Howe")) == instant


@given(instant=INSTANTS)
def test_reading_what_was_written_gives_the_same_instant(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2017-03-01T12:00Z", "2017-03-01 15:00"),
        ("2017-03-01T12:00:07Z", "2017-03-01 15:00:07"),
        ("2017-03-01T12:00:07.5Z", "2017-03-01 15:00:07.500000"),
    ],
)
def test_seconds_are_written_only_where_needed(instant: str, text: str) -> None:
    assert format_instant(parse_instant(instant), "Europe/Moscow") == text


@pytest.mark.parametrize(
    ("instant", "tick", "expected"),
    [
        (0, HOUR, 0),
        (1, HOUR, HOUR),
        (HOUR, HOUR, HOUR),
        (-1, HOUR, 0),
        (-HOUR - 1, HOUR, -HOUR),
        (DAY + 1, 15 * MINUTE, DAY + 15 * MINUTE),
        (NEVER, HOUR, NEVER),
    ],
)
def test_an_instant_moves_up_to_the_next_tick(instant: int, tick: int, expected: int) -> None:
    column = ceil_to_tick(np.array([instant], np.int64), tick)

    assert ceil_to_tick(instant, tick) == expected
    assert column.tolist() == [expected]


@given(st.lists(INSTANTS | st.just(NEVER), max_size=5), st.sampled_from([1, MINUTE, HOUR]))
def test_a_column_moves_up_as_each_of_its_instants(instants: list[int], tick: int) -> None:
    column = ceil_to_tick(np.array(instants, np.int64), tick)

    assert column.tolist() == [ceil_to_tick(instant, tick) for instant in instants]


def test_a_virtual_clock_jumps_forward_and_never_back() -> None:
    start = from_datetime(datetime(2017, 1, 1, tzinfo=UTC))
    clock = VirtualClock(start)

    clock.wait_until(start + DAY)
    clock.wait_until(start)

    assert clock.now() == start + DAY
