"""Where a history comes from: files and what their columns mean, declared by the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias


class ValueKind(StrEnum):
    """What a column of attributes or properties holds."""

    TEXT = "text"
    """Text stays text: phone numbers, postcodes, ids."""
    NUMBER = "number"
    """A double-precision number."""
    MONEY = "money"
    """An amount in the project's currency, held in whole micro-units."""
    DATE = "date"
    """A calendar day, held as its number; day 0 is 1970-01-01."""
    BOOLEAN = "boolean"
    """True or false; files may also say yes and no, 1 and 0."""


AttributeKind: TypeAlias = ValueKind
PropertyKind: TypeAlias = ValueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """How a file is read, where its ending does not say enough.

    Attributes:
        delimiter: What parts the columns of a CSV file; None finds it in the header.
        encoding: How the text of a CSV file is encoded; None is UTF-8.
        sheet: The sheet of an Excel file; None is the first.
        table: The table or view of a SQLite file; None is the only one.
        query: A query of a SQLite file, in place of a table.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None


AS_IT_IS: Final = ReadAs()
"""A file that its ending says enough of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSource:
    """A file with one row a customer.

    Attributes:
        file: A CSV file with a header, or a Parquet, Excel or SQLite file.
        read: How the file is read.
        customer: The column of the customer's id; an id is text, whatever it looks like.
        timezone: The column of the customer's zone, or None where the file has none.
        addresses: Column by kind of address, such as ``{"email": "e_mail"}``.
        attributes: Kind by column; None takes every other column as text.
    """

    file: Path
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    timezone: str | None = "timezone"
    addresses: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, AttributeKind] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """A file with one row an event.

    Attributes:
        file: A CSV file with a header, or a Parquet, Excel or SQLite file.
        read: How the file is read.
        customer: The column of the customer's id.
        at: The column of the instant. A time with an offset is exact; a time without one is
            local to ``zone``; a date is its first moment.
        event: The type of every event of this source; None reads it from ``event_column``.
        event_column: The column of the event's type, or None where the file has none.
        properties: Kind by column.
        only: Take only the rows whose ``event_column`` says one of these; all, if empty.
        one_per_day: Make one event of a customer's calendar day, with numbers and money
            summed and other properties dropped. It happens at the end of the day, the next
            local midnight, because a day's total is known when the day is over.
        known_after: How long after it happened an event is known, microseconds. It counts from
            then: nobody can act on what is not known.
        zone: Where times without an offset are meant, and where days begin.
    """

    file: Path
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    at: str = "at"
    event: str | None = None
    event_column: str | None = "event"
    properties: Mapping[str, PropertyKind] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    one_per_day: bool = False
    known_after: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSource:
    """A file with one row a message that was sent before campaignspec came.

    Attributes:
        file: A CSV file with a header, or a Parquet, Excel or SQLite file.
        read: How the file is read.
        customer: The column of the customer's id.
        at: The column of the instant, as in `EventSource`.
        channel: The column of the channel.
        message_class: The column of the message's class.
        campaign: The column of the campaign's name.
        zone: Where times without an offset are meant.
    """

    file: Path
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    at: str = "at"
    channel: str = "channel"
    message_class: str = "class"
    campaign: str = "campaign"
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSource:
    """A file with one row a decision of a customer: this channel, for this purpose, yes or no.

    Attributes:
        file: A CSV file with a header, or a Parquet, Excel or SQLite file.
        read: How the file is read.
        customer: The column of the customer's id.
        at: The column of the instant, as in `EventSource`.
        channel: The column of the channel.
        purpose: The column of the purpose.
        state: The column of the decision, ``granted`` or ``refused``.
        zone: Where times without an offset are meant.
    """

    file: Path
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    at: str = "at"
    channel: str = "channel"
    purpose: str = "purpose"
    state: str = "state"
    zone: str = "UTC"


Source: TypeAlias = CustomerSource | EventSource | MessageSource | ConsentSource
