"""From the tables of a ledger to the state of some customers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant
from campaignspec.connector import Deed
from campaignspec.engine.program import Program
from campaignspec.engine.state import State
from campaignspec.engine.together import remember
from campaignspec.engine.touch import Sent, record_send
from campaignspec.engine.world import World
from campaignspec.errors import HistoryError
from campaignspec.history.sorting import distinct
from campaignspec.ledger.found import NO_SEAT, Found, SeatsTaken
from campaignspec.ledger.people import People
from campaignspec.ledger.store import Persons, Row, Store
from campaignspec.spec.rule import Answer

Places: TypeAlias = npt.NDArray[np.int64]

ASKED: Final = "asked"
"""What the table of answers says of a wait that began to ask; no answer, and no fact."""
_MOST_COLUMNS: Final = 11

_ENROLMENTS: Final = (
    "SELECT person, campaign, key, number, flags, node, since, due, entered_at, seq, "
    "coalesce(wake, 0) FROM PEOPLE enrolment USING (person)"
)
_MESSAGES: Final = (
    "SELECT person, campaign, enrolment, node, channel, class, at, deed, reply, replied_at "
    "FROM PEOPLE message USING (person) ORDER BY at, id"
)
_COUNTED: Final = (
    "SELECT person, campaign, channel, class, at FROM PEOPLE message USING (person) "
    "WHERE deed = ?2 ORDER BY at, id"
)
_ANSWERS: Final = (
    "SELECT person, campaign, enrolment, node, kind, channel, at FROM PEOPLE answer USING (person) "
    "WHERE at <= ?2"
)
_MARKS: Final = "SELECT person, name, value FROM PEOPLE mark USING (person)"
_SIGNALS: Final = "SELECT person, event, at FROM PEOPLE signal USING (person)"


class Loading:
    """One load.

    Attributes:
        wakes: By campaign, when a timer moves each seat next as the ledger says, or 0.
    """

    def __init__(
        self,
        store: Store,
        people: People,
        programs: Sequence[Program],
        world: World,
        state: State,
    ) -> None:
        """Look at whom it is about.

        Args:
            store: The ledger's database.
            people: Who is who there.
            programs: The campaigns, in the order of the state's.
            world: What may be asked.
            state: The state of people to whom nothing has happened yet; it is filled.
        """
        self._store = store
        self._people = people
        self._programs = programs
        self._world = world
        self._state = state
        self._persons = people.known(state.who)
        self._campaign_of = {program.graph.campaign: i for i, program in enumerate(programs)}
        self._mixes = [program.mixes() for program in programs]
        self._seats = [SeatsTaken(seating) for seating in state.seatings]
        self.wakes = [np.zeros(len(seating.seats), np.int64) for seating in state.seatings]

    def load(self, until: Instant) -> None:
        """Fill the state; of answers to messages, with those up to ``until``.

        Raises:
            HistoryError: Somebody is enrolled for a key of which the history tells no more.
        """
        self._load_together()
        if not len(self._persons):
            return
        self._load_enrolments()
        self._load_messages()
        self._load_answers(until)
        self._load_marks()
        self._load_signals()

    def about(self, question: str, *values: object) -> Found:
        """Ask something about the people of the state; each row begins with the person."""
        return self._told(question, self._persons, self._state.who, *values)

    def _told(self, question: str, persons: Persons, who: Places, *values: object) -> Found:
        rows = self._store.about(question, persons, *values)
        columns = list(zip(*rows, strict=True)) or [()] * _MOST_COLUMNS
        return Found(self._people.places(np.array(columns[0], np.int64), who), columns)

    def _load_enrolments(self) -> None:
        found = self.about(_ENROLMENTS)
        number, flags, since, due = map(found.numbers, (3, 4, 6, 7))
        entered_at, seq, wake = map(found.numbers, (8, 9, 10))
        keys, nodes = found.columns[2], found.columns[5]
        for (campaign,), rows in found.groups(1):
            which = self._campaign_of[campaign]
            every, position = self._state.campaigns[which], self._programs[which].position
            mine = [keys[at] for at in rows] if self._seats[which].has_keys else []
            seats = self._seats[which].take(found.places[rows], mine, number[rows])
            for lost in rows[(seats == NO_SEAT) & (flags[rows] != 0)][:1]:
                raise self._forgotten(int(found.places[lost]), campaign, keys[lost])
            index, seats = rows[seats != NO_SEAT], seats[seats != NO_SEAT]
            every.number[seats] = number[index]
            every.flags[seats] = flags[index]
            every.node[seats] = [position[nodes[at]] for at in index.tolist()]
            every.since[seats] = since[index]
            every.due[seats] = due[index]
            every.entered_at[seats] = entered_at[index]
            every.seq[seats] = seq[index]
            self.wakes[which][seats] = wake[index]

    def _forgotten(self, place: int, campaign: str, key: str) -> HistoryError:
        """Say that an enrolment which is still open has lost its seat."""
        customer = self._world.history.customers[self._state.who[place]]
        return HistoryError(
            f"{customer} is in the journey of {campaign} for {key!r}, but no event of the history "
            "lets anybody in for it any more; keep the events of a keyed campaign as long as its "
            "journeys last"
        )

    def _load_messages(self) -> None:
        found = self.about(_MESSAGES)
        self._count(found)
        numbers, at = found.numbers(2), found.numbers(6)
        for (campaign, node), rows in found.groups(1, 3):
            which = self._campaign_of[campaign]
            every, position = self._state.campaigns[which], self._programs[which].position[node]
            seats = self._seats[which].find(found.places[rows], every.number, numbers[rows])
            index, seats = rows[seats != NO_SEAT], seats[seats != NO_SEAT]
            every.answers[Answer.SENT, position][seats] = at[index]
            if position in every.used or position in every.called:
                for place, seat in zip(index.tolist(), seats.tolist(), strict=True):
                    row = tuple(column[place] for column in found.columns)
                    self._note(which, position, seat, row)

    def _note(self, which: int, position: int, seat: int, row: Row) -> None:
        """Note by which channel of a mix a message went, or what was answered to a call."""
        every, channel, reply, replied_at = self._state.campaigns[which], row[4], row[8], row[9]
        if position in every.used:
            every.used[position][seat] = self._mixes[which][position].place_of(channel)
        if reply is not None and position in every.called:
            every.called[position].put(seat, replied_at, json.loads(reply))

    def _count(self, found: Found) -> None:
        """Tell the counters of messages, everybody's oldest first."""
        counters, at, turns = self._world.rulebook.counters, found.numbers(6), _turns(found.places)
        like = list(found.groups(1, 4, 5, 7))
        for turn in range(int(turns.max(initial=-1)) + 1):
            for (campaign, channel, message_class, deed), index in like:
                mine = index[turns[index] == turn]
                if deed == Deed.MESSAGE and len(mine):
                    sent = Sent(campaign=campaign, channel=channel, message_class=message_class)
                    record_send(self._state, counters, found.places[mine], at[mine], sent)

    def _load_together(self) -> None:
        """Tell the counters of customers who count together what all of these were sent."""
        everybody = [
            np.flatnonzero(np.isin(groups, groups[self._state.who]))
            for counter in self._world.rulebook.counters_together
            for groups in (self._world.groups(counter.by or ""),)
        ]
        if not everybody:
            return
        who = distinct(np.concatenate(everybody))
        found = self._told(_COUNTED, self._people.known(who), who, Deed.MESSAGE.value)
        for (campaign, channel, message_class, at), index in found.groups(1, 2, 3, 4):
            rows = who[found.places[index]]
            sent = Sent(campaign=campaign, channel=channel, message_class=message_class)
            remember(self._state, self._world, rows, np.full(rows.shape, at, np.int64), sent)

    def _load_answers(self, until: Instant) -> None:
        found = self.about(_ANSWERS, until)
        numbers, instants = found.numbers(2), found.numbers(6)
        for (campaign, node, kind, channel), index in found.groups(1, 3, 4, 5):
            places, at = found.places[index], instants[index]
            if kind == "unsubscribed":
                self._state.opt_out(channel, places, at)
                continue
            which = self._campaign_of[campaign]
            every, position = self._state.campaigns[which], self._programs[which].position[node]
            seats = self._seats[which].find(places, every.number, numbers[index])
            is_asked = kind == ASKED
            answers = every.answers
            column = every.asked[position] if is_asked else answers[Answer(kind), position]
            column[seats[seats != NO_SEAT]] = at[seats != NO_SEAT]

    def _load_marks(self) -> None:
        if self._state.marks.held:
            found = self.about(_MARKS)
            for (name, value), index in found.groups(1, 2):
                self._state.marks.put(name, json.loads(value), found.places[index])

    def _load_signals(self) -> None:
        heard = self._state.signals.heard
        if heard:
            found = self.about(_SIGNALS)
            at = found.numbers(2)
            for (event,), index in found.groups(1):
                if event in heard:
                    heard[event][found.places[index]] = at[index]


def _turns(places: Places) -> Places:
    """Count, for each place, how many equal ones stand before it."""
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    turns = np.empty(len(places), np.int64)
    turns[order] = np.arange(len(places)) - np.searchsorted(ordered, ordered)
    return turns
