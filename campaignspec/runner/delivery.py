"""Deliver what the ledger's outbox holds, and never send twice.

A message is marked as being sent, and the mark is on the disk, before its first byte leaves.
A runner that dies leaves marked messages behind; the next one finds out what became of them:
it asks a channel that can tell, repeats where a repeat is harmless, and otherwise follows the
message's class: promotional and service messages are taken for sent, transactional ones are
sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, assert_never

from campaignspec.clock import DAY, MINUTE, NEVER, SECOND, Instant
from campaignspec.connector import (
    Accepted,
    Connector,
    FailureKind,
    Idempotency,
    InDoubt,
    Message,
    MessageClass,
    Receipt,
    Rejected,
    Retry,
)
from campaignspec.content import RenderError
from campaignspec.ledger.queue import Queue, Queued, Settlement, Status
from campaignspec.runner.recheck import Recheck
from campaignspec.runner.rendering import Renderer

MOST_ATTEMPTS: Final = 8
PROMOTIONAL_VALIDITY: Final = DAY
"""How long after its decision a promotional message may go whose step says no `valid_for`."""
_CONFIGURATION_PAUSE: Final = 5 * MINUTE
_LONGEST_PAUSE: Final = 15 * MINUTE


class Delivery:
    """Hands messages to connectors and keeps account of them."""

    def __init__(
        self,
        queue: Queue,
        connectors: Mapping[str, Connector],
        renderer: Renderer,
        recheck: Recheck,
    ) -> None:
        self._queue = queue
        self._connectors = connectors
        self._renderer = renderer
        self._recheck = recheck
        self._with_planned = set(connectors)
        """The channels that may have planned messages, as far as is known."""

    def recover(self, now: Instant) -> int:
        """Settle the messages that an earlier runner left while sending them.

        Returns:
            How many there were.
        """
        left = [*self._queue.open(Status.SENDING), *self._queue.open(Status.IN_DOUBT)]
        for channel, connector in self._connectors.items():
            mine = [message for message in left if message.channel == channel]
            if mine:
                self._queue.settle(self._resolve(mine, connector, now), now)
        return len(left)

    def dispatch(self, now: Instant, *, is_more: bool = True) -> int:
        """Deliver everything that is ready.

        Args:
            now: The instant that it is.
            is_more: Whether messages may have come since the last time. Where none have, the
                outbox is asked only for channels that had messages left, which wait for another
                try: at most ticks there is nothing to deliver.

        Returns:
            How many messages were handed over.
        """
        if is_more:
            self._with_planned.update(self._connectors)
        return sum(
            self._dispatch(channel, now)
            for channel in self._connectors
            if channel in self._with_planned
        )

    def _dispatch(self, channel: str, now: Instant) -> int:
        handed = self._hand_over(channel, now)
        if not self._queue.ready(channel, NEVER, 1):
            self._with_planned.discard(channel)
        return handed

    def _hand_over(self, channel: str, now: Instant) -> int:
        connector, handed = self._connectors[channel], 0
        while batch := self._queue.ready(channel, now, connector.capabilities.max_batch):
            sendable = self._sendable(batch, now)
            if not sendable:
                continue
            self._queue.start(queued for queued, _ in sendable)
            receipts = connector.deliver([message for _, message in sendable])
            settlements = [
                self._settlement(queued, receipt, connector, now)
                for (queued, _), receipt in zip(sendable, receipts, strict=True)
            ]
            self._queue.settle(settlements, now)
            handed += len(sendable)
            if any(_is_configuration(receipt) for receipt in receipts):
                break
        return handed

    def _sendable(self, batch: Sequence[Queued], now: Instant) -> list[tuple[Queued, Message]]:
        """Render what may still go; settle what may not."""
        objections = self._recheck.objections(batch, now)
        sendable, settlements = [], []
        for queued in batch:
            settled = objections.get(queued.key) or self._expired(queued, now)
            if settled is None:
                try:
                    sendable.append((queued, self._renderer.render(queued)))
                    continue
                except RenderError as error:
                    settled = Settlement(
                        queued=queued, status=Status.FAILED, reason=f"render: {error}"
                    )
            settlements.append(settled)
        if settlements:
            self._queue.settle(settlements, now)
        return sendable

    def _expired(self, queued: Queued, now: Instant) -> Settlement | None:
        if queued.attempt >= MOST_ATTEMPTS:
            return Settlement(queued=queued, status=Status.FAILED, reason="too many attempts")
        if now > _valid_until(queued):
            return Settlement(queued=queued, status=Status.FAILED, reason="expired")
        return None

    def _settlement(
        self, queued: Queued, receipt: Receipt, connector: Connector, now: Instant
    ) -> Settlement:
        match receipt:
            case Accepted():
                return Settlement(
                    queued=queued,
                    status=Status.ACCEPTED,
                    provider_id=receipt.provider_id,
                    answer=receipt.answer,
                )
            case Rejected(kind=FailureKind.CONFIGURATION):
                later = now + _CONFIGURATION_PAUSE
                return replace(_again(queued, later, receipt.reason), is_attempt=False)
            case Rejected():
                reason = f"{receipt.kind}: {receipt.reason}"
                return Settlement(queued=queued, status=Status.FAILED, reason=reason)
            case Retry():
                return _again(queued, now + _pause(queued, receipt), receipt.reason)
            case InDoubt():
                return self._resolve([queued], connector, now + MINUTE, receipt.reason)[0]
            case _:
                assert_never(receipt)

    def _resolve(
        self,
        messages: Sequence[Queued],
        connector: Connector,
        then: Instant,
        reason: str = "the runner stopped while sending",
    ) -> list[Settlement]:
        """Say what becomes of messages of which nobody knows whether they were sent.

        Those that may be sent again may be so from ``then`` on.
        """
        match connector.capabilities.idempotency:
            case Idempotency.NATIVE:
                return [_again(message, then, reason) for message in messages]
            case Idempotency.LOOKUP:
                sent = connector.lookup([message.key for message in messages])
                return [_looked_up(message, sent.get(message.key), then) for message in messages]
            case Idempotency.NONE:
                return [_by_class(message, then, reason) for message in messages]
            case _:
                assert_never(connector.capabilities.idempotency)


def _valid_until(queued: Queued) -> Instant:
    """Return the last instant at which a message may go: what its step says, or what is usual."""
    if queued.expires is not None:
        return queued.expires
    promotional = queued.message_class is MessageClass.PROMOTIONAL
    return queued.at + PROMOTIONAL_VALIDITY if promotional else NEVER


def _again(queued: Queued, not_before: Instant, reason: str) -> Settlement:
    return Settlement(queued=queued, status=Status.PLANNED, not_before=not_before, reason=reason)


def _looked_up(queued: Queued, sent: bool | None, now: Instant) -> Settlement:  # noqa: FBT001 - an answer
    if sent is None:
        return Settlement(queued=queued, status=Status.IN_DOUBT, reason="the channel cannot tell")
    if sent:
        return Settlement(queued=queued, status=Status.ACCEPTED, reason="found by its key")
    return _again(queued, now, "not found by its key")


def _by_class(queued: Queued, now: Instant, reason: str) -> Settlement:
    if queued.message_class is MessageClass.TRANSACTIONAL:
        return _again(queued, now, reason)
    return Settlement(queued=queued, status=Status.ASSUMED, reason=reason)


def _pause(queued: Queued, receipt: Retry) -> int:
    """Wait as long as the channel asks, doubling with each attempt, a quarter hour at most."""
    asked = int(receipt.after_seconds * SECOND) << min(queued.attempt, 10)
    return min(asked, max(_LONGEST_PAUSE, int(receipt.after_seconds * SECOND)))


def _is_configuration(receipt: Receipt) -> bool:
    return isinstance(receipt, Rejected) and receipt.kind is FailureKind.CONFIGURATION
