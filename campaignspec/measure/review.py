"""What every review looks at: who brought the revenue, what is bought again, what can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from campaignspec.clock import DAY, Duration
from campaignspec.history.sorting import distinct
from campaignspec.measure.cohort import Cohort
from campaignspec.measure.counting import is_new
from campaignspec.measure.frame import Frame, frame_of
from campaignspec.measure.ground import Ground
from campaignspec.measure.happened import Purchases, happened, purchases
from campaignspec.measure.kpis import Scene
from campaignspec.measure.lift import Rate
from campaignspec.measure.list_plan import ListReading, list_reading
from campaignspec.measure.payback import Payback, payback_of
from campaignspec.measure.power import smallest_lift
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.kpi_definition import (
    ROLE,
    CountMoney,
    Definition,
    Income,
    Role,
    Side,
    Unit,
)

_ORDER: Final = f"{ROLE}{Role.ORDER}"
_PRODUCTS: Final = 20
"""So many products are listed; a reader wants the head of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one sort of customers brought.

    Attributes:
        is_new: Whether they had not ordered before the period.
        entries: Entries of such customers.
        buyers: Those with an order in the window.
        orders: Their orders in it.
        revenue: What these brought, in units of the currency; None where nobody says what an
            order is worth.
    """

    is_new: bool
    entries: int
    buyers: int
    orders: int
    revenue: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductReading:
    """How often one product is bought again.

    Attributes:
        product: Its name.
        repurchase: Buyers who bought it again at a later instant of the window, of all its buyers.
        share: Its buyers' share of all buyers.
        days: The median of the days between purchases of those who bought it again.
    """

    product: str
    repurchase: Rate
    share: float
    days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSize:
    """What so many people can show.

    Attributes:
        customers: Different customers who entered.
        treated: Mature entries that are treated.
        held_out: Mature entries that are held out.
        rate: The share of the held-out that reached the goal, or of the treated where nobody
            is held out.
        smallest: The least lift that would show; None without two groups or a goal.
    """

    customers: int
    treated: int
    held_out: int
    rate: float | None
    smallest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What every review looks at.

    Attributes:
        window: How long each entry is looked at; None is to the end of the period.
        contributions: Of new and of returning customers, treated entries only; empty where
            nobody says what an order is.
        products: The products bought most, treated entries only; empty where orders name none.
        payback: What customers have earned by the number of their order; None without a margin.
        list_size: What so many people can show.
        plan: What lists of other sizes pay back; None without a plan.
    """

    window: Duration | None
    contributions: tuple[Contribution, ...]
    products: tuple[ProductReading, ...]
    payback: Payback | None
    list_size: ListSize
    plan: ListReading | None = None


def review_of(scene: Scene, *, rates: tuple[Rate, Rate]) -> Review:
    """Look at orders in the goal's window or, without a goal, until the first readout.

    Args:
        scene: The entries, the journey and the history.
        rates: The conversions of treated and of held-out mature entries.
    """
    ground, window = scene.ground, _window(scene.campaign)
    has_orders = ground.audience is not None and ground.role(Role.ORDER) is not None
    frame = frame_of(
        scene.cohort,
        scene.graph,
        ground,
        _over(window),
        start=scene.start,
        asks_history=has_orders,
    )
    has_margin = ground.economics.margin is not None
    return Review(
        window=window,
        contributions=tuple(_contributions(frame)) if has_orders else (),
        products=tuple(_products(frame)) if has_orders else (),
        payback=payback_of(frame) if has_orders and has_margin and _is_worth(ground) else None,
        list_size=_list_size(scene.cohort, rates),
        plan=list_reading(_whole(scene)),
    )


def _whole(scene: Scene) -> Frame:
    """Return all entries, whether their windows are over or not: their messages were sent."""
    return frame_of(
        scene.cohort,
        scene.graph,
        scene.ground,
        _over(None),
        start=scene.start,
        asks_history=False,
    )


def _window(campaign: Campaign) -> Duration | None:
    if campaign.goal is not None:
        return campaign.goal.within
    return campaign.evaluation.first_readout if campaign.evaluation else None


def _over(window: Duration | None) -> Definition:
    """Return a definition whose windows are those of the review."""
    counted = CountMoney(money=Income.REVENUE)
    return Definition(numerator=counted, window=window, unit=Unit.MONEY, meaning="")


def _is_worth(ground: Ground) -> bool:
    order = ground.role(Role.ORDER)
    return ground.price is not None or (order is not None and order.value is not None)


def _contributions(frame: Frame) -> Iterator[Contribution]:
    found = happened(frame.ground.happenings(_ORDER), frame)
    orders, brought = found.counts(), found.sums(frame.ground.price)
    side, new = frame.side(Side.TREATED), is_new(frame)
    worth = _is_worth(frame.ground)
    for are_new in (True, False):
        these = side & (new == are_new)
        yield Contribution(
            is_new=are_new,
            entries=int(these.sum()),
            buyers=int((orders[these] > 0).sum()),
            orders=int(orders[these].sum()),
            revenue=float(brought[these].sum()) if worth else None,
        )


def _products(frame: Frame) -> Iterator[ProductReading]:
    order = frame.ground.role(Role.ORDER)
    if order is None or order.product is None:
        return
    event, _, name = order.product.rpartition(".")
    (part,) = happened(frame.ground.happenings(event), frame).parts
    words = part.happening.stream.properties[name].words if part.index.size else ()
    bought = _of_side(purchases(part, name), frame)
    buyers = np.bincount(bought.code, minlength=len(words))
    again = np.bincount(bought.code[bought.times > 1], minlength=len(words))
    everybody = len(distinct(bought.entry))
    # By buyers, then by name: words are in ascending order, and the sort is stable.
    for code in np.argsort(-buyers, kind="stable")[:_PRODUCTS]:
        if buyers[code]:
            yield ProductReading(
                product=str(words[code]),
                repurchase=Rate(hits=int(again[code]), trials=int(buyers[code])),
                share=float(buyers[code] / everybody),
                days=_days(bought, int(code)),
            )


def _of_side(bought: Purchases, frame: Frame) -> Purchases:
    kept = frame.side(Side.TREATED)[bought.entry]
    return Purchases(
        entry=bought.entry[kept],
        code=bought.code[kept],
        times=bought.times[kept],
        first=bought.first[kept],
        last=bought.last[kept],
    )


def _days(bought: Purchases, code: int) -> float | None:
    """Return the median of the mean time between purchases of each who bought a product again."""
    mine = (bought.code == code) & (bought.times > 1)
    if not mine.any():
        return None
    gaps = (bought.last[mine] - bought.first[mine]) / (bought.times[mine] - 1)
    return float(np.median(gaps) / DAY)


def _list_size(cohort: Cohort, rates: tuple[Rate, Rate]) -> ListSize:
    treated, held_out = rates
    rate = held_out.value if held_out.value is not None else treated.value
    return ListSize(
        customers=len(distinct(cohort.customer)),
        treated=treated.trials,
        held_out=held_out.trials,
        rate=rate,
        smallest=None if rate is None else smallest_lift(rate, treated.trials, held_out.trials),
    )
