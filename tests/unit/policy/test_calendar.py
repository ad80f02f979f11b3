"""Ages and periods of the customer's calendar."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.policy.counts import _next_period
from campaignspec.policy.people import full_years
from campaignspec.spec.policy import Per

EPOCH = date(1970, 1, 1)


def number(day: date) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([(day - EPOCH).days], np.int64)


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2000, 5, 17), date(2018, 5, 16), 17),
        (date(2000, 5, 17), date(2018, 5, 17), 18),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(1965, 12, 31), date(1984, 1, 1), 18),
        (date(1999, 12, 31), date(2000, 12, 30), 0),
    ],
    ids=str,
)
def test_a_person_is_a_year_older_on_the_birthday(born: date, today: date, years: int) -> None:
    assert full_years(number(born), number(today)).tolist() == [years]


@given(st.dates(date(1930, 1, 1), date(2030, 1, 1)), st.dates(date(1970, 1, 1), date(2090, 1, 1)))
def test_ages_are_those_that_people_count(born: date, today: date) -> None:
    had = (today.month, today.day) >= (born.month, born.day)

    assert full_years(number(born), number(today))[0] == today.year - born.year - (not had)


@given(st.dates(date(1960, 1, 1), date(2090, 1, 1)), st.sampled_from(tuple(Per)))
def test_a_period_ends_where_the_next_one_begins(day: date, per: Per) -> None:
    def period(of: date) -> tuple[int, ...]:
        match per:
            case Per.CALENDAR_DAY:
                return (of.toordinal(),)
            case Per.CALENDAR_WEEK:
                return of.isocalendar()[:2]
            case Per.CALENDAR_MONTH:
                return of.year, of.month

    following = EPOCH + timedelta(days=int(_next_period(number(day), per)[0]))

    assert period(following) != period(day)
    assert period(following - timedelta(days=1)) == period(day)
