"""A ledger in SQLite: every tick is one transaction, so a crash loses and repeats nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.ports import blank_state
from campaignspec.engine.program import Program
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Enrolments, State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.touch import record_send
from campaignspec.engine.world import World
from campaignspec.identity import idempotency_key
from campaignspec.ledger.file import LedgerFile
from campaignspec.ledger.reading import read_facts
from campaignspec.spec.rule import Answer

Rows = npt.NDArray[np.int64]

_ENROLMENT = """
INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (customer, campaign) DO UPDATE SET number = excluded.number, flags = excluded.flags,
node = excluded.node, since = excluded.since, due = excluded.due,
entered_at = excluded.entered_at, seq = excluded.seq, wake = excluded.wake
"""
_MESSAGE = """
INSERT INTO message (key, customer, campaign, enrolment, node, message, channel, class, at,
status, not_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?) ON CONFLICT DO NOTHING
"""
_ANSWER = """
INSERT INTO answer (customer, campaign, enrolment, node, kind, channel, at)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_FACT = "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ANSWERED = """
INSERT INTO fact SELECT at, campaign, customer, enrolment, -1, kind, node, NULL, channel, NULL,
NULL FROM answer WHERE recorded = 0 AND at <= ?
"""


class SqliteLedger:
    """The ledger of a run; see `campaignspec.engine.ports.Ledger`."""

    def __init__(self, file: LedgerFile, programs: Sequence[Program], world: World) -> None:
        self._file = file
        self._db = file.db
        self._programs = programs
        self._world = world
        self._customers = world.history.customers
        self._row_of = world.history.row_of

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""
        return self._file.instant("watermark")

    def awake(self, until: Instant) -> Rows:
        """Return the customers whom a timer or an answer wakes up to ``until``."""
        found = self._db.execute(
            "SELECT customer FROM enrolment WHERE wake <= ?1 "
            "UNION SELECT customer FROM answer WHERE recorded = 0 AND at <= ?1",
            (until,),
        )
        return self._rows(customer for (customer,) in found)

    def enrolled(self, rows: Rows) -> Rows:
        """Return those of the customers who have an open enrolment."""
        found = self._db.execute(
            "SELECT DISTINCT customer FROM enrolment WHERE flags != 0 "
            "AND customer IN (SELECT value FROM json_each(?))",
            (self._names(rows),),
        )
        return self._rows(customer for (customer,) in found)

    def load(self, rows: Rows, until: Instant) -> State:
        """Return the customers' state; of answers to messages, those up to ``until``."""
        state = blank_state(self._programs, self._world, rows, self.watermark)
        place_of = {self._customers[row]: place for place, row in enumerate(rows)}
        names = self._names(rows)
        campaign_of = {program.graph.campaign: i for i, program in enumerate(self._programs)}
        self._load_enrolments(state, names, place_of, campaign_of)
        self._load_messages(state, names, place_of, campaign_of)
        self._load_answers(state, names, place_of, campaign_of, until)
        return state

    def _load_enrolments(
        self, state: State, names: str, place_of: dict[str, int], campaign_of: dict[str, int]
    ) -> None:
        found = self._db.execute(
            "SELECT customer, campaign, number, flags, node, since, due, entered_at, seq "
            "FROM enrolment WHERE customer IN (SELECT value FROM json_each(?))",
            (names,),
        )
        for customer, campaign, number, flags, node, since, due, entered_at, seq in found:
            place, which = place_of[customer], campaign_of[campaign]
            every = state.campaigns[which]
            every.number[place] = number
            every.flags[place] = flags
            every.node[place] = self._programs[which].position[node]
            every.since[place] = since
            every.due[place] = due
            every.entered_at[place] = entered_at
            every.seq[place] = seq

    def _load_messages(
        self, state: State, names: str, place_of: dict[str, int], campaign_of: dict[str, int]
    ) -> None:
        found = self._db.execute(
            "SELECT customer, campaign, enrolment, node, channel, class, at FROM message "
            "WHERE customer IN (SELECT value FROM json_each(?)) ORDER BY at",
            (names,),
        )
        for customer, campaign, number, node, channel, message_class, at in found:
            place, which = place_of[customer], campaign_of[campaign]
            index = np.array([place])
            record_send(state, self._world.policies.caps, index, at, channel, message_class)
            every = state.campaigns[which]
            if every.number[place] == number:
                position = self._programs[which].position[node]
                every.answers[Answer.SENT, position][place] = at

    def _load_answers(
        self,
        state: State,
        names: str,
        place_of: dict[str, int],
        campaign_of: dict[str, int],
        until: Instant,
    ) -> None:
        found = self._db.execute(
            "SELECT customer, campaign, enrolment, node, kind, channel, at FROM answer "
            "WHERE at <= ? AND customer IN (SELECT value FROM json_each(?))",
            (until, names),
        )
        for customer, campaign, number, node, kind, channel, at in found:
            place, which = place_of[customer], campaign_of[campaign]
            if kind == "unsubscribed":
                out = state.unsubscribed[channel]
                out[place] = min(out[place], at)
                continue
            every = state.campaigns[which]
            if every.number[place] == number:
                position = self._programs[which].position[node]
                every.answers[Answer(kind), position][place] = at

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did, in one transaction."""
        with self._db:
            self._db.executemany(_ENROLMENT, self._enrolments(outcome.state))
            self._db.executemany(_MESSAGE, self._messages(outcome.sends))
            self._db.executemany(_ANSWER, self._answers(outcome.answers))
            self._db.executemany(_FACT, self._facts(outcome.facts))
            self._db.execute(_ANSWERED, (until,))
            self._db.execute(
                "UPDATE answer SET recorded = 1 WHERE recorded = 0 AND at <= ?", (until,)
            )
            self._file.put("watermark", str(until))

    def skip(self, until: Instant) -> None:
        """Note that there was nothing to do up to ``until``."""
        self._file.put("watermark", str(until))

    def facts(self) -> pa.Table:
        """Return all facts in order."""
        return read_facts(self._file)

    def _enrolments(self, state: State) -> Iterable[tuple[object, ...]]:
        for program, every in zip(self._programs, state.campaigns, strict=True):
            wake = _wake(program, every)
            for place in np.flatnonzero(every.number):
                yield (
                    self._customers[state.who[place]],
                    program.graph.campaign,
                    int(every.number[place]),
                    int(every.flags[place]),
                    program.nodes[every.node[place]].id,
                    int(every.since[place]),
                    int(every.due[place]),
                    int(every.entered_at[place]),
                    int(every.seq[place]),
                    None if wake[place] == NEVER else int(wake[place]),
                )

    def _messages(self, sends: Sequence[SendBatch]) -> Iterable[tuple[object, ...]]:
        for send in sends:
            batch = send.batch
            for row, at, number in zip(batch.rows, batch.at, batch.enrolment, strict=True):
                customer = self._customers[row]
                key = idempotency_key(
                    campaign=batch.campaign,
                    customer=customer,
                    enrolment=int(number),
                    node=batch.node,
                    visit=1,
                    channel=batch.channel,
                )
                yield (
                    key,
                    customer,
                    batch.campaign,
                    int(number),
                    batch.node,
                    send.message,
                    batch.channel,
                    send.message_class.value,
                    int(at),
                    int(at),
                )

    def _answers(self, answers: Sequence[AnswerBatch]) -> Iterable[tuple[object, ...]]:
        for batch in answers:
            for row, at, number in zip(batch.rows, batch.at, batch.enrolment, strict=True):
                yield (
                    self._customers[row],
                    batch.campaign,
                    int(number),
                    batch.node,
                    batch.kind.value,
                    batch.channel,
                    int(at),
                )

    def _facts(self, facts: Sequence[Batch]) -> Iterable[tuple[object, ...]]:
        for batch in facts:
            for place, row in enumerate(batch.rows):
                yield (
                    int(batch.at[place]),
                    batch.campaign,
                    self._customers[row],
                    int(batch.enrolment[place]),
                    int(batch.seq[place]),
                    batch.kind.value,
                    batch.node,
                    batch.edge,
                    batch.channel,
                    batch.reason,
                    None if batch.value is None else int(batch.value[place]),
                )

    def _rows(self, customers: Iterable[str]) -> Rows:
        return np.array(sorted(self._row_of[customer] for customer in customers), np.int64)

    def _names(self, rows: Rows) -> str:
        return json.dumps([self._customers[row] for row in rows])


def _wake(program: Program, every: Enrolments) -> Rows:
    """Say when a timer, or what has been heard already, moves each enrolment next.

    Events to come wake the others.
    """
    goal = program.graph.goal
    window_end = every.entered_at + (goal.within.micros if goal else 0)
    wake = np.where(every.flags & ACTIVE, np.minimum(every.due, every.heard_at), NEVER)
    return np.where(every.flags & GOAL_OPEN, np.minimum(wake, window_end), wake)
