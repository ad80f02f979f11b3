"""Tables that are made of others before a history is built: orders, answers, people over time.

Each becomes plain tables of events, customers or consents, typed and checked, in Parquet files. A
folder of them is named after the declaration and the content that it was made from, so it is never
out of date; it is written beside its place and then renamed, so it is there whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa

from campaignspec.clock import is_known_zone, zone_table
from campaignspec.errors import HistoryError
from campaignspec.history.content import digest_of, kind_of
from campaignspec.history.fetching import integers_from_arrow
from campaignspec.history.place import Database, Place
from campaignspec.history.reading import connect
from campaignspec.history.source import ValueKind
from campaignspec.history.sql import literal, quoted
from campaignspec.identity import fingerprint

Make: TypeAlias = Callable[[duckdb.DuckDBPyConnection, Path], None]

_FORMAT: Final = 3
_KEPT: Final = 16
_FOLDER: Final = "prepared"


class Workshop:
    """Where tables are prepared, and found again when nothing has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[Place, str] = {}

    def prepared(self, declared: Any, make: Make) -> Path:
        """Return the folder of tables made of what is declared, made now or before.

        Args:
            declared: A dataclass with everything that the tables depend on.
            make: Writes the tables into an empty folder, with an empty database at hand.
        """
        described = {"format": _FORMAT, "what": type(declared).__name__, **self._fields(declared)}
        place = self._folder / fingerprint(described)
        if not place.is_dir():
            self._make(place, make)
        os.utime(place)
        return place

    def growing(self, declared: Any) -> Path:
        """Return the folder of what is added to when a source grows.

        It is named after where the source lies and how it is read, not after what it holds.

        Args:
            declared: A dataclass with everything that its rows depend on.
        """
        described = {"format": _FORMAT, "what": type(declared).__name__, "as": repr(declared)}
        place = self._folder / fingerprint(described)
        place.mkdir(exist_ok=True)
        os.utime(place)
        return place

    def prune(self) -> None:
        """Remove all but the tables that were used last."""
        made = [folder for folder in self._folder.iterdir() if not folder.name.startswith(".")]
        made.sort(key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
        for folder in made[_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)

    def _make(self, place: Path, make: Make) -> None:
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".making-") as making:
            draft = Path(making) / "tables"
            draft.mkdir()
            with connect() as connection:
                make(connection, draft)
            try:
                draft.rename(place)
            except OSError:
                if not place.is_dir():  # another process was quicker: its tables are the same
                    raise

    def _fields(self, declared: Any) -> dict[str, Any]:
        return {
            field.name: self._described(getattr(declared, field.name)) for field in fields(declared)
        }

    def _described(self, value: Any) -> Any:
        """Describe a value: a place by what it holds, a mapping with its order."""
        if isinstance(value, Path | Database):
            if value not in self._digests:
                self._digests[value] = digest_of(value)
            return [self._digests[value], kind_of(value)]
        if is_dataclass(value):
            return self._fields(value)
        if isinstance(value, Mapping):
            return [[name, self._described(held)] for name, held in value.items()]
        return value


@contextmanager
def workshop(cache: Path | None) -> Iterator[Workshop]:
    """Open the workshop in a cache's folder, or one that is gone afterwards."""
    if cache is None:
        with tempfile.TemporaryDirectory(prefix="campaignspec-") as passing:
            yield Workshop(Path(passing))
        return
    folder = cache / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    opened = Workshop(folder)
    yield opened
    opened.prune()


def settle(connection: duckdb.DuckDBPyConnection, table: str, zone: str) -> None:
    """Give the rows of a staged table their instants, in the column ``instant``.

    Args:
        connection: The database.
        table: A staged table with the columns ``n``, ``at`` and ``aware``.
        zone: Where times without an offset are meant.
    """
    times = connection.sql(f'SELECT n, "at", aware FROM {table}').to_arrow_table()  # noqa: S608 (own name)
    micros = integers_from_arrow(times.column("at"))
    exact = np.where(times.column("aware").to_numpy(), micros, zone_table(zone).to_instant(micros))
    connection.register("instants", pa.table({"n": times.column("n"), "instant": exact}))
    connection.execute(f"ALTER TABLE {table} RENAME TO {table}_as_written")
    connection.execute(
        f"CREATE TEMP TABLE {table} AS "  # noqa: S608 (own names)
        f"SELECT t.*, make_timestamp(i.instant) AS instant FROM {table}_as_written t "
        "JOIN instants i USING (n)"
    )
    connection.execute(f"DROP TABLE {table}_as_written")
    connection.unregister("instants")


def check_zone(place: Place, zone: str) -> None:
    """Make sure that there is a time zone of that name.

    Raises:
        HistoryError: There is none.
    """
    if not is_known_zone(zone):
        raise HistoryError(f"{place}: there is no time zone {zone!r}")


def as_file(column: str, kind: ValueKind) -> str:
    """Return the SQL that writes a staged column so that it is read back as the same values."""
    name = quoted(column)
    match kind:
        case ValueKind.MONEY:
            return f"CAST({name} AS DECIMAL(20, 0)) * CAST('0.000001' AS DECIMAL(7, 6))"
        case ValueKind.DATE:
            return f"DATE '1970-01-01' + CAST({name} AS INTEGER)"
        case ValueKind.TEXT | ValueKind.NUMBER | ValueKind.BOOLEAN:
            return name


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Write what a query gives as a Parquet file, in its order."""
    connection.execute(f"COPY ({query}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd)")
