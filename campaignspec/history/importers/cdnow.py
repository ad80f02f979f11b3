"""CDNOW: every purchase of the 23,570 customers who first bought at a music shop early in 1997.

The file has a line a purchase: the customer, the day, how many CDs and how many dollars. Its text
is checked against the sum of the restored master, because copies with years moved and customers
mixed up are about. Days have no hours; they are written as dates. Purchases of one day belong
together: declare ``one_per: day``, which gives 67,591 purchase days.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.reading import connect
from campaignspec.history.source import PropertyKind
from campaignspec.history.sql import literal

EVENT_PROPERTIES: Final[Mapping[str, PropertyKind]] = MappingProxyType(
    {"amount": PropertyKind.MONEY, "items": PropertyKind.NUMBER}
)
"""The properties in ``events.parquet``."""

DECLARATION: Final = """\
sources:
  - customers: customers.parquet
  - events: events.parquet
    names: [purchase]
    one_per: day
    properties: {amount: money, items: number}
"""
"""What a project declares to read the tables."""

_SHA256: Final = "9e97de752b7d284a940d57f6d7afbb8b1f8458a2a24fbe441e9a208698be279c"

_LINES: Final = """
    SELECT substr(line, 2, 5) AS customer, strptime(substr(line, 8, 8), '%Y%m%d')::DATE AS "at",
        'purchase' AS event, trim(substr(line, 19))::DECIMAL(18, 2) AS amount,
        trim(substr(line, 17, 2))::BIGINT AS items
    FROM read_csv({file}, columns = {{'line': 'VARCHAR'}}, header = false, delim = '\\x01',
        quote = '', escape = '', auto_detect = false)
"""
_TABLES: Final = {
    "customers": "SELECT DISTINCT customer FROM purchases ORDER BY customer",
    "events": "SELECT * FROM purchases ORDER BY n",
}


def import_cdnow(file: Path, out: Path) -> Mapping[str, int]:
    """Write the purchases in the restored master as canonical tables into ``out``.

    Args:
        file: ``cdnow_master_restored.txt``, or the same packed as ``.gz``.
        out: The folder; made where there is none.

    Returns:
        The number of rows by table. The same file gives the same rows in the same order.

    Raises:
        HistoryError: The file cannot be read or is not the restored master.
    """
    text = _checked(file)
    out.mkdir(parents=True, exist_ok=True)
    plain = out / ".cdnow.draft"
    plain.write_bytes(text)
    try:
        with connect() as connection:
            lines = _LINES.format(file=literal(str(plain)))
            connection.execute(
                f"CREATE TABLE purchases AS SELECT row_number() OVER () AS n, * FROM ({lines})"  # noqa: S608 (quoted)
            )
            return {name: _write(connection, name, out) for name in _TABLES}
    finally:
        plain.unlink()


def _checked(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise HistoryError(f"{file}: cannot be unpacked: {error}") from error
    if hashlib.sha256(text).hexdigest() != _SHA256:
        raise HistoryError(
            f"{file}: is not the restored CDNOW master of 69,659 purchases "
            f"(its text has another SHA-256 than {_SHA256[:16]}…)"
        )
    return text


def _write(connection: duckdb.DuckDBPyConnection, name: str, out: Path) -> int:
    file, draft = out / f"{name}.parquet", out / f".{name}.draft"
    columns = "EXCLUDE (n)" if name == "events" else ""
    query = f"SELECT * {columns} FROM ({_TABLES[name]})"  # noqa: S608 (own names)
    connection.execute(
        f"COPY ({query}) TO {literal(str(draft))} (FORMAT parquet, COMPRESSION zstd)"
    )
    draft.replace(file)
    counted = f"SELECT count(*) FROM read_parquet({literal(str(file))})"  # noqa: S608 (quoted)
    found = connection.execute(counted).fetchone()
    return int(found[0]) if found else 0
