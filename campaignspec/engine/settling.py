"""Settling claims: one instant after the other, ahead over a whole stretch, or elsewhere."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.ahead import Ahead
from campaignspec.engine.apart import Apart
from campaignspec.engine.crowd import Crowd
from campaignspec.engine.diary import Diary
from campaignspec.engine.numbering import number_codes
from campaignspec.engine.present import parted
from campaignspec.engine.snapshot import Snapshot, put_back, taken
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.history.sorting import distinct


def settle_in_turn(crowd: Crowd, horizon: Instant) -> None:
    """Let everybody walk, and settle all claims, one instant after the other.

    When all have walked, everybody stands before a claim or at the end, and no step leads back in
    time: the earliest claim of all is the next one to be settled. Whoever has been served rests
    until somebody's next step might come before that claim; then all who rest walk on together.
    """
    queue, resting, rises = Queue(), [np.empty(0, np.int64)], NEVER
    claiming = crowd.walk(crowd.everybody, horizon)
    queue.add(claiming, crowd.due(claiming))
    while (now := min(queue.first, rises)) <= horizon:
        if rises <= queue.first:
            claiming = crowd.walk(np.sort(np.concatenate(resting)), horizon)
            queue.add(claiming, crowd.due(claiming))
            resting, rises = [], NEVER
            continue
        again, served = _serve(crowd, queue.earliest(), now)
        queue.add(again, crowd.due(again))
        resting.append(served)
        rises = min(rises, int(crowd.due(served).min(initial=NEVER)))


def settle_ahead(
    crowd: Crowd, claims: Ahead, state: State, diary: Diary, stretches: Iterable[Instant]
) -> None:
    """Let everybody walk, and settle claims ahead of their turn, one stretch after the other.

    As in turn everybody walks up to its first claim, however late. Whoever makes a claim in a
    stretch is remembered as it stood before the first; those of whom the claims say otherwise in
    the end are put back there, and walk again. Whoever was served walks on to the end of the
    stretch, and rests until something is due in a later one: then all of these walk together.

    Args:
        crowd: The customers.
        claims: Who serves them.
        state: Where they are.
        diary: What they did.
        stretches: The ends of stretches of time in which nothing is full again, ascending; the
            last is the horizon.
    """
    ends = tuple(stretches)
    claiming = np.zeros(len(crowd.everybody), np.bool_)
    claiming[crowd.walk(crowd.everybody, ends[-1])] = True
    for until in ends:
        awake = crowd.due(crowd.everybody) <= until
        claiming[crowd.walk(np.flatnonzero(awake & ~claiming), until)] = True
        past, now = _Past(crowd, state, diary), np.flatnonzero(awake & claiming)
        while len(now):
            while len(now):
                past.remember(now)
                claiming[now] = False
                for place, (mine,) in parted(crowd.first_places(now), now):
                    claims.stand_in_line(mine, crowd.due(mine), place)
                    crowd.step(place, mine)
                now = crowd.walk(now, until)
                claiming[now] = True
            now = claims.wronged()
            claims.take_back(now)
            past.put_back(now)
            claiming[now] = True
        number_codes(claims.close(), state, diary.grants.batches)


def settle_elsewhere(crowd: Crowd, claims: Apart, horizon: Instant) -> None:
    """Let everybody walk to the end; claims are answered by what is known of them elsewhere.

    Those who claim together do so in one stretch of time: whoever is to wait until something is
    full again waits for the same instant.
    """
    claiming = crowd.walk(crowd.everybody, horizon)
    while len(claiming):
        for place, (mine,) in parted(crowd.first_places(claiming), claiming):
            for _, (together,) in parted(claims.stretches(crowd.due(mine)), mine):
                claims.stand_in_line(together, crowd.due(together), place)
                crowd.step(place, together)
        claiming = crowd.walk(claiming, horizon)


def _serve(crowd: Crowd, waiting: Rows, now: Instant) -> tuple[Rows, Rows]:
    """Settle the claims of the first campaign at one instant, and walk on to its end.

    Returns:
        Those who claim at this instant still or again, who stand in line anew, and those who
        have done all that is due.
    """
    places = crowd.first_places(waiting)
    place = int(places.min())
    mine = np.sort(waiting[places == place])
    crowd.step(place, mine)
    again = crowd.walk(mine, now)
    return np.concatenate([waiting[places != place], again]), np.setdiff1d(mine, again)


class _Past:
    """Where those who made claims stood before the first of them."""

    def __init__(self, crowd: Crowd, state: State, diary: Diary) -> None:
        self._crowd, self._state, self._diary = crowd, state, diary
        self._snapshots: list[Snapshot] = []
        self._since = np.full(len(state.who), NEVER, np.int64)

    def remember(self, people: Rows) -> None:
        """Remember where people stand, if they are not yet remembered."""
        new = people[self._since[people] == NEVER]
        if not len(new):
            return
        turn = self._diary.turn.number + 1
        self._since[new] = turn
        self._snapshots.append(taken(self._state, tuple(self._crowd.beside()), new, turn))

    def put_back(self, people: Rows) -> None:
        """Put people back where they stood, and take back what they did since."""
        if not len(people):
            return
        beside = tuple(self._crowd.beside())
        for snapshot in self._snapshots:
            put_back(snapshot, self._state, beside, people)
        customers = int(self._state.who.max()) + 1
        self._diary.take_back(self._state.who[people], self._since[people], customers)


class Queue:
    """Customers who are about to claim, by the instant of their claims."""

    def __init__(self) -> None:
        self._instants: list[Instant] = []
        self._customers: dict[Instant, list[Rows]] = {}

    @property
    def first(self) -> Instant:
        """The earliest instant at which anybody claims, or ``NEVER``."""
        return self._instants[0] if self._instants else NEVER

    def add(self, customers: Rows, at: Instants) -> None:
        """Put customers in line, each for its instant."""
        for instant in distinct(at).tolist():
            if instant not in self._customers:
                heapq.heappush(self._instants, instant)
            self._customers.setdefault(instant, []).append(customers[at == instant])

    def earliest(self) -> Rows:
        """Take everybody out whose instant is the earliest."""
        return np.concatenate(self._customers.pop(heapq.heappop(self._instants)))
