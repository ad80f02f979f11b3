"""A small project with sources of many kinds, its instants in zones whose clocks change."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from campaignspec.api.check import opened
from campaignspec.project import Project

SETTINGS = """
spec: 1
project: corner-shop
timezone: America/New_York
currency: USD
sources:
  - customers: customers.csv
    attributes: {{city: text, birthday: date, vip: boolean}}
  - customers: more.csv
    customer: id
    attributes: {{city: text, points: number}}
  - events: orders.csv
    names: [order.placed, order.returned]
    zone: America/New_York
    known_after: 1h
    properties: {{amount: money, items: number, sku: text}}
  - events: late.csv
    names: [order.placed]
    zone: America/New_York
    received_at: received
    cursor: number
    properties: {{amount: money, sku: text}}
  - events: till.parquet
    event: kind
    names: [order.placed]
    properties: {{amount: money, sku: text}}
  - events: orders.csv
    names: [order.placed]
    as: shopping.day
    one_per: day
    zone: America/New_York
    properties: {{amount: money, items: number, sku: text}}
  - messages: messages.csv
    zone: Europe/Moscow
  - consents: consents.csv
{more}
"""
AUDIENCES = """
traits:
  orders: {count: order.placed, within: 30d}
  spend: {sum: order.placed.amount}
  last_sku: {last_value: order.placed.sku}
  last_day: {latest: shopping.day}
  best_day: {maximum: shopping.day.amount}
  messages: {count: message.sent, within: 20d, where: channel = 'email'}
  per_order: {ratio: spend, to: orders}
segments:
  buyers: {title: Who buys, where: orders >= 2 and last_sku = 'tea'}
  spenders: {where: spend >= 100 or per_order > 20.5}
  quiet: {where: last_day older than 10d}
  good-days: {where: best_day >= 20 and messages >= 1}
  locals: {where: "city = 'Oslo' or points >= 5 or vip = 'yes' or birthday older than 1d"}
"""
# The clocks of New York go forward on 10 March 2019 and back on 3 November.
BEGIN = datetime(2019, 2, 20, tzinfo=UTC)
CHANGES = (datetime(2019, 3, 10, tzinfo=UTC), datetime(2019, 11, 3, tzinfo=UTC))
INSTANTS = ("2019-03-10 03:30", "2019-03-20", "2019-04-05 12:00", "2019-11-05")


def write_project(root: Path, *, more: str = "", seed: int = 5) -> Path:
    """Write the project and its sources; the same seed gives the same rows."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "campaignspec.yaml").write_text(SETTINGS.format(more=more).lstrip(), encoding="utf-8")
    (root / "audiences.yaml").write_text(AUDIENCES.lstrip(), encoding="utf-8")
    dice = random.Random(seed)
    people = [f"c{n:02}" for n in range(40)]
    _csv(root / "customers.csv", ("customer", "city", "birthday", "vip"), _customers(people, dice))
    more_people = [
        (p, dice.choice(["Oslo", "Bergen", ""]), dice.choice(["", "2.5", "7"])) for p in people[::3]
    ]
    _csv(root / "more.csv", ("id", "city", "points"), [*more_people, ("only-here", "Oslo", "9")])
    header = ("customer", "at", "event", "amount", "items", "sku")
    _csv(root / "orders.csv", header, _orders(people, dice))
    _csv(
        root / "late.csv",
        ("customer", "at", "event", "amount", "sku", "received", "number"),
        _late(people, dice),
    )
    _till(root / "till.parquet", people, dice)
    sent = [
        (dice.choice(people), _wall(dice), dice.choice(["email", "sms"]), "promotional", "spring")
        for _ in range(60)
    ]
    _csv(root / "messages.csv", ("customer", "at", "channel", "class", "campaign"), sent)
    agreed = [("agrees", "2019-01-01", "email", "promotional", "granted")]
    _csv(root / "consents.csv", ("customer", "at", "channel", "purpose", "state"), agreed)
    return root


def read_project(root: Path) -> Project:
    """Link the project."""
    return opened(root)[0]


def _customers(people: list[str], dice: random.Random) -> list[tuple[Any, ...]]:
    return [
        (
            person,
            dice.choice(["Oslo", "Bergen", ""]),
            dice.choice(["", "1980-05-01", "2019-03-19", "2030-01-01"]),
            dice.choice(["", "yes", "no", "1"]),
        )
        for person in people[:35]
    ]


def _wall(dice: random.Random) -> str:
    """Choose what a wall clock shows; often in the nights when clocks change."""
    begin = dice.choice(
        [BEGIN, BEGIN, datetime(2019, 3, 10, tzinfo=UTC), datetime(2019, 11, 3, tzinfo=UTC)]
    )
    spread = 60 * 24 * 40 if begin == BEGIN else 60 * 5
    return f"{begin + timedelta(minutes=dice.randrange(spread)):%Y-%m-%d %H:%M:%S}"


def _orders(people: list[str], dice: random.Random) -> list[tuple[Any, ...]]:
    return [
        (
            dice.choice(people),
            _wall(dice) + dice.choice(["", "", "", "Z", "+03:00", "-0530"]),
            dice.choice(["order.placed"] * 3 + ["order.returned", "site.visited"]),
            dice.choice(["", "5", "19.99", "40.000001"]),
            dice.choice(["", "1", "2.5"]),
            dice.choice(["", "tea", "cup"]),
        )
        for _ in range(400)
    ]


def _late(people: list[str], dice: random.Random) -> list[tuple[Any, ...]]:
    """Tell of orders at the same few instants, the last ones first, some known only later."""
    return [
        (
            dice.choice(people),
            f"2019-03-{dice.choice([10, 15])} 02:30",
            "order.placed",
            "5",
            dice.choice(["tea", "cup"]),
            dice.choice(["", "2019-03-01", "2019-03-10 02:45", "2019-03-22T10:00Z"]),
            number,
        )
        for number in range(100, 0, -1)
    ]


def _till(path: Path, people: list[str], dice: random.Random) -> None:
    at = [BEGIN + timedelta(minutes=dice.randrange(60 * 24 * 40)) for _ in range(80)]
    table = {
        "customer": [dice.choice([*people, "till-only"]) for _ in at],
        "at": pa.array(at, pa.timestamp("us", tz="UTC")),
        "kind": [dice.choice(["order.placed", "other"]) for _ in at],
        "amount": [dice.choice([None, 7.5, 12.25]) for _ in at],
        "sku": [dice.choice([None, "tea", "cup"]) for _ in at],
    }
    pq.write_table(pa.table(table), path)


def _csv(path: Path, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
