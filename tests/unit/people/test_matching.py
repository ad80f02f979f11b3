"""Records become people: what joins them, what keeps them apart, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.people.columns import MISSING
from campaignspec.people.matching import Matched, match

Values = Sequence[int | None]


def matched(
    *keys: Values, differ: Sequence[Values] = (), customers: Values = (), at_most: int = 5
) -> Matched:
    """Match rows by columns of small numbers; without ``customers`` each row is one."""
    customer = np.array(customers or range(len(keys[0])), np.int64)
    columns = [_codes(key) for key in keys]
    return match(columns, [_codes(each) for each in differ], customer, at_most=at_most)


def _codes(values: Values) -> np.ndarray:
    return np.array([MISSING if value is None else value for value in values], np.int64)


def test_customers_that_share_a_value_are_one_person_with_the_number_of_the_first() -> None:
    found = matched([1, 2, None, 1, 2])

    assert found.person.tolist() == [0, 1, 2, 0, 1]


def test_people_are_joined_through_others() -> None:
    found = matched([1, 1, None, None], [None, 5, 5, None], [None, None, 9, 9])

    assert found.person.tolist() == [0, 0, 0, 0]


def test_what_is_missing_joins_nobody() -> None:
    assert matched([None, None]).person.tolist() == [0, 1]


def test_the_strongest_key_that_joined_a_customer_is_named() -> None:
    found = matched([1, 1, None, None], [7, 7, 7, None])

    assert found.rule.tolist() == [0, 0, 1, MISSING]


def test_what_too_many_share_joins_nobody() -> None:
    found = matched([3, 3, 3, 4, 4], at_most=2)

    assert found.person.tolist() == [0, 1, 2, 3, 3]
    assert found.crowded[0].tolist() == [0, 0, 0, 3, 0]


def test_two_records_of_one_customer_count_once() -> None:
    found = matched([3, 3, 3], customers=[0, 0, 1], at_most=2)

    assert found.person.tolist() == [0, 0]


def test_customers_who_differ_are_not_joined_and_it_is_said_which() -> None:
    found = matched([1, 1], differ=[[10, 20]])

    assert found.person.tolist() == [0, 1]
    (refusal,) = found.refusals
    assert (refusal.rule, refusal.first, refusal.second, refusal.field) == (0, 0, 1, 0)


def test_somebody_without_a_value_does_not_bridge_two_who_differ() -> None:
    found = matched([1, 1, 1], differ=[[10, 20, None]])

    assert found.person.tolist() == [0, 1, 0]


def test_the_stronger_key_is_decided_first() -> None:
    weak_first = [1, None, 1]
    strong = [None, 2, 2]

    found = matched(strong, weak_first, differ=[[10, 20, None]])

    assert found.person.tolist() == [0, 1, 1]


_COLUMN = st.none() | st.integers(0, 4)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[int | None]], list[list[int | None]], int]:
    size = draw(st.integers(1, 9))
    column = st.lists(_COLUMN, min_size=size, max_size=size)
    keys = draw(st.lists(column, min_size=1, max_size=3))
    return keys, draw(st.lists(column, max_size=2)), draw(st.integers(2, 5))


def _one_by_one(keys: Sequence[Values], differ: Sequence[Values], at_most: int) -> list[int]:
    """Take all pairs in order, one by one, and merge whole groups: what `match` must equal."""
    size = len(keys[0])
    group = list(range(size))
    for key in keys:
        for first in range(size):
            for second in range(first + 1, size):
                if key[first] is None or key[first] != key[second]:
                    continue
                if sum(value == key[first] for value in key) > at_most:
                    continue
                members = [at for at in range(size) if group[at] in (group[first], group[second])]
                held = [{column[at] for at in members} - {None} for column in differ]
                if all(len(values) < 2 for values in held):
                    least = min(group[first], group[second])
                    for at in members:
                        group[at] = least
    return group


@given(tables())
def test_columns_give_what_pairs_one_by_one_would(
    table: tuple[list[list[int | None]], list[list[int | None]], int],
) -> None:
    keys, differ, at_most = table

    found = matched(*keys, differ=differ, at_most=at_most)

    assert found.person.tolist() == _one_by_one(keys, differ, at_most)


@given(tables())
def test_nobody_has_two_values_of_what_must_not_differ(
    table: tuple[list[list[int | None]], list[list[int | None]], int],
) -> None:
    keys, differ, at_most = table

    person = matched(*keys, differ=differ, at_most=at_most).person

    for column in differ:
        for who in set(person.tolist()):
            values = {column[at] for at in np.flatnonzero(person == who)} - {None}
            assert len(values) < 2
