"""The diary of a sweep: all that it brings about, in the order of its steps."""

from __future__ import annotations

import numpy as np

from campaignspec.engine.holdings import GrantEvent
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.record import Record, Rows, Turn, Turns


class Diary:
    """What all campaigns of a sweep do to customers.

    Attributes:
        turn: Counts the sweep's steps.
        facts: What happened.
        sends: Messages to be delivered, and other deeds.
        answers: Answers to come, from the response model.
        grants: Offers given, and their ends.
    """

    def __init__(self) -> None:
        self.turn = Turn()
        self.facts: Record[Batch] = Record(self.turn)
        self.sends: Record[SendBatch] = Record(self.turn)
        self.answers: Record[AnswerBatch] = Record(self.turn)
        self.grants: Record[GrantEvent] = Record(self.turn)

    def take_back(self, rows: Rows, turns: Turns, customers: int) -> None:
        """Take back all that customers did since a turn of theirs.

        Args:
            rows: The customers, as rows of the history.
            turns: Of each of them the first turn that is taken back.
            customers: How many customers the history has.
        """
        since = np.full(customers, np.iinfo(np.int64).max, np.int64)
        since[rows] = turns
        for record in (self.facts, self.sends, self.answers, self.grants):
            record.take_back(since, int(turns.min()))
