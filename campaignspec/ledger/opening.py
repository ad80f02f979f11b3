"""From what an environment says of its ledger to the ledger itself."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from campaignspec.history.place import is_database
from campaignspec.ledger.book import Book
from campaignspec.ledger.postgres import LedgerDatabase, PostgresStore, remove_postgres
from campaignspec.ledger.sqlite import SqliteStore, remove_sqlite
from campaignspec.ledger.store import Access
from campaignspec.spec.project import Environment

SCHEMA = "campaignspec"
"""The schema of a ledger on a server, where the environment names no other."""

LedgerPlace: TypeAlias = Path | LedgerDatabase
"""Where a ledger lies."""


def ledger_place(root: Path, environment: Environment) -> LedgerPlace:
    """Return where an environment's ledger lies; a file is found from the project's folder."""
    if is_database(environment.ledger):
        schema = environment.schema or SCHEMA
        return LedgerDatabase(url=environment.ledger, schema=schema)
    return root / environment.ledger


def open_ledger(place: LedgerPlace, access: Access = Access.RUN, *, fresh: bool = False) -> Book:
    """Open a ledger.

    Args:
        place: Where it lies.
        access: What it is opened for; a runner's ledger is made where there is none.
        fresh: Delete the one that is there, and begin a new one.

    Raises:
        LedgerError: It cannot be opened, is not there, or was written by another version.
        LedgerLockedError: It is to be run, and another runner holds it.
    """
    if fresh:
        remove_ledger(place)
    if isinstance(place, Path):
        return Book(SqliteStore(place, access))
    return Book(PostgresStore(place, access))


def remove_ledger(place: LedgerPlace) -> None:
    """Delete a ledger, if there is one.

    Raises:
        LedgerLockedError: Another runner holds it.
        LedgerError: The server cannot be reached, or refuses.
    """
    if isinstance(place, Path):
        remove_sqlite(place)
    else:
        remove_postgres(place)
