from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.history import Column, ValueKind
from campaignspec.history.column import concatenate, fill, scatter

TEXTS = st.lists(st.none() | st.text(max_size=3), max_size=12)

SAMPLES = [
    (ValueKind.TEXT, ["b", None, "a", "b", ""]),
    (ValueKind.NUMBER, [1.5, None, -2.0]),
    (ValueKind.MONEY, [12_500_000, None, 0]),
    (ValueKind.DATE, [17_226, None, -1]),
    (ValueKind.BOOLEAN, [True, None, False]),
]


def plain(column: Column) -> list[str | float | bool | None]:
    return [column.get(index) for index in range(len(column))]


@pytest.mark.parametrize(("kind", "values"), SAMPLES)
def test_a_column_gives_back_its_values(
    kind: ValueKind, values: list[str | float | bool | None]
) -> None:
    column = Column.of(kind, values)

    assert plain(column) == values
    assert column.missing.tolist() == [value is None for value in values]


@pytest.mark.parametrize(("kind", "values"), SAMPLES)
def test_taking_and_joining_and_filling_keep_values(
    kind: ValueKind, values: list[str | float | bool | None]
) -> None:
    column = Column.of(kind, values)
    absent = Column.absent(kind, len(values))

    assert plain(column.take(np.array([2, 0]))) == [values[2], values[0]]
    assert plain(concatenate([column, absent])) == values + [None] * len(values)
    assert plain(fill(absent, column)) == values
    assert plain(scatter(column.take(np.array([0])), np.array([1]), 3)) == [None, values[0], None]


@settings(deadline=None, max_examples=50)
@given(first=TEXTS, second=TEXTS)
def test_texts_of_two_columns_share_one_ascending_dictionary(
    first: list[str | None], second: list[str | None]
) -> None:
    joined = concatenate([Column.of(ValueKind.TEXT, texts) for texts in (first, second)])

    assert joined.texts().tolist() == first + second
    assert joined.words.tolist() == sorted({text for text in first + second if text is not None})


def test_an_unknown_word_has_a_code_that_no_value_has() -> None:
    column = Column.of(ValueKind.TEXT, ["a", None])

    assert column.code("a") == 0
    assert not (column.values == column.code("zz")).any()
    assert not (column.values == column.code("")).any()
