"""Who holds which offer: columns beside the enrolments, and what happened to grants in a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.codes import NO_CODE
from campaignspec.engine.present import repeated, writable
from campaignspec.history import LONG_AGO
from campaignspec.history.stream import NO_EVENT

Instants = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]


class Closing(StrEnum):
    """How a grant ends."""

    REDEEMED = "redeemed"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(slots=True)
class Holding:
    """The latest grant of one offer to each customer, in columns.

    Nobody holds two grants of one offer at once. A grant is held from its instant up to, and
    without, its end. Columns about redemptions take no memory before the first.

    Attributes:
        number: Counts the customer's grants of this offer from 1; 0 before the first.
        held: Whether the latest grant is neither redeemed nor revoked nor expired.
        granted_at: When it was given.
        until: When it ends, or `NEVER`.
        code: The number of its code in the offer's pool, or `NO_CODE`.
        worth: What it is worth while it is held, in micro-units.
        origin: Where it was given: a place in `Holdings.origins`.
        enrolment: In which enrolment.
        key: What tells this enrolment apart from the customer's others, or None.
        redeemed_at: When the customer last redeemed this offer, or `LONG_AGO`.
        redeem_at: When an event redeems it, as far as is known, or `NEVER`; derived.
        redeem_by: The index of that event; derived.
    """

    number: npt.NDArray[np.int32]
    held: npt.NDArray[np.bool_]
    granted_at: Instants
    until: Instants
    code: Numbers
    worth: Numbers
    origin: npt.NDArray[np.int32]
    enrolment: npt.NDArray[np.int32]
    key: Texts
    redeemed_at: Instants
    redeem_at: Instants
    redeem_by: Numbers

    @classmethod
    def blank(cls, size: int) -> Holding:
        """Make the columns of customers who were never given the offer."""
        return cls(
            number=np.zeros(size, np.int32),
            held=np.zeros(size, np.bool_),
            granted_at=np.full(size, LONG_AGO, np.int64),
            until=np.full(size, NEVER, np.int64),
            code=np.full(size, NO_CODE, np.int64),
            worth=np.zeros(size, np.int64),
            origin=np.zeros(size, np.int32),
            enrolment=np.zeros(size, np.int32),
            key=np.full(size, None, np.object_),
            redeemed_at=repeated(np.array([LONG_AGO]), size),
            redeem_at=repeated(np.array([NEVER]), size),
            redeem_by=repeated(np.array([NO_EVENT]), size),
        )

    def redeem(self, index: Rows | int, at: Instants | Instant) -> None:
        """Note when customers redeemed the offer."""
        self.redeemed_at = writable(self.redeemed_at)
        self.redeemed_at[index] = at

    def expect(self, index: Rows, at: Instants, by: Numbers) -> None:
        """Note when customers will redeem the offer, as far as is known, and by which events."""
        self.redeem_at, self.redeem_by = writable(self.redeem_at), writable(self.redeem_by)
        self.redeem_at[index], self.redeem_by[index] = at, by


@dataclass(slots=True)
class Holdings:
    """All offers that the customers at hand hold or held.

    Attributes:
        by_offer: The columns by offer.
        origins: Campaign and step of grants, each once; new ones are added behind.
    """

    by_offer: dict[str, Holding] = field(default_factory=dict)
    origins: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def blank(cls, offers: Sequence[str], size: int) -> Holdings:
        """Make the columns of customers who were never given anything."""
        return cls(by_offer={offer: Holding.blank(size) for offer in offers})

    def origin(self, campaign: str, node: str) -> int:
        """Return the place of a campaign's step in the list of origins."""
        if (campaign, node) not in self.origins:
            self.origins.append((campaign, node))
        return self.origins.index((campaign, node))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantBatch:
    """Grants of one offer at one step.

    Attributes:
        offer: The offer.
        campaign: The campaign that gave it.
        node: Its step.
        rows: The customers, as rows of the history.
        at: When each was given it.
        until: When each grant ends, or `NEVER`.
        enrolment: Each customer's enrolment number.
        keys: What tells enrolments of one customer apart; None where nothing does.
        number: Counts each customer's grants of the offer.
        code: The number of each code, or `NO_CODE`.
        worth: What each is worth while it is held, in micro-units.
    """

    offer: str
    campaign: str
    node: str
    rows: Rows
    at: Instants
    until: Instants
    enrolment: npt.NDArray[np.int32]
    keys: Texts | None
    number: npt.NDArray[np.int32]
    code: Numbers
    worth: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingBatch:
    """Ends of grants of one offer.

    Attributes:
        offer: The offer.
        how: How they ended.
        rows: The customers, as rows of the history.
        at: When each ended.
        number: Which of the customer's grants it was.
    """

    offer: str
    how: Closing
    rows: Rows
    at: Instants
    number: npt.NDArray[np.int32]


GrantEvent = GrantBatch | ClosingBatch
"""What happens to grants, for the ledger."""
