"""Claims ahead of their turn: served at once, and looked through afterwards in their order.

Between two instants at which something is full again, nothing that is taken comes back: what is
left of a limit only shrinks. So for every amount there is one claim after which too little is left
for it, the one that closes the limit to it; whoever asks for as much behind this claim gets
nothing. While these closing claims are not known, everybody is served. Once all have walked on,
the claims are looked through in their order; whoever was told otherwise than this order says takes
everything back since its first claim and walks again, knowing the closing claims found so far.

Up to the first wrong answer everything was right and is never touched again, and each time this
answer is put right: so it comes to an end, and then all is as if everybody had waited its turn. It
is optimistic execution with rollback (Jefferson, "Virtual Time", ACM TOPLAS 7(3), 1985), in which
customers tell each other nothing but the closing claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.claims import NO_NUMBER, SERVED, Asker, Claimed, Places
from campaignspec.engine.limits import Limits, first_come
from campaignspec.engine.present import united
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.history import LONG_AGO

Hashes: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Spot: TypeAlias = tuple[int, int, int, int]
"""Where a claim stands: its instant, its rank at the instant, its customer's hash and row."""

_OPEN: Final[Spot] = (NEVER, 0, 0, 0)
_SHUT: Final[Spot] = (LONG_AGO, 0, 0, 0)
_STEPS, _PARTS, _ROUNDS = 1 << 16, 1 << 8, 1 << 24
"""More than a journey has steps, a mix channels, and a customer claims at one instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Claims that were made together.

    Attributes:
        asker: For what.
        amounts: By limit, what each asked for.
        counted: The limit whose units are numbered, if there is one.
        people: The customers, as places in the state.
        rows: The customers, as rows of the history.
        at: When each asked.
        rank: The order at one instant: the campaign, how often the customer had asked before at
            this instant in this campaign, the step, the channel, in one number.
        lacking: What each was told: the place of the limit of which too little was left.
    """

    asker: Asker
    amounts: Mapping[str, int]
    counted: str | None
    people: Rows
    rows: Rows
    at: Instants
    rank: Rows
    lacking: Places

    @property
    def served(self) -> Mask:
        """Who was told that it is served."""
        return np.asarray(self.lacking == SERVED)

    def without(self, gone: Mask) -> _Page:
        """Return the claims of all but some people; the mask is over all of the state."""
        kept = ~gone[self.people]
        return replace(
            self,
            people=self.people[kept],
            rows=self.rows[kept],
            at=self.at[kept],
            rank=self.rank[kept],
            lacking=self.lacking[kept],
        )


class Ahead:
    """Serves claims of one stretch of time, in which nothing that is shared is full again."""

    def __init__(self, limits: Limits, state: State) -> None:
        self._limits = limits
        self._state = state
        self._pages: list[_Page] = []
        self._closing: dict[tuple[str, int], Spot] = {}
        self._asked_at = np.full(len(state.who), NEVER, np.int64)
        self._asked_in = np.zeros(len(state.who), np.int64)
        self._asked_before = np.zeros(len(state.who), np.int64)

    def claim(
        self,
        amounts: Mapping[str, int],
        asker: Asker,
        people: Rows,
        at: Instants,
        counted: str | None = None,
    ) -> Claimed:
        """Take units, as far as is known by now; see `Claims.claim`."""
        lacking = np.full(people.shape, SERVED, np.int8)
        if len(people) and amounts:
            page = _Page(
                asker=asker,
                amounts=amounts,
                counted=counted,
                people=people,
                rows=self._state.who[people],
                at=at,
                rank=self._rank(asker, people, at),
                lacking=lacking,
            )
            lacking[:] = self._lacking(page)
            self._pages.append(page)
        return Claimed(lacking=lacking, number=np.full(people.shape, NO_NUMBER, np.int64))

    def wronged(self) -> Rows:
        """Look the claims through, and return whoever was told otherwise than they say.

        The closing claims are known better afterwards.
        """
        if not self._is_overrun():
            return np.empty(0, np.int64)
        claims = self._in_order()
        names = list(dict.fromkeys(name for page in self._pages for name in page.amounts))
        left = np.array([self._limits.left(name, self._now) for name in names], np.int64)
        asked = np.stack([claims.asked(name) for name in names])
        served = first_come(asked, left)
        taken = np.cumsum(np.where(served, asked, 0), axis=1)
        for name, amount in dict.fromkeys(p for page in self._pages for p in page.amounts.items()):
            row = names.index(name)
            closing = _first_over(taken[row], int(left[row]) - amount)
            self._closing[name, amount] = claims.spot(closing)
        wronged = [page.people[self._lacking(page) != page.lacking] for page in self._pages]
        return united(wronged, len(self._state.who))

    def take_back(self, people: Rows) -> None:
        """Forget the claims of some people, who will walk again."""
        gone = np.zeros(len(self._state.who), np.bool_)
        gone[people] = True
        self._pages = [kept for page in self._pages if len((kept := page.without(gone)).people)]
        self._asked_at[people] = NEVER

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

    def _is_overrun(self) -> bool:
        """Say whether more was asked for than there is, by whoever was served or not."""
        asked: dict[str, int] = {}
        for page in self._pages:
            for name, amount in page.amounts.items():
                asked[name] = asked.get(name, 0) + len(page.people) * amount
        return any(units > self._limits.left(name, self._now) for name, units in asked.items())

    def _in_order(self, counted: str | None = None) -> _Line:
        pages = [p for p in self._pages if counted is None or p.counted == counted]
        return _Line.of(pages, [self._limits.hashes(p.asker.key, p.rows) for p in pages])

    def _numbered(self) -> Iterator[Numbered]:
        """Number what was served of limits whose units are numbered."""
        for counted in dict.fromkeys(page.counted for page in self._pages if page.counted):
            line = self._in_order(counted)
            first = self._limits.used(counted, self._now)
            yield Numbered(limit=counted, rows=line.rows[line.served], first=first)

    def _rank(self, asker: Asker, people: Rows, at: Instants) -> Rows:
        """Rank claims at their instants, and remember them for those to come."""
        again = (self._asked_at[people] == at) & (self._asked_in[people] == asker.campaign)
        before = np.where(again, self._asked_before[people] + 1, 0)
        self._asked_at[people] = at
        self._asked_in[people] = asker.campaign
        self._asked_before[people] = before
        step = asker.step * _PARTS + asker.part
        return np.asarray((asker.campaign * _ROUNDS + before) * (_STEPS * _PARTS) + step)

    def _closing_of(self, name: str, amount: int, now: Instant) -> Spot:
        if (name, amount) not in self._closing:
            is_open = amount <= self._limits.left(name, now)
            self._closing[name, amount] = _OPEN if is_open else _SHUT
        return self._closing[name, amount]

    def _lacking(self, page: _Page) -> Places:
        """Say of which limit too little is left to each, by all that is known."""
        lacking = np.full(page.people.shape, SERVED, np.int8)
        for place, (name, amount) in reversed(list(enumerate(page.amounts.items()))):
            closing = self._closing_of(name, amount, int(page.at[0]))
            lacking[self._behind(closing, page)] = place
        return lacking

    def _behind(self, closing: Spot, page: _Page) -> Mask:
        """Say which claims stand behind a closing one."""
        at, rank, rows = page.at, page.rank, page.rows
        behind = np.asarray((at > closing[0]) | ((at == closing[0]) & (rank > closing[1])))
        level = np.flatnonzero((at == closing[0]) & (rank == closing[1]))
        if len(level):
            hashes, mark = self._limits.hashes(page.asker.key, rows[level]), np.uint64(closing[2])
            behind[level] = (hashes > mark) | ((hashes == mark) & (rows[level] > closing[3]))
        return behind


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Claims in their order; see `_Page` for the columns."""

    people: Rows
    rows: Rows
    at: Instants
    rank: Rows
    hashes: Hashes
    served: Mask
    page: Rows
    amounts: Sequence[Mapping[str, int]]

    @classmethod
    def of(cls, pages: Sequence[_Page], hashes: Sequence[Hashes]) -> _Line:
        """Put the claims of pages in order."""
        columns = {
            name: np.concatenate([getattr(page, name) for page in pages])
            for name in ("people", "rows", "at", "rank", "served")
        }
        columns["hashes"] = np.concatenate(hashes)
        columns["page"] = np.repeat(np.arange(len(pages)), [len(page.people) for page in pages])
        order = np.lexsort([columns[name] for name in ("rows", "hashes", "rank", "at")])
        return cls(
            **{name: column[order] for name, column in columns.items()},
            amounts=[page.amounts for page in pages],
        )

    def asked(self, name: str) -> Rows:
        """Return how much each asked for of a limit."""
        return np.array([each.get(name, 0) for each in self.amounts], np.int64)[self.page]

    def spot(self, place: int) -> Spot:
        """Return where a claim stands; before the first and behind the last there is none."""
        if place < 0:
            return _SHUT
        if place >= len(self.at):
            return _OPEN
        columns = (self.at, self.rank, self.hashes, self.rows)
        at, rank, mark, row = (int(column[place]) for column in columns)
        return at, rank, mark, row


def _first_over(taken: Rows, most: int) -> int:
    """Find the first claim with which more than ``most`` is taken; -1 if it is so before all."""
    return -1 if most < 0 else int(np.searchsorted(taken, most, side="right"))
