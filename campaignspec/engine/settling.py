"""Settling claims in turn: those of one instant after those of the other."""

from __future__ import annotations

import heapq

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.crowd import Crowd
from campaignspec.engine.state import Instants, Rows
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
