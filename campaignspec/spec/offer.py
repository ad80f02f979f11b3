"""What may be written in an ``offers.yaml``: what customers are given, to whom, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Moment, Name, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of a discount that grows."""

    from_: float | Money = key("From which amount or number on it holds.", Change.ROUTING)
    percent: Share | None = key("What is taken off, as a share.", Change.ROUTING, default=None)
    amount: Money | None = key("What is taken off, as an amount.", Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """A discount that grows with the customer: with what was bought so far, for instance."""

    over: Name = key("The trait it grows with, asked at the moment of redemption.", Change.ROUTING)
    tiers: tuple[Tier, ...] = key("The steps, the lowest first.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Between which days an offer is given and may be redeemed."""

    from_: Moment | None = key(
        "Its first day or moment, in the project's time zone.", Change.ROUTING, default=None
    )
    to: Moment | None = key(
        "Its last day; or the moment at which it ends.", Change.ROUTING, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCodes:
    """Codes from a file, each for one customer."""

    import_: str = key(
        "The file with the codes, from the project's folder; the first line names its columns.",
        Change.SETUP,
    )
    column: str | None = key(
        "The column they stand in, where there are several.", Change.SETUP, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedCodes:
    """Codes that are made here, each for one customer: the same seed makes the same codes."""

    generate: int = key("How many.", Change.SETUP)
    pattern: str = key(
        "How they look; each `#` becomes a letter or a digit that is mistaken for no other.",
        Change.SETUP,
    )
    seed: str = key(
        "What they are made from. Whoever knows it can make them, too: import codes where they are "
        "worth money.",
        Change.SETUP,
    )
    checksum: bool = key(
        "Whether the last `#` checks the others, so that no typing error gives another code.",
        Change.SETUP,
        default=False,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCode:
    """One code for everybody."""

    shared: str = key("The code.", Change.SETUP)
    loc: Loc = location()


CodesOfOffer: TypeAlias = ImportedCodes | GeneratedCodes | SharedCode
"""Where an offer's codes are from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLimits:
    """How often an offer is given; the last one goes to exactly one customer."""

    total: int | None = key("How often in all.", Change.POLICY, default=None)
    per_day: int | None = key(
        "How often on a day of the project's time zone.", Change.POLICY, default=None
    )
    per_customer: int = key("How often to one customer.", Change.POLICY, default=1)
    loc: Loc = location()


class Alone(StrEnum):
    """An offer that stands alone."""

    ALONE = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackWith:
    """Which other offers a customer may hold at the same time."""

    with_: tuple[Name, ...] = key("Their names.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemedBy:
    """How it is seen that a customer made use of an offer."""

    event: Name = key("The event's name.", Change.MEASURE)
    where: Rule | None = key(
        "Which of these events: a rule over the event's properties.", Change.MEASURE, default=None
    )
    code: Name | None = key(
        "The event's property with the code; it must be the customer's own.",
        Change.MEASURE,
        default=None,
    )
    value: Name | None = key(
        "The event's property with the amount that the discount is taken of.",
        Change.MEASURE,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer: what is given, to whom, for how long, how often, and what it costs."""

    title: str | None = key("One line for people.", Change.METADATA, default=None)
    percent: Share | None = key("A share off the price.", Change.ROUTING, default=None)
    amount: Money | None = key("An amount off the price.", Change.ROUTING, default=None)
    gift: str | None = key("A gift: its article number.", Change.ROUTING, default=None)
    points: int | None = key("Points of a loyalty programme.", Change.ROUTING, default=None)
    tiers: tuple[Tier, ...] = key(
        "A discount that grows with the order, the lowest step first.", Change.ROUTING, default=()
    )
    cumulative: Cumulative | None = key(
        "A discount that grows with the customer.", Change.ROUTING, default=None
    )
    personal_price: Name | None = key(
        "A price of the customer's own: the trait or attribute that says it.",
        Change.ROUTING,
        default=None,
    )
    for_: Rule | None = key(
        "Who may have it: a rule over traits, attributes and segments.",
        Change.ROUTING,
        default=None,
    )
    valid_for: Duration | None = key(
        "How long it may be redeemed after it was given.", Change.TIMING, default=None
    )
    valid: Validity | None = key("Between which days.", Change.TIMING, default=None)
    codes: CodesOfOffer | None = key("The codes it is redeemed by.", Change.SETUP, default=None)
    limits: OfferLimits = key("How often it is given.", Change.POLICY, default=OfferLimits())
    stacking: Alone | StackWith | None = key(
        "Which offers may be held beside it: `alone` for none, `{with: […]}` for these, and all "
        "if not given. Both offers must agree.",
        Change.ROUTING,
        default=None,
    )
    cost: Money | Share | None = key(
        "What one redemption costs, or what share of the event's value; if not given, what is "
        "taken off.",
        Change.MEASURE,
        default=None,
    )
    redeemed_by: RedeemedBy | None = key(
        "The event by which it is redeemed.", Change.MEASURE, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """Take an offer back that the customer holds; who holds none goes on."""

    revoke: Name = key("The offer.", Change.ROUTING)
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem:
    """Use up an offer that the customer holds, from within the journey; who holds none goes on."""

    redeem: Name = key("The offer.", Change.ROUTING)
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What customers are given."""

    offers: Mapping[Name, Offer] = key("Offers by name.", Change.ROUTING, default=EMPTY)
    loc: Loc = location()


def stacks(name: str, offer: Offer, other_name: str, other: Offer) -> bool:
    """Say whether a customer may hold two offers at the same time: each must allow the other."""
    return _allows(offer, other_name) and _allows(other, name)


def _allows(offer: Offer, other: str) -> bool:
    if isinstance(offer.stacking, StackWith):
        return other in offer.stacking.with_
    return offer.stacking is None
