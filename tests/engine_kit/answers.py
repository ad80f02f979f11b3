"""People who answer messages by a plain rule, for the engine and for the oracle alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import HOUR, MINUTE, NEVER
from campaignspec.engine.state import Answers
from campaignspec.engine.world import SentBatch

_DELAYS = (1, 20 * MINUTE, HOUR, 3 * HOUR, 26 * HOUR)


@dataclass(frozen=True)
class People:
    """Answer by the digest of what was sent to whom.

    Attributes:
        salt: Different people for different salts; nobody answers where it is empty.
        customers: The customers by row, for the engine.
    """

    salt: str
    customers: Sequence[str] = ()

    def answers_of(
        self, *, seed: str, node: str, channel: str, customer: str, enrolment: int, at: int
    ) -> Mapping[str, int]:
        """Return the instants of the answers to one message, by kind."""
        if not self.salt:
            return {}
        text = "/".join((self.salt, seed, node, channel, customer, str(enrolment)))
        digest = hashlib.sha256(text.encode()).digest()
        found = {}
        if digest[0] % 3 != 0:
            found["opened"] = at + _DELAYS[digest[1] % 5]
            if digest[2] % 2:
                found["clicked"] = found["opened"] + _DELAYS[digest[3] % 5]
            if digest[4] % 5 == 0:
                found["unsubscribed"] = found["opened"] + _DELAYS[digest[5] % 5]
        return found

    def answer(self, batch: SentBatch) -> Answers:
        """Answer a batch of the engine's."""
        columns: dict[str, list[int]] = {"opened": [], "clicked": [], "unsubscribed": []}
        for row, at, number in zip(batch.rows, batch.at, batch.enrolment, strict=True):
            found = self.answers_of(
                seed=batch.seed,
                node=batch.node,
                channel=batch.channel,
                customer=self.customers[row],
                enrolment=int(number),
                at=int(at),
            )
            for kind, column in columns.items():
                column.append(found.get(kind, NEVER))
        return Answers(**{kind: np.array(col, np.int64) for kind, col in columns.items()})
