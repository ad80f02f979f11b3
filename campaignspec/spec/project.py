"""What may be written in a ``campaignspec.yaml``: where facts come from, and where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import HOUR, Duration
from campaignspec.spec.channel import Channel
from campaignspec.spec.kinds import Encoding, Name, Share, ZoneName
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
    loc: Loc = location()


Source: TypeAlias = CustomersSource | EventsSource | MessagesSource | ConsentsSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelResponse:
    """How people are assumed to answer messages of one channel."""

    opened: Share = key("The share of messages that are opened.", Change.SETUP)
    clicked: Share = key(
        "The share of opened messages that are clicked.", Change.SETUP, default=Share(0.0)
    )
    unsubscribed: Share = key(
        "The share of opened messages that are answered by an opt-out.",
        Change.SETUP,
        default=Share(0.0),
    )
    within: Duration = key(
        "How long after sending the last answers come; half come in the first quarter.",
        Change.SETUP,
        default=Duration(48 * HOUR),
    )
    basis: str = key("Where these numbers are from.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseModel:
    """A named set of assumptions about answers, for rehearsals."""

    seed: str = key("The seed of its draws.", Change.SETUP)
    channels: Mapping[Name, ChannelResponse] = key("Assumptions by channel.", Change.SETUP)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A place where campaigns run."""

    ledger: str = key("The SQLite file that holds state and facts.", Change.SETUP)
    campaigns: tuple[Name, ...] = key(
        "The campaigns that run here; all, if not given.", Change.SETUP, default=()
    )
    channels: Mapping[Name, Channel] = key(
        "Channels that are set up differently here.", Change.SETUP, default=EMPTY
    )
    responses: Name | None = key(
        "A response model that answers in place of people; for rehearsals only.",
        Change.SETUP,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A project: its sources, its assumptions and its environments."""

    spec: int = key("The version of the language: 1.", Change.SETUP)
    project: Name = key("The project's name.", Change.IDENTITY)
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    timezone: ZoneName = key(
        "The zone of dates on the command line, and of customers without one of their own.",
        Change.POLICY,
    )
    currency: str = key("The currency of all amounts, ISO 4217.", Change.SETUP)
    tick: Duration = key(
        "How often the runner acts; every entry, wait and message falls on a tick.",
        Change.TIMING,
        default=Duration(HOUR),
    )
    sources: tuple[Source, ...] = key("The tables that hold the history.", Change.SETUP)
    responses: Mapping[Name, ResponseModel] = key(
        "Named assumptions about how people answer.", Change.SETUP, default=EMPTY
    )
    environments: Mapping[Name, Environment] = key(
        "Where campaigns run, by name.", Change.SETUP, default=EMPTY
    )
    loc: Loc = location()
