"""The wall clocks of many customers at once, each in a zone of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from campaignspec.clock.instant import DAY, NEVER
from campaignspec.clock.zone import Columns, ZoneTable

_AROUND = 2 * DAY
"""More than any clock is apart from UTC: a local time, read as UTC, is not farther from its
instant."""


class Wall(Protocol):
    """Wall clocks of a column of customers: one for all, or one for each."""

    def to_local(self, instants: Columns) -> Columns:
        """Turn instants, one a customer, into local microseconds."""

    def to_instant(self, local: Columns) -> Columns:
        """Turn local microseconds, one a customer, into instants."""

    def of(self, places: npt.NDArray[Any]) -> Wall:
        """Return the clocks of some of the customers, by their places or a mask."""


class ZoneColumn:
    """Wall clocks that show what those of their zones show.

    Nearly always no zone changes its clocks between the earliest and the latest instant that is
    asked about: then there is one offset a zone, and all customers are served at once.

    Args:
        zones: The zones.
        codes: The place of each customer's zone among them.
    """

    def __init__(self, zones: Sequence[ZoneTable], codes: npt.NDArray[Any]) -> None:
        self._zones = zones
        self._codes = codes

    def of(self, places: npt.NDArray[Any]) -> ZoneColumn:
        """Return the clocks of some of the customers, by their places or a mask."""
        return ZoneColumn(self._zones, self._codes[places])

    def to_local(self, instants: Columns) -> Columns:
        """Turn instants into local microseconds; see `ZoneTable.to_local`."""
        offsets = self._offsets(instants, 0)
        if offsets is not None:
            return np.asarray(instants + offsets)
        return self._by_zone(instants, lambda zone: zone.to_local)

    def to_instant(self, local: Columns) -> Columns:
        """Turn local microseconds into instants; see `ZoneTable.to_instant`."""
        offsets = self._offsets(local, _AROUND)
        if offsets is not None:
            return np.asarray(local - offsets)
        return self._by_zone(local, lambda zone: zone.to_instant)

    def _offsets(self, moments: Columns, around: int) -> Columns | None:
        """Return each customer's offset, if it is the same over all moments; else None."""
        if not moments.size or (latest := int(moments.max())) == NEVER:
            return None
        earliest = int(moments.min()) - around
        found = [zone.only_offset(earliest, latest + around) for zone in self._zones]
        known = [offset for offset in found if offset is not None]
        return np.array(known, np.int64).take(self._codes) if len(known) == len(found) else None

    def _by_zone(
        self, moments: Columns, turn: Callable[[ZoneTable], Callable[[Columns], Columns]]
    ) -> Columns:
        turned = np.empty_like(moments)
        for code, zone in enumerate(self._zones):
            here = np.flatnonzero(self._codes == code)
            if len(here):
                turned[here] = turn(zone)(moments[here])
        return turned
