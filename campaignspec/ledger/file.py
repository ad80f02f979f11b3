"""The SQLite file of a ledger: opening, locking, and what it says of itself."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Final

import apsw

from campaignspec.clock import Instant, format_instant
from campaignspec.errors import LedgerError, LedgerLockedError, StaleLedgerError
from campaignspec.ledger.tables import TABLES, VERSION

_BUSY_MILLISECONDS: Final = 30_000


class LedgerFile:
    """An open ledger: one writer at a time, each commit on the disk before it is believed.

    Attributes:
        path: The SQLite file.
        db: The connection.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._lock: IO[str] | None = None
        if read_only:
            self.db = _open_existing(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path)
            self.db = _open(path)
            _create(self.db, path)

    def begin(
        self,
        *,
        start: Instant,
        campaigns: Mapping[str, str],
        steps: Mapping[str, Collection[str]],
        adopt: bool = False,
    ) -> None:
        """Note what the ledger is for, or see that it is for this.

        Args:
            start: The instant after which the run begins.
            campaigns: The campaigns' names and fingerprints.
            steps: By campaign, the steps that its journey has.
            adopt: Take campaigns as they are now, if everybody in flight keeps a step to be
                on.

        Raises:
            StaleLedgerError: The ledger was begun at another instant, or for other campaigns
                than there are now, or people wait on a step that is gone.
        """
        known = self.get("campaigns")
        begun = {**dict.fromkeys(campaigns, self.coming(start)), **self.begun()}
        written = json.dumps(dict(campaigns), sort_keys=True)
        if known is None:
            with self.db:
                self.put("campaigns", written)
                self.put("start", str(start))
                self.put("begun", json.dumps(begun, sort_keys=True))
                self.put("watermark", str(start))
            return
        if self.instant("start") != start:
            raise StaleLedgerError(
                f"{self.path} was begun at {format_instant(self.instant('start'))} UTC, not at "
                f"{format_instant(start)} UTC; give the same --from, or begin anew with --fresh"
            )
        if adopt:
            self._check_steps(steps)
            self.put("campaigns", written)
            self.put("begun", json.dumps(begun, sort_keys=True))
        else:
            self._compare(json.loads(known), campaigns)

    def _compare(self, known: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        changed = sorted(n for n in known.keys() & wanted.keys() if known[n] != wanted[n])
        others = sorted(known.keys() ^ wanted.keys())
        if changed or others:
            what = (
                f"changed since: {', '.join(changed)}"
                if changed
                else f"come or gone since: {', '.join(others)}"
            )
            raise StaleLedgerError(
                f"{self.path} was begun for other campaigns than there are now ({what}). People "
                "in flight are on the old ones: let them go on by the new with --adopt, or, on "
                "a virtual clock, begin anew with --fresh"
            )

    def _check_steps(self, steps: Mapping[str, Collection[str]]) -> None:
        """See that nobody in flight stands on a step that is gone."""
        found = self.db.execute(
            "SELECT campaign, node, count(*) FROM enrolment WHERE flags != 0 "
            "GROUP BY campaign, node ORDER BY campaign, node"
        )
        lost = [
            f"{number} on {campaign}/{node}"
            for campaign, node, number in found
            if node not in steps.get(str(campaign), ())
        ]
        if lost:
            raise StaleLedgerError(
                f"people wait on steps that are gone: {', '.join(lost)}. Give a step its old "
                "name with `name:`, or let them finish first"
            )

    def begun(self) -> dict[str, Instant]:
        """Return since when each campaign that ever ran here is run, by its name."""
        return dict(json.loads(self.get("begun") or "{}"))

    def coming(self, start: Instant) -> Instant:
        """Return since when a campaign is run that is new here: nobody enters it by the past."""
        return start if self.get("watermark") is None else self.instant("watermark")

    def get(self, key: str) -> str | None:
        """Return what the ledger says of itself under a key."""
        found = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def put(self, key: str, value: str) -> None:
        """Note something about the ledger."""
        self.db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def instant(self, key: str) -> Instant:
        """Return an instant that the ledger says of itself."""
        value = self.get(key)
        if value is None:
            raise LedgerError(f"{self.path} does not say its {key}; it was never begun")
        return int(value)

    def close(self) -> None:
        """Close the file and give the lock back."""
        self.db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def remove(path: Path) -> None:
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


def _open(path: Path) -> apsw.Connection:
    try:
        db = apsw.Connection(str(path))
        db.set_busy_timeout(_BUSY_MILLISECONDS)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
    except apsw.Error as error:
        raise LedgerError(f"{path} cannot be opened as a ledger: {error}") from error
    return db


def _open_existing(path: Path) -> apsw.Connection:
    if not path.exists():
        raise LedgerError(f"there is no ledger at {path}; it is made by `campaignspec run`")
    try:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        db.set_busy_timeout(_BUSY_MILLISECONDS)
        db.execute("SELECT key FROM meta LIMIT 1").fetchall()
    except apsw.Error as error:
        raise LedgerError(f"{path} cannot be read as a ledger: {error}") from error
    return db


def _create(db: apsw.Connection, path: Path) -> None:
    found = db.pragma("user_version")
    if found not in {0, VERSION}:
        raise LedgerError(f"{path} has tables of version {found}; this is version {VERSION}")
    if found == 0:
        with db:
            db.execute(TABLES)
            db.pragma("user_version", VERSION)
