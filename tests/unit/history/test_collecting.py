"""Ids that are whole numbers are numbered by their texts, without comparing texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.errors import HistoryError
from campaignspec.history import EventSource, History, ValueKind
from campaignspec.history.collecting import number_whole_ids
from campaignspec.history.load import load_history


@settings(deadline=None)
@given(ids=st.lists(st.integers(0, 1200), min_size=1, max_size=40), low=st.sampled_from([0, 7, 99]))
def test_whole_numbers_are_numbered_as_their_texts_are(ids: list[int], low: int) -> None:
    rows = np.array(ids, np.int32)

    customers = number_whole_ids(rows, np.ones(len(ids), np.bool_), range(low, low + 1201))

    texts = sorted({str(low + n) for n in ids})
    assert customers.to_pylist() == texts
    assert [texts[row] for row in rows] == [str(low + n) for n in ids]


def write(file: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), file)
    return file


def load(file: Path, **options: object) -> History:
    source = EventSource(file=file, properties={"brand": ValueKind.TEXT}, **options)  # type: ignore[arg-type]
    return load_history([], [source])


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.string()]
)
def test_an_id_is_its_text_whatever_it_is_kept_as(tmp_path: Path, kind: pa.DataType) -> None:
    ids = ["9", "10", "100", "9", "1"]
    file = write(
        tmp_path / "log.parquet",
        customer=pa.array(ids).cast(kind),
        at=pa.array([f"2017-01-0{n}" for n in range(1, 6)]),
        event=pa.array(["order", "visit", "order", "order", "order"]),
        brand=pa.array(["x", "y", None, "z", "x"]),
    )

    history = load(file)

    assert history.customers == ("1", "10", "100", "9")
    orders = history.streams["order"]
    assert orders.offsets.tolist() == [0, 1, 1, 2, 4]
    assert orders.properties["brand"].texts().tolist() == ["x", None, "x", "z"]
    assert orders.properties["brand"].words.tolist() == ["x", "z"]


@pytest.mark.parametrize("ids", [[-1, 0, -10], [1, 10**17, 5]])
def test_ids_far_apart_or_below_nought_are_texts_as_well(tmp_path: Path, ids: list[int]) -> None:
    days = pa.array(["2017-01-01", "2017-01-02", "2017-01-03"])
    file = write(tmp_path / "log.parquet", customer=pa.array(ids), at=days, brand=days)

    history = load(file, event="order")

    assert history.customers == tuple(sorted(map(str, ids)))


@pytest.mark.parametrize(
    ("customer", "event", "problem"),
    [(None, "order", "row 2: column 'customer' is empty"), (2, "", "row 2: column 'event' is")],
)
def test_what_is_missing_beside_whole_numbers_is_named(
    tmp_path: Path, customer: int | None, event: str, problem: str
) -> None:
    file = write(
        tmp_path / "log.parquet",
        customer=pa.array([1, customer], pa.int64()),
        at=pa.array(["2017-01-01", "2017-01-02"]),
        event=pa.array(["order", event]),
        brand=pa.array(["x", "y"]),
    )

    with pytest.raises(HistoryError, match=problem):
        load(file)


def test_rows_that_are_not_taken_leave_no_customer(tmp_path: Path) -> None:
    file = write(
        tmp_path / "log.parquet",
        customer=pa.array([1, 2, 3]),
        at=pa.array(["2017-01-01", "2017-01-02", "2017-01-03"]),
        event=pa.array(["noise", "order", "noise"]),
        brand=pa.array(["x", "y", "z"]),
    )

    history = load(file, only=("order",))

    assert history.customers == ("2",)
    assert history.streams["order"].offsets.tolist() == [0, 1]
