"""What a campaign's money is counted by, and when it may be judged."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Share, Threshold
from campaignspec.spec.kpi_definition import RoleEvent
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSize:
    """A size that the list may have, and what the campaign should bring with it."""

    contacts: int = key("How many people can be reached.", Change.MEASURE)
    romi: Threshold | None = key(
        'What a unit of money spent should earn beyond itself: `">= 50%"`, or `"< 0%"` where it '
        "is known not to pay.",
        Change.MEASURE,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlan:
    """What the campaign pays back with lists of several sizes, worked out from its clicks."""

    orders_per_click: Share = key(
        "How many of those who click order because of it: an assumption.", Change.MEASURE
    )
    sizes: tuple[ListSize, ...] = key("The sizes.", Change.MEASURE)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics:
    """What an order brings and what a customer costs."""

    price: Money | None = key(
        "What an order brings, where orders have no value of their own.",
        Change.MEASURE,
        default=None,
    )
    margin: Share | None = key(
        "The share of an order's value that is earned.", Change.MEASURE, default=None
    )
    cac: Money | None = key("What it costs to win one customer.", Change.MEASURE, default=None)
    production: Money | None = key(
        "What the campaign costs besides its messages: texts, pictures, work.",
        Change.MEASURE,
        default=None,
    )
    plan: ListPlan | None = key(
        "What the campaign pays back with lists of several sizes; it needs `price` and `margin`.",
        Change.MEASURE,
        default=None,
    )
    order: RoleEvent | None = key(
        "Which event is an order; that of kpis.yaml, if not given.", Change.MEASURE, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """When a campaign may be judged."""

    first_readout: Duration = key(
        "How long after the period's beginning targets are judged for the first time; until then "
        "they are too early. Guardrails are judged at once.",
        Change.MEASURE,
    )
    loc: Loc = location()
