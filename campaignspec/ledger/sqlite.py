"""A ledger in SQLite: every tick is one transaction, so a crash loses and repeats nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.journal import NOBODY, Batch
from campaignspec.engine.marks import NOTHING
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.pausing import after_pauses
from campaignspec.engine.ports import blank_state
from campaignspec.engine.program import Program
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Enrolments, State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.world import World
from campaignspec.identity import idempotency_key
from campaignspec.ledger.file import LedgerFile
from campaignspec.ledger.loading import ASKED, Loading
from campaignspec.ledger.offers import OfferShelf
from campaignspec.ledger.reading import read_facts

Rows = npt.NDArray[np.int64]

_ENROLMENT = """
INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (customer, campaign, key) DO UPDATE SET number = excluded.number,
flags = excluded.flags, node = excluded.node, since = excluded.since, due = excluded.due,
entered_at = excluded.entered_at, seq = excluded.seq, wake = excluded.wake
"""
_MESSAGE = """
INSERT INTO message (key, customer, campaign, enrolment, node, message, channel, class, at,
deed, status, not_before, expires, entry_key, reply, replied_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_ANSWER = """
INSERT INTO answer (customer, campaign, enrolment, node, kind, channel, at)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_ASK = """
INSERT INTO answer VALUES (?, ?, ?, ?, ?, '', ?, 1) ON CONFLICT DO NOTHING
"""
_FACT = "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MARK = """
INSERT INTO mark VALUES (?, ?, ?)
ON CONFLICT (customer, name) DO UPDATE SET value = excluded.value
"""
_SIGNAL = """
INSERT INTO signal VALUES (?, ?, ?)
ON CONFLICT (customer, event) DO UPDATE SET at = excluded.at
"""
_ANSWERED = """
INSERT INTO fact SELECT at, campaign, customer, enrolment, -1, kind, node, NULL, channel, NULL,
NULL, (SELECT entry_key FROM message WHERE message.customer = answer.customer AND
message.campaign = answer.campaign AND message.enrolment = answer.enrolment AND
message.node = answer.node) FROM answer WHERE recorded = 0 AND at <= ?
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
        self._offers = OfferShelf(file.db, world)

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""
        return self._file.instant("watermark")

    def awake(self, until: Instant) -> Rows:
        """Return the customers whom a timer, an answer, an offer or a gate wakes."""
        found = self._db.execute(
            "SELECT customer FROM enrolment WHERE wake <= ?1 "
            "UNION SELECT customer FROM answer WHERE recorded = 0 AND at <= ?1 "
            "UNION SELECT customer FROM message WHERE replied_at > ?2 AND replied_at <= ?1 "
            "UNION SELECT customer FROM granted WHERE ended IS NULL AND until <= ?1 "
            "UNION SELECT customer FROM signal WHERE at > ?2 AND at <= ?1 "
            # In this order of tables the enrolments are not looked at where no gate opens.
            "UNION SELECT customer FROM gate CROSS JOIN enrolment USING (campaign, node) "
            "WHERE gate.at > ?2 AND gate.at <= ?1 AND flags != 0",
            (until, self.watermark),
        )
        return self._rows(customer for (customer,) in found)

    def enrolled(self, rows: Rows) -> Rows:
        """Return those of the customers who have an open enrolment or hold an offer."""
        found = self._db.execute(
            "SELECT customer FROM enrolment WHERE flags != 0 "
            "AND customer IN (SELECT value FROM json_each(?1)) "
            "UNION SELECT customer FROM granted WHERE ended IS NULL "
            "AND customer IN (SELECT value FROM json_each(?1))",
            (self._names(rows),),
        )
        return self._rows(customer for (customer,) in found)

    def load(self, rows: Rows, until: Instant) -> State:
        """Return the customers' state; of answers to messages, those up to ``until``."""
        state = blank_state(self._programs, self._world, rows, self.watermark)
        names = self._names(rows)
        loading = Loading(self._db, self._programs, self._world, state, names)
        loading.load(until)
        self._offers.load(state, names, loading.place_of, self.watermark)
        return state

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did, in one transaction."""
        with self._db:
            self._db.executemany(_ENROLMENT, self._enrolments(outcome.state))
            self._db.executemany(_MESSAGE, self._messages(outcome.sends))
            self._db.executemany(_ANSWER, self._answers(outcome.answers))
            self._db.executemany(_MARK, self._marks(outcome.state))
            self._db.executemany(_SIGNAL, self._signals(outcome.state))
            self._db.executemany(_ASK, self._asked(outcome.state))
            self._offers.keep(outcome.grants, outcome.state.used)
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
        together = zip(self._programs, state.campaigns, state.seatings, strict=True)
        for program, every, seating in together:
            wake = _wake(program, every, self._world.tick)
            for place in np.flatnonzero(every.number):
                yield (
                    self._customers[state.who[seating.owner[place]]],
                    program.graph.campaign,
                    int(every.number[place]),
                    int(every.flags[place]),
                    program.nodes[every.node[place]].id,
                    int(every.since[place]),
                    int(every.due[place]),
                    int(every.entered_at[place]),
                    int(every.seq[place]),
                    None if wake[place] == NEVER else int(wake[place]),
                    "" if seating.keys is None else seating.keys[place],
                )

    def _signals(self, state: State) -> Iterable[tuple[object, ...]]:
        for event, heard in state.signals.heard.items():
            for place in np.flatnonzero(heard > self.watermark):
                yield self._customers[state.who[place]], event, int(heard[place])

    def _marks(self, state: State) -> Iterable[tuple[object, ...]]:
        for name, values in state.marks.values.items():
            held = state.marks.held[name]
            for place in np.flatnonzero(held != NOTHING):
                customer = self._customers[state.who[place]]
                yield customer, name, json.dumps(values[held[place]])

    def _messages(self, sends: Sequence[SendBatch]) -> Iterable[tuple[object, ...]]:
        for send in sends:
            batch = send.batch
            expires = repeat(None) if send.expires is None else send.expires.tolist()
            keys = repeat(None) if batch.keys is None else batch.keys.tolist()
            for row, at, number, last, entry_key in zip(
                batch.rows, batch.at, batch.enrolment, expires, keys, strict=False
            ):
                customer = self._name(row)
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
                    send.deed.value,
                    int(at),
                    last,
                    entry_key,
                    None if send.reply is None else json.dumps(send.reply),
                    None if send.reply is None else int(at) + self._world.tick,
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

    def _asked(self, state: State) -> Iterable[tuple[object, ...]]:
        """Yield since when answers to waits count; they are kept beside answers, and no facts."""
        together = zip(self._programs, state.campaigns, state.seatings, strict=True)
        for program, every, seating in together:
            for position, column in every.asked.items():
                for place in np.flatnonzero(column != NEVER):
                    yield (
                        self._customers[state.who[seating.owner[place]]],
                        program.graph.campaign,
                        int(every.number[place]),
                        program.nodes[position].id,
                        ASKED,
                        int(column[place]),
                    )

    def _facts(self, facts: Sequence[Batch]) -> Iterable[tuple[object, ...]]:
        for batch in facts:
            for place, row in enumerate(batch.rows):
                yield (
                    int(batch.at[place]),
                    batch.campaign,
                    self._name(row),
                    int(batch.enrolment[place]),
                    int(batch.seq[place]),
                    batch.kind.value,
                    batch.node,
                    batch.edge,
                    batch.channel,
                    batch.reason,
                    None if batch.value is None else int(batch.value[place]),
                    None if batch.keys is None else batch.keys[place],
                )

    def _name(self, row: int) -> str:
        return "" if row == NOBODY else self._customers[row]

    def _rows(self, customers: Iterable[str]) -> Rows:
        return np.array(sorted(self._row_of[customer] for customer in customers), np.int64)

    def _names(self, rows: Rows) -> str:
        return json.dumps([self._customers[row] for row in rows])


def _wake(program: Program, every: Enrolments, tick: int) -> Rows:
    """Say when a timer, or what has been heard already, moves each enrolment next.

    Events to come wake the others.
    """
    goal = program.graph.goal
    window_end = every.entered_at + (goal.within.micros if goal else 0)
    act = after_pauses(np.minimum(every.due, every.heard_at), program.graph.pauses, tick)
    wake = np.where(every.flags & ACTIVE, act, NEVER)
    return np.where(every.flags & GOAL_OPEN, np.minimum(wake, window_end), wake)
