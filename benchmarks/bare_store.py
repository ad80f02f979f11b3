"""What no ledger could leave out of a live tick: the store's part of it, and nothing else.

Who is due is selected and updated, messages and facts are inserted, the watermark is moved, all in
one transaction and with rows of a ledger's own widths that are ready before the clock starts.
"""

from __future__ import annotations

from typing import Final

from campaignspec.clock import DAY, Instant
from campaignspec.ledger.postgres import PostgresStore, written
from campaignspec.ledger.sqlite import SqliteStore
from campaignspec.ledger.store import Rows, Store

_DUE: Final = (
    "SELECT person, campaign, key, number, flags, node, since, due, entered_at, seq, wake "
    "FROM enrolment WHERE wake <= ?1"
)
_WATERMARK: Final = "UPDATE meta SET value = ?1 WHERE key = 'watermark'"


def _ready(store: Store, until: Instant) -> tuple[Rows, Rows, Rows]:
    """Prepare what a tick writes: enrolments, messages, facts."""
    due = [(*row[:5], row[8], row[9]) for row in store.query(_DUE, until)]
    size, later = len(due), until + 30 * DAY
    person, campaign, key, number, flags, entered_at, seq = map(list, zip(*due, strict=True))
    instants, sends = [until] * size, ["hello"] * size
    common = {"person": person, "campaign": campaign, "at": instants, "enrolment": number}
    facts = {name: column * 2 for name, column in common.items()} | {
        "seq": [at + 1 for at in seq] + [at + 2 for at in seq],
        "kind": ["waited"] * size + ["sent"] * size,
        "node": ["wait-5d"] * size + sends,
        "edge": ["next"] * size * 2,
        "channel": [None] * size + ["email"] * size,
        "reason": [None] * size * 2,
        "value": [None] * size + [1_000] * size,
        "key": [None] * size * 2,
    }
    enrolments = {
        "person": person,
        "campaign": campaign,
        "key": key,
        "number": number,
        "flags": flags,
        "node": ["wait-30d"] * size,
        "since": instants,
        "due": [later] * size,
        "entered_at": entered_at,
        "seq": [at + 3 for at in seq],
        "wake": [later] * size,
    }
    messages = common | {
        "node": sends,
        "message": sends,
        "channel": ["email"] * size,
        "class": ["promotional"] * size,
        "status": ["planned"] * size,
        "not_before": instants,
        "deed": ["message"] * size,
    }
    return (
        Rows(table="enrolment", size=size, columns=enrolments),
        Rows(table="message", size=size, columns=messages),
        Rows(table="fact", size=size * 2, columns=facts),
    )


class BareSqlite:
    """Statements of SQLite, and rows that are ready for them."""

    def __init__(self, store: Store, until: Instant) -> None:
        assert isinstance(store, SqliteStore)
        enrolments, *inserted = _ready(store, until)
        self.size, self._db, self._until = enrolments.size, store.db, until
        names = list(enrolments.columns)[3:]
        rows = list(zip(*enrolments.lists(), strict=True))
        changes = ", ".join(f"{name} = ?" for name in names)
        update = f"UPDATE enrolment SET {changes} WHERE person = ? AND campaign = ? AND key = ?"  # noqa: S608 (own names)
        self._statements = [(update, [row[3:] + row[:3] for row in rows])]
        for each in inserted:
            marks = ", ".join("?" * len(each.columns))
            insert = f"INSERT INTO {each.table} ({each.names}) VALUES ({marks})"  # noqa: S608 (own names)
            self._statements.append((insert, list(zip(*each.lists(), strict=True))))

    def tick(self) -> None:
        """Select, update, insert and commit."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(_DUE, (self._until,)).fetchall()
        for statement, rows in self._statements:
            self._db.executemany(statement, rows)
        self._db.execute(_WATERMARK, (str(self._until),))
        self._db.execute("COMMIT")


class BarePostgres:
    """Statements of PostgreSQL, and rows that are ready for them, written for ``COPY``."""

    def __init__(self, store: Store, until: Instant) -> None:
        assert isinstance(store, PostgresStore)
        ready = _ready(store, until)
        self.size, self._db, self._until = ready[0].size, store.db, until
        self._names = list(ready[0].columns)
        self._copied = [(each.table, each.names, written(each)) for each in ready]
        self._db.execute(
            b"CREATE TEMP TABLE IF NOT EXISTS moved ON COMMIT DELETE ROWS AS "
            b"SELECT * FROM enrolment WITH NO DATA"
        )

    def tick(self) -> None:
        """Select, update, insert and commit."""
        changes = ", ".join(f"{name} = moved.{name}" for name in self._names[3:])
        with self._db.transaction():
            self._db.execute(
                _DUE.replace("?", "$").encode(), (self._until,), binary=True
            ).fetchall()
            for table, names, rows in self._copied:
                there = "moved" if table == "enrolment" else table
                command = f"COPY {there} ({names}) FROM STDIN (FORMAT csv)".encode()
                with self._db.cursor() as cursor, cursor.copy(command) as copy:
                    copy.write(rows)
            self._db.execute(
                f"UPDATE enrolment SET {changes} FROM moved WHERE enrolment.person = moved.person "  # noqa: S608 (own names)
                "AND enrolment.campaign = moved.campaign AND enrolment.key = moved.key".encode()
            )
            self._db.execute(_WATERMARK.replace("?", "$").encode(), (str(self._until),))


def bare_store(store: Store, until: Instant) -> BareSqlite | BarePostgres:
    """Prepare the tick of an instant for a store."""
    if isinstance(store, SqliteStore):
        return BareSqlite(store, until)
    return BarePostgres(store, until)
