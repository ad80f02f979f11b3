"""The reference data of the benchmarks: a shop's events, made up from a seed, bit for bit.

    python -m benchmarks.reference_data --customers 100000 --events 2000000

What comes out is the same on every machine, so that figures measured here and there speak of the
same rows. Activity follows a gamma distribution of shape 0.6: few customers come often, many
hardly ever. Everything falls into 180 days from 2025-01-01 UTC; amounts are whole cents.

The draws come from one ``default_rng(7)`` in the order of the code; another order is other data.
Expected figures stand in `EXPECTED` and are checked whenever data of such a size are made.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

TYPES: Final = ("visit", "view", "cart", "purchase", "email_sent", "email_open", "click")
"""What happens; an event's type is a place in this list."""
SHARES: Final = (0.55, 0.20, 0.06, 0.04, 0.05, 0.07, 0.03)
TIERS: Final = ("base", "silver", "gold", "platinum")
COUNTRIES: Final = ("CN", "RU", "US", "DE", "BR")
TZ_MINUTES: Final = (480, 180, -300, 60, -180)

T0: Final = 1_735_689_600
"""2025-01-01 00:00 UTC, in seconds since 1970."""
DAY: Final = 86_400
END: Final = T0 + 180 * DAY
"""The end of the data, and the instant at which segments are asked."""

BUILD: Final = Path(__file__).parent.parent / "build" / "bench"
"""Where made data are kept."""

_PURCHASE: Final = TYPES.index("purchase")
_ROW_GROUP: Final = 1_000_000
_Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """Events in the order of (customer, time).

    Attributes:
        customer: Ids from 1.
        ts: Seconds since 1970.
        kind: Places in `TYPES`.
        amount: Cents, 0 where nothing was purchased.
    """

    customer: _Integers
    ts: _Integers
    kind: npt.NDArray[np.int8]
    amount: _Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Customers:
    """Profiles, one a customer, in the order of ids.

    Attributes:
        tier: Places in `TIERS`.
        country: Places in `COUNTRIES`.
        tz_minutes: The offset of the local clock.
        consent_email: Whether e-mail is agreed to.
        consent_sms: Whether SMS is agreed to.
        signup: Seconds since 1970.
    """

    tier: npt.NDArray[np.int8]
    country: npt.NDArray[np.int8]
    tz_minutes: _Integers
    consent_email: npt.NDArray[np.bool_]
    consent_sms: npt.NDArray[np.bool_]
    signup: _Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What must come out.

    Attributes:
        per_type: Events by type, in the order of `TYPES`.
        amounts: The sum of all amounts, cents.
        most: Events of the busiest customer.
        idle: Customers without an event.
    """

    per_type: tuple[int, ...]
    amounts: int
    most: int
    idle: int


EXPECTED: Final[Mapping[tuple[int, int], Figures]] = {
    (100_000, 2_000_000): Figures(
        per_type=(1_099_870, 400_574, 120_130, 79_619, 100_284, 139_595, 59_928),
        amounts=517_863_342,
        most=469,
        idle=6_371,
    )
}
"""Known figures, by customers and events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where one size of the data lies.

    Attributes:
        by_customer: Events in the order of (customer, time).
        by_time: The same events in the order of time; of one instant, in that of customers.
        customers: The profiles.
    """

    by_customer: Path
    by_time: Path
    customers: Path


def make(customers: int, events: int) -> tuple[Events, Customers]:
    """Draw the data.

    Raises:
        AssertionError: The figures of a size in `EXPECTED` are not as expected.
    """
    dice = np.random.default_rng(7)
    happened = _events(dice, customers, events)
    profiles = _customers(dice, customers)
    expected = EXPECTED.get((customers, events))
    found = figures(happened, customers)
    if expected is not None and found != expected:
        raise AssertionError(f"the data are other than they were: {found}, not {expected}")
    return happened, profiles


def figures(events: Events, customers: int) -> Figures:
    """Measure what `EXPECTED` lists."""
    a_customer = np.bincount(events.customer, minlength=customers + 1)[1:]
    return Figures(
        per_type=tuple(np.bincount(events.kind, minlength=len(TYPES)).tolist()),
        amounts=int(events.amount.sum()),
        most=int(a_customer.max(initial=0)),
        idle=int((a_customer == 0).sum()),
    )


def files(customers: int, events: int, folder: Path = BUILD) -> Files:
    """Return the Parquet files of a size; they are made where they are not there yet."""
    place = folder / f"{customers}x{events}"
    made = Files(
        by_customer=place / "events_by_customer.parquet",
        by_time=place / "events_by_time.parquet",
        customers=place / "customers.parquet",
    )
    if not made.customers.exists():  # written last
        place.mkdir(parents=True, exist_ok=True)
        happened, profiles = make(customers, events)
        _write(made.by_customer, events_table(happened))
        order = np.argsort(happened.ts, kind="stable")
        _write(made.by_time, events_table(happened, order))
        _write(made.customers, _customers_table(profiles))
    return made


def events_table(events: Events, order: npt.NDArray[np.intp] | slice = slice(None)) -> pa.Table:
    """Return events as a table ``customer_id, ts, type, amount``."""
    kinds = pa.DictionaryArray.from_arrays(pa.array(events.kind[order]), pa.array(TYPES))
    return pa.table(
        {
            "customer_id": pa.array(events.customer[order]),
            "ts": _instants(events.ts[order]),
            "type": kinds.cast(pa.string()),
            "amount": pa.array(events.amount[order]),
        }
    )


def main() -> None:
    """Make one size, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    options = parser.parse_args()
    made = files(options.customers, options.events)
    for file in (made.by_customer, made.by_time, made.customers):
        print(f"{file.stat().st_size:>14,} bytes  {file}")


def _events(dice: np.random.Generator, customers: int, events: int) -> Events:
    activity = dice.gamma(0.6, 1.0, customers) + 0.02
    counts = dice.multinomial(events, activity / activity.sum())
    ids = np.repeat(np.arange(1, customers + 1, dtype=np.int64), counts)
    keys = (ids << 32) | dice.integers(0, 180 * DAY, events)
    keys.sort()
    kinds = dice.choice(len(TYPES), size=events, p=SHARES).astype(np.int8)
    amounts = (dice.gamma(2.0, 3000.0, events) + 500).astype(np.int64)
    return Events(
        customer=keys >> 32,
        ts=T0 + (keys & 0xFFFFFFFF),
        kind=kinds,
        amount=np.where(kinds == _PURCHASE, amounts, 0),
    )


def _customers(dice: np.random.Generator, size: int) -> Customers:
    tier = dice.choice(len(TIERS), size=size, p=(0.6, 0.25, 0.1, 0.05))
    country = dice.choice(len(COUNTRIES), size=size, p=(0.3, 0.25, 0.2, 0.15, 0.1))
    zone = dice.integers(0, 5, size)
    return Customers(
        tier=tier.astype(np.int8),
        country=country.astype(np.int8),
        tz_minutes=np.array(TZ_MINUTES, np.int64)[zone],
        consent_email=dice.random(size) < 0.8,
        consent_sms=dice.random(size) < 0.5,
        signup=T0 + 90 * DAY + dice.integers(0, 60 * DAY, size),
    )


def _customers_table(customers: Customers) -> pa.Table:
    tiers = pa.DictionaryArray.from_arrays(pa.array(customers.tier), pa.array(TIERS))
    countries = pa.DictionaryArray.from_arrays(pa.array(customers.country), pa.array(COUNTRIES))
    return pa.table(
        {
            "customer_id": pa.array(np.arange(1, len(customers.tier) + 1, dtype=np.int64)),
            "tier": tiers.cast(pa.string()),
            "country": countries.cast(pa.string()),
            "tz_min": pa.array(customers.tz_minutes),
            "consent_email": pa.array(customers.consent_email),
            "consent_sms": pa.array(customers.consent_sms),
            "signup_ts": _instants(customers.signup),
        }
    )


def _instants(seconds: _Integers) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.timestamp("us", "UTC"))


def _write(file: Path, table: pa.Table) -> None:
    pq.write_table(table, file, compression="zstd", row_group_size=_ROW_GROUP)


if __name__ == "__main__":
    main()
