"""Attributes that change: each of a customer's rows holds from an instant on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.history.field import Field, Shape
from campaignspec.history.opening import open_table
from campaignspec.history.preparing import Workshop, as_file, check_zone, settle, write_parquet
from campaignspec.history.reading import stage
from campaignspec.history.source import CustomerSource, EventSource, ValueKind
from campaignspec.history.sql import ROW
from campaignspec.history.stream import Stream
from campaignspec.history.table import Table
from campaignspec.people.rules import Reference

VALUE: Final = "value"
"""The property that a stream of changes has."""

_CHANGES: Final = " changes of customers "
"""Begins the name under which changes are stored; no event of an author begins with a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangingSource:
    """A table with one row a change of a customer.

    Attributes:
        customers: What its columns mean; its attributes are declared.
        valid_from: The column of the instant from which a row holds.
        zone: Where times without an offset are meant.
    """

    customers: CustomerSource
    valid_from: str
    zone: str = "UTC"


def customers_and_changes(
    source: ChangingSource, number: int, workshop: Workshop
) -> tuple[CustomerSource, EventSource]:
    """Make the source of the customers as last known, and that of all their changes.

    Raises:
        HistoryError: The table cannot be read as declared.
    """
    folder = workshop.prepared(source, partial(_prepare, source))
    attributes = _attributes(source)
    changes = EventSource(
        file=folder / "changes.parquet",
        by=Reference(ids_of=source.customers.called) if source.customers.own_ids else None,
        event=f"{_CHANGES}{number}",
        properties=attributes,
        columns={name: f"p{n}" for n, name in enumerate(attributes)},
    )
    latest = replace(
        source.customers,
        file=folder / "latest.parquet",
        read=source.customers.read.as_written,
        name=source.customers.called,
    )
    return latest, changes


def part_changes(
    streams: Mapping[str, Stream],
) -> tuple[dict[str, Stream], dict[str, Stream]]:
    """Part the streams of events from those of changes, and make one of each attribute.

    Where several sources have an attribute, the first one wins.
    """
    events = {name: stream for name, stream in streams.items() if not name.startswith(_CHANGES)}
    changes: dict[str, Stream] = {}
    for _, stream in sorted(_numbered(streams)):
        for name, column in stream.properties.items():
            changes.setdefault(name, replace(stream, properties={VALUE: column}, memo={}))
    return events, changes


def _numbered(streams: Mapping[str, Stream]) -> Iterable[tuple[int, Stream]]:
    return (
        (int(name.removeprefix(_CHANGES)), stream)
        for name, stream in streams.items()
        if name.startswith(_CHANGES)
    )


def _attributes(source: ChangingSource) -> Mapping[str, ValueKind]:
    return {name: ValueKind(kind) for name, kind in (source.customers.attributes or {}).items()}


def _prepare(source: ChangingSource, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    check_zone(source.customers.file, source.zone)
    kinds = _attributes(source)
    fields = [
        Field(name="customer", column=source.customers.customer, required=True),
        Field(name="at", column=source.valid_from, kind=Shape.INSTANT, required=True),
        *(Field(name=f"p{n}", column=c, kind=k) for n, (c, k) in enumerate(kinds.items())),
    ]
    with open_table(connection, source.customers.file, source.customers.read) as table:
        stage(connection, "changes", table, fields)
        settle(connection, "changes", source.zone)
        _write_latest(connection, table, folder / "latest.parquet")
    shown = "".join(f", {as_file(f'p{n}', k)} AS p{n}" for n, k in enumerate(kinds.values()))
    write_parquet(
        connection,
        f'SELECT customer, instant AS "at"{shown} FROM changes ORDER BY n',  # noqa: S608 (own names)
        folder / "changes.parquet",
    )


def _write_latest(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Write the row of each customer that holds last, with all its columns as they are."""
    last = (
        "SELECT n FROM changes "
        "QUALIFY row_number() OVER (PARTITION BY customer ORDER BY instant DESC, n DESC) = 1"
    )
    write_parquet(
        connection,
        f"SELECT * EXCLUDE ({ROW}) FROM {table.rows} WHERE {ROW} IN ({last}) ORDER BY {ROW}",  # noqa: S608 (own names)
        file,
    )
