"""The sources that a project declares, as this room reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar, assert_never

from campaignspec.history.build import span_of
from campaignspec.history.casts import Dates
from campaignspec.history.declared_identity import identity_of, names_of, reference_of
from campaignspec.history.growing import GrowingSource, latest_customers
from campaignspec.history.history import History
from campaignspec.history.load import load_history
from campaignspec.history.orders import (
    LineSource,
    OrderSource,
    events_of_orders,
    replaced_orders,
)
from campaignspec.history.over_time import ChangingSource, customers_and_changes, part_changes
from campaignspec.history.place import Database, Place, is_database
from campaignspec.history.postgres import at_one_instant
from campaignspec.history.preparing import Workshop, workshop
from campaignspec.history.products import PRODUCT, ProductSource, load_products, with_products
from campaignspec.history.responses import (
    ResponseSource,
    events_and_refusals,
    events_of_messages,
)
from campaignspec.history.source import (
    AS_IT_IS,
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ReadAs,
    ValueKind,
)
from campaignspec.history.source import Source as PlainSource
from campaignspec.spec.identity import Ids, NameColumns
from campaignspec.spec.kinds import Name
from campaignspec.spec.project import Settings
from campaignspec.spec.sources import (
    ColumnKind,
    ConsentsSource,
    CustomersSource,
    EventsSource,
    MessagesSource,
    OrderLines,
    OrdersSource,
    ProductsSource,
    ReadOptions,
    ResponsesSource,
    Source,
)

_Declared: TypeAlias = (
    CustomerSource
    | ChangingSource
    | GrowingSource
    | EventSource
    | OrderSource
    | ProductSource
    | MessageSource
    | ResponseSource
    | ConsentSource
)
_Kind = TypeVar("_Kind")


def load_declared(settings: Settings, *, root: Path, cache: Path | None) -> History:
    """Load the history of a project.

    Args:
        settings: What the project's file says.
        root: The folder that the files' paths start from.
        cache: A folder to keep what was built, or None to build it each time.

    Raises:
        HistoryError: A source cannot be read as declared.
    """
    declared = [_source(source, root) for source in settings.sources]
    with at_one_instant(), workshop(cache) as shop:
        plain = [
            each for number, source in enumerate(declared) for each in _plain(number, source, shop)
        ]
        history = load_history(
            _of(CustomerSource, plain),
            _of(EventSource, plain),
            _of(MessageSource, plain),
            _of(ConsentSource, plain),
            default_zone=settings.timezone,
            identity=identity_of(settings.identity),
            cache=cache,
        )
        products = [load_products(source, shop) for source in _of(ProductSource, declared)]
        orders = _of(OrderSource, declared)
        replaced = {str(each.file): replaced_orders(each, shop) for each in orders}
    return replace(with_products(_with_changes(history), products), replaced=replaced)


def places_of(settings: Settings, root: Path) -> tuple[tuple[Place, str | None], ...]:
    """Return the places that a project's history is read from, each once, with its cursor."""
    places = {
        (place, getattr(declared, "cursor", None)): None
        for declared in (_source(source, root) for source in settings.sources)
        for place in _places(declared)
    }
    return tuple(places)


def table_of(source: Source, root: Path) -> tuple[Place, ReadAs]:
    """Return the place that a source is read from, and how it is read."""
    declared = _source(source, root)
    table = declared.customers if isinstance(declared, ChangingSource | GrowingSource) else declared
    return table.file, table.read


def _plain(number: int, declared: _Declared, shop: Workshop) -> tuple[PlainSource, ...]:
    """Return the plain sources that a declared one comes down to."""
    match declared:
        case CustomerSource() | EventSource() | ConsentSource():
            return (declared,)
        case MessageSource():
            return declared, events_of_messages(declared)
        case ChangingSource():
            return customers_and_changes(declared, number, shop)
        case GrowingSource():
            return (latest_customers(declared, shop),)
        case OrderSource():
            return events_of_orders(declared, shop)
        case ResponseSource():
            return events_and_refusals(declared, shop)
        case ProductSource():
            return ()
        case _:
            assert_never(declared)


def _of(kind: type[_Kind], sources: Iterable[object]) -> list[_Kind]:
    return [source for source in sources if isinstance(source, kind)]


def _places(declared: _Declared) -> tuple[Place, ...]:
    match declared:
        case ChangingSource() | GrowingSource():
            return (declared.customers.file,)
        case OrderSource() if declared.lines:
            return declared.file, declared.lines.file
        case _:
            return (declared.file,)


def _with_changes(history: History) -> History:
    """Tell the changes of attributes from the events among which they are stored."""
    streams, changes = part_changes(history.streams)
    if not changes:
        return history
    first, last = span_of([*streams.values(), *history.messages.values()])
    return replace(history, streams=streams, changes=changes, first=first, last=last)


def _source(source: Source, root: Path) -> _Declared:
    match source:
        case CustomersSource():
            return _customers(source, root)
        case EventsSource():
            return _events(source, root)
        case OrdersSource():
            return _orders(source, root)
        case ProductsSource():
            return ProductSource(
                file=_place(source.products, source.read, root),
                read=_read_as(source.read),
                product=source.product,
                attributes=_kinds(source.attributes),
            )
        case MessagesSource():
            return MessageSource(
                file=_place(source.messages, source.read, root),
                read=_read_as(source.read),
                customer=source.customer,
                by=reference_of(source.by, source.messages),
                received_at=source.received_at,
                cursor=source.cursor,
                at=source.at,
                channel=source.channel,
                message_class=source.class_,
                campaign=source.campaign,
                zone=source.zone,
            )
        case ResponsesSource():
            return ResponseSource(
                file=_place(source.responses, source.read, root),
                read=_read_as(source.read),
                customer=source.customer,
                by=reference_of(source.by, source.responses),
                at=source.at,
                channel=source.channel,
                campaign=source.campaign,
                response=source.response,
                zone=source.zone,
            )
        case ConsentsSource():
            return ConsentSource(
                file=_place(source.consents, source.read, root),
                read=_read_as(source.read),
                customer=source.customer,
                by=reference_of(source.by, source.consents),
                cursor=source.cursor,
                at=source.at,
                channel=source.channel,
                purpose=source.purpose,
                state=source.state,
                zone=source.zone,
            )
        case _:
            assert_never(source)


def _customers(
    source: CustomersSource, root: Path
) -> CustomerSource | ChangingSource | GrowingSource:
    customers = CustomerSource(
        file=_place(source.customers, source.read, root),
        read=_read_as(source.read),
        customer=source.customer,
        timezone=source.timezone,
        addresses=dict(source.addresses),
        attributes=_kinds(source.attributes),
        name=source.name or "",
        own_ids=source.ids is Ids.OWN,
        names=names_of(source.names),
        name_order=(source.names or NameColumns()).order.value,
        region=source.region,
        updated_at=source.updated_at or source.valid_from,
        zone=source.zone,
    )
    if source.cursor is not None:
        return GrowingSource(customers=customers, cursor=source.cursor)
    if source.valid_from is None:
        return customers
    return ChangingSource(customers=customers, valid_from=source.valid_from, zone=source.zone)


def _events(source: EventsSource, root: Path) -> EventSource:
    product = {} if source.product is None else {PRODUCT: source.product}
    return EventSource(
        file=_place(source.events, source.read, root),
        read=_read_as(source.read),
        customer=source.customer,
        by=reference_of(source.by, source.events),
        at=source.at,
        event=source.as_,
        event_column=source.event,
        properties={**_kinds(source.properties), **dict.fromkeys(product, ValueKind.TEXT)},
        columns=product,
        only=source.names,
        one_per_day=source.one_per is not None,
        known_after=source.known_after.micros if source.known_after else 0,
        received_at=source.received_at,
        cursor=source.cursor,
        zone=source.zone,
    )


def _orders(source: OrdersSource, root: Path) -> OrderSource:
    return OrderSource(
        file=_place(source.orders, source.read, root),
        read=_read_as(source.read),
        order=source.order,
        customer=source.customer,
        by=reference_of(source.by, source.orders),
        at=source.at,
        amount=source.amount,
        status=source.status,
        only=source.only,
        event=source.as_,
        properties=_kinds(source.properties),
        lines=_lines(source.lines, source.orders, root) if source.lines else None,
        known_after=source.known_after.micros if source.known_after else 0,
        zone=source.zone,
    )


def _lines(lines: OrderLines, orders: str, root: Path) -> LineSource:
    return LineSource(
        file=_place(lines.file or orders, lines.read, root),
        read=_read_as(lines.read),
        order=lines.order,
        product=lines.product,
        quantity=lines.quantity,
        amount=lines.amount,
        event=lines.as_,
        properties=_kinds(lines.properties),
    )


def _place(written: str, options: ReadOptions | None, root: Path) -> Place:
    if not is_database(written):
        return root / written
    if options is None:
        return Database(url=written)
    return Database(url=written, schema=options.schema, table=options.table, query=options.query)


def _read_as(options: ReadOptions | None) -> ReadAs:
    if options is None:
        return AS_IT_IS
    return ReadAs(
        delimiter=options.delimiter,
        encoding=options.encoding,
        sheet=options.sheet,
        table=options.table,
        query=options.query,
        decimal=options.decimal.value if options.decimal else None,
        dates=Dates(options.dates.value) if options.dates else None,
    )


def _kinds(columns: Mapping[Name, ColumnKind]) -> dict[str, ValueKind]:
    return {str(name): ValueKind(kind.value) for name, kind in columns.items()}
