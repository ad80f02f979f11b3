"""A run sees at each tick whether its sources have changed, wherever they lie."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from campaignspec.errors import HistoryError
from campaignspec.history import postgres as reader
from campaignspec.history.watching import Watch
from campaignspec.project.load import load_project

EVENTS = """
spec: 1
project: shop
timezone: Europe/Moscow
currency: RUB
sources:
  - events: {place}
    names: [visit]
"""


def watch(root: Path, place: str, more: str = "", lists: tuple[str, ...] = ()) -> Watch:
    (root / "campaignspec.yaml").write_text(EVENTS.format(place=place) + more, encoding="utf-8")
    project = load_project(root, relative_to=root).project
    assert project is not None
    return Watch(project.settings, root, lists)


def write(file: Path, text: str = "customer,at,event\n", *, seconds: int = 0) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (seconds, seconds))


def test_a_file_that_was_written_again_looks_different(tmp_path: Path):
    write(tmp_path / "visits.csv", seconds=1)
    watched = watch(tmp_path, "visits.csv")

    same = watched.look()
    write(tmp_path / "visits.csv", seconds=2)

    assert same == watched.first
    assert watched.look() != watched.first


def test_a_file_that_comes_to_a_pattern_is_seen(tmp_path: Path):
    write(tmp_path / "visits/monday.csv")
    watched = watch(tmp_path, "visits/*.csv")

    same = watched.look()
    write(tmp_path / "visits/tuesday.csv")

    assert same == watched.first
    assert watched.look() != watched.first


def test_a_list_of_people_is_watched(tmp_path: Path):
    write(tmp_path / "visits.csv")
    write(tmp_path / "guests.csv", "customer\n1\n")
    watched = watch(tmp_path, "visits.csv", lists=("guests.csv",))

    write(tmp_path / "guests.csv", "customer\n1\n2\n")

    assert watched.look() != watched.first


def test_what_a_sqlite_file_has_not_merged_yet_is_seen(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "visits.db", isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = wal")
        opened.execute("CREATE TABLE visits (customer, at, event)")
        watched = watch(tmp_path, "visits.db")

        opened.execute("INSERT INTO visits VALUES ('1', '2017-03-01', 'visit')")

        assert watched.look() != watched.first


@pytest.mark.parametrize(
    ("place", "said"),
    [("visits.csv", "the file does not exist"), ("visits/*.csv", "no file fits this pattern")],
)
def test_a_file_that_is_gone_is_named(tmp_path: Path, place: str, said: str):
    write(tmp_path / place.replace("*", "one"))
    watched = watch(tmp_path, place)

    (tmp_path / place.replace("*", "one")).unlink()

    with pytest.raises(HistoryError, match=said):
        watched.look()


VISITS = 'CREATE TABLE visits (customer int, "at" timestamp, event text, seq numeric)'
ONE = "INSERT INTO visits VALUES (1, '2017-03-01', 'visit', 9)"
READ = "    read: {table: visits}\n"


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        ("INSERT INTO visits VALUES (1, '2017-03-02', 'visit', 10)", True),
        ("UPDATE visits SET customer = 2", True),
        ("DELETE FROM visits", True),
        ("CREATE TABLE others (a int)", False),
        ("SELECT 1", False),
    ],
)
def test_rows_of_a_database_that_change_are_seen(
    postgres: PostgresServer, tmp_path: Path, change: str, *, is_seen: bool
):
    url = postgres.new_database(VISITS, ONE)
    watched = watch(tmp_path, url, READ)

    postgres.run(url, change)

    assert (watched.look() != watched.first) is is_seen


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        ("INSERT INTO visits VALUES (1, '2017-03-02', 'visit', 10)", True),
        ("INSERT INTO visits VALUES (1, '2017-03-02', 'visit', 8)", False),
    ],
)
def test_of_a_table_with_a_cursor_only_the_greatest_one_counts(
    postgres: PostgresServer, tmp_path: Path, change: str, *, is_seen: bool
):
    url = postgres.new_database(VISITS, ONE)
    watched = watch(tmp_path, url, READ + "    cursor: seq\n")

    postgres.run(url, change)

    assert (watched.look() != watched.first) is is_seen


def test_a_cursor_of_texts_is_not_taken_for_the_order_of_the_server(
    postgres: PostgresServer, tmp_path: Path
):
    url = postgres.new_database(VISITS.replace("numeric", "text"), ONE)
    watched = watch(tmp_path, url, READ + "    cursor: seq\n")

    postgres.run(url, "INSERT INTO visits VALUES (1, '2017-03-02', 'visit', '10')")

    assert watched.look() != watched.first


def test_rows_are_added_up_only_when_somebody_has_written(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = postgres.new_database(VISITS, ONE, "ANALYZE visits")
    watched = watch(tmp_path, url, READ)
    writes = reader.settled_writes(next(iter(watched._tables))[0])
    monkeypatch.setattr("campaignspec.history.watching.settled_writes", lambda _: writes)
    monkeypatch.setattr(
        "campaignspec.history.watching.digest_of_database", lambda _: pytest.fail("added up")
    )

    assert watched.look() == watched.first


def test_a_database_that_went_away_is_the_worlds_mistake(postgres: PostgresServer, tmp_path: Path):
    url = postgres.new_database(VISITS, ONE)
    watched = watch(tmp_path, url, READ)

    postgres.run(postgres.url(), f'DROP DATABASE "{url.split("?")[0].rsplit("/", 1)[1]}"')

    with pytest.raises(HistoryError, match="cannot be reached"):
        watched.look()
