"""What a campaign pays back with lists of several sizes.

Messages and what they cost grow with the list; what it costs to make them does not. So a list has
a size from which on a mailing pays:

    result(n) = n * (clicks * orders_per_click * price * margin - cost) - production

with clicks and cost per contact. It is arithmetic with what the campaign says and with what its
messages did; it claims nothing about what people would have ordered anyway.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from campaignspec.measure.counting import count
from campaignspec.measure.frame import Frame
from campaignspec.money import MICROS
from campaignspec.spec.economics import Economics, ListPlan, ListSize
from campaignspec.spec.kinds import Threshold
from campaignspec.spec.kpi_definition import (
    Costs,
    CountCosts,
    Counted,
    CountFacts,
    Counting,
    Once,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerContact:
    """What one reached customer stands for, on average; money in units of the currency.

    Attributes:
        messages: How many messages are sent.
        clicks: How many of them are clicked.
        cost: What messages, tasks and redeemed offers cost.
        margin: What the orders behind the clicks earn.
    """

    messages: float
    clicks: float
    cost: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSize:
    """What a list of one size brings; money in units of the currency.

    Attributes:
        contacts: How many people can be reached.
        cost: What messages and production cost.
        margin: What the orders behind the clicks earn.
        romi: What one unit of money spent earns beyond itself; None where nothing is spent.
        limit: What the campaign says that it should be.
        is_met: Whether it is; None without a limit, or without a ROMI.
    """

    contacts: int
    cost: float
    margin: float
    romi: float | None
    limit: Threshold | None
    is_met: bool | None

    @property
    def result(self) -> float:
        """What is left."""
        return self.margin - self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReading:
    """What a campaign pays back by the size of its list.

    Attributes:
        reached: How many customers the averages are of.
        each: What one of them stands for.
        break_even: The fewest contacts with which nothing is lost; None where no list is large
            enough.
        sizes: The sizes that the campaign names, as written.
    """

    reached: int
    each: PerContact
    break_even: int | None
    sizes: tuple[AtSize, ...]


def list_reading(frame: Frame) -> ListReading | None:
    """Work out what lists of the planned sizes bring; None without a plan, or without messages.

    Args:
        frame: All entries of the period, without a window.
    """
    economics = frame.ground.economics
    plan = economics.plan
    reached = round(_sum(CountFacts(facts=Counted.DELIVERED, once=Once.CUSTOMER), frame))
    if plan is None or not reached:
        return None
    each = _per_contact(plan, economics, frame, reached)
    production = economics.production.micros / MICROS if economics.production else 0.0
    return ListReading(
        reached=reached,
        each=each,
        break_even=_break_even(each, production),
        sizes=tuple(_at_size(size, each, production) for size in plan.sizes),
    )


def _per_contact(plan: ListPlan, economics: Economics, frame: Frame, reached: int) -> PerContact:
    clicks = _sum(CountFacts(facts=Counted.CLICKED, once=Once.MESSAGE), frame) / reached
    price = economics.price.micros / MICROS if economics.price else 0.0
    earned = economics.margin.fraction if economics.margin else 0.0
    return PerContact(
        messages=_sum(CountFacts(facts=Counted.SENT), frame) / reached,
        clicks=clicks,
        cost=_sum(CountCosts(cost=Costs.ALL), frame) / reached,
        margin=clicks * plan.orders_per_click.fraction * price * earned,
    )


def _sum(quantity: Counting, frame: Frame) -> float:
    """Add up what belongs to entries; production belongs to none."""
    return float(count(quantity, frame).values.sum())


def _break_even(each: PerContact, production: float) -> int | None:
    left = each.margin - each.cost
    # Rounded first: 60 contacts are not 61 for what the last digit of a fraction says.
    return math.ceil(round(production / left, 6)) if left > 0 else None


def _at_size(size: ListSize, each: PerContact, production: float) -> AtSize:
    cost = size.contacts * each.cost + production
    margin = size.contacts * each.margin
    romi = (margin - cost) / cost if cost else None
    return AtSize(
        contacts=size.contacts,
        cost=cost,
        margin=margin,
        romi=romi,
        limit=size.romi,
        is_met=None if size.romi is None or romi is None else size.romi.is_met_by(romi),
    )
