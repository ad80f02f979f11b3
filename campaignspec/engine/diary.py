"""The diary of a sweep: all that it brings about, in the order of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from campaignspec.engine.holdings import GrantEvent
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch, SendBatch


@dataclass(frozen=True, slots=True)
class Diary:
    """What all campaigns of a sweep do to customers.

    Attributes:
        facts: What happened.
        sends: Messages to be delivered, and other deeds.
        answers: Answers to come, from the response model.
        grants: Offers given, and their ends.
    """

    facts: list[Batch] = field(default_factory=list)
    sends: list[SendBatch] = field(default_factory=list)
    answers: list[AnswerBatch] = field(default_factory=list)
    grants: list[GrantEvent] = field(default_factory=list)
