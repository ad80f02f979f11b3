"""The ledger of a run: every tick is one transaction, so a crash loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.ports import blank_state
from campaignspec.engine.program import Program
from campaignspec.engine.state import State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.world import World
from campaignspec.ledger.book import Book
from campaignspec.ledger.loading import Loading
from campaignspec.ledger.offers import OfferShelf
from campaignspec.ledger.people import People
from campaignspec.ledger.reading import read_facts
from campaignspec.ledger.writing import Before, Writing

Places = npt.NDArray[np.int64]

_AWAKE = (
    "SELECT person FROM enrolment WHERE wake <= ?1 "
    "UNION ALL SELECT person FROM answer WHERE recorded = 0 AND at <= ?1 "
    "UNION ALL SELECT person FROM message WHERE replied_at > ?2 AND replied_at <= ?1 "
    "UNION ALL SELECT person FROM granted WHERE ended IS NULL AND until <= ?1 "
    "UNION ALL SELECT person FROM signal WHERE at > ?2 AND at <= ?1 "
    # In this order of tables SQLite looks at no enrolment where no gate opens.
    "UNION ALL SELECT person FROM gate CROSS JOIN enrolment WHERE gate.at > ?2 AND gate.at <= ?1 "
    "AND enrolment.campaign = gate.campaign AND enrolment.node = gate.node AND flags != 0"
)
_ENROLLED = (
    "SELECT person FROM PEOPLE enrolment USING (person) WHERE flags != 0 "
    "UNION ALL SELECT person FROM PEOPLE granted USING (person) WHERE ended IS NULL"
)
_ANSWERED = (
    "INSERT INTO fact (at, campaign, person, enrolment, seq, kind, node, channel, key) "
    "SELECT at, campaign, person, enrolment, -1, kind, node, channel, (SELECT max(entry_key) "
    "FROM message WHERE message.person = answer.person AND message.campaign = answer.campaign "
    "AND message.enrolment = answer.enrolment AND message.node = answer.node) "
    "FROM answer WHERE recorded = 0 AND at <= ?1"
)


class SqlLedger:
    """A ledger in a database; see `campaignspec.engine.ports.Ledger`.

    Attributes:
        people: Who is who in it.
    """

    def __init__(
        self,
        book: Book,
        programs: Sequence[Program],
        world: World,
        *,
        people: People | None = None,
    ) -> None:
        """Look at who is in it.

        Args:
            book: What it says of itself, and its database.
            programs: The campaigns.
            world: What may be asked.
            people: Who is who, where a ledger has looked them up for this history already: when
                only requests have come, nobody is looked at anew.

        Raises:
            LedgerError: It was never begun, or cannot be read.
            StaleLedgerError: Codes that were given are not where they were in their pool.
        """
        self._book = book
        self._store = book.store
        self._programs = programs
        self._world = world
        self.people = people or People(book.store, world.history)
        self._offers = OfferShelf(book.store, self.people, world)
        if people is None:
            self._offers.check()
        self._writing = Writing(programs=programs, numbers=self.people.numbers, tick=world.tick)
        self._watermark = book.instant("watermark")
        self._loaded: tuple[State, Before] | None = None

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""
        return self._watermark

    @property
    def wakes_all(self) -> bool:
        """It does not: of a million people it loads those whom something concerns."""
        return False

    def awake(self, until: Instant) -> Places:
        """Return the customers whom a timer, an answer, an offer or a gate wakes."""
        return self._rows(self._store.query(_AWAKE, until, self._watermark))

    def enrolled(self, rows: Places) -> Places:
        """Return those of the customers who have an open enrolment or hold an offer."""
        persons = self.people.known(rows)
        return self._rows(self._store.about(_ENROLLED, persons) if len(persons) else [])

    def load(self, rows: Places, until: Instant) -> State:
        """Return the customers' state; of answers to messages, those up to ``until``."""
        state = blank_state(self._programs, self._world, rows, self._watermark)
        loading = Loading(self._store, self.people, self._programs, self._world, state)
        loading.load(until)
        self._offers.load(state, loading, self._watermark)
        self._loaded = state, Before.of(state, loading.wakes)
        return state

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did to the state that was loaded last, in one transaction.

        A tick of which no message comes need not be durable: if the power fails, it is done again.
        Before a later message leaves, it is marked so, and this tick is then as durable as the
        mark.

        Raises:
            LedgerError: It cannot be written, or another runner has gone on with it; nothing of
                this tick is there then.
        """
        state, before = outcome.state, self._before(outcome.state)
        writing, store = self._writing, self._store
        with store.transaction(durable=bool(outcome.sends)):
            self._book.advance(self._watermark, until)
            for rows in (
                *writing.enrolments(state, before),
                writing.messages(outcome.sends),
                *writing.answers(outcome.answers),
                *writing.marks(state, before),
                *writing.signals(state, self._watermark),
                *writing.asked(state, before),
            ):
                store.put(rows)
            self._offers.keep(outcome.grants, state.used)
            store.put(writing.facts(outcome.facts))
            store.query(_ANSWERED, until)
            store.query("UPDATE answer SET recorded = 1 WHERE recorded = 0 AND at <= ?1", until)
        self._watermark = until

    def skip(self, until: Instant) -> None:
        """Note that there was nothing to do up to ``until``."""
        with self._store.transaction(durable=False):
            self._book.advance(self._watermark, until)
        self._watermark = until

    def facts(self) -> pa.Table:
        """Return all facts in order."""
        return read_facts(self._store)

    def _before(self, state: State) -> Before:
        if self._loaded is None or self._loaded[0] is not state:
            raise AssertionError("only the state that was loaded last can be committed")
        return self._loaded[1]

    def _rows(self, found: Sequence[tuple[int, ...]]) -> Places:
        return self.people.rows(np.fromiter(chain.from_iterable(found), np.int64, len(found)))
