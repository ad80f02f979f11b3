"""The outbox of a ledger: messages from decided to delivered, each step committed first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaignspec.clock import Instant
from campaignspec.connector import Deed, MessageClass, Value
from campaignspec.engine.facts import Kind
from campaignspec.identity import idempotency_key
from campaignspec.ledger.store import Row, Rows, Store


class Status(StrEnum):
    """What has become of a message."""

    PLANNED = "planned"
    """Decided, and not yet handed over; it may wait for another try."""
    SENDING = "sending"
    """Being handed over; found at a start, it means that the last runner died then."""
    ACCEPTED = "accepted"
    """The channel took it."""
    FAILED = "failed"
    """It was not sent and never will be."""
    ASSUMED = "assumed"
    """Nobody can know whether it was sent, and by policy it is taken for sent."""
    IN_DOUBT = "in_doubt"
    """Nobody knows yet whether it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One message of the outbox, not yet rendered.

    Attributes:
        key: The idempotency key.
        customer: Whom it is for.
        campaign: Whose it is.
        enrolment: The customer's enrolment number.
        node: The send step.
        message: The message's name.
        channel: The channel.
        message_class: Why it is sent.
        at: When it was decided.
        attempt: How many tries there were.
        expires: The last instant at which it may go, or None where none is set.
        deed: What the channel is asked to do.
        entry_key: What the enrolment is about, where a campaign has one an order.
        number: The message's number in the ledger; 0 for one that lies in none.
        person: The customer's number in the ledger.
    """

    key: str
    customer: str
    campaign: str
    enrolment: int
    node: str
    message: str
    channel: str
    message_class: MessageClass
    at: Instant
    attempt: int
    deed: Deed = Deed.MESSAGE
    expires: Instant | None = None
    entry_key: str | None = None
    number: int = 0
    person: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a message.

    Attributes:
        queued: The message.
        status: Its new status.
        not_before: For a planned message, when it may be tried.
        reason: Why, where there is a reason.
        provider_id: The channel's own name for it.
        answer: What the other program answered to a call.
        is_attempt: Whether the try counts: not when the set-up was wrong.
    """

    queued: Queued
    status: Status
    not_before: Instant = 0
    reason: str | None = None
    provider_id: str | None = None
    answer: Mapping[str, Value] = field(default_factory=dict)
    is_attempt: bool = True


_COLUMNS = (
    "id, person, customer, campaign, enrolment, node, message, channel, class, at, attempt, deed, "
    "expires, entry_key"
)


class Queue:
    """The messages of a ledger. Every method commits before it returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ready(self, channel: str, now: Instant, limit: int) -> list[Queued]:
        """Return planned messages of a channel that may go now, the oldest first."""
        return self._read(
            "status = 'planned' AND not_before <= ?1 AND channel = ?2 ORDER BY at, id LIMIT ?3",
            now,
            channel,
            limit,
        )

    def open(self, status: Status) -> list[Queued]:
        """Return the messages that are being sent, or are in doubt."""
        return self._read(
            "status IN ('sending', 'in_doubt') AND status = ?1 ORDER BY at, id", status.value
        )

    def start(self, messages: Iterable[Queued]) -> None:
        """Mark messages as being handed over: from here on they may have been sent."""
        with self._store.transaction():
            self._store.repeat(
                "UPDATE message SET status = 'sending', attempt = attempt + 1 "
                "WHERE id = ?1 AND status = 'planned'",
                [(message.number,) for message in messages],
            )

    def settle(self, settlements: Sequence[Settlement], now: Instant) -> None:
        """Note what became of messages; those that failed are facts."""
        with self._store.transaction():
            self._store.repeat(
                "UPDATE message SET status = ?1, not_before = ?2, reason = ?3, provider_id = ?4, "
                "settled_at = ?5, attempt = attempt - ?6 WHERE id = ?7",
                [_settled(s, now) for s in settlements],
            )
            self._store.repeat(
                "UPDATE message SET reply = ?1, replied_at = ?2 WHERE id = ?3 AND reply IS NULL",
                [_reply(s, now) for s in settlements if s.answer],
            )
            self._store.put(_failures([s for s in settlements if s.status is Status.FAILED], now))

    def counts(self) -> Mapping[Status, int]:
        """Count the messages of each status; every message is in exactly one."""
        found = self._store.query("SELECT status, count(*) FROM message GROUP BY status")
        counted = {Status(status): number for status, number in found}
        return {status: counted.get(status, 0) for status in Status}

    def _read(self, condition: str, *values: object) -> list[Queued]:
        rows = self._store.query(
            f"SELECT {_COLUMNS} FROM message JOIN person USING (person) WHERE {condition}",  # noqa: S608 - own text
            *values,
        )
        return [_queued(row) for row in rows]


def _queued(row: Row) -> Queued:
    number, person, customer, campaign, enrolment, node, message, channel, *more = row
    message_class, at, attempt, deed, expires, entry_key = more
    return Queued(
        key=idempotency_key(
            campaign=campaign,
            customer=customer,
            enrolment=enrolment,
            node=node,
            visit=1,
            channel=channel,
        ),
        customer=customer,
        campaign=campaign,
        enrolment=enrolment,
        node=node,
        message=message,
        channel=channel,
        message_class=MessageClass(message_class),
        at=at,
        attempt=attempt,
        deed=Deed(deed),
        expires=expires,
        entry_key=entry_key,
        number=number,
        person=person,
    )


def _settled(settlement: Settlement, now: Instant) -> tuple[object, ...]:
    return (
        settlement.status.value,
        settlement.not_before,
        settlement.reason,
        settlement.provider_id,
        now,
        int(not settlement.is_attempt),
        settlement.queued.number,
    )


def _failures(settlements: Sequence[Settlement], now: Instant) -> Rows:
    messages, size = [each.queued for each in settlements], len(settlements)
    return Rows(
        table="fact",
        size=size,
        columns={
            "at": [now] * size,
            "campaign": [message.campaign for message in messages],
            "person": [message.person for message in messages],
            "enrolment": [message.enrolment for message in messages],
            "seq": [-1] * size,
            "kind": [Kind.FAILED.value] * size,
            "node": [message.node for message in messages],
            "channel": [message.channel for message in messages],
            "reason": [settlement.reason for settlement in settlements],
            "key": [message.entry_key for message in messages],
        },
    )


def _reply(settlement: Settlement, now: Instant) -> tuple[object, ...]:
    """Keep what was answered to a call; it is heard after this instant, at the next tick."""
    return json.dumps(dict(settlement.answer)), now + 1, settlement.queued.number
