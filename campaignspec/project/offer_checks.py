"""The offers: each says what it gives, what that costs, and terms that can be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from campaignspec.clock import parse_instant
from campaignspec.diagnostics import Diagnostic
from campaignspec.money import Money
from campaignspec.project.names import FactKind, listed
from campaignspec.project.scope import Scope
from campaignspec.project.trait_kinds import SUMMABLE
from campaignspec.spec.journey import Grant
from campaignspec.spec.kinds import Share
from campaignspec.spec.offer import (
    Alone,
    Cumulative,
    GeneratedCodes,
    ImportedCodes,
    Offer,
    OfferLimits,
    Offers,
    Redeem,
    RedeemedBy,
    Revoke,
    SharedCode,
    StackWith,
    Tier,
    Validity,
    stacks,
)
from campaignspec.spec.project import Settings
from campaignspec.spec.reading import Piece, Place
from campaignspec.spec.shape import Loc

_GIFTS: Final = ("percent", "amount", "gift", "points", "tiers", "cumulative", "personal_price")
"""The keys that say what an offer gives; each offer has one of them."""

_OF_THE_VALUE: Final = ("percent", "tiers", "cumulative")
"""Those of which nobody knows what they cost without the amount that they are taken of."""

_WITHOUT_COST: Final = ("gift", "points", "personal_price")
"""Those that do not say what they cost."""

_LETTERS: Final = 30
"""How many signs a blank of a pattern may become: `campaignspec.engine.codes.ALPHABET`."""

_HARD_TO_GUESS: Final = 1000
"""Of so many codes that fit a pattern at most one may be valid."""

_OFFERS: Final[tuple[Place, ...]] = (
    (Grant, "grant"),
    (Revoke, "revoke"),
    (Redeem, "redeem"),
    (StackWith, "with"),
)
_MONEY: Final[tuple[Place, ...]] = (
    (Offer, "amount"),
    (Offer, "cost"),
    (Tier, "from"),
    (Tier, "amount"),
)


def names(scope: Scope) -> Iterator[Diagnostic]:
    """Check the names of offers, and those in offers."""
    known = scope.names
    for section, key in _OFFERS:
        for piece in scope.values(section, key):
            yield from known.find(known.offers, piece.value, scope.span_of(piece))
    for piece in scope.values(RedeemedBy, "event"):
        yield from known.find(known.events, piece.value, scope.span_of(piece))


def traits(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what an offer grows with, or is priced by, is a number or an amount."""
    known = scope.names
    for piece in scope.values(Cumulative, "over"):
        yield from known.find(known.traits, piece.value, scope.span_of(piece))
        yield from _countable(scope, piece, known.facts.get(piece.value))
    for piece in scope.values(Offer, "personal_price"):
        if piece.value not in known.traits and piece.value not in known.attributes:
            yield from known.find(known.traits, piece.value, scope.span_of(piece))
        yield from _countable(scope, piece, known.facts.get(piece.value))


def properties(scope: Scope) -> Iterator[Diagnostic]:
    """Check the properties of the events that redeem offers."""
    for key in ("code", "value"):
        for piece in scope.values(RedeemedBy, key):
            event = scope.beside(piece.loc, "event")
            if event is None:
                continue
            held = scope.names.properties_of(event)
            yield from scope.find(held, piece)
            kind = scope.names.properties.get(event, {}).get(piece.value)
            if key == "value":
                yield from _countable(scope, piece, kind)
            elif kind not in {None, FactKind.TEXT}:
                yield Diagnostic(
                    code="REF305",
                    message=f"`{piece.value}` of `{event}` is {kind}; a code is text",
                    span=scope.span_of(piece),
                    help="declare the property as text, so that `0123` stays `0123`",
                )


def files(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the files exist in which codes stand."""
    for piece in scope.values(ImportedCodes, "import"):
        path: Path = scope.parts[piece.loc.file].folder / piece.value
        if not scope.is_there(path):
            yield Diagnostic(
                code="REF304",
                message=f"the file of codes `{piece.value}` does not exist",
                span=scope.span_of(piece),
                help="put the file there, or write its path from the folder of this file",
            )


def what_is_given(scope: Scope) -> Iterator[Diagnostic]:
    """Check that an offer gives one thing."""
    for name, offer in _offers(scope):
        given = _given(offer)
        if len(given) != 1:
            told = f"both `{given[0]}` and `{given[1]}`" if given else "nothing"
            yield Diagnostic(
                code="POL520",
                message=f"the offer `{name}` gives {told}",
                span=scope.key_span(offer.loc / given[1] if given else offer.loc),
                help="make two offers of it, and grant both"
                if given
                else f"say what it gives: {listed(_GIFTS)}",
            )


def tiers(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the steps of a discount rise, and that each takes one thing off."""
    for _, offer in _offers(scope):
        yield from _steps(scope, offer.loc / "tiers", offer.tiers)
        if offer.cumulative is not None:
            yield from _steps(scope, offer.cumulative.loc / "tiers", offer.cumulative.tiers)


def costs(scope: Scope) -> Iterator[Diagnostic]:
    """Check that somebody can say what a redemption costs."""
    for name, offer in _offers(scope):
        given, told = _given(offer), offer.redeemed_by is not None and offer.redeemed_by.value
        if len(given) != 1:
            continue
        needs_value = isinstance(offer.cost, Share) or (
            offer.cost is None and given[0] in _OF_THE_VALUE
        )
        if offer.cost is None and given[0] in _WITHOUT_COST:
            advice = "add `cost:` with what one redemption costs: `cost: 4 USD`"
        elif needs_value and offer.redeemed_by is not None and not told:
            advice = "name the event's property with the amount, as `value:` in `redeemed_by`, "
            advice += "or add `cost:` with an amount of money"
        else:
            continue
        yield Diagnostic(
            code="POL521",
            message=f"nobody can say what a redemption of `{name}` costs",
            span=scope.key_span(offer.loc),
            help=advice,
        )


def currency(scope: Scope) -> Iterator[Diagnostic]:
    """Check that offers are in the project's currency."""
    counted = next((piece.value for piece in scope.values(Settings, "currency")), None)
    for section, key in _MONEY:
        for piece in scope.values(section, key):
            if isinstance(piece.value, Money) and counted and piece.value.currency != counted:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{piece.value}` is in {piece.value.currency}, "
                    f"but the project counts in {counted}",
                    span=scope.span_of(piece),
                    help=f"write it in {counted}",
                )


def codes(scope: Scope) -> Iterator[Diagnostic]:
    """Check that codes that are made can be made, and are hard to guess."""
    for made in scope.sections(GeneratedCodes):
        blanks = made.pattern.count("#") - int(made.checksum)
        room = _LETTERS**blanks if blanks > 0 else 0
        if made.generate < 1:
            here, what = "generate", f"{made.generate} codes are none"
        elif room < made.generate * _HARD_TO_GUESS:
            here = "pattern"
            what = f"of {room:,} codes that fit `{made.pattern}`, {made.generate:,} would be valid"
        else:
            continue
        yield Diagnostic(
            code="POL522",
            message=what,
            span=scope.span(made.loc / here),
            help=f"add `#` until at most one code in {_HARD_TO_GUESS:,} is valid, "
            "so that nobody guesses one"
            if here == "pattern"
            else "make at least one",
        )


def stacking(scope: Scope) -> Iterator[Diagnostic]:
    """Find offers of which one may be held beside the other, but not the other beside the one."""
    offers = dict(_offers(scope))
    for name, offer in offers.items():
        if not isinstance(offer.stacking, StackWith):
            continue
        for at, other in enumerate(offer.stacking.with_):
            if other in offers and not stacks(name, offer, other, offers[other]):
                alone = isinstance(offers[other].stacking, Alone)
                yield Diagnostic(
                    code="POL523",
                    message=f"`{name}` may be held beside `{other}`, but `{other}` "
                    + ("stands alone" if alone else f"does not name `{name}`"),
                    span=scope.span(offer.stacking.loc / "with" / at),
                    help=f"name `{name}` under `stacking:` of `{other}`, "
                    f"or take `{other}` out here",
                )


def limits(scope: Scope) -> Iterator[Diagnostic]:
    """Check that an offer can be given at all, and as often as it says."""
    for section in scope.sections(OfferLimits):
        for key in ("total", "per_day", "per_customer"):
            value = getattr(section, key)
            if value is not None and value < 1:
                yield Diagnostic(
                    code="POL524",
                    message=f"with `{key}: {value}` the offer would be given to nobody",
                    span=scope.span(section.loc / key),
                    help="allow at least one, or leave the limit out",
                )
    for name, offer in _offers(scope):
        total = offer.limits.total
        if isinstance(offer.codes, GeneratedCodes) and total and offer.codes.generate < total:
            yield Diagnostic(
                code="POL524",
                message=f"`{name}` may be given {total:,} times, "
                f"but has {offer.codes.generate:,} codes",
                span=scope.span(offer.codes.loc / "generate"),
                help=f"make {total:,} codes, or lower `total:`",
            )


def validity(scope: Scope) -> Iterator[Diagnostic]:
    """Check that an offer ends after it begins."""
    for section in scope.sections(Validity):
        first, last = section.from_, section.to
        if first and last and parse_instant(str(last)) < parse_instant(str(first)):
            yield Diagnostic(
                code="POL525",
                message=f"the offer ends on {last}, before it begins on {first}",
                span=scope.span(section.loc / "to"),
                help="write a later day",
            )


def shared_codes(scope: Scope) -> Iterator[Diagnostic]:
    """Find codes for everybody that are empty."""
    for piece in scope.values(SharedCode, "shared"):
        if not str(piece.value).strip():
            yield Diagnostic(
                code="POL522",
                message="the code is empty",
                span=scope.span_of(piece),
                help="write what customers are to type in: `shared: SAVE10`",
            )


def _offers(scope: Scope) -> Iterator[tuple[str, Offer]]:
    """Yield the offers without a mistake in their file."""
    for offers in scope.sections(Offers):
        yield from ((str(name), offer) for name, offer in offers.offers.items())


def _given(offer: Offer) -> list[str]:
    return [key for key in _GIFTS if getattr(offer, key) not in (None, ())]


def _countable(scope: Scope, piece: Piece, kind: FactKind | None) -> Iterator[Diagnostic]:
    if kind is not None and kind not in SUMMABLE:
        yield Diagnostic(
            code="REF305",
            message=f"`{piece.value}` is {kind}; an offer wants a number or an amount of money",
            span=scope.span_of(piece),
            help="name one that is a number or an amount of money",
        )


def _steps(scope: Scope, here: Loc, steps: Sequence[Tier]) -> Iterator[Diagnostic]:
    previous = None
    for at, tier in enumerate(steps):
        begins = tier.from_.micros if isinstance(tier.from_, Money) else tier.from_
        if (tier.percent is None) == (tier.amount is None):
            yield Diagnostic(
                code="POL520",
                message="a step takes off either a `percent` or an `amount`",
                span=scope.key_span(here / at / "from"),
                help="write one of them: `{from: 100 USD, percent: 5%}`",
            )
        if previous is not None and begins <= previous:
            yield Diagnostic(
                code="POL520",
                message=f"the step from {tier.from_} comes after one from as much or more",
                span=scope.span(here / at / "from"),
                help="put the lowest step first, and each step once",
            )
        previous = begins
