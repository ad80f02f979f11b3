"""What people answered to earlier messages: events to count, and refusals to respect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from campaignspec.connector import MessageClass
from campaignspec.errors import HistoryError
from campaignspec.history.field import Field, Shape
from campaignspec.history.opening import open_table
from campaignspec.history.place import Place
from campaignspec.history.preparing import Workshop, check_zone, settle, write_parquet
from campaignspec.history.reading import MOST_PROBLEMS, stage
from campaignspec.history.source import (
    AS_IT_IS,
    ConsentSource,
    EventSource,
    MessageSource,
    ReadAs,
    ValueKind,
)
from campaignspec.history.sql import literal
from campaignspec.people.rules import Reference
from campaignspec.spec.sources import SENT, Response

_TEXT: Final = ValueKind.TEXT
_REFUSALS: Final = (Response.UNSUBSCRIBED, Response.COMPLAINED)
_PURPOSES: Final = tuple(each for each in MessageClass if each is not MessageClass.TRANSACTIONAL)
"""What an opt-out refuses: a transactional message is owed all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSource:
    """A table with one row an answer to a message.

    Attributes:
        file: The file or the database.
        read: How a file is read.
        customer: The column of the customer's id.
        by: How it names customers, where not by an id.
        at: The column of the instant, as in `EventSource`.
        channel: The column of the channel.
        campaign: The column of the campaign's name.
        response: The column of what was done; a `campaignspec.spec.sources.Response`.
        zone: Where times without an offset are meant.
    """

    file: Place
    read: ReadAs = AS_IT_IS
    customer: str = "customer"
    by: Reference | None = None
    at: str = "at"
    channel: str = "channel"
    campaign: str = "campaign"
    response: str = "response"
    zone: str = "UTC"


def events_of_messages(source: MessageSource) -> EventSource:
    """Make the source of the event ``message.sent`` of what a source of messages holds."""
    return EventSource(
        file=source.file,
        read=source.read,
        customer=source.customer,
        by=source.by,
        at=source.at,
        event=SENT,
        properties={"channel": _TEXT, "class": _TEXT, "campaign": _TEXT},
        columns={
            "channel": source.channel,
            "class": source.message_class,
            "campaign": source.campaign,
        },
        received_at=source.received_at,
        cursor=source.cursor,
        zone=source.zone,
    )


def events_and_refusals(
    source: ResponseSource, workshop: Workshop
) -> tuple[EventSource, ConsentSource]:
    """Make the source of the events of answers, and that of the refusals among them.

    Who unsubscribes from a channel, or complains, refuses its promotional and service messages
    from then on, until a later consent grants them again.

    Raises:
        HistoryError: The table cannot be read as declared, or an answer is none of the six.
    """
    folder = workshop.prepared(source, partial(_prepare, source))
    events = EventSource(
        file=folder / "responses.parquet",
        by=source.by,
        properties={"channel": _TEXT, "campaign": _TEXT},
    )
    return events, ConsentSource(file=folder / "refusals.parquet", by=source.by)


def _prepare(source: ResponseSource, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    check_zone(source.file, source.zone)
    fields = [
        Field(name="customer", column=source.customer, required=True),
        Field(name="at", column=source.at, kind=Shape.INSTANT, required=True),
        Field(name="channel", column=source.channel, required=True),
        Field(name="campaign", column=source.campaign),
        Field(name="response", column=source.response, required=True),
    ]
    columns = [field.column for field in fields]
    with open_table(connection, source.file, source.read, columns=columns) as table:
        stage(connection, "responses", table, fields)
    _check_answers(connection, source)
    settle(connection, "responses", source.zone)
    write_parquet(
        connection,
        "SELECT customer, instant AS \"at\", 'message.' || lower(response) AS event, "
        "channel, campaign FROM responses ORDER BY n",
        folder / "responses.parquet",
    )
    refusals = ", ".join(map(literal, _REFUSALS))
    purposes = ", ".join(f"({literal(purpose)})" for purpose in _PURPOSES)
    write_parquet(
        connection,
        "SELECT customer, instant AS \"at\", channel, purpose, 'refused' AS state "  # noqa: S608 (own words)
        f"FROM responses, (VALUES {purposes}) AS purposes(purpose) "
        f"WHERE lower(response) IN ({refusals}) ORDER BY n, purpose",
        folder / "refusals.parquet",
    )


def _check_answers(connection: duckdb.DuckDBPyConnection, source: ResponseSource) -> None:
    known = ", ".join(map(literal, Response))
    unknown = connection.execute(
        f"SELECT n, response FROM responses WHERE lower(response) NOT IN ({known}) "  # noqa: S608 (own words)
        f"ORDER BY n LIMIT {MOST_PROBLEMS}"
    ).fetchall()
    if unknown:
        *others, last = Response
        problems = [
            f"{source.file}: row {row}: column {source.response!r} holds {answer!r}, "
            f"which is not {', '.join(others)} or {last}"
            for row, answer in unknown
        ]
        raise HistoryError("\n".join(problems))
