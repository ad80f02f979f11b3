"""Making the tables of a migrated project out of another tool's events."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campaignspec.errors import MigrationError
from campaignspec.migrate.columns import Plan
from campaignspec.migrate.extract import customers_query, events_query

if TYPE_CHECKING:
    import duckdb

CUSTOMERS: Final = "customers.parquet"
EVENTS: Final = "events.parquet"

_DITTOFEED: Final = """\
CREATE TEMP TABLE raw AS
SELECT
  row_number() OVER () AS arrival,
  type,
  coalesce(nullif(userId, ''), nullif(anonymousId, '')) AS customer,
  anonymousId AS anonymous_id,
  event,
  CAST(timestamp AS TIMESTAMPTZ) AS "at",
  messageId AS message_id,
  CASE type WHEN 'identify' THEN traits ELSE properties END AS doc
FROM read_json(?, format = 'newline_delimited', columns = {
  type: 'VARCHAR', userId: 'VARCHAR', anonymousId: 'VARCHAR', event: 'VARCHAR',
  timestamp: 'VARCHAR', messageId: 'VARCHAR', properties: 'JSON', traits: 'JSON'
})
"""


def open_dittofeed(events: Path) -> duckdb.DuckDBPyConnection:
    """Read Dittofeed's events, one JSON object a line, into the table that queries ask.

    Raises:
        MigrationError: The file is not there, or a line is not such an object.
    """
    import duckdb

    if not events.is_file():
        raise MigrationError(f"{events} is no file")
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_DITTOFEED, [str(events)])
    except duckdb.Error as error:
        connection.close()
        first = str(error).strip().splitlines()[0]
        raise MigrationError(
            f"{events} is not one JSON object a line, with type, userId, event, timestamp and "
            f"properties or traits: {first}"
        ) from error
    return connection


def write_tables(plan: Plan, connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write the tables of customers and events as Parquet, each whole or not at all.

    Returns:
        How many rows each file has, by its name.

    Raises:
        MigrationError: A file cannot be written.
    """
    import duckdb

    queries = {CUSTOMERS: customers_query(plan, view="raw"), EVENTS: events_query(plan)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {name: _write(connection, query, folder / name) for name, query in queries.items()}
    except (OSError, duckdb.Error) as error:
        raise MigrationError(f"{folder} cannot be written: {error}") from error


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        connection.sql(query).write_parquet(str(half), compression="zstd")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    ((rows,),) = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()
    return int(rows)
