"""Choosing between instants says what `numpy.where` says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import NEVER, chosen

LEAST = -(2**63)
INSTANTS = st.integers(LEAST, NEVER) | st.sampled_from([LEAST, -(2**62), -1, 0, 1, NEVER])


@given(st.lists(st.tuples(st.booleans(), INSTANTS, INSTANTS), max_size=20))
def test_what_is_marked_is_chosen_and_else_the_other_whatever_the_instants(
    cases: list[tuple[bool, int, int]],
) -> None:
    marked, some, others = (
        (list(column) for column in zip(*cases, strict=True)) if cases else [[]] * 3
    )
    mask = np.array(marked, np.bool_)
    one, other = np.array(some, np.int64), np.array(others, np.int64)

    assert chosen(mask, one, other).tolist() == np.where(mask, one, other).tolist()
    for same in (NEVER, -(2**62)):
        assert chosen(mask, one, same).tolist() == np.where(mask, one, same).tolist()


@pytest.mark.filterwarnings("error")
def test_nothing_warns_of_what_overflows_on_the_way() -> None:
    found = chosen(np.array([True, False]), np.array([LEAST, LEAST]), NEVER)

    assert found.tolist() == [LEAST, NEVER]
