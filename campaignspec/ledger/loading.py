"""From the tables of an SQLite ledger to the state of some customers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import apsw
import numpy as np

from campaignspec.clock import Instant
from campaignspec.connector import Deed
from campaignspec.engine.program import Program
from campaignspec.engine.seats import Seating
from campaignspec.engine.state import State
from campaignspec.engine.touch import Sent, record_send
from campaignspec.engine.world import World
from campaignspec.errors import HistoryError
from campaignspec.spec.rule import Answer

Latest: TypeAlias = dict[tuple[int, int, int], int]
"""The seat of each latest enrolment: by the customer's place, the campaign's, and its number."""

ASKED: Final = "asked"
"""What the table of answers says of a wait that began to ask; no answer, and no fact."""


class Loading:
    """One load.

    Attributes:
        place_of: By customer, the place in the state's columns.
    """

    def __init__(
        self,
        db: apsw.Connection,
        programs: Sequence[Program],
        world: World,
        state: State,
        names: str,
    ) -> None:
        """Look at whom it is about.

        Args:
            db: The ledger.
            programs: The campaigns, in the order of the state's.
            world: What may be asked.
            state: The state of people to whom nothing has happened yet; it is filled.
            names: Their ids, as a JSON list, in the order of the state.
        """
        self._db = db
        self._programs = programs
        self._world = world
        self._state = state
        self._ids = names
        customers = world.history.customers
        self.place_of = {customers[row]: place for place, row in enumerate(state.who)}
        self._campaign_of = {program.graph.campaign: i for i, program in enumerate(programs)}
        self._mixes = [program.mixes() for program in programs]
        self._latest: Latest = {}

    def load(self, until: Instant) -> None:
        """Fill the state; of answers to messages, with those up to ``until``.

        Raises:
            HistoryError: Somebody is enrolled for a key of which the history tells no more.
        """
        self._load_enrolments()
        self._load_messages()
        self._load_answers(until)
        self._load_marks()
        self._load_signals()

    def _load_enrolments(self) -> None:
        seats = [_Places(seating) for seating in self._state.seatings]
        found = self._told(
            "SELECT customer, campaign, key, number, flags, node, since, due, entered_at, seq "
            "FROM enrolment WHERE customer IN (SELECT value FROM json_each(?))",
        )
        for customer, campaign, key, number, flags, node, since, due, entered_at, seq in found:
            which = self._campaign_of[campaign]
            place = seats[which].place(self.place_of[customer], key)
            if place is None:
                if flags:
                    raise _forgotten(customer, campaign, key)
                continue
            self._latest[self.place_of[customer], which, number] = place
            every = self._state.campaigns[which]
            every.number[place] = number
            every.flags[place] = flags
            every.node[place] = self._programs[which].position[node]
            every.since[place] = since
            every.due[place] = due
            every.entered_at[place] = entered_at
            every.seq[place] = seq

    def _load_messages(self) -> None:
        found = self._told(
            "SELECT customer, campaign, enrolment, node, channel, class, at, deed, "
            "reply, replied_at FROM message "
            "WHERE customer IN (SELECT value FROM json_each(?)) ORDER BY at",
        )
        for row in found:
            customer, campaign, number, node, channel, message_class, at, deed, *replied = row
            place, which = self.place_of[customer], self._campaign_of[campaign]
            if deed == Deed.MESSAGE:
                sent = Sent(campaign=campaign, channel=channel, message_class=message_class)
                counters = self._world.rulebook.counters
                record_send(self._state, counters, np.array([place]), at, sent)
            seat = self._latest.get((place, which, number))
            if seat is not None:
                position = self._programs[which].position[node]
                every = self._state.campaigns[which]
                every.answers[Answer.SENT, position][seat] = at
                if position in every.used:
                    mixed = self._mixes[which][position]
                    every.used[position][seat] = mixed.place_of(channel)
                reply, replied_at = replied
                if reply is not None and position in every.called:
                    every.called[position].put(seat, replied_at, json.loads(reply))

    def _load_answers(self, until: Instant) -> None:
        found = self._told(
            "SELECT customer, campaign, enrolment, node, kind, channel, at FROM answer "
            "WHERE customer IN (SELECT value FROM json_each(?)) AND at <= ?",
            until,
        )
        for customer, campaign, number, node, kind, channel, at in found:
            place, which = self.place_of[customer], self._campaign_of[campaign]
            if kind == "unsubscribed":
                out = self._state.unsubscribed[channel]
                out[place] = min(out[place], at)
                continue
            seat = self._latest.get((place, which, number))
            if seat is not None:
                every, position = self._state.campaigns[which], self._programs[which].position[node]
                is_asked = kind == ASKED
                answers = every.answers
                column = every.asked[position] if is_asked else answers[Answer(kind), position]
                column[seat] = at

    def _load_marks(self) -> None:
        found = self._told(
            "SELECT customer, name, value FROM mark "
            "WHERE customer IN (SELECT value FROM json_each(?))",
        )
        for customer, name, value in found:
            self._state.marks.put(name, json.loads(value), self.place_of[customer])

    def _load_signals(self) -> None:
        found = self._told(
            "SELECT customer, event, at FROM signal "
            "WHERE customer IN (SELECT value FROM json_each(?))",
        )
        for customer, event, at in found:
            if event in self._state.signals.heard:
                self._state.signals.heard[event][self.place_of[customer]] = at

    def _told(self, question: str, *more: object) -> Iterator[tuple[Any, ...]]:
        return iter(self._db.execute(question, (self._ids, *more)))


class _Places:
    """Finds the seats of customers by their keys."""

    def __init__(self, seating: Seating) -> None:
        self._place_of: dict[tuple[int, str], int] | None = None
        if seating.keys is not None:
            owned = zip(seating.owner.tolist(), seating.keys.tolist(), strict=True)
            self._place_of = {each: place for place, each in enumerate(owned)}

    def place(self, customer: int, key: str) -> int | None:
        """Return the place of a customer's seat, or None where there is no such key."""
        return customer if self._place_of is None else self._place_of.get((customer, key))


def _forgotten(customer: str, campaign: str, key: str) -> HistoryError:
    return HistoryError(
        f"{customer} is in the journey of {campaign} for {key!r}, but no event of the history lets "
        "anybody in for it any more; keep the events of a keyed campaign as long as its journeys "
        "last"
    )
