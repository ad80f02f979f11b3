"""Look into a ledger without disturbing its runner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.facts import ORDER, SCHEMA
from campaignspec.engine.state import ACTIVE, GOAL_OPEN
from campaignspec.ledger.file import LedgerFile
from campaignspec.ledger.queue import Queue, Status


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


def read_ledger(file: LedgerFile) -> Kept:
    """Read everything at one instant: a runner that goes on meanwhile changes nothing of it."""
    file.db.execute("BEGIN")
    try:
        return Kept(
            start=file.instant("start"),
            watermark=file.instant("watermark"),
            campaigns=json.loads(file.get("campaigns") or "{}"),
            facts=read_facts(file),
            places=_places(file),
            ended=_ended(file),
            messages=Queue(file).counts(),
        )
    finally:
        file.db.execute("COMMIT")


def _ended(file: LedgerFile) -> dict[str, int]:
    found = file.db.execute(
        "SELECT campaign, count(*) FROM enrolment WHERE flags = 0 GROUP BY campaign"
    )
    return {str(campaign): int(number) for campaign, number in found}


def read_facts(file: LedgerFile) -> pa.Table:
    """Return all facts in order."""
    rows = file.db.execute(
        f"SELECT {', '.join(SCHEMA.names)} FROM fact ORDER BY {', '.join(ORDER)}"  # noqa: S608 - own names
    ).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def _places(file: LedgerFile) -> tuple[Place, ...]:
    found = file.db.execute(
        "SELECT campaign, node, count(*), sum(flags & ? = 0), min(wake) FROM enrolment "
        "WHERE flags & ? GROUP BY campaign, node ORDER BY campaign, count(*) DESC, node",
        (ACTIVE, ACTIVE | GOAL_OPEN),
    )
    return tuple(
        Place(campaign=campaign, node=node, people=people, watched=watched, next_wake=wake)
        for campaign, node, people, watched, wake in found
    )
