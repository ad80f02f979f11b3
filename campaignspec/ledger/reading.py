"""Look into a ledger without disturbing its runner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.facts import ORDER, SCHEMA
from campaignspec.engine.state import ACTIVE, GOAL_OPEN
from campaignspec.ledger.book import Book
from campaignspec.ledger.queue import Queue, Status
from campaignspec.ledger.store import Store

_ORDER: Final = tuple("coalesce(key, '')" if name == "key" else name for name in ORDER)
"""The order of facts; of the two databases one would put a missing key first, the other last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where people of one campaign are.

    Attributes:
        campaign: The campaign.
        node: The journey's node.
        people: How many are there now.
        watched: How many of them are only watched for the goal: their journey is over, or
            they are held out.
        next_wake: When a timer moves the first of them, or None.
    """

    campaign: str
    node: str
    people: int
    watched: int
    next_wake: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a ledger holds.

    Attributes:
        start: The instant after which the run began.
        watermark: Everything up to and including this instant is done.
        campaigns: The campaigns' names and fingerprints.
        facts: All facts in order.
        places: Where everybody is whose enrolment is open.
        ended: By campaign, how many latest enrolments have ended.
        messages: How many messages there are of each status.
    """

    start: Instant
    watermark: Instant
    campaigns: Mapping[str, str]
    facts: pa.Table
    places: tuple[Place, ...]
    ended: Mapping[str, int]
    messages: Mapping[Status, int]


def read_ledger(book: Book) -> Kept:
    """Read everything at one instant: a runner that goes on meanwhile changes nothing of it."""
    store = book.store
    with store.snapshot():
        return Kept(
            start=book.instant("start"),
            watermark=book.instant("watermark"),
            campaigns=json.loads(book.get("campaigns") or "{}"),
            facts=read_facts(store),
            places=_places(store),
            ended=_ended(store),
            messages=Queue(store).counts(),
        )


def _ended(store: Store) -> dict[str, int]:
    found = store.query(
        "SELECT campaign, count(*) FROM enrolment WHERE flags = 0 GROUP BY campaign"
    )
    return {str(campaign): int(number) for campaign, number in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a ledger holds of one customer, or of everybody.

    Attributes:
        start: The instant after which the run began.
        watermark: Everything up to and including this instant is done.
        campaigns: The names of the campaigns that are run.
        facts: The facts in order.
    """

    start: Instant
    watermark: Instant
    campaigns: tuple[str, ...]
    facts: pa.Table


def read_part(book: Book, customer: str | None) -> Part:
    """Read what happened to one customer, or to everybody, at one instant."""
    with book.store.snapshot():
        return Part(
            start=book.instant("start"),
            watermark=book.instant("watermark"),
            campaigns=tuple(json.loads(book.get("campaigns") or "{}")),
            facts=read_facts(book.store, customer),
        )


def read_facts(store: Store, customer: str | None = None) -> pa.Table:
    """Return facts in order: one customer's, or everybody's."""
    rows = store.query(
        f"SELECT {', '.join(SCHEMA.names)} FROM fact JOIN person USING (person) "  # noqa: S608 - own names
        f"{'' if customer is None else 'WHERE customer = ?1 '}ORDER BY {', '.join(_ORDER)}",
        *(() if customer is None else (customer,)),
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def _places(store: Store) -> tuple[Place, ...]:
    found = store.query(
        "SELECT campaign, node, count(*), count(*) FILTER (WHERE (flags & ?1) = 0), min(wake) "
        "FROM enrolment WHERE (flags & ?2) != 0 "
        "GROUP BY campaign, node ORDER BY campaign, count(*) DESC, node",
        ACTIVE,
        ACTIVE | GOAL_OPEN,
    )
    return tuple(
        Place(campaign=campaign, node=node, people=people, watched=watched, next_wake=wake)
        for campaign, node, people, watched, wake in found
    )
