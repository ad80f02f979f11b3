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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.claims import NO_NUMBER, SERVED, Asker, Claimed, Places
from campaignspec.engine.closing import (
    OPEN,
    Amount,
    Page,
    Ranks,
    Spot,
    Spots,
    joined,
    lacking,
    look_through,
)
from campaignspec.engine.foresight import limits_taken
from campaignspec.engine.limits import Limits
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


class Apart:
    """Serves claims by the closing claims that are known, and notes them for the meeting.

    They may be made in any order.

    Args:
        known: What is known.
        limits: What customers share.
        state: Where they are.
    """

    def __init__(self, known: Known, limits: Limits, state: State) -> None:
        self._known = known
        self._limits = limits
        self._state = state
        self._pages: list[Page] = []
        self._ranks = Ranks(len(state.who))

    @property
    def pages(self) -> Sequence[Page]:
        """What was claimed."""
        return joined(self._pages)

    def stand_in_line(self, people: Rows, at: Instants, place: int) -> None:
        """Note who comes to a step that claims; see `Ranks.stand`."""
        self._ranks.stand(people, at, place)

    def claim(
        self,
        amounts: Mapping[str, int],
        asker: Asker,
        people: Rows,
        at: Instants,
        counted: str | None = None,
    ) -> Claimed:
        """Take units, as far as is known, and number none; see `Claims.claim`."""
        del counted
        told = np.full(people.shape, SERVED, np.int8)
        if len(people) and amounts:
            page = Page(
                asker=asker,
                amounts=amounts,
                rows=self._state.rows(people),
                at=at,
                rank=self._ranks.of(asker, people),
                lacking=told,
            )
            told[:] = self._known.lacking(page, self._limits)
            self._pages.append(page)
        return Claimed(lacking=told, number=np.full(people.shape, NO_NUMBER, np.int64))


class Meeting:
    """Looks the claims of all customers through, wherever they were made.

    Args:
        ends: The ends of stretches of time in which nothing is full again, ascending.
        untouched: Returns all limits, of which nothing was taken yet.
        customers: How many customers the history has.
    """

    def __init__(self, ends: Instants, untouched: Callable[[], Limits], customers: int) -> None:
        self._untouched = untouched
        self._customers = customers
        self._pages: list[Page] = []
        self.known = Known(ends=ends)
        """What is known by now."""

    @classmethod
    def of(
        cls, programs: Sequence[Program], world: World, *, start: Instant, end: Instant
    ) -> Meeting:
        """Make the meeting of those who walk through campaigns; nothing was taken before.

        Args:
            programs: The campaigns.
            world: What they share.
            start: The instant after which it begins.
            end: The last instant that counts.
        """

        def untouched() -> Limits:
            return Limits(world.limits, {}, zone=world.audience.zone, ids=world.history.ids)

        ends = untouched().stretches(limits_taken(programs, world), start, end)
        return cls(np.array([*ends], np.int64), untouched, len(world.history.customers))

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
        limits, size = self._untouched(), self._customers
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


def _open(stretches: int) -> Spots:
    """Return closing claims that close nothing."""
    at, rank, mark, row = OPEN
    return (
        np.full(stretches, at, np.int64),
        np.full(stretches, rank, np.int64),
        np.full(stretches, mark, np.uint64),
        np.full(stretches, row, np.int64),
    )
