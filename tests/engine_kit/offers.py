"""Offers in plain Python: a shop that all customers share, and a purse that each has."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine_kit.budgets import Till
from engine_kit.rules import Beholder
from engine_kit.story import PROPERTIES, Event, Story
from engine_kit.turns import Book
from engine_kit.wall_clock import instant_of, local_date

from campaignspec.history import ValueKind
from campaignspec.money import Money
from campaignspec.project import Project
from campaignspec.spec.kinds import Share
from campaignspec.spec.offer import GeneratedCodes, Offer, SharedCode, StackWith, Tier
from campaignspec.spec.rule import Fact

Write = Callable[..., None]
Place = tuple[int, int]
"""Which campaign, and which of its steps, both counted from 0: who claims first at one instant."""


class Shop:
    """Knows what is left of what customers share."""

    def __init__(self, project: Project, story: Story = ()) -> None:
        self.book = Book(project, story)
        self.offers: Mapping[str, Offer] = project.offers
        self.zone = project.settings.timezone
        self.till = Till(project)
        self._given: Counter[Any] = Counter()

    def is_shared(self, name: str) -> bool:
        """Say whether one customer's grant may leave nothing for another."""
        offer = self.offers[name]
        limited = offer.limits.total is not None or offer.limits.per_day is not None
        return limited or isinstance(offer.codes, GeneratedCodes)

    def take(self, name: str, now: int) -> bool:
        """Take one, if one is left, now and today."""
        offer, today = self.offers[name], (name, local_date(now, self.zone))
        codes = offer.codes.generate if isinstance(offer.codes, GeneratedCodes) else None
        left = [
            most is None or given < most
            for most, given in (
                (offer.limits.total, self._given[name]),
                (offer.limits.per_day, self._given[today]),
                (codes, self._given[name]),
            )
        ]
        if all(left):
            self._given.update((name, today))
        return all(left)


@dataclass
class _Grant:
    at: int
    until: int | None
    worth: int
    write: Write


@dataclass
class Purse:
    """The offers of one customer.

    Attributes:
        shop: Where they are from.
        person: The customer's id.
        beholder: What is known of the customer.
        turn: Whether it is the customer's turn to claim.
        claim: The claim that the customer waits to make, if it waits.
    """

    shop: Shop
    person: str
    beholder: Beholder
    turn: bool = False
    claim: tuple[int, int, int, str] | None = None
    held: dict[str, _Grant] = field(default_factory=dict)
    given: Counter[str] = field(default_factory=Counter)
    redeemed: dict[str, int] = field(default_factory=dict)

    def ends(self) -> Sequence[int]:
        """Return when something that is held ends."""
        return [grant.until for grant in self.held.values() if grant.until is not None]

    def has_to_wait(self, offer: str, place: Place) -> bool:
        """Say whether the customer must stand in line before it claims; if so, it does."""
        if not self.shop.is_shared(offer) or self.turn:
            self.turn, self.claim = False, None
            return False
        self.claim = (*place, _hash(offer, self.person), self.person)
        return True

    def stands_in_line(self, key: str, place: Place) -> bool:
        """Say whether the customer must stand in line before it takes of what all share."""
        if self.turn:
            self.turn, self.claim = False, None
            return False
        self.claim = (*place, _hash(key, self.person), self.person)
        return True

    def pass_time(self, now: int) -> None:
        """End what ends now; an end comes before what would redeem."""
        for name, grant in sorted(self.held.items()):
            if grant.until == now:
                grant.write("offer_expired", at=now, reason=name, value=grant.worth)
                del self.held[name]
        for name, grant in sorted(self.held.items()):
            event = self._redeeming(self.shop.offers[name], grant, now)
            if event is not None:
                cost = self._cost(self.shop.offers[name], event, now)
                grant.write("redeemed", at=now, reason=name, value=cost)
                self.redeemed[name] = now
                del self.held[name]

    def refusal(self, name: str, now: int) -> str | None:
        """Give an offer, or say why not; who is given it finds it in `held`, not yet written."""
        offer = self.shop.offers[name]
        begins, ends = self._window(offer)
        beside = [other for other in self.held if not _go_together(self.shop.offers, name, other)]
        if (begins is not None and now < begins) or (ends is not None and now >= ends):
            return "not-now"
        if not self.beholder.holds(offer.for_, now):
            return "not-eligible"
        if name in self.held:
            return "already-has"
        if self.given[name] >= offer.limits.per_customer:
            return "had-enough"
        if beside:
            return "not-stackable"
        return None if self.shop.take(name, now) else "none-left"

    def put(self, name: str, now: int, write: Write) -> int:
        """Remember a grant, and say what it is worth."""
        offer = self.shop.offers[name]
        _, ends = self._window(offer)
        lasts = now + offer.valid_for.micros if offer.valid_for else None
        until = min((each for each in (ends, lasts) if each is not None), default=None)
        worth = offer.amount.micros if offer.amount and offer.cost is None else 0
        worth = offer.cost.micros if isinstance(offer.cost, Money) else worth
        self.given[name] += 1
        self.held[name] = _Grant(now, until, worth, write)
        return worth

    def take_out(self, name: str, now: int, kind: str) -> int | None:
        """End a grant by a step, and say what it was worth; None where none is held."""
        grant = self.held.pop(name, None)
        if grant is not None and kind == "redeemed":
            self.redeemed[name] = now
        return None if grant is None else grant.worth

    def says(self, asked: str, name: str, since: int) -> bool:
        """Answer what rules ask of an offer."""
        if asked == "has_offer":
            return name in self.held
        return self.redeemed.get(name, since) > since

    def _window(self, offer: Offer) -> tuple[int | None, int | None]:
        def moment(text: str | None) -> int | None:
            zone = self.shop.zone
            return None if text is None else instant_of(datetime.fromisoformat(text), zone)

        valid = offer.valid
        return (moment(valid.from_), moment(valid.to)) if valid else (None, None)

    def _redeeming(self, offer: Offer, grant: _Grant, now: int) -> Event | None:
        by = offer.redeemed_by
        if by is None or grant.at == now:
            return None
        for event in self.beholder.events(by.event, by.where):
            code = offer.codes.shared if isinstance(offer.codes, SharedCode) and by.code else None
            is_mine = code is None or event.properties.get(str(by.code)) == code
            is_made = isinstance(offer.codes, GeneratedCodes) and by.code is not None
            if event.at == now and is_mine and not is_made:
                return event
        return None

    def _cost(self, offer: Offer, event: Event, now: int) -> int:
        assert offer.redeemed_by is not None
        value = _worth(event, offer.redeemed_by.value)
        if isinstance(offer.cost, Money):
            return offer.cost.micros
        if isinstance(offer.cost, Share) or offer.percent:
            share = offer.cost if isinstance(offer.cost, Share) else offer.percent
            return round((value or 0) * share.fraction)
        if offer.amount:
            return _at_most(offer.amount.micros, value)
        if offer.tiers:
            return _step(offer.tiers, (value or 0) / 1_000_000, value)
        if offer.cumulative:
            level = self.beholder.amount(Fact(name=offer.cumulative.over), now)
            return _step(offer.cumulative.tiers, level, value) if level is not None else 0
        return 0


def _go_together(offers: Mapping[str, Offer], one: str, other: str) -> bool:
    def agrees(mine: Offer, name: str) -> bool:
        stacking = mine.stacking
        return stacking is None or (isinstance(stacking, StackWith) and name in stacking.with_)

    return one == other or (agrees(offers[one], other) and agrees(offers[other], one))


def _step(tiers: Sequence[Tier], level: float, value: int | None) -> int:
    off = 0
    for tier in tiers:
        begins = tier.from_.micros / 1_000_000 if isinstance(tier.from_, Money) else tier.from_
        if level >= begins and tier.percent is not None:
            off = round((value or 0) * tier.percent.fraction)
        elif level >= begins and tier.amount is not None:
            off = _at_most(tier.amount.micros, value)
    return off


def _at_most(amount: int, value: int | None) -> int:
    return amount if value is None else min(amount, value)


def _worth(event: Event, name: str | None) -> int | None:
    value = None if name is None else event.properties.get(name)
    if value is None or name is None:
        return None
    is_money = PROPERTIES[event.name][name] is ValueKind.MONEY
    return value if is_money else round(value * 1_000_000)


def _hash(offer: str, person: str) -> int:
    digest = hashlib.md5(f"{offer}:{person}".encode()).hexdigest()  # noqa: S324 - a draw
    return int(digest[:16], 16)
