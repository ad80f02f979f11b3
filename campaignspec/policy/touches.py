"""What is decided about, and what the rules may ask: columns, one entry a touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Columns, Wall
from campaignspec.connector import MessageClass
from campaignspec.policy.rulebook import Counter
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import SuppressEvent, SuppressList

Mask: TypeAlias = npt.NDArray[np.bool_]
Stances: TypeAlias = npt.NDArray[np.int8]

Homes: TypeAlias = Sequence[tuple[tuple[Wall, ...], Mask]]
"""The wall clocks of some customers, with the mask of these; several where nobody knows which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """Messages that a journey wants to send now, all by one send step.

    Attributes:
        rows: The customers, as rows of the history.
        at: When, int64 microseconds, on a tick.
        expires: The last instant at which each may go, or ``NEVER``.
        campaign: The campaign's name.
        channel: The channel's name.
        message_class: Why they are sent.
        when_capped: What the step says about caps.
        tick: The length of a tick, microseconds; deferrals end on one.
    """

    rows: Columns
    at: Columns
    expires: Columns
    campaign: str
    channel: str
    message_class: MessageClass
    when_capped: WhenCapped
    tick: int

    def of(self, some: Columns) -> Touches:
        """Return some of the touches, by their places."""
        return replace(
            self,
            rows=self.rows.take(some),
            at=self.at.take(some),
            expires=self.expires[some],  # `take` would copy one instant for all at full length
        )

    @property
    def is_owed(self) -> bool:
        """Whether they are transactional: hardly any rule keeps back what people wait for."""
        return self.message_class is MessageClass.TRANSACTIONAL


class Consents(Protocol):
    """What is known of people's consent."""

    def consent(self, rows: Columns, at: Columns, channel: str, purpose: str) -> Stances:
        """Return 1 for consent granted, -1 for refused, 0 for never asked."""

    def is_confirmed(self, rows: Columns, at: Columns, channel: str, purpose: str) -> Mask:
        """Say whose latest consent was confirmed, at its instant or after it."""


class Facts(Consents, Protocol):
    """What the rules ask about customers; every answer is as of the touch's instant.

    Facts are about the customers of certain touches, whose rows are given with every question.
    """

    def of(self, some: Columns) -> Facts:
        """Return the facts about some of the touches, by their places."""

    def has_address(self, rows: Columns, channel: str) -> Mask:
        """Say who can be reached by the channel at all."""

    def has_unsubscribed(self, rows: Columns, at: Columns, channel: str) -> Mask:
        """Say who answered a message of the channel by an opt-out."""

    def is_in_segment(self, rows: Columns, at: Columns, segment: str) -> Mask:
        """Say who matches a segment."""

    def is_listed(self, rows: Columns, suppression: SuppressList) -> Mask:
        """Say who stands in a list."""

    def latest_event(self, rows: Columns, at: Columns, suppression: SuppressEvent) -> Columns:
        """Return when the latest event that counts happened; long ago where none did."""

    def birthday(self, rows: Columns, at: Columns, attribute: str) -> tuple[Columns, Mask]:
        """Return days of birth, as days since 1970, and who has none."""

    def kth_latest_message(self, rows: Columns, at: Columns, counter: Counter, k: int) -> Columns:
        """Return when the ``k``-th latest message that is counted was sent.

        An instant long ago where there were fewer. ``k`` is at most what the counter keeps.
        """

    def count_messages(self, rows: Columns, at: Columns, counter: Counter, within: int) -> Columns:
        """Count the messages that are counted, after ``at - within`` and up to ``at``."""

    def is_active(self, rows: Columns, campaign: str) -> Mask:
        """Say who is in a campaign's journey, held out people not among them."""

    def entered_at(self, rows: Columns, campaign: str) -> Columns:
        """Return when each entered a campaign last; long ago where never."""

    def homes(self, rows: Columns) -> Homes:
        """Return the zones in which each customer may live."""

    def zones(self, rows: Columns) -> Homes:
        """Return the one zone by which each customer's calendar counts."""
