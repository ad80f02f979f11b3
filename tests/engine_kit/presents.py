"""Offers as a random author writes them: few enough that customers vie for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Moment, Name, Share
from campaignspec.spec.offer import (
    Alone,
    CodesOfOffer,
    Cumulative,
    GeneratedCodes,
    Offer,
    OfferLimits,
    RedeemedBy,
    SharedCode,
    StackWith,
    Tier,
    Validity,
)
from campaignspec.spec.rule import Rule

Pick = Callable[[Sequence[Any]], Any]

NAMES = ("gold", "silver")
_EVENTS: Mapping[str, Sequence[str]] = {"buy": ("amount", "items"), "visit": ("seconds",)}
_WORDS = {"buy": "sku", "visit": "page"}
_FIVE, _TWENTY = Money(micros=5_000_000, currency="USD"), Money(micros=20_000_000, currency="USD")


def draw_offers(
    pick: Pick,
    *,
    begin: int,
    lengths: Sequence[int],
    traits: Sequence[str],
    rule: Callable[[], Rule],
    rule_of_event: Callable[[str], Rule],
) -> dict[Name, Offer]:
    """Draw up to two offers.

    Args:
        pick: Chooses.
        begin: When the story begins.
        lengths: How long an offer may be valid, microseconds.
        traits: The traits that are a number or an amount.
        rule: Writes a rule over customers.
        rule_of_event: Writes a rule over the properties of an event.
    """
    names = NAMES[: pick((0, 1, 2, 2))]
    return {
        Name(name): Offer(
            **_gift(pick, traits),
            for_=rule() if pick((True, False, False, False)) else None,
            valid_for=Duration(pick(lengths)) if pick((True, False)) else None,
            valid=_validity(pick, begin) if pick((True, False, False)) else None,
            codes=_codes(pick),
            limits=OfferLimits(
                total=pick((None, 1, 2, 4)),
                per_day=pick((None, None, 1, 2)),
                per_customer=pick((1, 2, 5)),
            ),
            stacking=pick(
                (None, None, Alone.ALONE, StackWith(with_=tuple(Name(each) for each in NAMES)))
            ),
            redeemed_by=_redemption(pick, rule_of_event) if pick((True, True, False)) else None,
        )
        for name in names
    }


def _gift(pick: Pick, traits: Sequence[str]) -> dict[str, Any]:
    steps = (
        Tier(from_=0.0, percent=Share(0.05)),
        Tier(from_=pick((1.0, _FIVE)), amount=_FIVE),
        Tier(from_=pick((10.0, _TWENTY)), percent=Share(1 / 3)),
    )
    gifts: list[dict[str, Any]] = [
        {"percent": Share(0.1)},
        {"amount": _FIVE},
        {"gift": "cup-1", "cost": _TWENTY},
        {"points": 200, "cost": Share(0.07)},
        {"tiers": steps},
    ]
    if traits:
        gifts.append({"cumulative": Cumulative(over=Name(pick(traits)), tiers=steps)})
    gift: dict[str, Any] = pick(gifts)
    return gift


def _validity(pick: Pick, begin: int) -> Validity:
    def moment(hours: int) -> Moment:
        at = datetime.fromtimestamp(begin // 1_000_000, UTC) + timedelta(hours=hours)
        return Moment(f"{at:%Y-%m-%d %H:%M}")

    return Validity(
        from_=pick((None, moment(-5), moment(30))),
        to=pick((None, moment(50), moment(100))),
    )


def _codes(pick: Pick) -> CodesOfOffer | None:
    made = GeneratedCodes(generate=pick((1, 2, 3)), pattern="G-##", seed="codes")
    codes: CodesOfOffer | None = pick((None, None, SharedCode(shared="tea"), made))
    return codes


def _redemption(pick: Pick, rule_of_event: Callable[[str], Rule]) -> RedeemedBy:
    event = pick(tuple(_EVENTS))
    return RedeemedBy(
        event=Name(event),
        where=rule_of_event(event) if pick((True, False, False, False)) else None,
        code=pick((None, None, Name(_WORDS[event]))),
        value=pick((None, *map(Name, _EVENTS[event]))),
    )
