"""What no ledger could leave out of a live tick: the store's part of it, and nothing else.

Who is due is selected and updated, messages and facts are inserted, the watermark is moved, all in
one transaction and with the ledger's own statements; their values, in rows of the ledger's own
widths, are ready before the clock starts.
"""

from __future__ import annotations

from typing import Final

from campaignspec.clock import DAY, Instant
from campaignspec.ledger import postgres_rows, sqlite_rows
from campaignspec.ledger.postgres import PostgresStore
from campaignspec.ledger.sqlite import SqliteStore
from campaignspec.ledger.store import Clash, Rows, Store

_DUE: Final = (
    "SELECT person, campaign, key, number, flags, node, since, due, entered_at, seq, wake "
    "FROM enrolment WHERE wake <= ?1"
)
_WATERMARK: Final = "UPDATE meta SET value = ?1 WHERE key = 'watermark'"


def _ready(store: Store, until: Instant) -> tuple[Rows, Rows, Rows]:
    """Prepare what a tick writes: enrolments, messages, facts; in the order in which they lie."""
    due = sorted((*row[:5], *row[8:10]) for row in store.query(_DUE, until))
    size, later = len(due), until + 30 * DAY
    person, campaign, key, number, flags, entered_at, seq = map(list, zip(*due, strict=True))
    common = {"person": person, "enrolment": number, "at": [until] * size}
    return (
        Rows(
            table="enrolment",
            size=size,
            shared={"campaign": campaign[:1], "key": key[:1], "node": ["wait-30d"]},
            columns={
                "person": person,
                "number": number,
                "flags": flags,
                "since": [until] * size,
                "due": [later] * size,
                "entered_at": entered_at,
                "seq": [at + 3 for at in seq],
                "wake": [later] * size,
            },
            key=("person", "campaign", "key"),
            clash=Clash.REPLACES,
        ),
        Rows(
            table="message",
            size=size,
            shared={
                "campaign": campaign[:1],
                "node": ["hello"],
                "message": ["hello"],
                "channel": ["email"],
                "class": ["promotional"],
                "status": ["planned"],
                "deed": ["message"],
            },
            columns=common | {"not_before": [until] * size},
        ),
        Rows(
            table="fact",
            size=size * 2,
            batches=(size, size),
            shared={
                "campaign": campaign[:1] * 2,
                "kind": ["waited", "sent"],
                "node": ["wait-5d", "hello"],
                "edge": ["next", "next"],
                "channel": [None, "email"],
            },
            columns={name: column * 2 for name, column in common.items()}
            | {
                "seq": [at + 1 for at in seq] + [at + 2 for at in seq],
                "value": [None] * size + [1_000] * size,
            },
        ),
    )


class BareSqlite:
    """Statements of SQLite, and rows that are ready for them."""

    def __init__(self, store: Store, until: Instant) -> None:
        assert isinstance(store, SqliteStore)
        ready = _ready(store, until)
        self.size, self._db, self._until = ready[0].size, store.db, until
        self._statements = [
            (statement, list(values))
            for rows in ready
            for statement, values in sqlite_rows.written(rows)
        ]

    def tick(self) -> None:
        """Select, update, insert and commit."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(_DUE, (self._until,)).fetchall()
        for statement, rows in self._statements:
            self._db.executemany(statement, rows)
        self._db.execute(_WATERMARK, (str(self._until),))
        self._db.execute("COMMIT")


class BarePostgres:
    """Statements of PostgreSQL, and values that are ready for them."""

    def __init__(self, store: Store, until: Instant) -> None:
        assert isinstance(store, PostgresStore)
        ready = _ready(store, until)
        self.size, self._store, self._until = ready[0].size, store, until
        self._statements = [each for rows in ready for each in postgres_rows.written(rows)]

    def tick(self) -> None:
        """Select, update, insert and commit."""
        with self._store.transaction():
            self._store.query(_DUE, self._until)
            for statement, values in self._statements:
                self._store.query(statement, *values)
            self._store.query(_WATERMARK, str(self._until))


def bare_store(store: Store, until: Instant) -> BareSqlite | BarePostgres:
    """Prepare the tick of an instant for a store."""
    if isinstance(store, SqliteStore):
        return BareSqlite(store, until)
    return BarePostgres(store, until)
