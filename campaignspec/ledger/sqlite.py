"""A ledger's database in an SQLite file: what must be durable is on the disk when it is believed.

All commits go to the end of one log, so that whoever waits for one to be on the disk has waited for
all before it. Waiting is what ``synchronous = FULL`` adds to ``NORMAL``, by which the file is sound
after a loss of power as well (https://sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import apsw
import numpy as np

from campaignspec.errors import LedgerError, LedgerLockedError
from campaignspec.ledger.sqlite_rows import written
from campaignspec.ledger.store import PEOPLE, Access, Persons, Row, Rows, Store
from campaignspec.ledger.tables import TABLES, VERSION

_BUSY_MILLISECONDS: Final = 30_000
_THESE: Final = "FROM (SELECT value AS person FROM carray(?1)) AS these CROSS JOIN"
_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",  # 64 MiB: a tick's pages are read once
    # What a tick writes goes into the file once in a while, not at the end of every large tick.
    "PRAGMA wal_autocheckpoint = 16384",
)
_FINAL: Final = """
CREATE TRIGGER fact_is_final BEFORE UPDATE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts are final');
END;
CREATE TRIGGER fact_stays BEFORE DELETE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts stay');
END;
"""


class SqliteStore(Store):
    """An SQLite file.

    Attributes:
        name: The file.
        db: The connection.
    """

    def __init__(self, path: Path, access: Access = Access.RUN) -> None:
        """Open a file; a runner's is made where there is none.

        Raises:
            LedgerError: It cannot be opened, is not there, or is of another version.
            LedgerLockedError: Another runner holds it.
        """
        self.name = str(path)
        self._lock: IO[str] | None = None
        if access is Access.RUN:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path)
        elif not path.exists():
            raise LedgerError(f"there is no ledger at {path}; it is made by `campaignspec run`")
        try:
            self.db = self._open(path, access)
        except BaseException:
            self._unlock()
            raise

    def _open(self, path: Path, access: Access) -> apsw.Connection:
        opens = "be opened as a ledger" if access is Access.RUN else "be read as a ledger"
        try:
            if access is Access.READ:
                db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            else:
                db = apsw.Connection(str(path))
            db.set_busy_timeout(_BUSY_MILLISECONDS)
            if access is Access.RUN:
                for setting in _SETTINGS:
                    db.execute(setting)
            found = db.pragma("user_version")
        except apsw.Error as error:
            raise LedgerError(f"{path} cannot {opens}: {error}") from error
        if found == 0 and access is Access.RUN:
            with db:
                db.execute(TABLES + _FINAL)
                db.pragma("user_version", VERSION)
        elif found != VERSION:
            db.close()
            raise LedgerError(f"{path} has tables of version {found}; this is version {VERSION}")
        return db

    def query(self, question: str, *values: object) -> list[Row]:
        """Run one statement and return its rows; none, where it has none."""
        with self._complaining():
            return self.db.execute(question, values).fetchall()

    def about(self, question: str, people: Persons, *values: object) -> list[Row]:
        """Ask something about people."""
        if not len(people):
            return []
        these = apsw.carray(np.ascontiguousarray(people))
        return self.query(question.replace(PEOPLE, _THESE), these, *values)

    def repeat(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of values."""
        with self._complaining():
            self.db.executemany(statement, rows)

    def put(self, rows: Rows) -> None:
        """Write rows within a transaction."""
        for statement, values in written(rows):
            self.repeat(statement, values)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """Let what is written within this be there whole or not at all, once it is left."""
        with self._complaining():
            if not durable:
                self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._complaining():
                self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # some mistakes of the disk have rolled it back already
                self.db.execute("ROLLBACK")
            raise
        finally:
            if not durable:
                self.db.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read within this as if nobody wrote meanwhile."""
        self.query("BEGIN")
        try:
            yield
        finally:
            self.query("COMMIT")

    def close(self) -> None:
        """Close the file and give the lock back."""
        self.db.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            raise LedgerError(f"{self.name}: {error}") from error


def remove_sqlite(path: Path) -> None:
    """Delete a ledger and what SQLite keeps beside it; not while another runner holds it."""
    if not path.exists():
        return
    with _lock(path):
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _lock(path: Path) -> IO[str]:
    """Take the lock beside a ledger.

    Raises:
        LedgerLockedError: Another process has it; the message says which.
    """
    lock = path.with_name(path.name + ".lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise LedgerLockedError(f"{path} is held by another runner, process {holder}") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
