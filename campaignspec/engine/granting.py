"""The steps that give offers and take them back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Moment
from campaignspec.engine.claims import NO_NUMBER, Asker
from campaignspec.engine.codes import NO_CODE
from campaignspec.engine.facts import Kind
from campaignspec.engine.holdings import Closing, GrantBatch
from campaignspec.engine.keeping import KINDS, close, watch
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.present import kept
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.terms import Terms, codes_limit
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import NEXT, NOT_GRANTED, GrantNode, RedeemNode, RevokeNode


class NotGranted(StrEnum):
    """Why a customer is not given an offer; the first of these that is true."""

    NOT_NOW = "not-now"
    """The offer is not yet, or no longer, valid."""
    NOT_ELIGIBLE = "not-eligible"
    """It is not for this customer."""
    ALREADY_HAS = "already-has"
    """The customer holds it."""
    HAD_ENOUGH = "had-enough"
    """The customer was given it as often as one may be."""
    NOT_STACKABLE = "not-stackable"
    """The customer holds another offer that does not go with it."""
    NONE_LEFT = "none-left"
    """A limit is reached, or the codes have run out."""


class Granter:
    """Gives one campaign's offers, and takes them back."""

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self._walk = walk
        self._notes = notes

    def grant(self, node: GrantNode, place: int, index: Rows, at: Instants) -> Mask:
        """Give the offer to each customer who may have it, and say to whom it was given."""
        terms = self._walk.world.offers[node.offer]
        granted = np.ones(index.shape, np.bool_)
        for reason, refused in self._refusals(terms, index, at):
            now = kept(granted & refused, index, at)
            self._notes.step(Kind.NOT_GRANTED, node.id, *now, NOT_GRANTED, reason=reason)
            granted &= ~refused
        wanted = np.flatnonzero(granted)
        given, codes = self._take(terms, place, index.take(wanted), at.take(wanted))
        none_left = wanted[~given]
        self._notes.step(
            Kind.NOT_GRANTED,
            node.id,
            index[none_left],
            at[none_left],
            NOT_GRANTED,
            reason=NotGranted.NONE_LEFT,
        )
        granted[none_left] = False
        self._give(node, terms, *kept(granted, index, at), codes.compress(given))
        return granted

    def take_back(self, node: RevokeNode | RedeemNode, index: Rows, at: Instants) -> None:
        """Revoke or redeem the offer of each customer who holds it; all go on."""
        holding = self._walk.state.offers.by_offer.get(node.offer)
        people = self._walk.people(index)
        held = np.zeros(index.shape, np.bool_) if holding is None else holding.held[people]
        if holding is not None and held.any():
            here, worth = people[held], holding.worth[people[held]]
            how = Closing.REVOKED if isinstance(node, RevokeNode) else Closing.REDEEMED
            self._notes.step(
                KINDS[how], node.id, index[held], at[held], NEXT, reason=node.offer, value=worth
            )
            self._walk.diary.grants.append(close(self._walk.state, node.offer, how, here, at[held]))
        self._notes.step(Kind.NOT_HELD, node.id, index[~held], at[~held], NEXT, reason=node.offer)

    def _refusals(
        self, terms: Terms, index: Rows, at: Instants
    ) -> Iterator[tuple[NotGranted, Mask]]:
        """Say whom the offer's terms refuse, and why; each mask is over all."""
        people, rows = self._walk.people(index), self._walk.rows(index)
        held = self._walk.state.offers.by_offer
        mine = held[terms.name]
        yield NotGranted.NOT_NOW, (at < terms.opens) | (at >= terms.closes)
        eligible = self._walk.world.audience.holds(terms.offer.for_, Moment(rows=rows, at=at))
        yield NotGranted.NOT_ELIGIBLE, ~eligible
        yield NotGranted.ALREADY_HAS, mine.held[people]
        yield NotGranted.HAD_ENOUGH, mine.number[people] >= terms.offer.limits.per_customer
        rivals = [held[other].held[people] for other in terms.rivals if other in held]
        beside = np.logical_or.reduce(rivals) if rivals else np.zeros(index.shape, np.bool_)
        yield NotGranted.NOT_STACKABLE, beside

    def _take(
        self, terms: Terms, place: int, index: Rows, at: Instants
    ) -> tuple[Mask, npt.NDArray[np.int64]]:
        """Take one unit of every limit, and say who got them and the numbers of their codes."""
        walk = self._walk
        claimed = walk.claims.claim(
            dict.fromkeys(terms.limits, 1),
            Asker(campaign=walk.place, step=place, key=terms.name),
            walk.people(index),
            at,
            counted=codes_limit(terms.name) if terms.pool else None,
        )
        return claimed.is_served, np.where(claimed.number == NO_NUMBER, NO_CODE, claimed.number)

    def _give(self, node: GrantNode, terms: Terms, index: Rows, at: Instants, codes: Rows) -> None:
        if not len(index):
            return
        walk, people = self._walk, self._walk.people(index)
        holding = walk.state.offers.by_offer[terms.name]
        campaign = walk.program.graph.campaign
        holding.number[people] += 1
        holding.held[people] = True
        holding.granted_at[people] = at
        holding.until[people] = terms.until(at)
        holding.code[people] = codes
        holding.worth[people] = terms.worth(len(people))
        holding.origin[people] = walk.state.offers.origin(campaign, node.id)
        holding.enrolment[people] = walk.every.number[index]
        holding.key[people] = walk.keys(index)
        watch(terms, holding, walk.rows(index), people)
        worth = holding.worth[people]
        self._notes.step(Kind.GRANTED, node.id, index, at, NEXT, reason=terms.name, value=worth)
        self._walk.diary.grants.append(
            GrantBatch(
                offer=terms.name,
                campaign=campaign,
                node=node.id,
                rows=walk.rows(index),
                at=at,
                until=holding.until[people],
                enrolment=walk.every.number[index],
                keys=walk.keys(index),
                number=holding.number[people],
                code=codes,
                worth=worth,
            )
        )
