"""Where a history comes from: files and what their columns mean, declared by the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from campaignspec.history.casts import Dates
from campaignspec.history.place import Place
from campaignspec.people.rules import Reference


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
        decimal: What parts a number from its fraction, where it is text; None tells by each.
        dates: What stands first in dates with slashes; None takes none.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None
    decimal: str | None = None
    dates: Dates | None = None

    @property
    def as_written(self) -> ReadAs:
        """How to read a file of this one's texts that the store has made."""
        return ReadAs(decimal=self.decimal, dates=self.dates)


AS_IT_IS: Final = ReadAs()
"""A file that its ending says enough of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSource:
    """A file with one row a customer.

    Attributes:
        file: A CSV file with a header, a file of another kind that is read, or a database.
        read: How the file is read.
        customer: The column of the customer's id; an id is text, whatever it looks like.
        timezone: The column of the customer's zone, or None where the file has none.
        addresses: Column by kind of address, such as ``{"email": "e_mail"}``.
        attributes: Kind by column; None takes every other column as text.
        name: What rules about identity and the lineage of people call it.
        own_ids: Whether its ids may be those of other people elsewhere.
        names: The columns of people's names, by part: ``full``, ``given``, ``family``,
            ``patronymic``. They, like what follows, count only where there are rules about
            identity.
        name_order: ``family-first`` or ``given-first``, where full names do not tell.
        region: Where its phone numbers without a country code are meant; None as elsewhere.
        updated_at: The column of the instant of a row's last change.
        zone: Where such instants without an offset are meant.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    timezone: str | None = "timezone"
    addresses: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, AttributeKind] | None = None
    name: str = ""
    own_ids: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    name_order: str = "family-first"
    region: str | None = None
    updated_at: str | None = None
    zone: str = "UTC"

    @property
    def called(self) -> str:
        """What the source is called: its name, or else its file's."""
        return self.name or (self.file.stem if isinstance(self.file, Path) else str(self.file))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """A file with one row an event.

    Attributes:
        file: A CSV file with a header, a file of another kind that is read, or a database.
        read: How the file is read.
        customer: The column of the customer's id.
        by: How it names customers, where not by an id; it needs rules about identity.
        at: The column of the instant. A time with an offset is exact; a time without one is
            local to ``zone``; a date is its first moment.
        event: The type of every event of this source; None reads it from ``event_column``.
        event_column: The column of the event's type, or None where the file has none.
        properties: Kind by property.
        columns: The column of a property that is called otherwise than it.
        only: Take only the rows whose ``event_column`` says one of these; all, if empty.
        one_per_day: Make one event of a customer's calendar day, with numbers and money
            summed and other properties dropped. It happens at the end of the day, the next
            local midnight, because a day's total is known when the day is over.
        known_after: How long after it happened an event is known, microseconds. It counts from
            then: nobody can act on what is not known.
        received_at: The column of the instant from which an event is known, or None where there
            is none. An event counts from the later of the two instants.
        cursor: A column that is greater in later rows, so that only these are read; or None.
        zone: Where times without an offset are meant, and where days begin.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    by: Reference | None = None
    at: str = "at"
    event: str | None = None
    event_column: str | None = "event"
    properties: Mapping[str, PropertyKind] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    one_per_day: bool = False
    known_after: int = 0
    received_at: str | None = None
    cursor: str | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSource:
    """A file with one row a message that was sent before campaignspec came.

    Attributes:
        file: A CSV file with a header, a file of another kind that is read, or a database.
        read: How the file is read.
        customer: The column of the customer's id.
        by: How it names customers, where not by an id; it needs rules about identity.
        at: The column of the instant, as in `EventSource`.
        channel: The column of the channel.
        message_class: The column of the message's class.
        campaign: The column of the campaign's name.
        received_at: The column of the instant from which an event is known, or None where there
            is none. An event counts from the later of the two instants.
        cursor: A column that is greater in later rows, so that only these are read; or None.
        zone: Where times without an offset are meant.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    by: Reference | None = None
    at: str = "at"
    channel: str = "channel"
    message_class: str = "class"
    campaign: str = "campaign"
    received_at: str | None = None
    cursor: str | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSource:
    """A file with one row a decision of a customer: this channel, for this purpose, yes or no.

    Attributes:
        file: A CSV file with a header, a file of another kind that is read, or a database.
        read: How the file is read.
        customer: The column of the customer's id.
        by: How it names customers, where not by an id; it needs rules about identity.
        at: The column of the instant, as in `EventSource`.
        channel: The column of the channel.
        purpose: The column of the purpose.
        state: The column of the decision: ``granted``, ``refused``, ``confirmed``, or
            ``pending``, which is none.
        cursor: A column that is greater in later rows, so that only these are read; or None.
        zone: Where times without an offset are meant.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    by: Reference | None = None
    at: str = "at"
    channel: str = "channel"
    purpose: str = "purpose"
    state: str = "state"
    cursor: str | None = None
    zone: str = "UTC"


Source: TypeAlias = CustomerSource | EventSource | MessageSource | ConsentSource
