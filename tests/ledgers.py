"""Where a test's ledger may lie: in a file, or on a real server."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from campaignspec.ledger.opening import LedgerPlace
from campaignspec.ledger.postgres import LedgerDatabase

_NUMBERS = count()


@pytest.fixture(scope="session")
def ledger_database(postgres: PostgresServer) -> str:
    """Make a database for all ledgers of a test session, and return its URI."""
    return postgres.new_database()


@pytest.fixture
def server_place(ledger_database: str) -> LedgerDatabase:
    """Give a place on a server where there is no ledger yet."""
    return LedgerDatabase(url=ledger_database, schema=f"ledger_{next(_NUMBERS)}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerPlace:
    """Give a place where there is no ledger yet."""
    if request.param == "sqlite":
        return tmp_path / "ledger.sqlite"
    found: LedgerDatabase = request.getfixturevalue("server_place")
    return found
