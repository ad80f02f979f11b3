"""A shop for women's wear on a Chinese market place: 8,000 people, two Double 11s."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from scripts.stories.shop import Shop, birthday, day, later

SEED: Final = "fashion-2017"
PEOPLE: Final = 8000
FIRST, LAST = day("2016-01-01"), day("2018-01-01")
CATEGORIES: Final = {"dress": 320, "coat": 780, "knitwear": 260, "softener": 45}
"""What is sold, and about what it costs in yuan; few buy the softener, and come back for it."""
AGREE: Final = {
    ("sms", "promotional"): 0.85,
    ("sms", "service"): 0.98,
    ("wechat", "promotional"): 0.9,
    ("wechat", "service"): 0.98,
    ("email", "promotional"): 0.3,
}
PLATFORMS: Final = ("weibo", "douyin", "kuaishou", "xiaohongshu")


def fashion() -> Shop:
    """Draw the shop."""
    shop = Shop(random.Random(SEED))  # noqa: S311 - a shop, not a secret
    for number in range(PEOPLE):
        _person(shop, f"w{number:05}")
    return shop


def _person(shop: Shop, customer: str) -> None:
    rng = shop.rng
    came = FIRST + timedelta(minutes=rng.randrange(int((LAST - FIRST).total_seconds() // 60)))
    wechat = rng.random() < 0.35
    shop.customers.append(
        {
            "customer": customer,
            "phone": f"+86138{int(customer[1:]):08}",
            "wechat": f"wx_{customer}" if wechat else "",
            "email": f"{customer}@fashion.example" if rng.random() < 0.3 else "",
            "timezone": "Asia/Shanghai",
            "birthday": birthday(rng, oldest=1970, youngest=2003),
            "member_since": came.date().isoformat(),
            "level": rng.choices(("silver", "gold", "black"), (70, 24, 6))[0],
        }
    )
    shop.agrees(customer, came, AGREE)
    if wechat:
        shop.happens(customer, later(rng, came, days=10), "wechat.added")
    _reads(shop, customer, came)
    _buys(shop, customer, later(rng, came, days=9))
    for year in (2016, 2017):
        if came < day(f"{year}-10-01"):
            _double11(shop, customer, year)


def _reads(shop: Shop, customer: str, came: datetime) -> None:
    rng, at = shop.rng, came
    for _ in range(rng.choices((0, 1, 3, 8), (45, 30, 17, 8))[0]):
        at = later(rng, at, days=20)
        if at >= LAST:
            return
        platform = rng.choice(PLATFORMS)
        shop.happens(customer, at, "post.read", platform=platform)
        if rng.random() < 0.2:
            kind = rng.choices(("post.liked", "post.commented", "post.shared"), (70, 20, 10))[0]
            shop.happens(customer, at + timedelta(minutes=3), kind, platform=platform)


def _buys(shop: Shop, customer: str, at: datetime) -> None:
    rng = shop.rng
    number, favourite = 0, rng.choices(tuple(CATEGORIES), (45, 20, 28, 7))[0]
    again = 0.8 if favourite == "softener" else 0.42
    while at < LAST:
        number += 1
        _order(shop, customer, at, f"{customer}-{number}", favourite)
        if rng.random() > again:
            return
        at = later(rng, at, days=30 if favourite == "softener" else 75)


def _order(shop: Shop, customer: str, at: datetime, order: str, category: str) -> None:
    rng = shop.rng
    amount = round(CATEGORIES[category] * rng.uniform(0.8, 1.5))
    shop.happens(customer, at, "order.placed", order=order, category=category, amount=amount)
    received = later(rng, at, days=4)
    if received < LAST:
        shop.happens(customer, received, "parcel.received", order=order, category=category)
        if rng.random() < 0.12:
            score = min(10, max(0, round(rng.gauss(8, 1.8))))
            shop.happens(customer, received + timedelta(days=1), "survey.answered", score=score)


def _double11(shop: Shop, customer: str, year: int) -> None:
    """Pay a deposit before Double 11, and the balance on the day, or forget it."""
    rng = shop.rng
    if rng.random() > (0.16 if year == 2016 else 0.24):
        return
    deposit = day(f"{year}-10-21") + timedelta(minutes=rng.randrange(20 * 24 * 60))
    order = f"{customer}-d{year}"
    shop.happens(customer, deposit, "deposit.paid", order=order, amount=50)
    if rng.random() < 0.72:
        balance = day(f"{year}-11-10") + timedelta(hours=16, minutes=rng.randrange(26 * 60))
        shop.happens(customer, balance, "balance.paid", order=order, amount=rng.randrange(250, 900))
