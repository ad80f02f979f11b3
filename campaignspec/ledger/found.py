"""What a ledger answers about people, in columns, and whose seats its rows are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.engine.seats import Seating

Places: TypeAlias = npt.NDArray[np.int64]

NO_SEAT: Final = -1
"""The seat of what belongs to no seat of today."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a ledger answers about people, in columns; the first tells whom each row is about.

    Attributes:
        places: The place of each row's person, in the state where nothing else is said.
        columns: All columns.
    """

    places: Places
    columns: Sequence[tuple[Any, ...]]

    def numbers(self, column: int) -> Places:
        """Return a column of numbers."""
        values = self.columns[column]
        return np.fromiter(values, np.int64, len(values))

    def groups(self, *columns: int) -> Iterator[tuple[tuple[Any, ...], Places]]:
        """Put rows together that agree in some columns: their values, and the rows' places."""
        wanted = [self.columns[column] for column in columns]
        if not len(self.places):
            return
        if all(each.count(each[0]) == len(each) for each in wanted):
            yield tuple(each[0] for each in wanted), np.arange(len(self.places))
            return
        found: dict[tuple[Any, ...], list[int]] = {}
        for place, key in enumerate(zip(*wanted, strict=True)):
            found.setdefault(key, []).append(place)
        for key, places in found.items():
            yield key, np.array(places, np.int64)


class SeatsTaken:
    """The seats of one campaign's enrolments: by customer, and by key where there are keys."""

    def __init__(self, seating: Seating) -> None:
        self._seating = seating
        self._by_key: dict[tuple[int, str], int] | None = None
        self._by_number: dict[tuple[int, int], int] = {}
        if seating.keys is not None:
            owned = zip(seating.owner.tolist(), seating.keys.tolist(), strict=True)
            self._by_key = {each: seat for seat, each in enumerate(owned)}

    @property
    def has_keys(self) -> bool:
        """Whether a customer may have several seats."""
        return self._by_key is not None

    def take(self, places: Places, keys: Sequence[str], numbers: Places) -> Places:
        """Find the seats of the latest enrolments; -1 where there is no such key any more."""
        if self._by_key is None:
            return places
        mine = list(zip(places.tolist(), keys, strict=True))
        seats = [self._by_key.get(each, NO_SEAT) for each in mine]
        numbered = zip(places.tolist(), numbers.tolist(), strict=True)
        self._by_number.update(zip(numbered, seats, strict=True))
        return np.array(seats, np.int64)

    def find(self, places: Places, latest: npt.NDArray[np.int32], numbers: Places) -> Places:
        """Find the seats of enrolments by their numbers; -1 of such that are not the latest."""
        if self._by_key is None:
            return np.where(latest[places] == numbers, places, NO_SEAT)
        numbered = zip(places.tolist(), numbers.tolist(), strict=True)
        return np.array([self._by_number.get(each, NO_SEAT) for each in numbered], np.int64)
