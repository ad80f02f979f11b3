"""The tables of a made-up shop while they are drawn: customers, events, consents, messages."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = dict[str, object]

_EVENT = ("customer", "at", "event")


@dataclass(slots=True)
class Shop:
    """What is known of a shop's customers.

    Attributes:
        rng: Chance; everything is drawn from it, in one order.
        customers: One row each.
        events: What they did.
        consents: What they agreed to, and what they took back.
    """

    rng: random.Random
    customers: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)

    def happens(self, customer: str, at: datetime, event: str, **properties: object) -> None:
        """Note an event."""
        self.events.append({"customer": customer, "at": at, "event": event, **properties})

    def agrees(self, customer: str, at: datetime, shares: Mapping[tuple[str, str], float]) -> None:
        """Draw what a customer agrees to: by channel and purpose, the share of those who do."""
        for (channel, purpose), share in shares.items():
            state = "granted" if self.rng.random() < share else "refused"
            self.consents.append(
                {
                    "customer": customer,
                    "channel": channel,
                    "purpose": purpose,
                    "state": state,
                    "at": at,
                }
            )

    def write(self, folder: Path) -> None:
        """Write the tables as CSV files, events and consents by time."""
        folder.mkdir(parents=True, exist_ok=True)
        events = sorted(self.events, key=lambda row: (str(row["at"]), str(row["customer"])))
        consents = sorted(self.consents, key=lambda row: (str(row["at"]), str(row["customer"])))
        _write(folder / "customers.csv", self.customers, ("customer",))
        _write(folder / "events.csv", events, _EVENT)
        _write(folder / "consents.csv", consents, ("customer", "channel", "purpose", "state"))


def day(text: str) -> datetime:
    """Return midnight UTC of a date."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def later(rng: random.Random, at: datetime, *, days: float, spread: float = 0.3) -> datetime:
    """Return an instant about so many days later, to the minute, at a waking hour."""
    gap = timedelta(days=max(0.02, rng.gauss(days, days * spread)))
    moment = at + gap
    hour = 5 + int(rng.triangular(0, 15, 9))
    return moment.replace(hour=hour, minute=rng.randrange(60), second=0, microsecond=0)


def birthday(rng: random.Random, *, oldest: int = 1950, youngest: int = 2001) -> str:
    """Draw a date of birth; a few are 29 February, and a few are not known."""
    roll = rng.random()
    if roll < 0.1:
        return ""
    if roll < 0.103:
        return f"{rng.randrange(oldest // 4, youngest // 4) * 4}-02-29"
    first = date(oldest, 1, 1)
    return (first + timedelta(days=rng.randrange((date(youngest, 1, 1) - first).days))).isoformat()


def _write(path: Path, rows: Sequence[Row], first: Iterable[str]) -> None:
    names = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)


def _text(value: object) -> object:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
