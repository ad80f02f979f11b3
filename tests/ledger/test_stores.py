"""What every database of a ledger keeps to, whichever it is."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaignspec.errors import ExitCode, LedgerError, LedgerLockedError
from campaignspec.ledger.opening import LedgerPlace, open_ledger, remove_ledger
from campaignspec.ledger.postgres import LedgerDatabase
from campaignspec.ledger.store import Access, Clash, Rows, Store

NOTES = "SELECT key, value FROM meta WHERE key != 'version' ORDER BY key"


def note(store: Store, key: str, value: str) -> None:
    store.query("INSERT INTO meta VALUES (?1, ?2)", key, value)


def fact(at: int, reason: str | None = None) -> Rows:
    row = {"at": at, "campaign": "w", "person": 0, "enrolment": 1, "seq": 0}
    row |= {"kind": "entered", "node": "entry", "reason": reason}
    return Rows(table="fact", size=1, columns={name: [value] for name, value in row.items()})


def signals(at: list[int], *, clash: Clash) -> Rows:
    return Rows(
        table="signal",
        size=len(at),
        columns={
            "person": np.arange(len(at), dtype=np.int64) + 1,
            "event": ["cart"] * len(at),
            "at": np.array(at, np.int64),
        },
        key=("person", "event"),
        clash=clash,
    )


def test_what_was_written_is_there_when_the_ledger_is_opened_again(place: LedgerPlace) -> None:
    with open_ledger(place) as book:
        note(book.store, "a", "1")

    with open_ledger(place) as book:
        assert book.store.query(NOTES) == [("a", "1")]


def test_a_transaction_that_fails_leaves_nothing_behind(place: LedgerPlace) -> None:
    with open_ledger(place) as book:
        with pytest.raises(LedgerError), book.store.transaction():  # noqa: PT012 (the last one fails)
            note(book.store, "a", "1")
            book.store.put(fact(1))
            note(book.store, "a", "twice")

        assert book.store.query(NOTES) == []
        assert book.store.query("SELECT count(*) FROM fact") == [(0,)]
        note(book.store, "b", "2")
        assert book.store.query(NOTES) == [("b", "2")]


WAITS = {"sqlite": ("PRAGMA synchronous", 2, 1), "server": ("SHOW synchronous_commit", "on", "off")}
"""How to ask whether a commit waits for the disk, and what is said if it does, and if not."""


def test_only_what_need_not_be_durable_does_not_wait_for_the_disk(place: LedgerPlace) -> None:
    kind = "sqlite" if isinstance(place, Path) else "server"
    question, waits, does_not = WAITS[kind]
    with open_ledger(place) as book:
        with book.store.transaction():
            assert book.store.query(question) == [(waits,)]
        with book.store.transaction(durable=False):
            assert book.store.query(question) == [(does_not,)]
            note(book.store, "a", "1")
        assert book.store.query(question) == [(waits,)]
        with pytest.raises(ZeroDivisionError), book.store.transaction(durable=False):
            raise ZeroDivisionError
        assert book.store.query(question) == [(waits,)]
        assert book.store.query(NOTES) == [("a", "1")]


def test_a_second_runner_is_refused_and_told_who_holds_the_ledger(place: LedgerPlace) -> None:
    with open_ledger(place):
        with pytest.raises(LedgerLockedError, match=f"another runner.*process {os.getpid()}") as e:
            open_ledger(place)
        with pytest.raises(LedgerLockedError, match="another runner"):
            remove_ledger(place)

    assert e.value.exit_code is ExitCode.LOCKED
    open_ledger(place).close()


def test_others_may_ask_and_look_while_a_runner_is_at_work(place: LedgerPlace) -> None:
    with open_ledger(place) as runner:
        with open_ledger(place, Access.ASK) as asking:
            note(asking.store, "a", "1")

        with open_ledger(place, Access.READ) as reading:
            assert reading.store.query(NOTES) == [("a", "1")]
        assert runner.store.query(NOTES) == [("a", "1")]


def test_whoever_only_looks_changes_nothing(place: LedgerPlace) -> None:
    open_ledger(place).close()

    with open_ledger(place, Access.READ) as book, pytest.raises(LedgerError, match=r"read.?only"):
        note(book.store, "a", "1")


def test_a_snapshot_does_not_see_what_a_runner_writes_meanwhile(place: LedgerPlace) -> None:
    with open_ledger(place) as runner, open_ledger(place, Access.READ) as reading:
        with reading.store.snapshot():
            before = reading.store.query(NOTES)
            note(runner.store, "a", "1")
            assert reading.store.query(NOTES) == before == []

        assert reading.store.query(NOTES) == [("a", "1")]


@pytest.mark.parametrize("access", [Access.READ, Access.ASK])
def test_nobody_but_a_runner_makes_a_ledger(place: LedgerPlace, access: Access) -> None:
    with pytest.raises(LedgerError, match=r"there is no ledger at .*`campaignspec run`"):
        open_ledger(place, access)


@pytest.mark.parametrize("access", Access)
def test_a_ledger_of_another_version_is_refused(place: LedgerPlace, access: Access) -> None:
    with open_ledger(place) as book:
        if isinstance(place, Path):
            book.store.query("PRAGMA user_version = 3")
        else:
            book.store.query("UPDATE meta SET value = '3' WHERE key = 'version'")

    with pytest.raises(LedgerError, match="has tables of version 3; this is version 4"):
        open_ledger(place, access)


def test_facts_are_final(place: LedgerPlace) -> None:
    with open_ledger(place) as book:
        book.store.put(fact(1))

        for statement in ("UPDATE fact SET at = 2", "DELETE FROM fact"):
            with pytest.raises(LedgerError, match=r"facts (are final|stay)"):
                book.store.query(statement)

        assert book.store.query("SELECT at FROM fact") == [(1,)]


@pytest.mark.parametrize(
    "text", [None, "", '"', "a,b", "two\nlines", "\\N", "NULL", "李雷 🎁", "it's", "?1"]
)
def test_texts_come_back_as_they_were_written(place: LedgerPlace, text: str | None) -> None:
    with open_ledger(place) as book:
        book.store.put(fact(1, text))

        assert book.store.query("SELECT reason FROM fact") == [(text,)]
        found = book.store.query("SELECT at FROM fact WHERE coalesce(reason, '-') = ?1", text or "")
        assert found == ([] if text is None else [(1,)])


def test_texts_are_ordered_as_python_orders_them(place: LedgerPlace) -> None:
    words = ["Zoe", "ann", "Ünal", "a b", "a-b", "ab", "李雷", "_"]
    with open_ledger(place) as book:
        for word in words:
            note(book.store, word, "")

        found = book.store.query("SELECT key FROM meta WHERE value = '' ORDER BY key")

    assert [key for (key,) in found] == sorted(words)


def test_a_row_whose_key_is_there_stays_or_is_replaced(place: LedgerPlace) -> None:
    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(signals([10, 20], clash=Clash.KEEPS))
            book.store.put(signals([11, 21, 31], clash=Clash.KEEPS))
            kept = book.store.query("SELECT at FROM signal ORDER BY person")
            book.store.put(signals([12], clash=Clash.REPLACES))

        replaced = book.store.query("SELECT at FROM signal ORDER BY person")
        with pytest.raises(LedgerError, match=r"(?i)unique"):
            book.store.put(replace(signals([13], clash=Clash.KEEPS), key=()))

    assert kept == [(10,), (20,), (31,)]
    assert replaced == [(12,), (20,), (31,)]


@pytest.mark.parametrize("size", [1, 49, 50, 51, 120])
@pytest.mark.parametrize("is_alike", [True, False])
def test_rows_are_written_as_they_are_however_many_and_alike_they_are(
    place: LedgerPlace, size: int, *, is_alike: bool
) -> None:
    rising = np.arange(size, dtype=np.int64)
    at = np.full(size, 7) if is_alike else rising * rising[::-1]  # the ends are alike
    sizes, kinds = (size, 0, 3), ["waited", "nobody's", 'it\'s "sent"']
    persons = list(range(size + 3))
    values = [None] * size + [5, None, 6]
    rows = Rows(
        table="fact",
        size=size + 3,
        batches=sizes,
        shared={"campaign": ["w"] * 3, "kind": kinds, "channel": [None, "sms", "email"]},
        columns={
            "person": persons,
            "at": np.append(at, [1, 2, 3]),
            "value": values,
            "key": [None if is_alike else f"{{{person}}}" for person in persons],
            "enrolment": np.ones(size + 3, np.int32),
            "seq": [4] * (size + 3),
            "node": np.array(["a"] * size + ["b"] * 3, np.object_),
        },
    )
    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(rows)

        found = book.store.query(
            "SELECT campaign, kind, channel, person, at, value, key, enrolment, seq, node, edge "
            "FROM fact ORDER BY person"
        )

    alike = (1, 4)
    keys = rows.columns["key"]
    first = [
        ("w", "waited", None, each, int(at[each]), None, keys[each], *alike, "a", None)
        for each in range(size)
    ]
    then = [
        ("w", kinds[2], "email", each, nth + 1, values[each], keys[each], *alike, "b", None)
        for nth, each in enumerate(range(size, size + 3))
    ]
    assert found == first + then


def test_many_small_batches_keep_apart_what_they_share(place: LedgerPlace) -> None:
    names = [f"n{each % 60}" for each in range(130)]
    sizes = [each % 4 for each in range(130)]
    size = sum(sizes)
    rows = Rows(
        table="fact",
        size=size,
        batches=sizes,
        shared={"campaign": ["w"] * 130, "kind": ["sent"] * 130, "node": names},
        columns={name: np.arange(size) for name in ("person", "at", "enrolment", "seq")},
    )

    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(rows)
        found = book.store.query("SELECT person, node FROM fact ORDER BY person")

    nodes = [name for name, size in zip(names, sizes, strict=True) for _ in range(size)]
    assert found == list(enumerate(nodes))


def test_messages_are_numbered_in_the_order_of_their_rows(place: LedgerPlace) -> None:
    size = 2_000
    persons = np.random.default_rng(1).permutation(size)
    shared = dict.fromkeys(("campaign", "node", "message", "channel", "class", "status"), ["w"] * 2)
    rows = Rows(
        table="message",
        size=size,
        batches=(500, 1_500),
        shared=shared | {"deed": ["one", "two"]},
        columns={
            "person": persons,
            "enrolment": [1] * size,
            "at": np.arange(size) % 3,
            "not_before": [0] * size,
        },
    )

    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(rows)
        found = book.store.query("SELECT person, deed FROM message ORDER BY id")

    assert [person for person, _ in found] == persons.tolist()
    assert [deed for _, deed in found] == ["one"] * 500 + ["two"] * 1_500


@pytest.mark.parametrize("size", [1, 50, 120])
def test_a_row_that_is_replaced_forgets_what_it_no_longer_says(
    place: LedgerPlace, size: int
) -> None:
    def enrolments(wake: list[int | None]) -> Rows:
        numbers = ("number", "flags", "since", "due", "entered_at", "seq")
        return Rows(
            table="enrolment",
            size=size,
            shared={"campaign": ["w"], "key": [""], "node": ["n"]},
            columns={
                "person": np.arange(size),
                "wake": wake,
                **{name: np.arange(size) % 2 for name in numbers},
            },
            key=("person", "campaign", "key"),
            clash=Clash.REPLACES,
        )

    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(enrolments([9] * size))
            book.store.put(enrolments([None] * size))
        ended = book.store.query("SELECT DISTINCT wake FROM enrolment")
        with book.store.transaction():
            book.store.put(enrolments([8, *([None] * (size - 1))]))
        woken = book.store.query("SELECT person, wake FROM enrolment WHERE wake IS NOT NULL")

    assert ended == [(None,)]
    assert woken == [(0, 8)]


def test_questions_about_people_are_answered_for_them_alone(place: LedgerPlace) -> None:
    question = "SELECT person, at FROM PEOPLE signal USING (person) WHERE at > ?2"
    with open_ledger(place) as book:
        with book.store.transaction():
            book.store.put(signals(list(range(2_000)), clash=Clash.KEEPS))
        people = np.array([1, 5, 1_900, 3_000], np.int64)

        found = book.store.about(question, people, 3)
        nobody = book.store.about(question, people[:0], 3)

    assert sorted(found) == [(5, 4), (1_900, 1_899)]
    assert nobody == []


def test_what_is_removed_begins_anew(place: LedgerPlace) -> None:
    remove_ledger(place)  # there is none: nothing happens
    with open_ledger(place) as book:
        note(book.store, "a", "1")
        book.store.put(fact(1))

    remove_ledger(place)

    with open_ledger(place) as book:
        assert book.store.query(NOTES) == []
        assert book.store.query("SELECT count(*) FROM fact") == [(0,)]


def test_ledgers_of_two_schemas_are_two_ledgers(server_place: LedgerDatabase) -> None:
    other = replace(server_place, schema='of "others"')

    with open_ledger(server_place) as one, open_ledger(other) as two:
        note(one.store, "a", "1")

        assert two.store.query(NOTES) == []


def test_a_server_that_is_not_there_is_named_without_its_secret(tmp_path: Path) -> None:
    place = LedgerDatabase(
        url=f"postgresql://me:secret@/shop?host={tmp_path}&connect_timeout=1", schema="campaigns"
    )

    with pytest.raises(LedgerError, match=r"cannot be reached.*is the server running") as failed:
        open_ledger(place)

    assert "secret" not in str(failed.value)
    assert str(place) == "postgresql:///shop, schema campaigns"


def test_without_psycopg_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(LedgerError, match=r"pip install 'campaignspec\[postgres\]'"):
        open_ledger(LedgerDatabase(url="postgresql:///shop", schema="campaigns"))


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("no database " * 100)

    with pytest.raises(LedgerError, match=r"ledger\.sqlite cannot be opened as a ledger"):
        open_ledger(path)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite cannot be read as a ledger"):
        open_ledger(path, Access.READ)


def test_a_runner_whose_connection_breaks_says_so_and_holds_the_lock_no_more(
    server_place: LedgerDatabase,
) -> None:
    with open_ledger(server_place) as runner, open_ledger(server_place, Access.ASK) as other:
        other.store.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid != pg_backend_pid()"
        )

        with open_ledger(server_place):
            pass
        with pytest.raises(LedgerError, match=r"schema ledger_\d+: .*connection"):
            note(runner.store, "a", "1")
