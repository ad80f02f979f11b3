"""Orders and their lines, made into events: one an order, and one a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from campaignspec.errors import HistoryError
from campaignspec.history.field import Field, Shape
from campaignspec.history.opening import open_table
from campaignspec.history.place import Place
from campaignspec.history.preparing import Workshop, as_file, check_zone, settle, write_parquet
from campaignspec.history.reading import MOST_PROBLEMS, stage
from campaignspec.history.source import AS_IT_IS, EventSource, PropertyKind, ReadAs, ValueKind
from campaignspec.history.sql import literal
from campaignspec.people.rules import Reference

ORDER: Final[Mapping[str, ValueKind]] = {"order": ValueKind.TEXT, "amount": ValueKind.MONEY}
"""The properties that every event of an order has."""

ITEMS: Final[Mapping[str, ValueKind]] = {"items": ValueKind.NUMBER}
"""What it has besides where there are lines: the sum of their quantities."""

LINE: Final[Mapping[str, ValueKind]] = {
    "order": ValueKind.TEXT,
    "product": ValueKind.TEXT,
    "quantity": ValueKind.NUMBER,
    "amount": ValueKind.MONEY,
}
"""The properties that every event of a line has."""


_REPLACED: Final = "replaced.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSource:
    """A table with one row a line of an order.

    Attributes:
        file: The file or the database.
        read: How a file is read.
        order: The column of the order's number.
        product: The column of the product.
        quantity: The column of the quantity.
        amount: The column of the line's amount.
        event: The type of the event of a line.
        properties: Further properties: kind by column.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    order: str = "order"
    product: str = "product"
    quantity: str = "quantity"
    amount: str = "amount"
    event: str = "order.line"
    properties: Mapping[str, PropertyKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSource:
    """A table with one row an order. Of several rows with one number the last one counts.

    Attributes:
        file: The file or the database.
        read: How a file is read.
        order: The column of the order's number.
        customer: The column of the customer's id.
        by: How it names customers, where not by an id.
        at: The column of the instant, as in `EventSource`.
        amount: The column of the amount; None is ``amount``, or where there is no such column, and
            there are lines, the sum of their amounts.
        status: The column of the order's state, or None.
        only: The states of orders that count; all, if empty.
        event: The type of the event of an order.
        properties: Further properties: kind by column.
        lines: The lines, or None.
        known_after: How long after it happened an order is known, microseconds.
        zone: Where times without an offset are meant.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    order: str = "order"
    customer: str = "customer"
    by: Reference | None = None
    at: str = "at"
    amount: str | None = None
    status: str | None = None
    only: tuple[str, ...] = ()
    event: str = "order.placed"
    properties: Mapping[str, PropertyKind] = field(default_factory=dict)
    lines: LineSource | None = None
    known_after: int = 0
    zone: str = "UTC"


def events_of_orders(source: OrderSource, workshop: Workshop) -> tuple[EventSource, ...]:
    """Make the sources of the events of orders and of lines.

    Raises:
        HistoryError: A table cannot be read as declared, or a line belongs to no order.
    """
    folder = workshop.prepared(source, partial(_prepare, source))
    lines = source.lines
    own = {**ORDER, **(ITEMS if lines else {})}
    made = [_events(folder / "orders.parquet", source.event, own, source.properties, source)]
    if lines:
        file = folder / "lines.parquet"
        made.append(_events(file, lines.event, LINE, lines.properties, source))
    return tuple(made)


def replaced_orders(source: OrderSource, workshop: Workshop) -> int:
    """Count the rows of orders that count no longer, because a later one has their number."""
    folder = workshop.prepared(source, partial(_prepare, source))
    return int(pq.read_metadata(folder / _REPLACED).num_rows)


def _events(
    file: Path,
    event: str,
    own: Mapping[str, ValueKind],
    declared: Mapping[str, ValueKind],
    source: OrderSource,
) -> EventSource:
    further = _further(own, declared)
    return EventSource(
        file=file,
        event=event,
        properties={**own, **{column: kind for _, column, kind in further}},
        columns={column: name for name, column, _ in further},
        by=source.by,
        known_after=source.known_after,
    )


def _further(
    own: Mapping[str, ValueKind], declared: Mapping[str, ValueKind]
) -> Sequence[tuple[str, str, ValueKind]]:
    """Name the declared properties ``p0``, ``p1``, …, so that none is called like another."""
    return [
        (f"p{n}", column, ValueKind(kind))
        for n, (column, kind) in enumerate(declared.items())
        if column not in own
    ]


def _prepare(source: OrderSource, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    _stage_orders(connection, source)
    _keep_the_last(connection, folder)
    if source.lines:
        _stage_lines(connection, source.lines)
        _check_lines(connection, source, source.lines)
    if source.only:
        states = ", ".join(map(literal, source.only))
        connection.execute(f"DELETE FROM orders WHERE status IS NULL OR status NOT IN ({states})")  # noqa: S608 (quoted)
    _write_orders(connection, source, folder / "orders.parquet")
    if source.lines:
        _write_lines(connection, source.lines, folder / "lines.parquet")


def _stage_orders(connection: duckdb.DuckDBPyConnection, source: OrderSource) -> None:
    check_zone(source.file, source.zone)
    own = {**ORDER, **(ITEMS if source.lines else {})}
    fields = [
        Field(name="customer", column=source.customer, required=True),
        Field(name="at", column=source.at, kind=Shape.INSTANT, required=True),
        Field(name="order", column=source.order, required=True),
        *([Field(name="status", column=source.status)] if source.status else []),
        *(Field(name=n, column=c, kind=k) for n, c, k in _further(own, source.properties)),
    ]
    amount = Field(name="amount", column=source.amount or "amount", kind=ValueKind.MONEY)
    columns = [field.column for field in (*fields, amount)]
    with open_table(connection, source.file, source.read, columns=columns) as table:
        is_of_lines = source.lines and source.amount is None and amount.column not in table.kinds
        stage(connection, "orders", table, fields if is_of_lines else [*fields, amount])
    settle(connection, "orders", source.zone)


def _stage_lines(connection: duckdb.DuckDBPyConnection, lines: LineSource) -> None:
    fields = [
        Field(name="order", column=lines.order, required=True),
        Field(name="product", column=lines.product),
        Field(name="quantity", column=lines.quantity, kind=ValueKind.NUMBER),
        Field(name="amount", column=lines.amount, kind=ValueKind.MONEY),
        *(Field(name=n, column=c, kind=k) for n, c, k in _further(LINE, lines.properties)),
    ]
    columns = [field.column for field in fields]
    with open_table(connection, lines.file, lines.read, columns=columns) as table:
        stage(connection, "lines", table, fields)


def _keep_the_last(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Of rows with one number keep the last, and write down which rows it replaced."""
    later = 'SELECT 1 FROM orders o WHERE o."order" = t."order" AND o.n > t.n'
    replaced = f'SELECT n AS row, "order" FROM orders t WHERE EXISTS ({later}) ORDER BY n'  # noqa: S608 (own names)
    write_parquet(connection, replaced, folder / _REPLACED)
    connection.execute(
        "DELETE FROM orders USING "
        '(SELECT "order" AS number, max(n) AS last FROM orders GROUP BY "order") AS kept '
        'WHERE orders."order" = kept.number AND orders.n < kept.last'
    )


def _check_lines(
    connection: duckdb.DuckDBPyConnection, source: OrderSource, lines: LineSource
) -> None:
    alone = connection.execute(
        'SELECT n, "order" FROM lines ANTI JOIN orders USING ("order") '  # noqa: S608 (a number)
        f"ORDER BY n LIMIT {MOST_PROBLEMS}"
    ).fetchall()
    if alone:
        problems = [
            f"{lines.file}: row {row}: column {lines.order!r} holds {number!r}, "
            f"which is no order of {source.file}"
            for row, number in alone
        ]
        raise HistoryError("\n".join(problems))


def _write_orders(connection: duckdb.DuckDBPyConnection, source: OrderSource, file: Path) -> None:
    own = {**ORDER, **(ITEMS if source.lines else {})}
    shown = [f"{as_file('amount', ValueKind.MONEY)} AS amount"]
    shown += [f"{as_file(n, kind)} AS {n}" for n, _, kind in _further(own, source.properties)]
    rows = "orders"
    if source.lines:
        # Where the orders have no amounts, the name means that of the lines: there is no other.
        total = "" if _has_amounts(connection) else ", sum(amount) AS amount"
        sums = f'SELECT "order", sum(quantity) AS items{total} FROM lines GROUP BY "order"'  # noqa: S608 (own names)
        rows = f'orders LEFT JOIN ({sums}) AS summed USING ("order")'
        shown.append("items")
    columns = f'customer, instant AS "at", "order", {", ".join(shown)}'
    write_parquet(connection, f"SELECT {columns} FROM {rows} ORDER BY orders.n", file)  # noqa: S608 (own names)


def _has_amounts(connection: duckdb.DuckDBPyConnection) -> bool:
    return "amount" in connection.table("orders").columns


def _write_lines(connection: duckdb.DuckDBPyConnection, lines: LineSource, file: Path) -> None:
    shown = [f"{as_file('amount', ValueKind.MONEY)} AS amount"]
    shown += [f"{as_file(n, kind)} AS {n}" for n, _, kind in _further(LINE, lines.properties)]
    columns = f'customer, instant AS "at", "order", product, quantity, {", ".join(shown)}'
    rows = '(SELECT l.*, o.customer, o.instant FROM lines l JOIN orders o USING ("order"))'
    write_parquet(connection, f"SELECT {columns} FROM {rows} ORDER BY n", file)  # noqa: S608 (own names)
