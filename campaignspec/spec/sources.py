"""Where a history comes from: the tables that a ``campaignspec.yaml`` lists under ``sources``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.data_tests import DataTest
from campaignspec.spec.identity import By, Ids, NameColumns
from campaignspec.spec.kinds import Encoding, Name, Region, ZoneName
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    BOOLEAN = "boolean"


class OnePer(StrEnum):
    """How events are collapsed."""

    DAY = "day"


class DecimalMark(StrEnum):
    """What parts a whole number from its fraction."""

    COMMA = ","
    DOT = "."


class DateOrder(StrEnum):
    """What stands first in a date."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Response(StrEnum):
    """What people do with a message; each is the event of that name: ``message.opened``."""

    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"


SENT = Name("message.sent")
"""The event of every row of a source of messages."""

DATABASE_SCHEMES = ("postgresql://", "postgres://")
"""How the place of a source begins that is a database."""

COMMERCEML_TABLES = ("customers", "orders", "lines", "products")
"""What a CommerceML file holds."""

_FILE = (
    "A CSV, Parquet, Excel (`.xlsx`, `.xls`), SQLite (`.sqlite`, `.db`) or CommerceML (`.xml`) "
    "file, from this file's folder, or a database: `postgresql://host/name`."
)
_READ = "How it is read, where its name does not say enough."
_CUSTOMER = "The column with the customer's id."
_AT = "The column with the instant."
_RECEIVED_AT = (
    "The column with the instant from which the row is known here, where that is not `at`; what "
    "happened counts from the later of the two. Rows without one count from `at`."
)
_CURSOR = (
    "A column that is greater in later rows, an instant or a whole number: only rows with a "
    "greater one than was seen are read again. Rows that change or come late with a smaller one "
    "are not seen."
)
_ZONE = "Where times without an offset are meant."
_PROPERTIES = "The columns that rules may use, with what they hold."
_KNOWN_AFTER = (
    "How long after it happened an event is known here: `1d` for a nightly export. It counts from "
    "when it is known, in a rehearsal as in a run."
)
_BY = (
    "What the column `customer` holds, where it is no id: `phone`, `email`; or more about whose "
    "ids they are."
)
_TESTS = "What must be true of the table before a run sends anything."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a source is read, where its name does not say enough."""

    delimiter: str | None = key(
        "CSV: the character between columns; found in the header, if not given.",
        Change.SETUP,
        default=None,
    )
    encoding: Encoding | None = key(
        "CSV: how the text was saved: `cp1251`, `gbk`; UTF-8, if not given.",
        Change.SETUP,
        default=None,
    )
    sheet: str | None = key(
        "Excel: the sheet; the first, if not given.", Change.SETUP, default=None
    )
    table: str | None = key(
        "SQLite: the table or view; the only one, if not given. PostgreSQL: the table or view. "
        "CommerceML: `customers`, `orders`, `lines` or `products`.",
        Change.SETUP,
        default=None,
    )
    schema: str | None = key(
        "PostgreSQL: the table's schema; found on the search path, if not given.",
        Change.SETUP,
        default=None,
    )
    query: str | None = key(
        "SQLite and PostgreSQL: a `SELECT` in place of a table.", Change.SETUP, default=None
    )
    decimal: DecimalMark | None = key(
        "CSV, Excel and Parquet: what parts a number from its fraction where it is written as "
        "text, `,` or `.`; if not given, each value tells, and `1,234` is refused.",
        Change.SETUP,
        default=None,
    )
    dates: DateOrder | None = key(
        "CSV, Excel and Parquet: what stands first in dates such as `01/02/2024`, `day_first` or "
        "`month_first`; if not given, they are refused. With dots it is always the day.",
        Change.SETUP,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSource:
    """A table with one row a customer, or with one a change of a customer."""

    customers: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    name: Name | None = key(
        "What `keep` and the lineage of people call this table; its file's name, if not given.",
        Change.SETUP,
        default=None,
    )
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    ids: Ids = key(
        "`own`: its ids may be those of other people elsewhere; people get the table's name "
        "before their ids: `crm:17`.",
        Change.IDENTITY,
        default=Ids.SHARED,
    )
    names: NameColumns | None = key(
        "The columns with people's names; they give `given_name`, `family_name` and `patronymic`.",
        Change.SETUP,
        default=None,
    )
    region: Region | None = key(
        "Where its phone numbers without a country code are meant; as in `identity`, if not given.",
        Change.SETUP,
        default=None,
    )
    updated_at: str | None = key(
        "The column with the instant of a row's last change; `newest` looks at it.",
        Change.SETUP,
        default=None,
    )
    timezone: str | None = key("The column with the time zone.", Change.SETUP, default=None)
    addresses: Mapping[str, str] = key(
        "The column that holds the address, by kind: `email: mail_address`.",
        Change.SETUP,
        default=EMPTY,
    )
    attributes: Mapping[Name, ColumnKind] = key(
        "The columns that rules and templates may use, with what they hold.",
        Change.SETUP,
        default=EMPTY,
    )
    valid_from: str | None = key(
        "The column with the instant from which a row holds; a customer may then have several.",
        Change.SETUP,
        default=None,
    )
    cursor: str | None = key(
        "A column that is greater in rows that are new or have changed, an instant or a whole "
        "number: only rows with a greater one than was seen are read again, and replace those of "
        "the same customer. Rows that are deleted stay known.",
        Change.SETUP,
        default=None,
    )
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSource:
    """A table with one row an event."""

    events: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    by: Name | By | None = key(_BY, Change.IDENTITY, default=None)
    at: str = key(_AT, Change.SETUP, default="at")
    event: str = key("The column with the event's name.", Change.SETUP, default="event")
    names: tuple[Name, ...] = key(
        "The events of this table that campaigns use; rows with other names are left out.",
        Change.SETUP,
    )
    as_: Name | None = key("One name that all these events get.", Change.SETUP, default=None)
    one_per: OnePer | None = key(
        "`day`: one event per customer and calendar day of the source's `zone`, numbers added "
        "up, stamped at the end of the day, when its total is known.",
        Change.SETUP,
        default=None,
    )
    properties: Mapping[Name, ColumnKind] = key(_PROPERTIES, Change.SETUP, default=EMPTY)
    product: str | None = key(
        "The column with the product; the event gets its attributes from the source of products.",
        Change.SETUP,
        default=None,
    )
    known_after: Duration | None = key(_KNOWN_AFTER, Change.SETUP, default=None)
    received_at: str | None = key(_RECEIVED_AT, Change.SETUP, default=None)
    cursor: str | None = key(_CURSOR, Change.SETUP, default=None)
    zone: ZoneName = key(
        "Where times without an offset are meant, and where days begin.",
        Change.SETUP,
        default=ZoneName("UTC"),
    )
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesSource:
    """A table with one row a message sent in the past; caps and `message.sent` count them."""

    messages: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    by: Name | By | None = key(_BY, Change.IDENTITY, default=None)
    at: str = key(_AT, Change.SETUP, default="at")
    channel: str = key("The column with the channel.", Change.SETUP, default="channel")
    class_: str = key("The column with the message's class.", Change.SETUP, default="class")
    campaign: str = key("The column with the campaign.", Change.SETUP, default="campaign")
    received_at: str | None = key(_RECEIVED_AT, Change.SETUP, default=None)
    cursor: str | None = key(_CURSOR, Change.SETUP, default=None)
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentsSource:
    """A table with one row a consent given (`granted`) or withdrawn (`refused`).

    Where the source itself asks for confirmation, the state is `pending` while the question is
    open, which decides nothing, and `confirmed` once it is a yes.
    """

    consents: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    by: Name | By | None = key(_BY, Change.IDENTITY, default=None)
    at: str = key(_AT, Change.SETUP, default="at")
    channel: str = key("The column with the channel.", Change.SETUP, default="channel")
    purpose: str = key("The column with the message class.", Change.SETUP, default="purpose")
    state: str = key(
        "The column with the state: `granted`, `refused`, `pending` or `confirmed`.",
        Change.SETUP,
        default="state",
    )
    cursor: str | None = key(_CURSOR, Change.SETUP, default=None)
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """A table with one row a line of an order."""

    file: str | None = key(
        "The file or database; that of the orders, if not given.", Change.SETUP, default=None
    )
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    order: str = key("The column with the order's number.", Change.SETUP, default="order")
    product: str = key("The column with the product.", Change.SETUP, default="product")
    quantity: str = key("The column with the quantity.", Change.SETUP, default="quantity")
    amount: str = key("The column with the line's amount.", Change.SETUP, default="amount")
    properties: Mapping[Name, ColumnKind] = key(_PROPERTIES, Change.SETUP, default=EMPTY)
    as_: Name = key("What the event of a line is called.", Change.SETUP, default=Name("order.line"))
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSource:
    """A table with one row an order; of rows with the same number the last one counts."""

    orders: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    order: str = key("The column with the order's number.", Change.SETUP, default="order")
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    by: Name | By | None = key(_BY, Change.IDENTITY, default=None)
    at: str = key(_AT, Change.SETUP, default="at")
    amount: str | None = key(
        "The column with the order's amount. If not given, it is `amount`; where there is no such "
        "column, the amounts of the `lines` are added up.",
        Change.SETUP,
        default=None,
    )
    status: str | None = key("The column with the order's state.", Change.SETUP, default=None)
    only: tuple[str, ...] = key(
        "The states of orders that count; all, if not given.", Change.SETUP, default=()
    )
    as_: Name = key(
        "What the event of an order is called.", Change.SETUP, default=Name("order.placed")
    )
    properties: Mapping[Name, ColumnKind] = key(_PROPERTIES, Change.SETUP, default=EMPTY)
    lines: OrderLines | None = key("The lines of the orders.", Change.SETUP, default=None)
    known_after: Duration | None = key(_KNOWN_AFTER, Change.SETUP, default=None)
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsSource:
    """A table with one row a product; events with the property `product` get its attributes."""

    products: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    product: str = key("The column with the product's id.", Change.SETUP, default="product")
    attributes: Mapping[Name, ColumnKind] = key(
        "The columns that events get, with what they hold.", Change.SETUP
    )
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesSource:
    """A table with one row an answer to a message: opened, clicked, replied, unsubscribed, …."""

    responses: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    by: Name | By | None = key(_BY, Change.IDENTITY, default=None)
    at: str = key(_AT, Change.SETUP, default="at")
    channel: str = key("The column with the channel.", Change.SETUP, default="channel")
    campaign: str = key("The column with the campaign.", Change.SETUP, default="campaign")
    response: str = key(
        "The column with the answer: `opened`, `clicked`, `replied`, `unsubscribed`, "
        "`complained` or `bounced`.",
        Change.SETUP,
        default="response",
    )
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


Source: TypeAlias = (
    CustomersSource
    | EventsSource
    | OrdersSource
    | ProductsSource
    | MessagesSource
    | ResponsesSource
    | ConsentsSource
)
