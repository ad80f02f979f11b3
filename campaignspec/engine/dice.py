"""Chance as a port: keyed draws that are the same on every machine and every replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from campaignspec.identity import draws


class Dice(Protocol):
    """Draws for every customer at once."""

    def shares(self, seed: str) -> npt.NDArray[np.uint32]:
        """Return one draw a customer, by row, uniform over the range of uint32."""


class KeyedDice:
    """Draws by md5 of seed and customer id."""

    def __init__(self, customers: Sequence[str]) -> None:
        self._customers = customers
        self._drawn: dict[str, npt.NDArray[np.uint32]] = {}

    def shares(self, seed: str) -> npt.NDArray[np.uint32]:
        """Return the draws of a seed, made once."""
        if seed not in self._drawn:
            self._drawn[seed] = draws(seed, self._customers)
        return self._drawn[seed]
