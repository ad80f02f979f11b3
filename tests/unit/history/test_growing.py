"""Customers read on by a cursor: only what is new is read, and the result is that of all."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_server import PostgresServer
from unit.history.test_cursor_in_postgres import sent  # noqa: F401 (a fixture)
from unit.history.test_extending import assert_equal
from unit.history.test_kinds_of_files import excel
from unit.history.test_made_sources import settings as declared

from campaignspec.errors import HistoryError
from campaignspec.history import History
from campaignspec.history.declared import load_declared

Row = tuple[str, str | None, str | None, str | None, object]

COLUMNS = "customer,mail,points,birthday,seq"
KEYS = (
    "    cursor: seq\n    addresses: {email: mail}\n"
    "    attributes: {points: number, birthday: date, mail: text}\n"
)
IN_SQLITE = f"  - customers: crm.sqlite\n    read: {{table: crm}}\n{KEYS}"
IDENTITY = "identity: {region: RU, match: [email], keep: {points: newest}}\n"
WHO_IS_WHO = f"{IN_SQLITE}    updated_at: birthday\n{IDENTITY}"

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from([None, "", "ann@x.ru", "bob@x.ru"]),
        st.sampled_from([None, "1", "2.5"]),
        st.sampled_from([None, "1990-01-01", "1991-02-02"]),
        st.booleans(),
    ),
    max_size=5,
)


def append(folder: Path, rows: Sequence[Row]) -> None:
    with closing(sqlite3.connect(folder / "crm.sqlite")) as opened:
        opened.execute(f"CREATE TABLE IF NOT EXISTS crm ({COLUMNS})")
        opened.executemany("INSERT INTO crm VALUES (?, ?, ?, ?, ?)", rows)
        opened.commit()


def load(root: Path, cache: Path | None, sources: str = IN_SQLITE) -> History:
    return load_declared(declared(sources), root=root, cache=cache)


def points(history: History) -> dict[str, object]:
    column = history.attributes["points"]
    return {name: column.get(n) for n, name in enumerate(history.customers)}


def assert_same(one: History, other: History) -> None:
    assert_equal(replace(one, fingerprint=""), replace(other, fingerprint=""))
    assert (one.resolution is None) == (other.resolution is None)
    if one.resolution is not None and other.resolution is not None:
        assert one.resolution.people.equals(other.resolution.people)
        assert one.resolution.rejections.equals(other.resolution.rejections)


@settings(deadline=None, max_examples=12)
@given(batches=st.lists(ROWS, min_size=1, max_size=4), merged=st.booleans())
def test_reading_on_and_reading_all_anew_give_the_same(
    batches: list[list[tuple[str, str | None, str | None, str | None, bool]]],
    merged: bool,  # noqa: FBT001 (drawn)
) -> None:
    sources = WHO_IS_WHO if merged else IN_SQLITE
    with tempfile.TemporaryDirectory() as name:
        folder, seq = Path(name), 0
        for batch in batches:
            rows: list[Row] = []
            seq += 1  # a later batch has greater cursors; within one they may be equal
            for *values, further in batch:
                seq += further
                rows.append((values[0] or "", *values[1:], seq))
            append(folder, rows)
            grown = load(folder, folder / "cache", sources)

        assert_same(grown, load(folder, None, sources))
        shutil.rmtree(folder / "cache")
        assert_same(grown, load(folder, folder / "cache", sources))


def test_a_later_row_replaces_the_earlier_one_wholly(tmp_path: Path) -> None:
    append(tmp_path, [("a", "ann@x.ru", "1", None, 1), ("b", None, "2", None, 2)])
    load(tmp_path, tmp_path / "cache")

    append(tmp_path, [("a", None, "7", None, 3)])
    found = load(tmp_path, tmp_path / "cache")

    assert points(found) == {"a": 7.0, "b": 2.0}
    assert found.addresses["email"].tolist() == [None, None]


def test_a_row_with_a_cursor_that_was_passed_is_not_read(tmp_path: Path) -> None:
    append(tmp_path, [("a", None, "1", None, 5)])
    load(tmp_path, tmp_path / "cache")

    append(tmp_path, [("a", None, "9", None, 5), ("b", None, "much", None, 4)])

    assert points(load(tmp_path, tmp_path / "cache")) == {"a": 1.0}


def test_a_new_value_that_is_not_as_declared_is_named_with_its_row(tmp_path: Path) -> None:
    append(tmp_path, [("a", None, "1", None, 1)])
    load(tmp_path, tmp_path / "cache")

    append(tmp_path, [("b", None, "much", None, 2)])

    with pytest.raises(HistoryError, match=r"crm\.sqlite: row 2: column 'points' holds 'much'"):
        load(tmp_path, tmp_path / "cache")


def test_a_row_without_a_cursor_is_named(tmp_path: Path) -> None:
    append(tmp_path, [("a", None, "1", None, None)])

    with pytest.raises(HistoryError, match="row 1: column 'seq' is empty"):
        load(tmp_path, None)


def without_an_end(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_other_pages(content: bytes) -> bytes:
    """Leave the cursors, which stand last, and damage what stands before them."""
    return content[:4] + bytes(120) + content[124:]


@pytest.mark.parametrize("damaged", [without_an_end, with_other_pages])
def test_what_is_damaged_is_read_again(tmp_path: Path, damaged: Callable[[bytes], bytes]) -> None:
    append(tmp_path, [(f"a{n}", f"m{n}@x.ru", str(n), None, n) for n in range(50)])
    load(tmp_path, tmp_path / "cache")
    for file in (tmp_path / "cache").rglob("*.parquet"):
        file.write_bytes(damaged(file.read_bytes()))

    append(tmp_path, [("a1", None, "-1", None, 99)])
    found = load(tmp_path, tmp_path / "cache")

    assert_same(found, load(tmp_path, None))


def test_a_process_that_was_slower_hides_no_row(tmp_path: Path) -> None:
    append(tmp_path, [("a", None, "1", None, 1)])
    load(tmp_path, tmp_path / "cache")
    (slow,) = (tmp_path / "cache").rglob("*.parquet")
    append(tmp_path, [("b", None, "2", None, 2)])
    load(tmp_path, tmp_path / "cache")

    slow.write_bytes(slow.read_bytes())  # as if it were written only now

    assert points(load(tmp_path, tmp_path / "cache")) == {"a": 1.0, "b": 2.0}


def test_files_of_every_kind_are_read_on(tmp_path: Path) -> None:
    table = {"customer": ["a", "b", "a"], "points": [1.0, 2.0, 3.5], "seq": [1, 2, 3]}
    (tmp_path / "crm.csv").write_text("customer,points,seq\na,1,1\nb,2,2\na,3.5,3\n")
    pq.write_table(pa.table(table), tmp_path / "crm.parquet")
    rows = [list(table), *map(list, zip(*table.values(), strict=True))]
    excel(tmp_path / "crm.xlsx", {"People": rows})

    for name in ("crm.csv", "crm.parquet", "crm.xlsx"):
        source = f"  - customers: {name}\n    cursor: seq\n    attributes: {{points: number}}\n"
        assert points(load(tmp_path, tmp_path / "cache", source)) == {"a": 3.5, "b": 2.0}


@pytest.mark.parametrize("merged", [False, True], ids=["ids", "people"])
def test_a_database_sends_only_rows_that_are_new_or_have_changed(
    postgres: PostgresServer,
    tmp_path: Path,
    sent: list[int],  # noqa: F811 (the fixture)
    merged: bool,  # noqa: FBT001
) -> None:
    url = postgres.new_database(
        "CREATE TABLE crm "
        "(customer text, mail text, points numeric, birthday date, seq timestamptz)"
    )
    source = f"  - customers: {url}\n    read: {{table: crm}}\n{KEYS}"
    source += f"    updated_at: seq\n{IDENTITY}" if merged else ""
    rows = [(f"c{n}", f"m{n % 3}@x.ru", n, None, f"2017-01-01 10:0{n}+03") for n in range(5)]
    postgres.fill(url, "crm", rows)
    load(tmp_path, tmp_path / "cache", source)

    postgres.run(url, "UPDATE crm SET points = 77, seq = '2017-02-01' WHERE customer = 'c1'")
    postgres.fill(url, "crm", [("c9", "m9@x.ru", 9, "1990-01-01", "2017-02-02 10:00+03")])
    grown = load(tmp_path, tmp_path / "cache", source)
    load(tmp_path, tmp_path / "cache", source)
    read = list(sent)

    assert read == [5, 2, 0]
    assert_same(grown, load(tmp_path, tmp_path / "another", source))
    assert_same(grown, load(tmp_path, None, source))


def test_queries_of_one_database_go_on_each_by_itself(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.new_database(
        "CREATE TABLE crm (customer text, points numeric, seq int)",
        "INSERT INTO crm VALUES ('a', 1, 9), ('b', 2, 3)",
    )
    source = (
        "  - customers: {}\n    read: {{query: SELECT * FROM crm WHERE seq {} 5}}\n"
        "    cursor: seq\n    attributes: {{points: number}}\n"
    )
    load(tmp_path, tmp_path / "cache", source.format(url, ">"))

    found = load(tmp_path, tmp_path / "cache", source.format(url, "<"))

    assert points(found) == {"b": 2.0}


def test_of_rows_with_the_same_cursor_the_last_one_counts(tmp_path: Path) -> None:
    append(tmp_path, [("a", None, "1", None, 5), ("a", None, "2", None, 5)])

    assert points(load(tmp_path, None)) == {"a": 2.0}
