"""A stream parted by customer and by what its events are about, asked for many at once.

What is most frequent is found by counting in each group, so that a window costs two searches
a group, however many events are in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaignspec.audience.values import Mask, Moments, Rows
from campaignspec.clock import Instant
from campaignspec.history import NO_EVENT, Column, Stream
from campaignspec.history.sorting import stable_order

Places = npt.NDArray[np.int64]

_AT_ONCE = 2**21
"""How many groups are looked at together."""
_INDEX = 31
"""The bits of an index into a stream."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The events of a stream by customer and code.

    Attributes:
        keys: A number for each group, ascending: the customer's row times ``codes``, plus the code.
        codes: How many codes there are.
        offsets: Customer ``row`` has the groups from ``offsets[row]`` up to, and without,
            ``offsets[row + 1]``.
        stream: The events with the groups in place of the customers.
        place: For each of these events its index in the stream that was parted.
    """

    keys: Places
    codes: int
    offsets: Places
    stream: Stream
    place: Places

    @classmethod
    def of(cls, stream: Stream, codes: npt.NDArray[Any], n_codes: int) -> Groups:
        """Part a stream by a code for each event, from 0 up to, and without, ``n_codes``."""
        key = stream.rows() * n_codes + codes
        place = stable_order(key)
        key = key[place]
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        keys, rows = key[starts], np.arange(len(stream.offsets))
        return cls(
            keys=keys,
            codes=n_codes,
            offsets=np.searchsorted(keys, rows * n_codes),
            stream=Stream(ts=stream.ts[place], offsets=np.append(starts, len(key))),
            place=place,
        )

    def code(self, group: Places) -> Places:
        """Return the codes of groups."""
        return self.keys[group] % self.codes

    def beside(self, other: Stream, codes: npt.NDArray[Any]) -> Stream:
        """Return the events of another stream by these groups; those of other codes are left out.

        Args:
            other: A stream of the same customers.
            codes: A code of these groups for each of its events; negative where it has none.
        """
        key = other.rows() * self.codes + codes
        group = np.searchsorted(self.keys, key)
        inside = (codes >= 0) & (group < len(self.keys))
        inside[inside] = self.keys[group[inside]] == key[inside]
        return Stream.build(group[inside], other.ts[inside], len(self.keys))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """The groups that have an event in their customer's window.

    Attributes:
        asked: Which question each is a candidate for, ascending.
        group: The group.
        after: When the window begins: one instant for each, or one for all.
        until: When the window ends.
        count: How many events the group has in it.
        latest: The index of the latest of them in the stream that was parted.
    """

    asked: Places
    group: Places
    after: Moments
    until: Moments
    count: Places
    latest: Places

    def where(self, index: Places | Mask) -> Candidates:
        """Return those at places, or those that a mask marks."""
        return Candidates(
            asked=self.asked[index],
            group=self.group[index],
            after=_picked(self.after, index),
            until=_picked(self.until, index),
            count=self.count[index],
            latest=self.latest[index],
        )

    def totals(self) -> Places:
        """Return how many events each question has in the window, in all its groups."""
        return np.add.reduceat(self.count, self._starts()) if len(self.asked) else self.count

    def most_frequent(self) -> Candidates:
        """Return the one of each question with most events; of equals the one seen last."""
        # Counts and indices of a stream are less than 2**31: one number ranks by both.
        return self.best((self.count << _INDEX) | self.latest)

    def best(self, rank: npt.NDArray[Any], *ranks: npt.NDArray[Any]) -> Candidates:
        """Return the one of each question that ranks highest: by the first, then the next."""
        if not len(self.asked):
            return self
        starts = self._starts()
        lengths = np.diff(starts, append=len(rank))
        kept = rank == np.repeat(np.maximum.reduceat(rank, starts), lengths)
        left = self.where(np.flatnonzero(kept))
        return left.best(*(other[kept] for other in ranks)) if ranks else left

    def _starts(self) -> Places:
        """Return where the candidates of each question begin."""
        return np.flatnonzero(np.diff(self.asked, prepend=-1))


def candidates(
    groups: Groups, horizon: Instant, rows: Rows, after: Moments, until: Moments
) -> Iterator[Candidates]:
    """Find each customer's groups with events later than ``after`` and up to ``until``.

    Yields:
        Some questions at a time, each with all of its candidates.
    """
    stream = groups.stream.until(horizon)
    for asked, group in _groups_of(groups, rows):
        begin, end = _picked(after, asked), _picked(until, asked)
        first, last = stream.stretch(group, begin, end)
        seen = np.flatnonzero(last > first)
        yield Candidates(
            asked=asked[seen],
            group=group[seen],
            after=_picked(begin, seen),
            until=_picked(end, seen),
            count=(last - first)[seen],
            latest=groups.place[last[seen] - 1].astype(np.int64),
        )


def recode(column: Column, words: npt.NDArray[np.object_]) -> Places:
    """Return a text column's codes in other words; negative where they do not have it."""
    code_of = {word: code for code, word in enumerate(words.tolist())}
    codes = [code_of.get(word, NO_EVENT) for word in column.words.tolist()]
    # What is missing has the code -1, which picks the last.
    found: Places = np.array([*codes, NO_EVENT], np.int64)[column.values]
    return found


def _groups_of(groups: Groups, rows: Rows) -> Iterator[tuple[Places, Places]]:
    """Write the groups of each row one after the other: which row it is, and the group."""
    first, lengths = groups.offsets[rows], np.diff(groups.offsets)[rows]
    ends = np.cumsum(lengths)
    begin = 0
    while begin < len(rows):
        written = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, written + _AT_ONCE, side="right")))
        here = lengths[begin:end]
        asked = np.repeat(np.arange(begin, end), here)
        start = np.repeat(first[begin:end] - (np.cumsum(here) - here), here)
        yield asked, start + np.arange(len(asked))
        begin = end


def _picked(moments: Moments, index: Places | Mask) -> Moments:
    """Return the instants at places; one for all stays one for all."""
    return moments if isinstance(moments, int) or np.ndim(moments) == 0 else moments[index]
