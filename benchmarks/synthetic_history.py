"""A shop's history, made up from a seed: who buys, browses and gets mail, and when.

Activity differs from customer to customer by a gamma distribution of shape 0.6: few come
often, many hardly ever. A customer's events fall anywhere in the period; what an event is,
is drawn from `TYPES`. Twelve events of a hundred are baskets, so that a customer of average
activity buys every second or third month, and quiet stretches of four weeks are common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, NEVER, SECOND, Instant, parse_instant
from campaignspec.history import Addresses, Column, History, Stream, ValueKind

TYPES: Final[Mapping[str, float]] = {
    "visit": 0.47,
    "view": 0.20,
    "cart": 0.06,
    "basket": 0.12,
    "email_sent": 0.05,
    "email_open": 0.07,
    "click": 0.03,
}
"""What happens, and how often; the shares add up to 1."""

ZONES: Final = (
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Shanghai",
    "Europe/Berlin",
    "Europe/Moscow",
)
FIRST: Final[Instant] = parse_instant("2025-01-01")

_CENT: Final = 10_000
_Numbers = npt.NDArray[np.int64]


def synthetic_history(*, customers: int, events: int, days: int, seed: int) -> History:
    """Make a history that begins on 2025-01-01 and is ``days`` long."""
    dice = np.random.default_rng(seed)
    activity = dice.gamma(0.6, 1.0, customers) + 0.02
    counts = dice.multinomial(events, activity / activity.sum())
    rows = np.repeat(np.arange(customers, dtype=np.int64), counts)
    ts = FIRST + dice.integers(0, days * DAY // SECOND, events) * SECOND
    order = np.lexsort((ts, rows))
    ts = ts[order]
    kinds = dice.choice(len(TYPES), size=events, p=list(TYPES.values()))
    amounts = (dice.gamma(2.0, 3000.0, events) + 500).astype(np.int64) * _CENT
    streams = {
        name: _stream(kinds == kind, rows, ts, customers, amounts)
        for kind, name in enumerate(TYPES)
    }
    messages = streams.pop("email_sent")
    return History(
        customers=tuple(f"c{row:07}" for row in range(customers)),
        attributes={},
        addresses={"email": _addresses(dice, customers)},
        zones=ZONES,
        zone_of=dice.integers(0, len(ZONES), customers).astype(np.int32),
        streams={**streams, "shopping.day": _shopping_days(streams["basket"], customers)},
        messages={"email": _of_class(messages, "promotional")},
        consents={("email", "promotional"): _consents(dice, customers, days)},
        fingerprint=f"synthetic {customers} {events} {days} {seed}",
        first=int(ts.min(initial=NEVER)),
        last=int(ts.max(initial=0)),
    )


def _stream(
    mine: npt.NDArray[np.bool_], rows: _Numbers, ts: _Numbers, size: int, amounts: _Numbers
) -> Stream:
    return Stream.build(
        rows[mine], ts[mine], size, {"amount": _column(ValueKind.MONEY, amounts[mine])}
    )


def _shopping_days(baskets: Stream, size: int) -> Stream:
    """Keep one event per customer and day, stamped at the day's end."""
    rows, days = baskets.rows(), baskets.ts // DAY
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (days[1:] != days[:-1])
    return Stream.build(rows[first], (days[first] + 1) * DAY, size)


def _of_class(stream: Stream, name: str) -> Stream:
    length = len(stream.ts)
    words = {"class": name, "campaign": "newsletter"}
    columns = {
        key: Column(
            kind=ValueKind.TEXT,
            values=np.zeros(length, np.int32),
            missing=np.zeros(length, np.bool_),
            words=np.array([word], np.object_),
        )
        for key, word in words.items()
    }
    return Stream(ts=stream.ts, offsets=stream.offsets, properties=columns)


def _addresses(dice: np.random.Generator, size: int) -> Addresses:
    has_none = dice.random(size) < 0.02
    return Addresses.of(
        [None if has_none[row] else f"c{row:07}@customers.example" for row in range(size)]
    )


def _consents(dice: np.random.Generator, size: int, days: int) -> Stream:
    """Four of five agreed long ago; one of twenty says no on some day."""
    agreed = np.flatnonzero(dice.random(size) < 0.8)
    refused = np.flatnonzero(dice.random(size) < 0.05)
    later = FIRST + dice.integers(0, days * DAY // SECOND, len(refused)) * SECOND
    granted = np.concatenate([np.ones(len(agreed), np.bool_), np.zeros(len(refused), np.bool_)])
    rows = np.concatenate([agreed, refused]).astype(np.int64)
    ts = np.concatenate([np.full(len(agreed), FIRST - DAY, np.int64), later])
    return Stream.build(rows, ts, size, {"granted": _column(ValueKind.BOOLEAN, granted)})


def _column(kind: ValueKind, values: npt.NDArray[Any]) -> Column:
    return Column(kind=kind, values=values, missing=np.zeros(len(values), np.bool_))
