"""Messages that go out and answers that come back, in batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaignspec.connector import MessageClass
from campaignspec.engine.facts import Kind
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.world import SentBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """Messages of one send node, to be delivered.

    Attributes:
        batch: Who, when, and by which channel.
        message_class: Why they are sent.
        message: The message's name.
    """

    batch: SentBatch
    message_class: MessageClass
    message: str


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
