"""The facts of one person, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind

OUTSIDE: Final = -1
"""The number of a fact that is no step of an enrolment: it comes from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One fact; its columns are those of `campaignspec.engine.facts.SCHEMA`.

    Attributes:
        at: When.
        campaign: In which campaign.
        enrolment: In which enrolment of the customer, from 1; 0 for who never had one.
        seq: The number of the step in its enrolment, or `OUTSIDE`.
        kind: What happened.
        node: Where in the journey.
        edge: The way taken out of the node.
        channel: The channel of a message or an answer.
        reason: Why.
        value: Micro-units.
        key: Which order an enrolment is about, where there is one an order.
    """

    at: Instant
    campaign: str
    enrolment: int
    seq: int
    kind: Kind
    node: str
    edge: str | None = None
    channel: str | None = None
    reason: str | None = None
    value: int | None = None
    key: str | None = None

    @property
    def chapter(self) -> tuple[str, int]:
        """Whose enrolment it belongs to."""
        return self.campaign, self.enrolment


def records_of(facts: pa.Table, customer: str) -> tuple[Record, ...]:
    """Return the facts of one customer, in their order in the table."""
    mine = facts.filter(pc.equal(facts["customer"], customer))
    return tuple(record for _, record in _rows(mine))


def sent_to(facts: pa.Table, customers: Collection[str]) -> tuple[tuple[str, Record], ...]:
    """Return the messages that some customers were sent, each with who got it."""
    mine = pc.is_in(facts["customer"], pa.array(sorted(customers), pa.string()))
    return tuple(_rows(facts.filter(pc.and_(mine, pc.equal(facts["kind"], Kind.SENT.value)))))


def in_order(records: Iterable[Record], campaigns: Iterable[str]) -> tuple[Record, ...]:
    """Put facts into the order in which they were done.

    At one instant the campaigns go in their order, and each takes its steps; what comes from
    outside comes first.

    Args:
        records: The facts of one person.
        campaigns: The campaigns' names, in the order in which they go first at one instant.
    """
    turn = {name: place for place, name in enumerate(campaigns)}
    last = len(turn)
    return tuple(
        sorted(
            records,
            key=lambda each: (
                each.at,
                turn.get(each.campaign, last),
                each.campaign,
                each.enrolment,
                each.seq,
            ),
        )
    )


def _rows(facts: pa.Table) -> Iterator[tuple[str, Record]]:
    at = facts.schema.get_field_index("at")
    for row in facts.set_column(at, "at", facts["at"].cast(pa.int64())).to_pylist():
        customer = row.pop("customer")
        yield customer, Record(**{**row, "kind": Kind(row["kind"])})
