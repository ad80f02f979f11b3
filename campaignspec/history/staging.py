"""Which columns each kind of source needs, and the tables they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.clock import is_known_zone
from campaignspec.errors import HistoryError
from campaignspec.history.opening import open_table
from campaignspec.history.reading import MOST_PROBLEMS, Field, Shape, stage
from campaignspec.history.source import (
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ValueKind,
)
from campaignspec.history.table import Table

GRANTED: Final = "granted"

_MESSAGE_PROPERTIES: Final = {"class": ValueKind.TEXT, "campaign": ValueKind.TEXT}
_CONSENT_PROPERTIES: Final = {GRANTED: ValueKind.BOOLEAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedCustomers:
    """A table of customers; attributes are columns ``a0``…, addresses ``d0``…, the zone ``zone``.

    Attributes:
        table: The table's name in the database.
        attributes: Kind by attribute, in the order of the columns.
        addresses: The kinds of address, in the order of the columns.
        has_zone: Whether there is a column of zones.
    """

    table: str
    attributes: Mapping[str, ValueKind]
    addresses: tuple[str, ...]
    has_zone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedEvents:
    """A table of events, messages or consents; properties are columns ``p0``, ``p1``, ….

    Attributes:
        table: The table's name in the database.
        file: The file it was read from.
        zone: Where times without an offset are meant.
        key: How many columns, ``k0`` and on, say to which stream an event belongs.
        constant: The stream of every event, where the source says it; then ``key`` is 0.
        properties: Kind by property, in the order of the columns.
        one_per_day: Whether a customer's events of a day become one.
        known_after: How long after they happened events are known, microseconds.
    """

    table: str
    file: Path
    zone: str
    key: int = 0
    constant: tuple[str, ...] = ()
    properties: Mapping[str, ValueKind] = field(default_factory=dict)
    one_per_day: bool = False
    known_after: int = 0


def stage_customers(
    connection: duckdb.DuckDBPyConnection, table: str, source: CustomerSource
) -> StagedCustomers:
    """Read a source of customers into ``table``; no customer may stand in it twice."""
    with open_table(connection, source.file, source.read) as opened:
        attributes = _attributes(opened, source)
        stage(connection, table, opened, _customer_fields(source, attributes))
    _check_unique(connection, table, source.file)
    return StagedCustomers(
        table=table,
        attributes=attributes,
        addresses=tuple(source.addresses),
        has_zone=source.timezone is not None,
    )


def stage_events(
    connection: duckdb.DuckDBPyConnection, table: str, source: EventSource
) -> StagedEvents:
    """Read a source of events into ``table``."""
    fields = _customer_and_instant(source)
    if source.event is None:
        if source.event_column is None:
            raise HistoryError(f"{source.file}: declare either event or event_column")
        fields.append(Field(name="k0", column=source.event_column, required=True))
    fields += [
        Field(name=f"p{n}", column=column, kind=ValueKind(kind))
        for n, (column, kind) in enumerate(source.properties.items())
    ]
    with open_table(connection, source.file, source.read) as opened:
        stage(connection, table, opened, fields, only=_only(source))
    return StagedEvents(
        table=table,
        file=source.file,
        zone=source.zone,
        key=1 if source.event is None else 0,
        constant=() if source.event is None else (source.event,),
        properties={name: ValueKind(kind) for name, kind in source.properties.items()},
        one_per_day=source.one_per_day,
        known_after=source.known_after,
    )


def stage_messages(
    connection: duckdb.DuckDBPyConnection, table: str, source: MessageSource
) -> StagedEvents:
    """Read a source of messages already sent into ``table``."""
    fields = [
        *_customer_and_instant(source),
        Field(name="k0", column=source.channel, required=True),
        Field(name="p0", column=source.message_class, required=True),
        Field(name="p1", column=source.campaign),
    ]
    with open_table(connection, source.file, source.read) as opened:
        stage(connection, table, opened, fields)
    return StagedEvents(
        table=table, file=source.file, zone=source.zone, key=1, properties=_MESSAGE_PROPERTIES
    )


def stage_consents(
    connection: duckdb.DuckDBPyConnection, table: str, source: ConsentSource
) -> StagedEvents:
    """Read a source of consents into ``table``."""
    fields = [
        *_customer_and_instant(source),
        Field(name="k0", column=source.channel, required=True),
        Field(name="k1", column=source.purpose, required=True),
        Field(name="p0", column=source.state, kind=Shape.CONSENT, required=True),
    ]
    with open_table(connection, source.file, source.read) as opened:
        stage(connection, table, opened, fields)
    return StagedEvents(
        table=table, file=source.file, zone=source.zone, key=2, properties=_CONSENT_PROPERTIES
    )


def _customer_fields(
    source: CustomerSource, attributes: Mapping[str, ValueKind]
) -> Sequence[Field]:
    fields = [Field(name="customer", column=source.customer, required=True)]
    if source.timezone is not None:
        fields.append(Field(name="zone", column=source.timezone))
    fields += [
        Field(name=f"a{n}", column=column, kind=kind)
        for n, (column, kind) in enumerate(attributes.items())
    ]
    fields += [
        Field(name=f"d{n}", column=column) for n, column in enumerate(source.addresses.values())
    ]
    return fields


def _attributes(table: Table, source: CustomerSource) -> Mapping[str, ValueKind]:
    if source.attributes is not None:
        return {name: ValueKind(kind) for name, kind in source.attributes.items()}
    used = {source.customer, source.timezone, *source.addresses.values()}
    return {column: ValueKind.TEXT for column in table.kinds if column not in used}


def _customer_and_instant(source: EventSource | MessageSource | ConsentSource) -> list[Field]:
    if not is_known_zone(source.zone):
        raise HistoryError(f"{source.file}: there is no time zone {source.zone!r}")
    return [
        Field(name="customer", column=source.customer, required=True),
        Field(name="at", column=source.at, kind=Shape.INSTANT, required=True),
    ]


def _only(source: EventSource) -> tuple[str, tuple[str, ...]] | None:
    if not source.only:
        return None
    if source.event_column is None:
        raise HistoryError(f"{source.file}: only {source.only!r} needs an event_column")
    return source.event_column, source.only


def _check_unique(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    repeated = connection.execute(
        f"SELECT customer, min(n), max(n) FROM {table} GROUP BY customer "  # noqa: S608 (own name)
        f"HAVING count(*) > 1 ORDER BY 2 LIMIT {MOST_PROBLEMS}"
    ).fetchall()
    if repeated:
        raise HistoryError("\n".join(_repetitions(file, repeated)))


def _repetitions(file: Path, repeated: Sequence[tuple[str, int, int]]) -> list[str]:
    return [
        f"{file}: row {second}: customer {customer!r} stands already in row {first}"
        for customer, first, second in repeated
    ]
