"""What campaigns that are judged together brought and cost, by one list of orders.

Every order counts once. Several models say side by side whose touch had a part in it: the last one
before the order, the first one, or all in equal parts; only touches within the programme's window
count. None of them says what the touches caused: for that, each campaign has a holdout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.engine.facts import Kind
from campaignspec.history.sorting import distinct

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_TOUCHES = (Kind.SENT, Kind.DONE)
_COSTS = (Kind.SENT, Kind.DONE, Kind.PUBLISHED, Kind.REDEEMED)


class Model(StrEnum):
    """How an order is shared out among the touches before it."""

    LAST = "last touch"
    FIRST = "first touch"
    LINEAR = "in equal parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The orders of a period, by customer and time.

    Attributes:
        customer: Rows of the history, ascending.
        at: When, microseconds, ascending within a customer.
        worth: Micro-units.
        own: Whether each is of what the programme is about.
        first: Whether each is its customer's first ever.
    """

    customer: Longs
    at: Longs
    worth: Longs
    own: npt.NDArray[np.bool_]
    first: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one campaign has of a programme.

    Attributes:
        campaign: Its name.
        customers: How many different customers it treated.
        cost: What it spent, micro-units: messages, deeds, posts, redeemed offers.
        revenue: By model, what orders are worth that it had a part in, micro-units.
    """

    campaign: str
    customers: int
    cost: int
    revenue: Mapping[Model, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A programme's profit and loss, micro-units.

    Attributes:
        shares: One a campaign, in the order of the programme.
        orders: How many orders a touch came before, within the window.
        revenue: What they are worth.
        own: What those are worth that are of what the programme is about; the rest is halo.
        won: How many customers placed their first order after a touch.
        margin: What is earned of the revenue.
        spent: What all campaigns spent.
        acquisition: What the customers who were won cost to win.
        several: How many customers more than one of the campaigns treated.
    """

    shares: tuple[Share, ...]
    orders: int
    revenue: int
    own: int
    won: int
    margin: int
    spent: int
    acquisition: int
    several: int

    @property
    def halo(self) -> int:
        """What orders of other things are worth, which the programme brought as well."""
        return self.revenue - self.own

    @property
    def profit(self) -> int:
        """What is left of the margin when everything is paid."""
        return self.margin - self.spent - self.acquisition


def joint(
    facts: pa.Table,
    orders: Orders,
    row_of: Mapping[str, int],
    campaigns: Sequence[str],
    *,
    within: int,
    margin: float,
    cac: int,
) -> Joint:
    """Measure a programme.

    Args:
        facts: The facts of all its campaigns.
        orders: The period's orders.
        row_of: The row of each customer in the history.
        campaigns: The campaigns' names.
        within: How long before an order a touch may have had a part in it, microseconds.
        margin: The share of an order's worth that is earned, 0 to 1.
        cac: What one customer costs to win, micro-units.
    """
    touches = _touches(facts, row_of, campaigns)
    parts = {model: _shared_out(touches, orders, len(campaigns), within, model) for model in Model}
    touched = parts[Model.LAST].sum(axis=0) > 0
    revenue = int(orders.worth[touched].sum())
    spent = {name: _cost(facts, name) for name in campaigns}
    won = int((touched & orders.first).sum())
    return Joint(
        shares=tuple(
            Share(
                campaign=name,
                customers=len(distinct(touches.customer[touches.campaign == place])),
                cost=spent[name],
                revenue={
                    model: round(float(part[place] @ orders.worth)) for model, part in parts.items()
                },
            )
            for place, name in enumerate(campaigns)
        ),
        orders=int(touched.sum()),
        revenue=revenue,
        own=int(orders.worth[touched & orders.own].sum()),
        won=won,
        margin=round(revenue * margin),
        spent=sum(spent.values()),
        acquisition=won * cac,
        several=_several(touches),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touches:
    """Touches by customer and time; campaigns by their place."""

    customer: Longs
    at: Longs
    campaign: Longs


def _touches(facts: pa.Table, row_of: Mapping[str, int], campaigns: Sequence[str]) -> _Touches:
    place_of = {name: place for place, name in enumerate(campaigns)}
    kinds = pa.array([kind.value for kind in _TOUCHES])
    mine = pc.and_(
        pc.is_in(facts["kind"], value_set=kinds),
        pc.is_in(facts["campaign"], value_set=pa.array(list(campaigns), pa.string())),
    )
    chosen = facts.filter(mine)
    customer = np.array([row_of[name] for name in chosen["customer"].to_pylist()], np.int64)
    at: Longs = pc.cast(chosen["at"], pa.int64()).to_numpy()
    campaign = np.array([place_of[name] for name in chosen["campaign"].to_pylist()], np.int64)
    order = np.lexsort((campaign, at, customer))
    return _Touches(customer=customer[order], at=at[order], campaign=campaign[order])


def _shared_out(
    touches: _Touches, orders: Orders, campaigns: int, within: int, model: Model
) -> Floats:
    """Return each campaign's part in each order: rows are campaigns, columns are orders."""
    parts = np.zeros((campaigns, len(orders.at)))
    begin, end = _spans(touches, orders, within)
    some = np.flatnonzero(end > begin)
    match model:
        case Model.LAST:
            np.add.at(parts, (touches.campaign[end[some] - 1], some), 1.0)
        case Model.FIRST:
            np.add.at(parts, (touches.campaign[begin[some]], some), 1.0)
        case Model.LINEAR:
            number = end[some] - begin[some]
            order = np.repeat(some, number)
            within_span = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
            touch = np.repeat(begin[some], number) + within_span
            np.add.at(parts, (touches.campaign[touch], order), 1 / np.repeat(number, number))
    return parts


def _spans(touches: _Touches, orders: Orders, within: int) -> tuple[Longs, Longs]:
    """Return where the touches before each order begin and end: after the window's start, up to it.

    A touch at the very instant of the order counts as before it.
    """
    first = np.searchsorted(touches.customer, orders.customer, side="left")
    last = np.searchsorted(touches.customer, orders.customer, side="right")
    pairs = zip(first, last, orders.at, strict=True)
    spans = [
        (
            lo + np.searchsorted(touches.at[lo:hi], at - within, side="right"),
            lo + np.searchsorted(touches.at[lo:hi], at, side="right"),
        )
        for lo, hi, at in pairs
    ]
    if not spans:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    both = np.array(spans, np.int64)
    return both[:, 0], both[:, 1]


def _cost(facts: pa.Table, campaign: str) -> int:
    kinds = pa.array([kind.value for kind in _COSTS])
    mine = pc.and_(pc.is_in(facts["kind"], value_set=kinds), pc.equal(facts["campaign"], campaign))
    return pc.sum(facts.filter(mine)["value"]).as_py() or 0


def _several(touches: _Touches) -> int:
    """Count the customers whom more than one campaign touched."""
    pairs = np.unique(np.stack([touches.customer, touches.campaign]), axis=1)
    _, campaigns = np.unique(pairs[0], return_counts=True)
    return int((campaigns > 1).sum())
