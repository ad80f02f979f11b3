"""A shop for contact lenses in Russia: 6,000 people, two years, four brands."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from scripts.stories.shop import Shop, birthday, day, later

SEED: Final = "optics-2017"
PEOPLE: Final = 6000
FIRST, LAST = day("2016-01-01"), day("2018-01-01")

BRANDS: Final = {"Alcon": 2900, "Acuvue": 2600, "CooperVision": 2300, "Bausch+Lomb": 2100}
"""Brands, and what a pack costs in roubles."""
CITIES: Final = {
    "Москва": "Europe/Moscow",
    "Казань": "Europe/Moscow",
    "Екатеринбург": "Asia/Yekaterinburg",
    "Новосибирск": "Asia/Novosibirsk",
    "Калининград": "Europe/Kaliningrad",
}
AGREE: Final = {
    ("email", "promotional"): 0.82,
    ("email", "service"): 0.97,
    ("sms", "promotional"): 0.55,
    ("sms", "service"): 0.9,
    ("yandex", "promotional"): 0.8,
}


def optics() -> Shop:
    """Draw the shop."""
    shop = Shop(random.Random(SEED))  # noqa: S311 - a shop, not a secret
    for number in range(PEOPLE):
        _person(shop, f"o{number:05}")
    return shop


def _person(shop: Shop, customer: str) -> None:
    rng = shop.rng
    came = FIRST + timedelta(minutes=rng.randrange(int((LAST - FIRST).total_seconds() // 60)))
    city = rng.choices(tuple(CITIES), (50, 15, 15, 12, 8))[0]
    shop.customers.append(
        {
            "customer": customer,
            "email": f"{customer}@optics.example",
            "phone": f"+7916{int(customer[1:]):07}" if rng.random() < 0.8 else "",
            "timezone": CITIES[city],
            "city": city,
            "birthday": birthday(rng),
            "source": rng.choices(("direct", "vk", "search", "friend"), (40, 20, 30, 10))[0],
        }
    )
    shop.agrees(customer, came, AGREE)
    shop.happens(customer, came, "contact.left")
    brand = rng.choices(tuple(BRANDS), (35, 30, 20, 15))[0]
    _browses(shop, customer, came, brand)
    if rng.random() < 0.55:
        _buys(shop, customer, later(rng, came, days=6), brand)


def _browses(shop: Shop, customer: str, came: datetime, brand: str) -> None:
    at = came
    for _ in range(shop.rng.choices((0, 1, 2, 4, 7), (30, 25, 20, 15, 10))[0]):
        at = later(shop.rng, at, days=4)
        if at < LAST:
            shop.happens(customer, at, "product.viewed", brand=brand)


def _buys(shop: Shop, customer: str, at: datetime, brand: str) -> None:
    """Buy packs until the person stops; those who are faithful buy about every 35 days."""
    rng, orders = shop.rng, 0
    faithful = rng.random() < 0.45
    while at < LAST:
        orders += 1
        packs = rng.choices((1, 2, 4), (60, 30, 10))[0]
        number = f"{customer}-{orders}"
        amount = BRANDS[brand] * packs
        shop.happens(customer, at, "order.placed", order=number, brand=brand, amount=amount)
        received = later(rng, at, days=3)
        if received < LAST:
            shop.happens(customer, received, "parcel.received", order=number, parcel=number)
            _answers(shop, customer, received, faithful=faithful)
        if rng.random() > (0.88 if faithful else 0.4):
            return
        if rng.random() < 0.06:
            brand = rng.choice(tuple(BRANDS))
        at = later(rng, at, days=35 * (1 if packs < 4 else 2))


def _answers(shop: Shop, customer: str, received: datetime, *, faithful: bool) -> None:
    if shop.rng.random() < 0.18:
        score = min(10, max(0, round(shop.rng.gauss(8.6 if faithful else 6.8, 1.8))))
        at = later(shop.rng, received, days=8)
        if at < LAST:
            shop.happens(customer, at, "survey.answered", score=score)
    if shop.rng.random() < (0.01 if faithful else 0.04):
        at = later(shop.rng, received, days=2)
        if at < LAST:
            shop.happens(customer, at, "complaint", reason=shop.rng.choice(("late", "broken")))
