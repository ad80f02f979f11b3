"""A forwarder of freight in Russia: 1,800 contacts of 1,300 firms, two years."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from scripts.stories.shop import Shop, day, later

SEED: Final = "freight-2017"
PEOPLE: Final = 1800
FIRMS: Final = 1300
FIRST, LAST = day("2016-01-01"), day("2018-01-01")

CARGO: Final = {"groupage": 9_000, "full-truck": 62_000, "dangerous": 95_000, "chilled": 78_000}
"""Sorts of cargo, and about what a shipment costs in roubles."""
STAGES: Final = ("lead", "talk", "offer", "contract")
LOST: Final = ("price", "timing", "competitor", "no-answer")
WON: Final = ("price", "service", "recommendation")
AGREE: Final = {
    ("email", "promotional"): 0.75,
    ("email", "service"): 0.97,
    ("sms", "promotional"): 0.4,
    ("sms", "service"): 0.85,
    ("yandex", "promotional"): 0.7,
}


def freight() -> Shop:
    """Draw the forwarder's customers."""
    shop = Shop(random.Random(SEED))  # noqa: S311 - a shop, not a secret
    for number in range(PEOPLE):
        _contact(shop, f"f{number:05}", f"firm-{number % FIRMS:04}")
    return shop


def _contact(shop: Shop, customer: str, firm: str) -> None:
    rng = shop.rng
    came = FIRST + timedelta(minutes=rng.randrange(int((LAST - FIRST).total_seconds() // 60)))
    cargo = rng.choices(tuple(CARGO), (50, 30, 5, 15))[0]
    shop.customers.append(
        {
            "customer": customer,
            "account": firm,
            "email": f"{customer}@{firm}.example",
            "phone": f"+7495{int(customer[1:]):07}" if rng.random() < 0.7 else "",
            "timezone": rng.choice(("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok")),
            "cargo": cargo,
            "manager": rng.choice(("ivanova", "petrov", "sokolova")),
            "contract_end": (came + timedelta(days=rng.randrange(300, 800))).date().isoformat()
            if rng.random() < 0.5
            else "",
        }
    )
    shop.agrees(customer, came, AGREE)
    if _deal(shop, customer, came):
        _ships(shop, customer, later(rng, came, days=20), cargo)


def _deal(shop: Shop, customer: str, at: datetime) -> bool:
    """Walk through the stages of a deal, which takes months; say whether it was won."""
    for stage in STAGES:
        if at >= LAST:
            return False
        shop.happens(customer, at, "deal.stage", stage=stage)
        at = later(shop.rng, at, days=24, spread=0.5)
        if shop.rng.random() < 0.16 and at < LAST:
            shop.happens(customer, at, "deal.lost", reason=shop.rng.choice(LOST))
            return False
    if at < LAST:
        shop.happens(customer, at, "deal.won", reason=shop.rng.choice(WON))
    return True


def _ships(shop: Shop, customer: str, at: datetime, cargo: str) -> None:
    """Ship until the firm goes quiet; some of them come back after a long time."""
    rng = shop.rng
    gap = rng.choice((7, 14, 30, 60))
    while at < LAST:
        amount = round(CARGO[cargo] * rng.uniform(0.7, 1.4))
        shop.happens(customer, at, "shipment.ordered", cargo=cargo, amount=amount)
        if rng.random() < 0.08:
            shop.happens(customer, later(rng, at, days=1), "quote.requested", cargo=cargo)
        roll = rng.random()
        if roll < 0.05:
            at = later(rng, at, days=150)
        elif roll < 0.09:
            return
        else:
            at = later(rng, at, days=gap)
