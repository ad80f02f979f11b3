"""Made-up customers and orders for a new project: the same on every machine."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

CUSTOMERS: Final = 500

_SEED: Final = 2025
_FIRST_DAY: Final = datetime(2025, 1, 1, tzinfo=UTC)
_END: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE: Final = "%Y-%m-%d %H:%M"

_PLACES: Final = (
    ("Europe/Berlin", ("Berlin", "Hamburg", "Leipzig"), ("Anna", "Ben", "Clara", "Jonas", "Mia")),
    ("Europe/London", ("London", "Leeds"), ("Alice", "George", "Oliver", "Poppy", "Ruby")),
    ("Europe/Moscow", ("Москва", "Казань"), ("Анна", "Дмитрий", "Иван", "Мария", "Ольга")),
    ("Asia/Yekaterinburg", ("Екатеринбург",), ("Алексей", "Елена", "Сергей", "Татьяна")),
    ("Asia/Shanghai", ("上海", "成都", "杭州"), ("伟", "芳", "静", "丽娟", "子涵")),
    ("America/New_York", ("New York", "Boston"), ("Emma", "Ethan", "Grace", "Noah")),
)
_HABITS: Final = ((0.40, None), (0.70, 45.0), (1.0, 20.0))
"""Shares of customers, cumulated, and how many days lie between their orders: none for those
who order once."""

_Item = TypeVar("_Item")
_Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How much was made up."""

    customers: int
    orders: int


def write_sample(folder: Path) -> SampleSize:
    """Write ``customers.csv``, ``orders.csv`` and ``consents.csv``, a year of a made-up shop.

    Some customers have no name or no e-mail address, as in real exports.
    """
    # Of all that Python draws, only random() is promised to stay the same in every version.
    dice = random.Random(_SEED)  # noqa: S311 - sample data, no secrets
    customers: list[_Row] = []
    orders: list[_Row] = []
    consents: list[_Row] = []
    for number in range(1, CUSTOMERS + 1):
        customer = f"c{number:03}"
        first = _FIRST_DAY + timedelta(minutes=int(dice.random() * 350 * 24 * 60))
        customers.append(_customer(customer, dice))
        consents += _consents(customer, first, dice)
        orders += _orders(customer, first, dice)
    orders.sort(key=lambda row: (row[1], row[0]))
    consents.sort(key=lambda row: (row[1], row[0]))
    folder.mkdir(parents=True, exist_ok=True)
    header = ("customer", "email", "first_name", "city", "timezone")
    _write(folder / "customers.csv", header, customers)
    _write(folder / "orders.csv", ("customer", "at", "event", "amount"), orders)
    header = ("customer", "at", "channel", "purpose", "state")
    _write(folder / "consents.csv", header, consents)
    placed = sum(row[2] == "order.placed" for row in orders)
    return SampleSize(customers=len(customers), orders=placed)


def _customer(customer: str, dice: random.Random) -> _Row:
    zone, cities, names = _pick(_PLACES, dice)
    name = "" if dice.random() < 0.05 else _pick(names, dice)
    email = "" if dice.random() < 0.02 else f"{customer}@customers.example"
    return customer, email, name, _pick(cities, dice), zone


def _consents(customer: str, first: datetime, dice: random.Random) -> Iterator[_Row]:
    """Yield what the customer ticked at the first order, and what a few took back later."""
    if dice.random() < 0.7:
        yield customer, f"{first:{_MINUTE}}", "email", "promotional", "granted"
    if dice.random() < 0.03:
        later = first + timedelta(days=int(dice.random() * 60))
        purpose = _pick(("promotional", "service"), dice)
        yield customer, f"{later:{_MINUTE}}", "email", purpose, "refused"


def _orders(customer: str, first: datetime, dice: random.Random) -> Iterator[_Row]:
    drawn = dice.random()
    gap = next(days for below, days in _HABITS if drawn < below)
    at = first
    while at < _END:
        amount = f"{8 + 70 * dice.random() ** 2:.2f}"
        yield customer, f"{at:{_MINUTE}}", "order.placed", amount
        back = at + timedelta(days=4 + int(dice.random() * 10))
        if dice.random() < 0.04 and back < _END:
            yield customer, f"{back:{_MINUTE}}", "order.returned", amount
        if gap is None:
            return
        # A gap of half to one and a half times the usual one; never the same minute twice.
        at += timedelta(minutes=1 + int(gap * (0.5 + dice.random()) * 24 * 60))


def _pick(items: Sequence[_Item], dice: random.Random) -> _Item:
    return items[int(dice.random() * len(items))]


def _write(path: Path, header: _Row, rows: Sequence[_Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((header, *rows))
