"""Which columns each kind of source needs, and the tables they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb

from campaignspec.clock import is_known_zone
from campaignspec.errors import HistoryError
from campaignspec.history.field import Field, Shape
from campaignspec.history.opening import open_table
from campaignspec.history.place import Place
from campaignspec.history.postgres import After
from campaignspec.history.reading import MOST_PROBLEMS, Typed, stage, typed
from campaignspec.history.source import (
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ValueKind,
)
from campaignspec.history.table import Table
from campaignspec.people.rules import CUSTOMER

GRANTED: Final = "granted"
CONFIRMED: Final = "confirmed"

ADVICE_ON_REPETITIONS: Final = (
    "remove the repetitions; or declare `identity:`, and the row with the latest `updated_at` "
    "counts; or `valid_from:`, if the rows tell of changes; or a `cursor:`, if later rows replace "
    "earlier ones"
)

CURSOR: Final = "cursor"
"""The column of the cursor in a staged table, beside its text in ``cursor_text``."""

_MESSAGE_PROPERTIES: Final = {"class": ValueKind.TEXT, "campaign": ValueKind.TEXT}
_CONSENT_PROPERTIES: Final = {GRANTED: ValueKind.BOOLEAN, CONFIRMED: ValueKind.BOOLEAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """How far a source has been read by its cursor.

    Attributes:
        rank: The greatest cursor seen: a whole number, or an instant in microseconds.
        value: The same, as the source writes it.
    """

    rank: int
    value: str


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
        table: The table's name in the database; it may be a view of a file.
        file: The file it was read from.
        arrival: A whole number a row in SQL, ascending from 0 in the order of arrival; a few may
            be left out.
        unchecked: How the rows are read, where nobody has looked at their column ``bad`` yet.
        knows: Whether a column ``known`` says from when an event is known.
        zone: Where times without an offset are meant.
        key: How many columns, ``k0`` and on, say to which stream an event belongs.
        constant: The stream of every event, where the source says it; then ``key`` is 0.
        properties: Kind by property, in the order of the columns.
        one_per_day: Whether a customer's events of a day become one.
        known_after: How long after they happened events are known, microseconds.
    """

    table: str
    file: Place
    zone: str
    key: int = 0
    constant: tuple[str, ...] = ()
    properties: Mapping[str, ValueKind] = field(default_factory=dict)
    one_per_day: bool = False
    known_after: int = 0
    arrival: str = "place"
    unchecked: Typed | None = None
    knows: bool = False


def stage_customers(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: CustomerSource,
    *,
    may_repeat: bool = False,
) -> StagedCustomers:
    """Read a source of customers into ``table``.

    Args:
        connection: The database.
        table: The name of the new table.
        source: The source.
        may_repeat: Whether a customer may stand in it twice: where rows are made people,
            `read_records` chooses among them.

    Raises:
        HistoryError: A value is not as declared, or a customer stands in it twice.
    """
    columns = _columns_of_customers(source)
    with open_table(connection, source.file, source.read, columns=columns) as opened:
        attributes = _attributes(opened, source)
        stage(connection, table, opened, customer_fields(source, attributes))
    if not may_repeat:
        _check_unique(connection, table, source.file)
    return StagedCustomers(
        table=table,
        attributes=attributes,
        addresses=tuple(source.addresses),
        has_zone=source.timezone is not None,
    )


def customer_fields(source: CustomerSource, attributes: Mapping[str, ValueKind]) -> Sequence[Field]:
    """Return what is read of a table of customers with these attributes."""
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
    fields += [Field(name=f"name_{part}", column=column) for part, column in source.names.items()]
    if source.updated_at is not None:
        fields.append(Field(name="changed", column=source.updated_at, kind=Shape.INSTANT))
    return fields


def stage_events(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: EventSource,
    since: Since | None = None,
) -> StagedEvents:
    """Read a source of events into ``table``. ``since`` leaves out earlier rows."""
    fields = _customer_and_instant(source)
    if source.event is None:
        if source.event_column is None:
            raise HistoryError(f"{source.file}: declare either event or event_column")
        fields.append(Field(name="k0", column=source.event_column, required=True))
    fields += [
        Field(name=f"p{n}", column=source.columns.get(name, name), kind=ValueKind(kind))
        for n, (name, kind) in enumerate(source.properties.items())
    ]
    only = _only(source)
    unchecked = _lay_out(connection, table, source, fields, only=only, since=since)
    return StagedEvents(
        table=table,
        file=source.file,
        arrival=_arrival(unchecked),
        unchecked=unchecked,
        zone=source.zone,
        key=1 if source.event is None else 0,
        constant=() if source.event is None else (source.event,),
        properties={name: ValueKind(kind) for name, kind in source.properties.items()},
        one_per_day=source.one_per_day,
        known_after=source.known_after,
        knows=source.received_at is not None,
    )


def stage_messages(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: MessageSource,
    since: Since | None = None,
) -> StagedEvents:
    """Read a source of messages already sent into ``table``. ``since`` leaves out earlier rows."""
    fields = [
        *_customer_and_instant(source),
        Field(name="k0", column=source.channel, required=True),
        Field(name="p0", column=source.message_class, required=True),
        Field(name="p1", column=source.campaign),
    ]
    unchecked = _lay_out(connection, table, source, fields, since=since)
    return StagedEvents(
        table=table,
        file=source.file,
        arrival=_arrival(unchecked),
        unchecked=unchecked,
        zone=source.zone,
        key=1,
        properties=_MESSAGE_PROPERTIES,
        knows=source.received_at is not None,
    )


def stage_consents(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: ConsentSource,
    since: Since | None = None,
) -> StagedEvents:
    """Read a source of consents into ``table``. ``since`` leaves out earlier rows."""
    fields = [
        *_customer_and_instant(source),
        Field(name="k0", column=source.channel, required=True),
        Field(name="k1", column=source.purpose, required=True),
        Field(name="p0", column=source.state, kind=Shape.CONSENT, required=True),
        Field(name="p1", column=source.state, kind=Shape.CONFIRMED),
    ]
    unchecked = _lay_out(connection, table, source, fields, since=since)
    return StagedEvents(
        table=table,
        file=source.file,
        arrival=_arrival(unchecked),
        unchecked=unchecked,
        zone=source.zone,
        key=2,
        properties=_CONSENT_PROPERTIES,
    )


def _lay_out(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    source: EventSource | MessageSource | ConsentSource,
    fields: Sequence[Field],
    *,
    only: tuple[str, tuple[str, ...]] | None = None,
    since: Since | None = None,
) -> Typed | None:
    """Make a table of rows, or but a view where the rows stay; return what is to be checked.

    Rows with a cursor arrive in its order, so that a part read today and one read tomorrow are
    what both would have been tomorrow.
    """
    columns = [field.column for field in fields] + ([only[0]] if only else [])
    after = After(column=source.cursor, value=since.value) if source.cursor and since else None
    with open_table(connection, source.file, source.read, columns=columns, after=after) as table:
        declared = typed(table, fields, only=only)
        if table.stays and source.cursor is None:
            connection.execute(f"CREATE TEMP VIEW {name} AS {declared.rows}")
            return declared
        order = f"ORDER BY {CURSOR}, n" if source.cursor else ""
        later = f"WHERE {CURSOR} IS NULL OR {CURSOR} > {since.rank}" if since else ""
        connection.execute(
            f"CREATE TEMP TABLE {name} AS "  # noqa: S608 (own names)
            f"SELECT row_number() OVER ({order}) - 1 AS place, * FROM ({declared.rows}) {later}"
        )
        declared.check(connection, name)
        return None


def _arrival(unchecked: Typed | None) -> str:
    """Number the rows: a table's as they came, a file's by their place in it."""
    return "place" if unchecked is None else "n - 1"


def _columns_of_customers(source: CustomerSource) -> Sequence[str] | None:
    """Return the columns that are needed; None where every other column is an attribute."""
    if source.attributes is None:
        return None
    return [field.column for field in customer_fields(source, source.attributes)]


def _attributes(table: Table, source: CustomerSource) -> Mapping[str, ValueKind]:
    if source.attributes is not None:
        return {name: ValueKind(kind) for name, kind in source.attributes.items()}
    used = {source.customer, source.timezone, *source.addresses.values()}
    return {column: ValueKind.TEXT for column in table.kinds if column not in used}


def _customer_and_instant(source: EventSource | MessageSource | ConsentSource) -> list[Field]:
    if not is_known_zone(source.zone):
        raise HistoryError(f"{source.file}: there is no time zone {source.zone!r}")
    named_by_id = source.by is None or source.by.field == CUSTOMER
    return [
        Field(name="customer", column=source.customer, kind=Shape.ID, required=named_by_id),
        Field(name="at", column=source.at, kind=Shape.INSTANT, required=True),
        *_known(source),
        *_cursor(source),
    ]


def _known(source: EventSource | MessageSource | ConsentSource) -> Iterator[Field]:
    if isinstance(source, ConsentSource) or source.received_at is None:
        return
    if isinstance(source, EventSource) and source.known_after:
        raise HistoryError(f"{source.file}: declare either received_at or known_after")
    yield Field(name="known", column=source.received_at, kind=Shape.INSTANT)


def _cursor(source: EventSource | MessageSource | ConsentSource) -> Iterator[Field]:
    if source.cursor is not None:
        yield Field(name=CURSOR, column=source.cursor, kind=Shape.CURSOR, required=True)
        yield Field(name=f"{CURSOR}_text", column=source.cursor)


def _only(source: EventSource) -> tuple[str, tuple[str, ...]] | None:
    if not source.only:
        return None
    if source.event_column is None:
        raise HistoryError(f"{source.file}: only {source.only!r} needs an event_column")
    return source.event_column, source.only


def _check_unique(connection: duckdb.DuckDBPyConnection, table: str, file: Place) -> None:
    repeated = connection.execute(
        f"SELECT customer, min(n), max(n) FROM {table} GROUP BY customer "  # noqa: S608 (own name)
        f"HAVING count(*) > 1 ORDER BY 2 LIMIT {MOST_PROBLEMS}"
    ).fetchall()
    if repeated:
        raise HistoryError("\n".join(_repetitions(file, repeated)))


def _repetitions(file: Place, repeated: Sequence[tuple[str, int, int]]) -> list[str]:
    said = [
        f"{file}: row {second}: customer {customer!r} stands already in row {first}"
        for customer, first, second in repeated
    ]
    return [*said, ADVICE_ON_REPETITIONS]
