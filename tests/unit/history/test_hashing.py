"""Ids that are texts are found by a hash, and still each is told from every other."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.errors import HistoryError
from campaignspec.history import EventSource, hashing
from campaignspec.history.hashing import RowsByHash, number_ids
from campaignspec.history.load import load_history
from campaignspec.history.reading import connect

_HASHES = st.integers(0, 2**64 - 1) | st.integers(0, 9) | st.integers(2**64 - 9, 2**64 - 1)


@settings(deadline=None)
@given(hashes=st.lists(_HASHES, min_size=1, max_size=60, unique=True), data=st.data())
def test_each_hash_is_found_in_its_row(hashes: list[int], data: st.DataObject) -> None:
    rows = RowsByHash(np.array(hashes, np.uint64))
    asked = data.draw(st.lists(st.integers(0, len(hashes) - 1), max_size=20))

    found = rows.find(np.array([hashes[row] for row in asked], np.uint64))

    assert rows.is_exact
    assert found.tolist() == asked


@pytest.mark.parametrize("known", [[], [5], [2**64 - 1], [2**63, 2**63 + 1]])
@pytest.mark.parametrize("asked", [0, 6, 2**63 + 2, 2**64 - 2])
def test_a_hash_of_nobody_is_refused(known: list[int], asked: int) -> None:
    rows = RowsByHash(np.array(known, np.uint64))

    with pytest.raises(LookupError, match="not numbered"):
        rows.find(np.array([asked], np.uint64))


@settings(deadline=None, max_examples=30)
@given(ids=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_ids_are_numbered_by_their_text(ids: list[str]) -> None:
    with connect() as db:
        db.register("told", pa.table({"customer": pa.array([None, *ids], pa.string())}))

        numbered = number_ids(db, "told")
        hashes = db.sql(
            f"SELECT {numbered.hashed} AS h FROM told WHERE customer IS NOT NULL"  # noqa: S608 (own name)
        ).to_arrow_table()

    customers = numbered.customers.to_pylist()
    assert customers == sorted(set(ids), key=str.encode)
    rows = numbered.rows.find(hashes.column("h").to_numpy())
    assert [customers[row] for row in rows] == ids


def test_two_ids_of_one_hash_are_hashed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    def by_length_at_first(attempt: int) -> str:
        attempts.append(attempt)
        return f"hash(customer, {attempt})" if attempt > 1 else "hash(length(customer))"

    monkeypatch.setattr(hashing, "_hashed", by_length_at_first)

    history = load_history([], [_source(tmp_path)])

    assert attempts == [0, 1, 2]
    assert history.customers == ("a", "b", "cc")
    assert history.streams["order"].offsets.tolist() == [0, 2, 3, 4]


def test_a_file_that_gets_another_id_while_it_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _source(tmp_path)
    number = hashing.number_ids

    def of_one_only(connection: duckdb.DuckDBPyConnection, table: str) -> hashing.Numbered:
        connection.execute(f"CREATE TEMP TABLE before AS FROM {table} WHERE customer = 'a'")
        return number(connection, "before")

    monkeypatch.setattr("campaignspec.history.collecting.number_ids", of_one_only)

    with pytest.raises(HistoryError, match=r"log\.parquet: was changed while it was read"):
        load_history([], [source])


def _source(folder: Path) -> EventSource:
    file = folder / "log.parquet"
    days = pa.array([f"2017-01-0{n}" for n in range(1, 5)])
    pq.write_table(pa.table({"customer": ["a", "cc", "b", "a"], "at": days}), file)
    return EventSource(file=file, event="order")
