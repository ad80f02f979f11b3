"""Chance as a port: keyed draws that are the same on every machine and every replay."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from campaignspec.digests import Ids
from campaignspec.identity import draws

Rows = npt.NDArray[np.int64]


class Dice(Protocol):
    """Draws for customers when they come to where chance decides."""

    def shares(self, seed: str, rows: Rows) -> npt.NDArray[np.uint32]:
        """Return one draw for each row of a customer, uniform over the range of uint32."""


class KeyedDice:
    """Draws by md5 of seed and customer id, anew whenever it is asked.

    Args:
        ids: The ids of all customers, by row.
    """

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def shares(self, seed: str, rows: Rows) -> npt.NDArray[np.uint32]:
        """Return the draws of a seed for some customers."""
        return draws(seed, self._ids, rows)
