from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import DAY, HOUR, MINUTE, SECOND, WEEK, Duration, parse_duration


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0m", 0),
        ("45s", 45 * SECOND),
        ("30m", 30 * MINUTE),
        ("48h", 48 * HOUR),
        ("7d", 7 * DAY),
        ("2w", 2 * WEEK),
        ("99999d", 99_999 * DAY),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, micros: int) -> None:
    assert parse_duration(text) == Duration(micros)


@pytest.mark.parametrize(
    "text",
    ["", "7", "d", "7 d", "7D", "-7d", "1.5h", "7d12h", "7d\n", "\N{ARABIC-INDIC DIGIT ONE}d"],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="30m, 48h, 7d, 2w"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2w", "14d"), ("48h", "2d"), ("36h", "36h"), ("90m", "90m"), ("120s", "2m"), ("0s", "0m")],
)
def test_a_duration_is_written_in_its_largest_whole_unit_up_to_days(
    written: str, shown: str
) -> None:
    assert str(parse_duration(written)) == shown


def test_a_part_of_a_second_is_not_hidden() -> None:
    assert str(Duration(SECOND // 2)) == "0.500000s"


@given(count=st.integers(0, 9_999), unit=st.sampled_from("smhdw"))
def test_reading_what_was_written_gives_the_same_duration(count: int, unit: str) -> None:
    duration = parse_duration(f"{count}{unit}")

    again = parse_duration(str(duration))

    assert again == duration


def test_durations_are_ordered_by_length() -> None:
    assert parse_duration("90m") < parse_duration("2h") < parse_duration("1d")
