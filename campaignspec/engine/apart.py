"""Customers apart: some walk here, some elsewhere, and claims are looked through where all meet.

Who walks is told the closing claims that are known, of all stretches of time at once, and notes
what it claims (`Apart`). Where all meet, the claims of everybody are looked through, stretch by
stretch, which says who was told wrongly and makes the closing claims known better (`Meeting`).
Those who were told wrongly walk again from the beginning, and the others' claims stand.

The claims before the first wrong answer are what they would be in their turn, and so is what they
leave of each limit. Each meeting puts that answer right and never touches what stands before it:
so there is a last one, at which nobody was told wrongly. What a customer does then depends on the
closing claims and on nobody else, wherever it walks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.claims import Places
from campaignspec.engine.closing import (
    OPEN,
    Amount,
    Page,
    Spot,
    Spots,
    joined,
    lacking,
    look_through,
)
from campaignspec.engine.foresight import limits_taken
from campaignspec.engine.limits import Limits
from campaignspec.engine.noting import Noting
from campaignspec.engine.present import united
from campaignspec.engine.program import Program
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The closing claims that are known.

    Attributes:
        ends: The ends of stretches of time in which nothing is full again, ascending.
        closing: By what is asked for, the closing claim of each stretch; what is not named is
            open in all of them.
    """

    ends: Instants
    closing: Mapping[Amount, Spots] = field(default_factory=dict)

    def stretches(self, at: Instants) -> Rows:
        """Number the stretches of time in which instants lie."""
        return np.searchsorted(self.ends, at)

    def lacking(self, page: Page, limits: Limits) -> Places:
        """Say of which limit too little is left to each claim, by all that is known."""
        stretch = self.stretches(page.at)

        def closing_of(name: str, amount: int) -> Spot | Spots:
            if (name, amount) not in self.closing:
                return OPEN
            at, rank, hashes, rows = self.closing[name, amount]
            return at[stretch], rank[stretch], hashes[stretch], rows[stretch]

        return lacking(page, closing_of, limits)


class Apart(Noting):
    """Serves claims by the closing claims that are known, and notes them for the meeting."""

    def __init__(self, known: Known, limits: Limits, state: State) -> None:
        super().__init__(limits, state)
        self._known = known

    @property
    def pages(self) -> Sequence[Page]:
        """What was claimed."""
        return joined(self._pages)

    def stretches(self, at: Instants) -> Rows:
        """Number the stretches of time in which instants lie."""
        return self._known.stretches(at)

    def _lacking(self, page: Page) -> Places:
        return self._known.lacking(page, self._limits)


class Meeting:
    """Looks the claims of all customers through, wherever they were made.

    Args:
        programs: The campaigns.
        world: What they share.
        start: The instant after which it begins; nothing was taken before.
        end: The last instant that counts.
    """

    def __init__(
        self, programs: Sequence[Program], world: World, *, start: Instant, end: Instant
    ) -> None:
        self._world = world
        names, limits = limits_taken(programs, world), self._untouched()
        self._pages: list[Page] = []
        self.known = Known(ends=np.array([*limits.stretches(names, start, end)], np.int64))
        """What is known by now."""

    def hear(self, pages: Sequence[Page]) -> None:
        """Hear of claims."""
        self._pages = joined([*self._pages, *pages])

    def wronged(self) -> Rows:
        """Look all claims through, and return whoever was told otherwise than they say.

        Returns:
            Rows of the history, ascending. Their claims are forgotten, since they walk again; the
            closing claims are known better.
        """
        self.known = self._looked_through()
        limits, size = self._untouched(), len(self._world.history.customers)
        told = [self.known.lacking(page, limits) != page.lacking for page in self._pages]
        found = [page.rows[wrong] for page, wrong in zip(self._pages, told, strict=True)]
        wronged = united(found, size)
        gone = np.zeros(size, np.bool_)
        gone[wronged] = True
        kept = (page.picked(~gone[page.rows]) for page in self._pages)
        self._pages = [page for page in kept if len(page.rows)]
        return wronged

    def _looked_through(self) -> Known:
        """Look the claims of one stretch after the other through."""
        limits, ends = self._untouched(), self.known.ends
        closing: dict[Amount, Spots] = {}
        for stretch, pages in self._by_stretch():
            now = int(pages[0].at[0])
            found = look_through(pages, limits, now)
            for name, units in found.taken.items():
                limits.take(name, now, units)
            for amount, spot in found.closing.items():
                spots = closing.setdefault(amount, _open(len(ends)))
                for column, value in zip(spots, spot, strict=True):
                    column[stretch] = value
        return Known(ends=ends, closing=closing)

    def _by_stretch(self) -> list[tuple[int, list[Page]]]:
        """Part the claims by the stretches of time in which they were made."""
        found: dict[int, list[Page]] = {}
        for page in self._pages:
            stretches = self.known.stretches(page.at)
            order = np.argsort(stretches, kind="stable")
            present, first = np.unique(stretches[order], return_index=True)
            for stretch, mine in zip(present.tolist(), np.split(order, first[1:]), strict=True):
                found.setdefault(stretch, []).append(page.picked(mine))
        return sorted(found.items())

    def _untouched(self) -> Limits:
        """Return all limits, of which nothing was taken yet."""
        world = self._world
        return Limits(world.limits, {}, zone=world.audience.zone, ids=world.history.ids)


def _open(stretches: int) -> Spots:
    """Return closing claims that close nothing."""
    at, rank, mark, row = OPEN
    return (
        np.full(stretches, at, np.int64),
        np.full(stretches, rank, np.int64),
        np.full(stretches, mark, np.uint64),
        np.full(stretches, row, np.int64),
    )
