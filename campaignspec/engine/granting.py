"""The steps that give offers and take them back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import numpy as np

from campaignspec.audience import Moment
from campaignspec.engine.codes import NO_CODE
from campaignspec.engine.facts import Kind
from campaignspec.engine.holdings import Closing, GrantBatch, GrantEvent
from campaignspec.engine.keeping import KINDS, close, watch
from campaignspec.engine.limits import Limits
from campaignspec.engine.notebook import Notebook
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
    """Gives one campaign's offers, and takes them back.

    Attributes:
        events: What happened, for the ledger.
    """

    def __init__(self, walk: Walk, notes: Notebook) -> None:
        self.events: list[GrantEvent] = []
        self._walk = walk
        self._notes = notes
        self._limits = Limits(
            walk.world.limits,
            walk.state.used,
            zone=walk.world.audience.zone,
            customers=walk.world.history.customers,
        )

    def grant(self, node: GrantNode, index: Rows, at: Instants) -> Mask:
        """Give the offer to each customer who may have it, and say to whom it was given.

        Where customers share the offer, all instants are one.
        """
        terms = self._walk.world.offers[node.offer]
        granted = np.ones(index.shape, np.bool_)
        for reason, refused in self._refusals(terms, index, at):
            now = granted & refused
            self._notes.step(
                Kind.NOT_GRANTED, node.id, index[now], at[now], NOT_GRANTED, reason=reason
            )
            granted &= ~refused
        wanted = np.flatnonzero(granted)
        given, codes = self._take(terms, index[wanted], at[wanted])
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
        self._give(node, terms, index[granted], at[granted], codes[given])
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
            self.events.append(close(self._walk.state, node.offer, how, here, at[held]))
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

    def _take(self, terms: Terms, index: Rows, at: Instants) -> tuple[Mask, Rows]:
        """Take one unit of every limit, and say who got them and the numbers of their codes."""
        codes = np.full(index.shape, NO_CODE, np.int64)
        if not terms.limits or not len(index):
            return np.ones(index.shape, np.bool_), codes
        rows, now = self._walk.rows(index), int(at[0])
        first = self._limits.used(codes_limit(terms.name), now) if terms.pool else 0
        given = self._limits.claim(dict.fromkeys(terms.limits, 1), rows, now, key=terms.name)
        if terms.pool:
            happy = np.flatnonzero(given)
            in_order = happy[self._limits.order(terms.name, rows[happy])]
            codes[in_order] = first + np.arange(len(happy))
        return given, codes

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
        self.events.append(
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
