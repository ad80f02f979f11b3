"""Sorting quickly is sorting: numpy's stable sort is the judge."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from campaignspec.clock import SECOND
from campaignspec.history.sorting import order_of_events, stable_order

laws = settings(deadline=None, max_examples=200)
WHOLE = st.one_of(
    arrays(np.int32, st.integers(0, 30), elements=st.integers(0, 3)),
    arrays(np.int32, st.integers(0, 30), elements=st.integers(-(2**31), 2**31 - 1)),
    arrays(np.int64, st.integers(0, 30), elements=st.integers(0, 2**33)),
    arrays(np.int64, st.integers(0, 30), elements=st.integers(-(2**63), 2**63 - 1)),
    arrays(np.int64, st.integers(0, 30), elements=st.integers(-9, 9).map(lambda n: n * SECOND)),
)


@laws
@given(values=WHOLE)
def test_the_order_is_that_of_a_stable_sort(values: npt.NDArray[np.int64]) -> None:
    order = stable_order(values)

    assert order.tolist() == np.argsort(values, kind="stable").tolist()


@laws
@given(
    events=st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3)), max_size=30),
    in_time=st.booleans(),
)
def test_events_are_sorted_by_customer_then_time_then_arrival(
    events: list[tuple[int, int]],
    in_time: bool,  # noqa: FBT001 (drawn)
) -> None:
    arrived = sorted(events, key=lambda event: event[1]) if in_time else events
    table = np.array(arrived, np.int64).reshape(-1, 2)

    order = order_of_events(table[:, 0], table[:, 1])

    expected = np.lexsort((table[:, 1], table[:, 0]))
    found = np.arange(len(events)) if order is None else order
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("size", [2**16 - 1, 2**16, 2**16 + 1])
def test_values_of_more_than_one_digit_are_sorted_by_all(size: int) -> None:
    values = np.random.default_rng(1).permutation(size).astype(np.int32)

    assert values[stable_order(values)].tolist() == list(range(size))
