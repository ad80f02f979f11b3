"""Noting claims: who asks is answered by what is known, and the claim is looked through later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from campaignspec.engine.claims import NO_NUMBER, SERVED, Asker, Claimed, Places
from campaignspec.engine.closing import Page, Ranks
from campaignspec.engine.limits import Limits
from campaignspec.engine.state import Instants, Rows, State


class Noting(ABC):
    """Answers claims by the closing claims that are known, in whatever order they are made.

    Args:
        limits: What customers share.
        state: Where they are.
    """

    def __init__(self, limits: Limits, state: State) -> None:
        self._limits = limits
        self._state = state
        self._pages: list[Page] = []
        self._ranks = Ranks(len(state.who))

    @abstractmethod
    def _lacking(self, page: Page) -> Places:
        """Say of which limit too little is left to each claim, by all that is known."""

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
        """Take units, as far as is known by now; see `Claims.claim`."""
        told = np.full(people.shape, SERVED, np.int8)
        if len(people) and amounts:
            page = Page(
                asker=asker,
                amounts=dict(amounts),
                counted=counted,
                people=people,
                rows=self._state.who[people],
                at=at,
                rank=self._ranks.of(asker, people),
                lacking=told,
            )
            told[:] = self._lacking(page)
            self._pages.append(page)
        return Claimed(lacking=told, number=np.full(people.shape, NO_NUMBER, np.int64))
