"""What becomes of grants by themselves: events redeem them, and their time runs out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.engine.diary import Diary
from campaignspec.engine.facts import Kind
from campaignspec.engine.holdings import Closing, ClosingBatch, Holding, Texts
from campaignspec.engine.journal import Batch
from campaignspec.engine.present import present
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.terms import Terms, cost_of, next_redemption
from campaignspec.engine.world import Mask, World

KINDS: Final[Mapping[Closing, Kind]] = {
    Closing.REDEEMED: Kind.REDEEMED,
    Closing.REVOKED: Kind.REVOKED,
    Closing.EXPIRED: Kind.OFFER_EXPIRED,
}
"""The facts that ends of grants become."""


class Keeper:
    """Keeps the customers' grants; at one instant it comes before all campaigns.

    At one instant the end of a grant comes before an event that would redeem it: an offer is
    valid up to, and without, its end.
    """

    def __init__(self, world: World, state: State, diary: Diary) -> None:
        self._diary = diary
        self._world = world
        self._state = state

    @staticmethod
    def is_needed(world: World, state: State) -> bool:
        """Say whether any grant may ever end by itself."""
        return any(
            world.offers[offer].ends or bool((holding.until != NEVER).any())
            for offer, holding in state.offers.by_offer.items()
        )

    @property
    def _held(self) -> Mapping[str, Holding]:
        return self._state.offers.by_offer

    def look_ahead(self, index: Rows) -> None:
        """Find when grants are redeemed, as far as is known."""
        for offer, holding in self._held.items():
            held = index[holding.held[index]]
            watch(self._world.offers[offer], holding, self._state.who[held], held)

    def next_at(self, index: Rows) -> Instants:
        """Say when each customer's next grant is redeemed or ends, or ``NEVER``."""
        found = np.full(index.shape, NEVER, np.int64)
        for holding in self._held.values():
            comes = np.minimum(holding.redeem_at[index], holding.until[index])
            found = np.where(holding.held[index], np.minimum(found, comes), found)
        return found

    def step(self, index: Rows, at: Instants) -> None:
        """End the grants of each customer that end at its instant."""
        for offer, holding in self._held.items():
            ends = holding.held[index] & (holding.until[index] == at)
            redeems = holding.held[index] & ~ends & (holding.redeem_at[index] == at)
            if ends.any():
                here = index[ends]
                self._close(offer, Closing.EXPIRED, here, at[ends], holding.worth[here])
            if redeems.any():
                self._redeem(offer, index[redeems], at[redeems])

    def _redeem(self, offer: str, index: Rows, at: Instants) -> None:
        holding, terms = self._held[offer], self._world.offers[offer]
        rows, by = self._state.who[index], holding.redeem_by[index]
        cost = cost_of(terms, self._world.audience, rows, at, by)
        self._close(offer, Closing.REDEEMED, index, at, cost)

    def _close(self, offer: str, how: Closing, index: Rows, at: Instants, value: Instants) -> None:
        holding = self._held[offer]
        self._diary.grants.append(close(self._state, offer, how, index, at))
        for origin in present(holding.origin[index]):
            here: Mask = holding.origin[index] == origin
            campaign, node = self._state.offers.origins[origin]
            self._diary.facts.append(
                Batch(
                    campaign=campaign,
                    kind=KINDS[how],
                    node=node,
                    reason=offer,
                    rows=self._state.who[index[here]],
                    at=at[here],
                    enrolment=holding.enrolment[index[here]],
                    keys=_keys(holding, index[here]),
                    seq=np.full(int(here.sum()), -1, np.int32),
                    value=value[here],
                )
            )


def _keys(holding: Holding, index: Rows) -> Texts | None:
    keys = holding.key[index]
    return None if all(key is None for key in keys) else keys


def watch(terms: Terms, holding: Holding, rows: Rows, index: Rows) -> None:
    """Find when grants that are held are redeemed."""
    if len(index) and terms.redemption is not None:
        since, code = holding.granted_at[index], holding.code[index]
        holding.expect(index, *next_redemption(terms.redemption, rows, since, code))


def close(state: State, offer: str, how: Closing, index: Rows, at: Instants) -> ClosingBatch:
    """End grants, and return what the ledger is told."""
    holding = state.offers.by_offer[offer]
    holding.held[index] = False
    if how is Closing.REDEEMED:
        holding.redeem(index, at)
    return ClosingBatch(
        offer=offer, how=how, rows=state.who[index], at=at, number=holding.number[index]
    )
