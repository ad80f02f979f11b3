"""Closing claims: in the one order of claims, those behind which an amount is not to be had.

Between two instants at which something is full again, nothing that is taken comes back: what is
left of a limit only shrinks. So for every amount there is one claim after which too little is left
for it, the one that closes the limit to it; whoever asks for as much behind this claim gets
nothing. Customers who walk apart (`campaignspec.engine.apart`) note their claims on pages, and
these are looked through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.claims import SERVED, Asker, Places
from campaignspec.engine.limits import Limits, first_come
from campaignspec.engine.present import is_one, parted
from campaignspec.engine.state import Instants, Rows
from campaignspec.history import LONG_AGO

Hashes: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Spot: TypeAlias = tuple[int, int, int, int]
"""Where a claim stands: its instant, its rank at the instant, its customer's hash and row."""
Spots: TypeAlias = tuple[Instants, Rows, Hashes, Rows]
"""Where several claims stand, in columns."""
Amount: TypeAlias = tuple[str, int]
"""So many units of a limit."""

OPEN: Final[Spot] = (NEVER, 0, 0, 0)
"""Behind all claims: nothing closes the limit."""
SHUT: Final[Spot] = (LONG_AGO, 0, 0, 0)
"""Before all claims: there is not so much from the beginning."""
_STEPS, _PARTS, _ROUNDS = 1 << 16, 1 << 8, 1 << 24
"""More than a journey has steps, a mix channels, and a customer claims at one instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Claims that were made for the same.

    Attributes:
        asker: For what.
        amounts: By limit, what each asked for.
        rows: The customers, as rows of the history.
        at: When each asked.
        rank: The order at one instant; see `Ranks`.
        lacking: What each was told: the place of the limit of which too little was left.
    """

    asker: Asker
    amounts: Mapping[str, int]
    rows: Rows
    at: Instants
    rank: Rows
    lacking: Places

    def picked(self, which: Mask | slice | Rows) -> Page:
        """Return some of the claims."""
        return replace(self, **{name: getattr(self, name)[which] for name in _COLUMNS})


_COLUMNS: Final = ("rows", "at", "rank", "lacking")


def joined(pages: Sequence[Page]) -> list[Page]:
    """Put pages of claims for the same together: at most one for each step and amounts."""
    alike: dict[tuple[object, ...], list[Page]] = {}
    for page in pages:
        alike.setdefault((page.asker, tuple(page.amounts.items())), []).append(page)
    return [_one(group) for group in alike.values()]


def _one(pages: Sequence[Page]) -> Page:
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(page, name) for page in pages]) for name in _COLUMNS
    }
    return replace(pages[0], **columns)


class Ranks:
    """Ranks claims at their instants.

    At one instant come first the claims of the first campaign; of these those of all customers
    who come to a claiming step for the first time at the instant, then for the second; of these
    those of the first step, and at a step of the first channel. A rank puts it all into one number.

    Args:
        customers: How many customers there are.
    """

    def __init__(self, customers: int) -> None:
        self._stood_at = np.full(customers, NEVER, np.int64)
        self._stood_in = np.zeros(customers, np.int16)
        self._stood_before = np.zeros(customers, np.int32)

    def stand(self, people: Rows, at: Instants, place: int) -> None:
        """Note who comes to a step that claims, whether it asks for anything there or not.

        Whoever policy turns away before it can ask has stood in line like the others: in turn it
        comes to its next claim no earlier than they come to theirs.

        Args:
            people: The customers, as places in the state, each once.
            at: The instant of each.
            place: What tells campaigns apart.
        """
        again = (self._stood_at[people] == at) & (self._stood_in[people] == place)
        self._stood_before[people] = np.where(again, self._stood_before[people] + 1, 0)
        self._stood_at[people] = at
        self._stood_in[people] = place

    def of(self, asker: Asker, people: Rows) -> Rows:
        """Rank claims of people, each at the instant at which it came to the step."""
        before = self._stood_before[people].astype(np.int64)
        step = asker.step * _PARTS + asker.part
        return np.asarray((asker.campaign * _ROUNDS + before) * (_STEPS * _PARTS) + step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Claims in their order; see `Page` for the columns.

    Attributes:
        limits: What hashes customers.
        pages: The pages on which the claims stand, and ``page`` the place of each claim's.
    """

    rows: Rows
    at: Instants
    rank: Rows
    page: Rows
    pages: Sequence[Page]
    limits: Limits

    @classmethod
    def of(cls, pages: Sequence[Page], limits: Limits) -> Line:
        """Put the claims of pages in order; only those that tie at an instant are hashed."""
        columns = {
            name: np.concatenate([getattr(page, name) for page in pages])
            for name in ("rows", "at", "rank")
        }
        columns["page"] = np.repeat(np.arange(len(pages)), [len(page.rows) for page in pages])
        order = _by_time(columns["at"], columns["rank"])
        ties = _ties(columns["at"][order], columns["rank"][order])
        tied = {name: columns[name][order[ties]] for name in ("rows", "rank", "at", "page")}
        hashes = _hashes(tied["rows"], tied["page"], pages, limits)
        among = np.lexsort((tied["rows"], hashes, tied["rank"], tied["at"]))
        order[ties] = order[ties][among]
        return cls(
            **{name: column[order] for name, column in columns.items()},
            pages=pages,
            limits=limits,
        )

    def asked(self, name: str) -> Rows:
        """Return how much each asked for of a limit."""
        return np.array([page.amounts.get(name, 0) for page in self.pages], np.int64)[self.page]

    def spot(self, place: int) -> Spot:
        """Return where a claim stands; before the first and behind the last there is none."""
        if place < 0:
            return SHUT
        if place >= len(self.at):
            return OPEN
        at, rank, row = (int(column[place]) for column in (self.at, self.rank, self.rows))
        here = slice(place, place + 1)
        mark = int(_hashes(self.rows[here], self.page[here], self.pages, self.limits)[0])
        return at, rank, mark, row


def _by_time(at: Instants, rank: Rows) -> Rows:
    """Return the order of claims by instant and rank; those that tie stand anyhow."""
    return np.argsort(at) if is_one(rank) else np.lexsort((rank, at))


def _ties(at: Instants, rank: Rows) -> Mask:
    """Say which claims of a line have the same place in it as one beside them."""
    same = (at[1:] == at[:-1]) & (rank[1:] == rank[:-1])
    return np.asarray(np.append(same, False) | np.append(False, same))


def _hashes(rows: Rows, page: Rows, pages: Sequence[Page], limits: Limits) -> Hashes:
    """Hash the customers of claims, each for what its page asks for."""
    hashes = np.zeros(rows.shape, np.uint64)
    for place, (mine,) in parted(page, np.arange(len(rows))):
        hashes[mine] = limits.hashes(pages[place].asker.key, rows[mine])
    return hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look through the claims of one stretch of time finds.

    Attributes:
        closing: By what was asked for, the closing claims; nothing, where there is enough of
            everything for everybody.
        taken: By limit, how many units are taken by whoever is to be served.
    """

    closing: Mapping[Amount, Spot]
    taken: Mapping[str, int]


def look_through(pages: Sequence[Page], limits: Limits, now: Instant) -> Look:
    """Find the closing claims of a stretch of time in which nothing is full again.

    Args:
        pages: All claims of the stretch, at least one.
        limits: What was taken before it.
        now: An instant of the stretch.
    """
    asked_for: dict[str, int] = {}
    for page in pages:
        for name, amount in page.amounts.items():
            asked_for[name] = asked_for.get(name, 0) + len(page.rows) * amount
    names = list(asked_for)
    left = np.array([limits.left(name, now) for name in names], np.int64)
    if (np.array(list(asked_for.values()), np.int64) <= left).all():
        return Look(closing={}, taken=asked_for)
    earlier, pages = _short_at(pages, names, left)
    left -= earlier
    line = Line.of(pages, limits)
    asked = np.stack([line.asked(name) for name in names])
    taken = np.cumsum(np.where(first_come(asked, left), asked, 0), axis=1)
    closing = {
        (name, amount): line.spot(_first_over(taken[row], int(left[row]) - amount))
        for row, name in enumerate(names)
        for amount in {page.amounts[name] for page in pages if name in page.amounts}
    }
    served = (earlier + taken[:, -1]).tolist()
    return Look(closing=closing, taken=dict(zip(names, served, strict=True)))


def _short_at(
    pages: Sequence[Page], names: Sequence[str], left: Rows
) -> tuple[Rows, Sequence[Page]]:
    """Return what is taken for sure, and the claims at the instant at which too little is left.

    Where all claims ask for the same, it is known without putting them in order: so many are
    served, whoever they are. All of them are returned where they do not, or none is served.

    Args:
        pages: Claims of which not all can be served.
        names: The limits.
        left: How much is left of each.
    """
    nothing, asked = np.zeros(len(names), np.int64), pages[0].amounts
    if any(page.amounts != asked for page in pages):
        return nothing, pages
    amounts = np.array([asked[name] for name in names], np.int64)
    served = int((left[amounts > 0] // amounts[amounts > 0]).min())
    if served <= 0:
        return nothing, pages
    at = np.concatenate([page.at for page in pages])
    last = np.partition(at, served - 1)[served - 1]
    return amounts * np.count_nonzero(at < last), [page.picked(page.at == last) for page in pages]


def lacking(page: Page, closing_of: Callable[[str, int], Spot | Spots], limits: Limits) -> Places:
    """Say of each claim the place of the first limit that is closed to it, or `SERVED`.

    Args:
        page: The claims.
        closing_of: Returns where a limit is closed to an amount, for all claims or for each.
        limits: What hashes customers.
    """
    found = np.full(page.rows.shape, SERVED, np.int8)
    for place, (name, amount) in reversed(list(enumerate(page.amounts.items()))):
        found[_behind(closing_of(name, amount), page, limits)] = place
    return found


def _behind(closing: Spot | Spots, page: Page, limits: Limits) -> Mask:
    """Say which claims stand behind a closing one."""
    at, rank, rows = page.at, page.rank, page.rows
    behind = np.asarray((at > closing[0]) | ((at == closing[0]) & (rank > closing[1])))
    level = np.flatnonzero((at == closing[0]) & (rank == closing[1]))
    if len(level):
        hashes = limits.hashes(page.asker.key, rows[level])
        mark = np.broadcast_to(np.asarray(closing[2], np.uint64), at.shape)[level]
        last = np.broadcast_to(np.asarray(closing[3], np.int64), at.shape)[level]
        behind[level] = (hashes > mark) | ((hashes == mark) & (rows[level] > last))
    return behind


def _first_over(taken: Rows, most: int) -> int:
    """Find the first claim with which more than ``most`` is taken; -1 if it is so before all."""
    return -1 if most < 0 else int(np.searchsorted(taken, most, side="right"))
