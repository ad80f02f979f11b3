"""What customers share is never overdrawn, and the last unit goes to exactly one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import DAY, HOUR, parse_instant
from campaignspec.digests import Ids
from campaignspec.engine.limits import Limit, Limits, Period, Used, period_number

NOON = parse_instant("2017-03-11 12:00")
PEOPLE = tuple(f"c{number}" for number in range(12))


def book(*limits: Limit, used: Used | None = None, zone: str = "UTC") -> Limits:
    return Limits(
        {limit.name: limit for limit in limits},
        {} if used is None else used,
        zone=zone,
        ids=Ids(PEOPLE),
    )


def rows(*places: int) -> np.ndarray:
    return np.array(places, np.int64)


def in_order(key: str, places: Sequence[int]) -> list[int]:
    """Return customers in the order of the hashes, computed by hand."""

    def digest(place: int) -> str:
        return hashlib.md5(f"{key}:{PEOPLE[place]}".encode()).hexdigest()[:16]  # noqa: S324

    return sorted(places, key=digest)


def test_the_last_unit_goes_to_exactly_one_customer_whoever_is_asked_first():
    limit = Limit(name="stock", capacity=1)
    first = in_order("stock", range(5))[0]

    for places in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        granted = book(limit).claim({"stock": 1}, rows(*places), NOON, key="stock")

        assert [place for place, got in zip(places, granted, strict=True) if got] == [first]


def test_the_order_differs_from_limit_to_limit_so_that_nobody_is_always_first():
    orders = {tuple(book().order(key, rows(*range(12)))) for key in "abcd"}

    assert len(orders) == 4


def test_who_does_not_get_all_takes_nothing():
    used: Used = {}
    limits = book(Limit(name="day", capacity=10), Limit(name="hour", capacity=1), used=used)

    granted = limits.claim({"day": 3, "hour": 1}, rows(0, 1, 2), NOON, key="x")

    assert granted.sum() == 1
    assert used == {("day", 0): 3, ("hour", 0): 1}


def test_a_small_claim_behind_a_large_one_that_does_not_fit_is_served():
    first, second, third = in_order("money", [0, 1, 2])
    amounts = np.zeros(3, np.int64)
    amounts[[first, second, third]] = [5, 6, 4]

    granted = book(Limit(name="money", capacity=10)).claim(
        {"money": amounts}, rows(0, 1, 2), NOON, key="money"
    )

    assert {place for place in range(3) if granted[place]} == {first, third}


def test_a_day_that_begins_fills_a_daily_limit_again():
    limits = book(Limit(name="day", capacity=2, period=Period.DAY), zone="Asia/Shanghai")
    evening = parse_instant("2017-03-11 23:00", "Asia/Shanghai")

    before = limits.claim({"day": 1}, rows(0, 1, 2), evening, key="day")
    after = limits.claim({"day": 1}, rows(0, 1, 2), evening + HOUR, key="day")

    assert before.sum() == after.sum() == 2
    assert limits.left("day", evening) == 0
    assert limits.left("day", evening + DAY + HOUR) == 2


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        (Period.DAY, "2017-03-12 23:59:59", "2017-03-13 00:00"),
        (Period.WEEK, "2017-03-12 23:59:59", "2017-03-13 00:00"),
        (Period.MONTH, "2017-03-31 23:59:59", "2017-04-01 00:00"),
        (Period.HOUR, "2017-03-12 13:59:59", "2017-03-12 14:00"),
        (Period.MINUTE, "2017-03-12 13:59:59", "2017-03-12 14:00"),
    ],
    ids=str,
)
def test_a_period_ends_where_the_next_begins(period: Period, last: str, first: str):
    zone = "America/New_York"

    numbers = [period_number(period, parse_instant(at, zone), zone) for at in (last, first)]

    assert numbers[1] == numbers[0] + 1


def test_the_whole_run_is_one_period():
    assert period_number(Period.RUN, 0, "UTC") == period_number(Period.RUN, NOON, "UTC") == 0


@given(
    capacities=st.lists(st.integers(0, 30), min_size=1, max_size=3),
    rounds=st.lists(
        st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), max_size=12), max_size=5
    ),
)
def test_claims_are_served_as_one_by_one_and_never_beyond_what_there_is(
    capacities: list[int], rounds: list[list[list[int]]]
):
    names = [f"l{number}" for number in range(len(capacities))]
    used: Used = {}
    limits = book(
        *(Limit(name=n, capacity=c) for n, c in zip(names, capacities, strict=True)), used=used
    )
    left = dict(zip(names, capacities, strict=True))
    for asked in rounds:
        people = list(range(len(asked)))

        granted = limits.claim(
            {name: np.array([a[i] for a in asked], np.int64) for i, name in enumerate(names)},
            rows(*people),
            NOON,
            key="k",
        )

        for place in in_order("k", people):
            wants = dict(zip(names, asked[place], strict=False))
            fits = all(wants[name] <= left[name] for name in names)
            assert granted[place] == fits
            for name in names if fits else ():
                left[name] -= wants[name]
    assert all(amount <= capacities[names.index(name)] for (name, _), amount in used.items())
