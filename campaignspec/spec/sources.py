"""Where a history comes from: the tables that a ``campaignspec.yaml`` lists under ``sources``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.data_tests import DataTest
from campaignspec.spec.kinds import Encoding, Name, ZoneName
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


_FILE = (
    "A CSV, Parquet, Excel (`.xlsx`, `.xls`) or SQLite (`.sqlite`, `.db`) file, from this "
    "file's folder."
)
_READ = "How the file is read, where its ending does not say enough."
_CUSTOMER = "The column with the customer's id."
_AT = "The column with the instant."
_ZONE = "Where times without an offset are meant."
_TESTS = "What must be true of the table before a run sends anything."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file is read, where its ending does not say enough."""

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
        "SQLite: the table or view; the only one, if not given.", Change.SETUP, default=None
    )
    query: str | None = key("SQLite: a `SELECT` in place of a table.", Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSource:
    """A table with one row a customer."""

    customers: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
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
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSource:
    """A table with one row an event."""

    events: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
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
    properties: Mapping[Name, ColumnKind] = key(
        "The columns that rules may use, with what they hold.", Change.SETUP, default=EMPTY
    )
    known_after: Duration | None = key(
        "How long after it happened an event is known here: `1d` for a nightly export. It "
        "counts from when it is known, in a rehearsal as in a run.",
        Change.SETUP,
        default=None,
    )
    zone: ZoneName = key(
        "Where times without an offset are meant, and where days begin.",
        Change.SETUP,
        default=ZoneName("UTC"),
    )
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesSource:
    """A table with one row a message sent in the past, by whatever system; caps count them."""

    messages: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    at: str = key(_AT, Change.SETUP, default="at")
    channel: str = key("The column with the channel.", Change.SETUP, default="channel")
    class_: str = key("The column with the message's class.", Change.SETUP, default="class")
    campaign: str = key("The column with the campaign.", Change.SETUP, default="campaign")
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentsSource:
    """A table with one row a consent given (`granted`) or withdrawn (`refused`)."""

    consents: str = key(_FILE, Change.SETUP)
    read: ReadOptions | None = key(_READ, Change.SETUP, default=None)
    customer: str = key(_CUSTOMER, Change.SETUP, default="customer")
    at: str = key(_AT, Change.SETUP, default="at")
    channel: str = key("The column with the channel.", Change.SETUP, default="channel")
    purpose: str = key("The column with the message class.", Change.SETUP, default="purpose")
    state: str = key("The column with the state.", Change.SETUP, default="state")
    zone: ZoneName = key(_ZONE, Change.SETUP, default=ZoneName("UTC"))
    tests: tuple[DataTest, ...] = key(_TESTS, Change.SETUP, default=())
    loc: Loc = location()


Source: TypeAlias = CustomersSource | EventsSource | MessagesSource | ConsentsSource
