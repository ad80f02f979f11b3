"""With which order a customer has paid back what it cost to win him.

Counted over all who entered, not over those who came so far: the few who order six times have
earned the most, but what was spent on the others was spent as well. The margin per customer up
to the n-th order is ``sum over j <= n of P(N >= j) * m_j``, with ``m_j`` the mean margin of a
j-th order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.measure.frame import Frame
from campaignspec.measure.ground import Amounts, Places
from campaignspec.measure.happened import happened
from campaignspec.money import MICROS
from campaignspec.spec.kpi_definition import ROLE, Role, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginAtOrder:
    """What customers have earned with their n-th order.

    Attributes:
        order: The order's number since the entry, from 1.
        customers: Entries that came so far.
        revenue: Of all their n-th orders, in units of the currency.
        per_customer: The margin of all orders up to this one, over all who entered.
        conditional: The margin of these entries' orders up to this one, over them alone.
    """

    order: int
    customers: int
    revenue: float
    per_customer: float
    conditional: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Payback:
    """When a customer is paid back.

    Attributes:
        cac: What a customer costs to win; None when it is not said.
        entries: Entries that are looked at.
        margins: By order number.
        order: The number of the first order with which the margin per customer covers the cost;
            None when none does.
    """

    cac: float | None
    entries: int
    margins: tuple[MarginAtOrder, ...]
    order: int | None


def payback_of(frame: Frame) -> Payback:
    """Add up the margin of treated entries by the number of the order."""
    economics = frame.ground.economics
    side = frame.side(Side.TREATED)
    entries = int(side.sum())
    share = economics.margin.fraction if economics.margin else 1.0
    found = happened(frame.ground.happenings(f"{ROLE}{Role.ORDER}"), frame)
    entry, _, worth = found.in_order(frame.ground.price)
    kept = side[entry]
    entry, worth = entry[kept], worth[kept]
    number = _numbers(entry)
    revenue = np.bincount(number, weights=worth)
    reached = np.bincount(number)
    so_far = _running(entry, worth) * share
    earned = np.cumsum(revenue) * share
    of_these = np.bincount(number, weights=so_far)
    margins = tuple(
        MarginAtOrder(
            order=place + 1,
            customers=int(reached[place]),
            revenue=float(revenue[place]),
            per_customer=float(earned[place] / entries),
            conditional=float(of_these[place] / reached[place]),
        )
        for place in range(len(reached))
    )
    cac = economics.cac.micros / MICROS if economics.cac else None
    return Payback(cac=cac, entries=entries, margins=margins, order=_order(margins, cac))


def _order(margins: tuple[MarginAtOrder, ...], cac: float | None) -> int | None:
    if cac is None:
        return None
    return next((each.order for each in margins if each.per_customer >= cac), None)


def _numbers(entry: Places) -> Places:
    """Number the events of each entry from 0; they stand together."""
    index = np.arange(len(entry))
    begins = np.ones(entry.shape, np.bool_)
    begins[1:] = entry[1:] != entry[:-1]
    return index - np.maximum.accumulate(np.where(begins, index, 0))


def _running(entry: Places, worth: Amounts) -> Amounts:
    """Add up each entry's amounts so far."""
    sums = np.cumsum(worth)
    first = np.arange(len(entry)) - _numbers(entry)
    return sums - sums[first] + worth[first] if len(entry) else sums
