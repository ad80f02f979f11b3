"""Claims ahead of their turn: served at once, and looked through afterwards in their order.

While the closing claims (`campaignspec.engine.closing`) are not known, everybody is served. Once
all have walked on, the claims are looked through in their order; whoever was told otherwise than
this order says takes everything back since its first claim and walks again, knowing the closing
claims found so far.

Up to the first wrong answer everything was right and is never touched again, and each time this
answer is put right: so it comes to an end, and then all is as if everybody had waited its turn. It
is optimistic execution with rollback (Jefferson, "Virtual Time", ACM TOPLAS 7(3), 1985), in which
customers tell each other nothing but the closing claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.claims import Places
from campaignspec.engine.closing import (
    OPEN,
    SHUT,
    Amount,
    Line,
    Page,
    Spot,
    lacking,
    look_through,
)
from campaignspec.engine.limits import Limits
from campaignspec.engine.noting import Noting
from campaignspec.engine.present import united
from campaignspec.engine.state import Rows, State


class Ahead(Noting):
    """Serves claims of one stretch of time, in which nothing that is shared is full again."""

    def __init__(self, limits: Limits, state: State) -> None:
        super().__init__(limits, state)
        self._closing: dict[Amount, Spot] = {}

    def wronged(self) -> Rows:
        """Look the claims through, and return whoever was told otherwise than they say.

        The closing claims are known better afterwards.
        """
        found = look_through(self._pages, self._limits, self._now) if self._pages else None
        if found is None or not found.closing:
            return np.empty(0, np.int64)
        self._closing.update(found.closing)
        wronged = [page.people[self._lacking(page) != page.lacking] for page in self._pages]
        return united(wronged, len(self._state.who))

    def take_back(self, people: Rows) -> None:
        """Forget the claims of some people, who will walk again."""
        gone = np.zeros(len(self._state.who), np.bool_)
        gone[people] = True
        kept = (page.picked(~gone[page.people]) for page in self._pages)
        self._pages = [page for page in kept if len(page.people)]
        self._ranks.forget(people)

    def close(self) -> Sequence[Numbered]:
        """Take what was claimed for good, and begin anew; say who got which number."""
        numbered = tuple(self._numbered())
        for page in self._pages:
            for name, amount in page.amounts.items():
                self._limits.take(name, int(page.at[0]), int(page.served.sum()) * amount)
        self._pages, self._closing = [], {}
        return numbered

    @property
    def _now(self) -> Instant:
        """An instant of this stretch of time."""
        return int(self._pages[0].at[0])

    def _numbered(self) -> Iterator[Numbered]:
        """Number what was served of limits whose units are numbered."""
        for counted in dict.fromkeys(page.counted for page in self._pages if page.counted):
            line = Line.of([p for p in self._pages if p.counted == counted], self._limits)
            first = self._limits.used(counted, self._now)
            yield Numbered(limit=counted, rows=line.rows[line.served], first=first)

    def _lacking(self, page: Page) -> Places:
        """Say of which limit too little is left to each, by all that is known."""
        now = int(page.at[0])
        return lacking(page, lambda name, amount: self._spot(name, amount, now), self._limits)

    def _spot(self, name: str, amount: int, now: Instant) -> Spot:
        """Return where a limit is closed to an amount, by all that is known."""
        if (name, amount) not in self._closing:
            is_open = amount <= self._limits.left(name, now)
            self._closing[name, amount] = OPEN if is_open else SHUT
        return self._closing[name, amount]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Who was served of a limit whose units are numbered.

    Attributes:
        limit: The limit's name.
        rows: The customers in the order in which they were served, as rows of the history.
        first: The number of the first of them; the others have those that follow.
    """

    limit: str
    rows: Rows
    first: int
