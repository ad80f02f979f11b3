"""Columns are parted, picked and united as Python would do it row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.engine.present import (
    kept,
    lean,
    parted,
    pick,
    present,
    repeated,
    some_of,
    united,
    writable,
)
from campaignspec.history.sorting import distinct

CODES = st.lists(st.integers(-1, 6), max_size=20)
ROWS = st.lists(st.tuples(st.booleans(), st.integers(), st.integers()), max_size=20).map(
    lambda rows: [(mask, one % 2**40, other % 2**40) for mask, one, other in rows]
)


@given(CODES)
def test_present_lists_the_codes_that_occur(codes: list[int]) -> None:
    assert present(np.array(codes, np.int8)) == sorted(set(codes))


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64])
@given(codes=st.lists(st.integers(-1, 40), min_size=1, max_size=5))
def test_present_lists_the_codes_of_many_numbers(codes: list[int], kind: type) -> None:
    assert present(np.resize(np.array(codes, kind), 20_000)) == sorted(set(codes))


@given(CODES)
def test_each_row_is_parted_to_its_code_in_its_order(codes: list[int]) -> None:
    places = np.arange(len(codes))

    found = {code: rows.tolist() for code, (rows,) in parted(np.array(codes, np.int8), places)}

    assert found == {
        code: [place for place, each in enumerate(codes) if each == code] for code in set(codes)
    }


@given(ROWS)
def test_what_a_mask_marks_is_kept(rows: list[tuple[bool, int, int]]) -> None:
    mask, one, other = (
        (np.array(column) for column in zip(*rows, strict=True))
        if rows
        else (
            np.empty(0, bool),
            np.empty(0, np.int64),
            np.empty(0, np.int64),
        )
    )

    first, second = kept(mask, one, other)

    expected = [(a, b) for marked, a, b in rows if marked]
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected


@given(st.lists(st.booleans(), max_size=50) | st.integers(0, 60).map(lambda at: [True] * at))
def test_what_a_mask_marks_is_picked_of_each_column_whether_it_marks_few_or_nearly_all(
    marked: list[bool],
) -> None:
    marked += [False]
    numbers, mask = np.arange(len(marked)), np.array(marked, np.bool_)

    some, same, nothing = pick(mask, numbers, repeated(np.array([7]), len(marked)), None)

    assert some.tolist() == [place for place, is_marked in enumerate(marked) if is_marked]
    assert same.tolist() == [7] * sum(marked)
    assert nothing is None


def test_what_is_one_number_over_and_over_is_copied_before_it_is_written_to() -> None:
    same = repeated(np.array([7]), 3)
    column = writable(same)
    column[1] = 8

    assert column.tolist() == [7, 8, 7]
    assert same.tolist() == [7, 7, 7]
    assert writable(column) is column


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=4))
def test_rows_of_several_columns_are_united(columns: list[list[int]]) -> None:
    found = united([np.array(column, np.int64) for column in columns], 10)

    assert found.tolist() == sorted({row for column in columns for row in column})


@given(st.lists(st.integers(-(2**62), 2**62), max_size=20))
def test_different_values_are_listed_once(values: list[int]) -> None:
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


@given(st.lists(st.integers(-5, 5), max_size=6), st.sampled_from([np.int32, np.int64]))
def test_a_column_that_is_to_be_kept_stays_what_it_is(numbers: list[int], kind: type) -> None:
    column = lean(np.array(numbers, kind))

    assert column.dtype == kind
    assert column.tolist() == numbers
    assert some_of(column, np.arange(len(numbers))[:3]).tolist() == numbers[:3]


def test_one_number_over_and_over_takes_the_memory_of_one() -> None:
    numbers = np.full(1000, 7)
    column = lean(numbers)
    numbers[:] = 8

    assert column.tolist() == [7] * 1000
    assert column.strides == (0,)
    assert some_of(column, np.array([3, 5])).strides == (0,)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 1
