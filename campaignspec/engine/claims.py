"""Claims: customers take of what they share, each in its turn or apart from the others.

The order of claims is one: by instant, then by campaign; at one instant a customer may ask again
and again, and all first claims come before all second ones; then by step, by channel, and last by
a hash of the customer. `InTurn` needs to be asked in this order;
`campaignspec.engine.apart.Apart` may be asked in any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.engine.limits import Limits
from campaignspec.engine.state import Instants, Rows, State

Places: TypeAlias = npt.NDArray[np.int8]

SERVED: Final = -1
"""The place of no limit: of a claim that is served."""
NO_NUMBER: Final = -1
"""The number of a claim that is not counted, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What asks: one step of one campaign.

    Attributes:
        campaign: The campaign's place.
        step: The step's place in its graph.
        part: Of a step that chooses among channels, the channel's place.
        key: What the customers' hashes are made of, beside their ids.
    """

    campaign: int
    step: int
    part: int = 0
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What became of claims.

    Attributes:
        lacking: Of each the place of the first limit of which too little was left, or `SERVED`.
        number: Of each that was served, how many had been served before of the limit that is
            counted, or `NO_NUMBER`.
    """

    lacking: Places
    number: Rows

    @property
    def is_served(self) -> npt.NDArray[np.bool_]:
        """Who got all that it asked for."""
        return np.asarray(self.lacking == SERVED)


class Claims(Protocol):
    """Who may take of what customers share."""

    def claim(
        self,
        amounts: Mapping[str, int],
        asker: Asker,
        people: Rows,
        at: Instants,
        counted: str | None = None,
    ) -> Claimed:
        """Take units for customers, each all of what it asks for, or nothing.

        Args:
            amounts: By limit, how many units each of them asks for.
            asker: For what.
            people: The customers, as places in the state, each at most once.
            at: When each asks.
            counted: The limit whose units are numbered, if there is one.
        """


class InTurn:
    """Serves claims in the order in which they are made: all of one call at one instant."""

    def __init__(self, limits: Limits, state: State) -> None:
        self._limits = limits
        self._state = state

    def claim(
        self,
        amounts: Mapping[str, int],
        asker: Asker,
        people: Rows,
        at: Instants,
        counted: str | None = None,
    ) -> Claimed:
        """Take units; see `Claims.claim`."""
        lacking = np.full(people.shape, SERVED, np.int8)
        number = np.full(people.shape, NO_NUMBER, np.int64)
        if not len(people) or not amounts:
            return Claimed(lacking=lacking, number=number)
        now, rows, limits = int(at[0]), self._state.who[people], self._limits
        first = limits.used(counted, now) if counted else 0
        served = limits.claim(amounts, rows, now, key=asker.key)
        if not served.all():
            lacking[~served] = next(
                place
                for place, (name, amount) in enumerate(amounts.items())
                if limits.left(name, now) < amount
            )
        if counted:
            happy = np.flatnonzero(served)
            in_order = happy[limits.order(asker.key, rows[happy])]
            number[in_order] = first + np.arange(len(happy))
        return Claimed(lacking=lacking, number=number)
