"""A small shop for tests: a project on disk with a history that is worth running."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

SETTINGS = """
spec: 1
project: shop
timezone: Europe/Moscow
currency: RUB
tick: 1h
sources:
  - customers: customers.csv
    timezone: timezone
    addresses: {email: email}
    attributes: {first_name: text, city: text}
  - events: events.csv
    names: [order.placed, site.visited]
    properties: {amount: money}
  - consents: consents.csv
responses:
  usual:
    seed: shop
    channels:
      email: {opened: 60%, clicked: 50%, unsubscribed: 5%, within: 1d, basis: made up}
environments:
  rehearsal:
    ledger: build/rehearsal.sqlite
    responses: usual
"""
CHANNELS = """
channels:
  email: {connector: outbox, cost: 0.05 RUB, with: {path: build/outbox.jsonl}}
policies:
  caps: [{at_most: 1, per: calendar_day}, {at_most: 3, within: 7d}]
  quiet: {from: "21:00", to: "09:00"}
"""
AUDIENCES = """
traits:
  orders_total: {count: order.placed}
  last_visit: {latest: site.visited}
  spend_30d: {sum: order.placed.amount, within: 30d}
segments:
  quiet: {where: last_visit older than 5d}
"""
CAMPAIGN = """
campaign: welcome
seed: welcome-1
enter:
  on: {event: order.placed, where: orders_total = 1}
  holdout: 20%
goal: {event: order.placed, within: 20d, value: amount}
journey:
  - send: hello
    class: service
  - wait: {for: {opened: hello}, at_most: 2d}
    otherwise:
      - send: reminder
  - wait: 3d
  - branch:
      - if: spend_30d >= 500
        name: spenders
        do: [{send: thanks}]
  - wait: {until: "12:00", on: [sat]}
  - send: weekend
kpis:
  conversion_rate: {target: ">= 10%"}
"""
SECOND = """
campaign: come-back
seed: come-back-1
enter: {on: {segment: quiet}, again: 10d}
journey:
  - wait: {until: "10:00"}
  - send: miss-you
"""
TEMPLATE = """
{% block subject %}Привет, {{ customer.first_name | default('друг') }}{% endblock %}
{% block text %}Ваш город: {{ customer.city | default('—') }}.{% endblock %}
"""
MESSAGES = {"welcome": ("hello", "reminder", "thanks", "weekend"), "come-back": ("miss-you",)}
FIRST, LAST = "2025-03-01", "2025-04-15"


def write_shop(root: Path, *, customers: int = 30, seed: int = 7) -> Path:
    """Write the project and its history; the same seed gives the same bytes."""
    root.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("campaignspec.yaml", SETTINGS),
        ("channels.yaml", CHANNELS),
        ("audiences.yaml", AUDIENCES),
        ("welcome/campaign.yaml", CAMPAIGN),
        ("come-back/campaign.yaml", SECOND),
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text.lstrip(), encoding="utf-8")
    for campaign, messages in MESSAGES.items():
        for message in messages:
            path = root / campaign / "templates" / message / "email.j2"
            path.parent.mkdir(parents=True)
            path.write_text(TEMPLATE, encoding="utf-8")
    _write_history(root, customers, random.Random(seed))
    return root


def _write_history(root: Path, customers: int, dice: random.Random) -> None:
    zones = ["Europe/Moscow", "America/New_York", "Asia/Shanghai", ""]
    people = [
        (f"c{n:03}", dice.choice(["Анна", "李雷", "Eva", ""]), dice.choice(["Омск", ""]), n)
        for n in range(customers)
    ]
    _csv(
        root / "customers.csv",
        ("customer", "first_name", "city", "email", "timezone"),
        [(c, name, city, f"{c}@shop.example", zones[n % 4]) for c, name, city, n in people],
    )
    events = []
    for customer, *_ in people:
        for _ in range(dice.randrange(1, 9)):
            at = datetime(2025, 2, 20, tzinfo=UTC) + timedelta(minutes=dice.randrange(60 * 24 * 60))
            kind = dice.choice(["order.placed", "site.visited"])
            events.append((customer, f"{at:%Y-%m-%d %H:%M:%S}", kind, dice.randrange(100, 900)))
    _csv(root / "events.csv", ("customer", "at", "event", "amount"), sorted(events))
    granted = [
        (customer, "2025-01-01", "email", purpose, "granted" if dice.random() < 0.9 else "refused")
        for customer, *_ in people
        for purpose in ("promotional", "service")
    ]
    _csv(root / "consents.csv", ("customer", "at", "channel", "purpose", "state"), granted)


def _csv(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
