"""Reading on by a cursor in a database: the server sends what is new, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from unit.history.test_extending import assert_equal

from campaignspec.errors import HistoryError
from campaignspec.history import EventSource, ValueKind, postgres
from campaignspec.history.load import load_history
from campaignspec.history.place import Database

LOG = 'CREATE TABLE log (customer text, "at" timestamptz, event text, amount numeric, seq {})'


def source(url: str) -> EventSource:
    return EventSource(
        file=Database(url=url, table="log"), properties={"amount": ValueKind.MONEY}, cursor="seq"
    )


def row(customer: str, day: int, seq: object) -> tuple[object, ...]:
    return (customer, f"2017-01-{day:02} 10:00+03", "order", f"{day}.50", seq)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the rows that the server sends each time it is read."""
    counts: list[int] = []
    copy = postgres._copy

    def counting(session: object, spool: object, command: str) -> None:
        copy(session, spool, command)
        query = re.fullmatch(r"COPY \((.*)\) TO STDOUT .*", command, re.DOTALL)
        assert query is not None
        counts.append(len(session.execute(query[1].encode()).fetchall()))

    monkeypatch.setattr(postgres, "_copy", counting)
    return counts


@pytest.mark.parametrize(
    ("kind", "seen", "new"),
    [
        ("integer", [1, 9], [10, 11]),
        ("numeric", [1, 9], [10, 11]),
        ("timestamptz", ["2017-01-01 10:00+03"], ["2017-01-01 07:00:00.000001+00"]),
        ("timestamp", ["2017-01-01 10:00:00.5"], ["2017-01-01 10:00:00.500001"]),
        ("date", ["2017-01-01"], ["2017-01-02"]),
    ],
)
def test_only_new_rows_are_sent_and_the_history_is_that_of_a_fresh_load(
    postgres: PostgresServer,
    tmp_path: Path,
    sent: list[int],
    kind: str,
    seen: list[object],
    new: list[object],
):
    url = postgres.new_database(LOG.format(kind))
    postgres.fill(url, "log", [row("b", n, each) for n, each in enumerate(seen, start=1)])
    load_history([], [source(url)], cache=tmp_path / "cache")

    postgres.fill(url, "log", [row("a", n, each) for n, each in enumerate(new, start=5)])
    grown = load_history([], [source(url)], cache=tmp_path / "cache")
    read = list(sent)
    fresh = load_history([], [source(url)], cache=tmp_path / "another")

    assert read == [len(seen), len(new)]
    assert_equal(replace(grown, fingerprint=""), replace(fresh, fingerprint=""))


def test_a_cursor_of_texts_loses_no_row(postgres: PostgresServer, tmp_path: Path):
    url = postgres.new_database(LOG.format("text"))
    postgres.fill(url, "log", [row("a", 1, "9")])
    load_history([], [source(url)], cache=tmp_path)

    postgres.fill(url, "log", [row("a", 2, "10")])
    grown = load_history([], [source(url)], cache=tmp_path)

    assert len(grown.streams["order"].ts) == 2


def test_a_new_row_without_a_cursor_is_named(postgres: PostgresServer, tmp_path: Path):
    url = postgres.new_database(LOG.format("integer"))
    postgres.fill(url, "log", [row("a", 1, 9)])
    load_history([], [source(url)], cache=tmp_path)

    postgres.fill(url, "log", [row("a", 2, None)])

    with pytest.raises(HistoryError, match="column 'seq' is empty"):
        load_history([], [source(url)], cache=tmp_path)


def test_nothing_is_sent_where_nothing_is_new(
    postgres: PostgresServer, tmp_path: Path, sent: list[int]
):
    url = postgres.new_database(LOG.format("integer"))
    postgres.fill(url, "log", [row("a", 1, 9)])
    first = load_history([], [source(url)], cache=tmp_path)

    again = load_history([], [source(url)], cache=tmp_path)

    assert sent == [1, 0]
    assert_equal(again, first)


def test_histories_that_differ_before_their_last_batch_are_told_apart(
    postgres: PostgresServer, tmp_path: Path
):
    url = postgres.new_database(LOG.format("integer"))
    for cache, earlier in (("one", "a"), ("other", "b")):
        postgres.run(url, "TRUNCATE log")
        postgres.fill(url, "log", [row(earlier, 1, 1)])
        load_history([], [source(url)], cache=tmp_path / cache)
        postgres.fill(url, "log", [row("c", 2, 2)])

    found = [load_history([], [source(url)], cache=tmp_path / cache) for cache in ("one", "other")]

    assert found[0].fingerprint != found[1].fingerprint


def test_two_queries_of_one_database_go_on_each_by_itself(postgres: PostgresServer, tmp_path: Path):
    url = postgres.new_database(LOG.format("integer"))
    postgres.fill(url, "log", [row("a", 1, 9), row("b", 1, 3)])
    asked = ("SELECT * FROM log WHERE seq > 5", "SELECT * FROM log WHERE seq < 5")
    late, early = (replace(source(url), file=Database(url=url, query=each)) for each in asked)
    load_history([], [late], cache=tmp_path)

    found = load_history([], [early], cache=tmp_path)

    assert found.customers == ("b",)


def test_a_cursor_goes_on_for_one_table_and_not_for_another(
    postgres: PostgresServer, tmp_path: Path
):
    url = postgres.new_database(LOG.format("integer"), "CREATE TABLE other (LIKE log)")
    postgres.fill(url, "log", [row("a", 1, 9)])
    postgres.fill(url, "other", [row("b", 1, 3)])
    load_history([], [source(url)], cache=tmp_path)

    other = replace(source(url), file=Database(url=url, table="other"))
    found = load_history([], [other], cache=tmp_path)

    assert found.customers == ("b",)
