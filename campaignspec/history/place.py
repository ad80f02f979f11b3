"""Where a source lies: in a file, or in a database that is asked over the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from campaignspec.spec.sources import DATABASE_SCHEMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A table or a query of a PostgreSQL database.

    Attributes:
        url: A connection URI as libpq reads it; it holds no password.
        schema: The schema of the table; None looks it up on the search path.
        table: The table or view; None where there is a query.
        query: A ``SELECT`` in place of a table.
    """

    url: str
    schema: str | None = None
    table: str | None = None
    query: str | None = None

    def __str__(self) -> str:
        """Name the place in a message: who asks and with what secret is left out."""
        if self.query is not None or self.table is None:
            return f"{address_of(self.url)}, the query" if self.query else address_of(self.url)
        table = f"{self.schema}.{self.table}" if self.schema else self.table
        return f"{address_of(self.url)}, table {table!r}"


Place: TypeAlias = Path | Database


def is_database(written: str) -> bool:
    """Say whether what a source names is a database, not a file."""
    return written.startswith(DATABASE_SCHEMES)


def address_of(url: str) -> str:
    """Return a database's URI without user, password and options."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    options = parse_qs(parts.query)
    service = f"?service={options['service'][0]}" if "service" in options else ""
    return f"{parts.scheme}://{host}{parts.path}{service}"
