"""The last of the latest few is what sorting says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.engine.latest import last_of
from campaignspec.history import LONG_AGO

INSTANTS = st.integers(-3, 9) | st.just(LONG_AGO)


@pytest.mark.parametrize("longest", [4, 40])
@given(data=st.data())
def test_of_so_many_columns_as_are_known_the_last_is_left(
    data: st.DataObject, longest: int
) -> None:
    known = data.draw(st.lists(INSTANTS, min_size=1, max_size=longest))
    others = data.draw(st.lists(INSTANTS, max_size=longest))
    columns = [np.array([instant]) for instant in sorted(known, reverse=True)]

    found = last_of(columns, [np.array([instant]) for instant in others])

    assert found.tolist() == [sorted([*known, *others], reverse=True)[len(known) - 1]]


@pytest.mark.parametrize("size", [3, 40])
def test_customers_are_told_apart(size: int) -> None:
    instants = np.random.default_rng(7).integers(0, 100, (2 * size, 50))
    known, others = np.sort(instants[:size], axis=0)[::-1], instants[size:]

    assert last_of(list(known), list(others)).tolist() == np.sort(instants, axis=0)[size].tolist()
