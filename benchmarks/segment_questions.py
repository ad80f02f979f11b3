"""The questions of the segment benchmark: six segments, and fifty, in SQL and in our language.

Amounts are whole cents, also in our project. Windows end at `END` and have their lower bounds in
them: an event at ``END - 7 d`` counts in a window of seven days. Our windows have upper bounds
in them instead, so the project of the benchmark knows every event one second after it happened
(``known_after: 1s``): instants are whole seconds, and both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.reference_data import DAY, END, TYPES

_WINDOWS: Final = (7, 14, 30, 60, 90, 180)
_SUMS: Final = (0, 5000, 20000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed:
    """Customers with at least so many events, and so much money, within some days.

    Attributes:
        kind: The event.
        days: How far the window looks back.
        count: The least number of events.
        amount: The least sum of amounts, cents; asked of purchases only.
    """

    kind: str
    days: int
    count: int
    amount: int


def fifty() -> tuple[Windowed, ...]:
    """Draw the fifty segments; 32 pairs of event and window are among them."""
    dice = np.random.default_rng(3)
    found = []
    for _ in range(50):
        kind = TYPES[int(dice.integers(7))]
        days, count = int(dice.choice(_WINDOWS)), int(dice.integers(1, 6))
        amount = int(dice.choice(_SUMS))
        asked = amount if kind == "purchase" else 0
        found.append(Windowed(kind=kind, days=days, count=count, amount=asked))
    return tuple(found)


def fifty_in_sql(table: str) -> Mapping[str, str]:
    """Return the fifty segments as queries of a table of events."""
    return {f"w{number:02}": _windowed(table, each) for number, each in enumerate(fifty(), 1)}


def one_scan_in_sql(table: str, *, count_if: str, sum_if: str) -> str:
    """Return one query for the counts and sums that the fifty segments ask for.

    Args:
        table: The table of events.
        count_if: How a conditional count is written, with ``{condition}``.
        sum_if: How a conditional sum is written, with ``{condition}``.
    """
    columns = []
    for kind, days in sorted({(each.kind, each.days) for each in fifty()}):
        condition = f"type = '{kind}' AND ts >= {END - days * DAY}"
        columns.append(f"{count_if.format(condition=condition)} AS n_{kind}_{days}")
        columns.append(f"{sum_if.format(condition=condition)} AS s_{kind}_{days}")
    return f"SELECT customer_id, {', '.join(columns)} FROM {table} GROUP BY customer_id"  # noqa: S608 - own names


def six_in_sql(events: str, customers: str, *, asof: str) -> Mapping[str, str]:
    """Return the six segments as queries.

    Args:
        events: The table of events.
        customers: The table of customers.
        asof: How a left join to the next row is written: ``ASOF LEFT JOIN``.
    """
    s2 = _windowed(events, Windowed(kind="purchase", days=90, count=2, amount=15000))
    s3 = (
        f"SELECT customer_id FROM (SELECT customer_id, max(ts) AS latest FROM {events} "  # noqa: S608 - own names
        f"WHERE type = 'visit' GROUP BY customer_id) AS visits "
        f"WHERE latest >= {END - 60 * DAY} AND latest < {END - 14 * DAY} "
        f"AND customer_id NOT IN (SELECT customer_id FROM {events} "
        f"WHERE type = 'purchase' AND ts >= {END - 30 * DAY})"
    )
    carts, purchases = (
        f"(SELECT customer_id, ts FROM {events} WHERE type = '{kind}' AND ts >= {END - 7 * DAY})"  # noqa: S608 - own names
        for kind in ("cart", "purchase")
    )
    s4 = (
        f"SELECT DISTINCT c.customer_id AS customer_id FROM {carts} AS c {asof} {purchases} AS p "  # noqa: S608 - own names
        f"ON c.customer_id = p.customer_id AND c.ts <= p.ts "
        f"WHERE p.ts IS NULL OR p.ts > c.ts + {DAY}"
    )
    s5 = (
        "SELECT customer_id FROM (SELECT customer_id, "  # noqa: S608 - own names
        "ntile(5) OVER (ORDER BY latest, customer_id) AS r, "
        "ntile(5) OVER (ORDER BY number, customer_id) AS f, "
        "ntile(5) OVER (ORDER BY money, customer_id) AS m "
        "FROM (SELECT customer_id, max(ts) AS latest, count(*) AS number, sum(amount) AS money "
        f"FROM {events} WHERE type = 'purchase' GROUP BY customer_id) AS facts) AS ranked "
        "WHERE r >= 4 AND f >= 4 AND m >= 4"
    )
    opened = (
        f"SELECT customer_id FROM {events} "  # noqa: S608 - own names
        f"WHERE type = 'email_open' AND ts >= {END - 14 * DAY}"
    )
    return {
        "S1": f"SELECT customer_id FROM {customers} WHERE tier IN ('gold', 'platinum') "  # noqa: S608 - own names
        "AND consent_email AND country = 'CN'",
        "S2": s2,
        "S3": s3,
        "S4": s4,
        "S5": s5,
        "S6": f"SELECT customer_id FROM ({s2} UNION DISTINCT {s5}) AS chosen "  # noqa: S608 - own names
        f"WHERE customer_id NOT IN ({s3}) AND customer_id NOT IN ({opened})",
    }


_TRAITS_OF_SIX: Final = """\
  purchases_90d: {count: purchase, within: 90d}
  spent_90d: {sum: purchase.amount, within: 90d}
  last_visit: {latest: visit}
  purchases_30d: {count: purchase, within: 30d}
  rfm: {rfm: purchase.amount, bins: 5}
  opened_14d: {count: email_open, within: 14d}
"""
_SIX: Final = """\
  S1: {where: "tier in ('gold', 'platinum') and consent_email = 'yes' and country = 'CN'"}
  S2: {where: purchases_90d >= 2 and spent_90d >= 15000}
  S3: {where: last_visit within 60d and last_visit older than 14d and purchases_30d = 0}
  S4: {sequence: [cart, {not: purchase, within: 24h, at_once: true}], within: 7d}
  S5: {where: rfm.r >= 4 and rfm.f >= 4 and rfm.m >= 4}
  S6: {where: "(segment('S2') or segment('S5')) and not (segment('S3') or opened_14d >= 1)"}
"""


def in_our_language() -> str:
    """Return all segments as an ``audiences.yaml``."""
    pairs = sorted({(each.kind, each.days) for each in fifty()})
    summed = sorted({each.days for each in fifty() if each.amount})
    traits = [f"  n_{kind}_{days}: {{count: {kind}, within: {days}d}}\n" for kind, days in pairs]
    traits += [
        f"  s_purchase_{days}: {{sum: purchase.amount, within: {days}d}}\n" for days in summed
    ]
    segments = []
    for number, each in enumerate(fifty(), 1):
        rule = f"n_{each.kind}_{each.days} >= {each.count}"
        if each.amount:
            rule += f" and s_purchase_{each.days} >= {each.amount}"
        segments.append(f"  w{number:02}: {{where: {rule}}}\n")
    return "".join(("traits:\n", _TRAITS_OF_SIX, *traits, "segments:\n", _SIX, *segments))


def _windowed(table: str, asked: Windowed) -> str:
    more = f" AND sum(amount) >= {asked.amount}" if asked.amount else ""
    return (
        f"SELECT customer_id FROM {table} WHERE type = '{asked.kind}' "  # noqa: S608 - own names
        f"AND ts >= {END - asked.days * DAY} GROUP BY customer_id "
        f"HAVING count(*) >= {asked.count}{more}"
    )
