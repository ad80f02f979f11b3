"""Reading on by a cursor: only rows beyond what was seen are read, and the result is the same."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.history.test_extending import assert_equal

from campaignspec.errors import HistoryError
from campaignspec.history import EventSource, History, ReadAs, ValueKind, telling
from campaignspec.history.load import load_history

Row = tuple[str, str, str, int, object]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["2017-01-01", "2017-01-02", "2017-01-02 12:00"]),
        st.sampled_from(["order", "visit"]),
        st.integers(0, 5),
    ),
    max_size=6,
)


def database(folder: Path) -> Path:
    file = folder / "shop.sqlite"
    if not file.exists():
        with closing(sqlite3.connect(file)) as opened:
            opened.execute("CREATE TABLE log (customer, at, event, amount, seq)")
            opened.commit()
    return file


def append(folder: Path, rows: list[Row]) -> None:
    with closing(sqlite3.connect(database(folder))) as opened:
        opened.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", rows)
        opened.commit()


def load(folder: Path, cache: Path | None, *, one_per_day: bool = False) -> History:
    source = EventSource(
        file=database(folder),
        read=ReadAs(table="log"),
        properties={"amount": ValueKind.MONEY},
        cursor="seq",
        one_per_day=one_per_day,
    )
    return load_history([], [source], cache=cache)


def row(customer: str, day: int, seq: object) -> Row:
    return (customer, f"2017-01-0{day}", "order", day, seq)


@settings(deadline=None, max_examples=15)
@given(batches=st.lists(ROWS, min_size=1, max_size=4), by_day=st.booleans())
def test_reading_on_and_reading_all_anew_give_the_same(
    batches: list[list[tuple[str, str, str, int]]],
    by_day: bool,  # noqa: FBT001 (drawn)
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, seq = Path(name), 0
        for batch in batches:
            numbered = []
            for event in batch:
                seq += 1
                numbered.append((*event, seq))
            # A database may give its rows in any order: that of the cursor counts.
            append(folder, numbered[::-1])
            read_on = load(folder, folder / "cache", one_per_day=by_day)
        shutil.rmtree(folder / "cache")

        anew = load(folder, folder / "cache", one_per_day=by_day)

        assert_equal(read_on, anew)
        assert_equal(read_on, load(folder, None, one_per_day=by_day))


class Counts:
    """Notes how many rows each piece was made of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: list[int] = []
        collect = telling.collect

        def counting(db: object, staged: object, keep: object) -> object:
            self.rows += db.execute(f"SELECT count(*) FROM {staged.table}").fetchall()[0]  # noqa: S608
            return collect(db, staged, keep)

        monkeypatch.setattr(telling, "collect", counting)


def test_only_rows_with_a_greater_cursor_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(tmp_path, [row("a", 1, 1), row("b", 1, 2)])
    load(tmp_path, tmp_path / "cache")
    append(tmp_path, [row("a", 2, 3)])
    counts = Counts(monkeypatch)

    history = load(tmp_path, tmp_path / "cache")
    load(tmp_path, tmp_path / "cache")

    assert counts.rows == [1]
    assert history.streams["order"].offsets.tolist() == [0, 2, 3]


def test_rows_that_come_late_with_a_smaller_cursor_are_not_seen(tmp_path: Path) -> None:
    append(tmp_path, [row("a", 1, 5)])
    load(tmp_path, tmp_path / "cache")
    append(tmp_path, [row("b", 1, 4), row("c", 1, 6)])

    history = load(tmp_path, tmp_path / "cache")

    assert history.customers == ("a", "c")
    assert load(tmp_path, tmp_path / "other").customers == ("a", "b", "c")


@pytest.mark.parametrize(
    ("first", "second"),
    [(9, 10), ("9", "10"), ("2017-01-09 23:00+03:00", "2017-01-09T20:30Z"), ("9", "2017-01-01")],
)
def test_a_cursor_is_a_whole_number_or_an_instant(
    tmp_path: Path, first: object, second: object
) -> None:
    append(tmp_path, [row("a", 1, first)])
    load(tmp_path, tmp_path / "cache")
    append(tmp_path, [row("b", 1, second)])

    assert load(tmp_path, tmp_path / "cache").customers == ("a", "b")


@pytest.mark.parametrize("cursor", [None, "soon", "1.5"])
def test_a_row_without_a_cursor_is_named(tmp_path: Path, cursor: object) -> None:
    append(tmp_path, [row("a", 1, 1)])
    load(tmp_path, tmp_path / "cache")
    append(tmp_path, [row("b", 1, cursor)])

    with pytest.raises(
        HistoryError, match=r"row 2: column 'seq' (is empty|holds .* a cursor must)"
    ):
        load(tmp_path, tmp_path / "cache")


def test_a_source_that_was_empty_is_read_when_it_has_rows(tmp_path: Path) -> None:
    assert load(tmp_path, tmp_path / "cache").customers == ()
    append(tmp_path, [row("a", 1, 1)])

    assert load(tmp_path, tmp_path / "cache").customers == ("a",)


def test_a_lost_batch_is_read_again(tmp_path: Path) -> None:
    append(tmp_path, [row("a", 1, 1)])
    load(tmp_path, tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache" / "pieces")
    append(tmp_path, [row("b", 1, 2)])

    history = load(tmp_path, tmp_path / "cache")

    assert history.customers == ("a", "b")
    assert len(history.streams["order"].ts) == 2


def test_a_damaged_batch_is_read_again(tmp_path: Path) -> None:
    append(tmp_path, [row("a", 1, 1)])
    load(tmp_path, tmp_path / "cache")
    for file in (tmp_path / "cache").rglob("*.npy"):
        file.write_bytes(b"x" * file.stat().st_size)
    append(tmp_path, [row("b", 1, 2)])

    history = load(tmp_path, tmp_path / "cache")

    assert_equal(history, load(tmp_path, None))
