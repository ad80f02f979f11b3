"""Messages that go out and answers that come back, in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaignspec.connector import Deed, MessageClass, Value
from campaignspec.engine.facts import Kind
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.world import SentBatch, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """Messages of one send node, to be delivered.

    Attributes:
        batch: Who, when, and by which channel.
        message_class: Why they are sent.
        message: The message's name, or what a deed is about.
        deed: What a connector is asked to do.
        reply: What is assumed to be answered to a call, a tick later; None where the answer comes
            from the world.
        expires: The last instant at which each may go, or None where none is set.
    """

    batch: SentBatch
    message_class: MessageClass
    message: str
    deed: Deed = Deed.MESSAGE
    reply: Mapping[str, Value] | None = None
    expires: Instants | None = None

    @property
    def rows(self) -> Rows:
        """The customers, as rows of the history."""
        return self.batch.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBatch:
    """Answers of one kind to messages of one send node, some of them still to come."""

    campaign: str
    node: str
    channel: str
    kind: Kind
    rows: Rows
    at: Instants
    enrolment: npt.NDArray[np.int32]
    keys: Texts | None = None
