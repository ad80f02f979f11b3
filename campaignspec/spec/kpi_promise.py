"""The KPIs of a campaign, each as what is counted, and what it needs to be counted at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from campaignspec.spec.campaign import Campaign
from campaignspec.spec.economics import Economics
from campaignspec.spec.kinds import Name, Target
from campaignspec.spec.kpi import GrowthUnit, Kpi
from campaignspec.spec.kpi_definition import (
    ROLE,
    CountCosts,
    CountCustomers,
    CountDays,
    Counted,
    CountEntries,
    CountEvents,
    CountFacts,
    Counting,
    CountMoney,
    Definition,
    GoalWindow,
    Income,
    Kpis,
    Of,
    Role,
    RoleEvent,
    SumEvents,
)
from campaignspec.spec.kpi_registry import (
    ACTIVE,
    BUILTINS,
    CONVERSION_RATE,
    LIFT,
    LOYAL,
    OWNED,
    PAYBACK_ORDER,
    ROLE_DEFAULTS,
    VALUE,
)
from campaignspec.spec.rule import Compare, Rule
from campaignspec.spec.steering import Stage

_INCREMENTAL: Final = frozenset({Income.INCREMENTAL_REVENUE, Income.INCREMENTAL_MARGIN})
_MARGINS: Final = frozenset({Income.MARGIN, Income.INCREMENTAL_MARGIN})
_ENDS: Final = frozenset({Counted.CONVERTED, Counted.LEFT, Counted.COMPLETED, Counted.EXPIRED})
_UNTREATED: Final = frozenset({Counted.CONVERTED, Counted.EXPIRED})


class Need(StrEnum):
    """What a KPI needs besides the journey's own facts."""

    GOAL = "goal"
    GOAL_VALUE = "goal value"
    HOLDOUT = "holdout"
    WINDOW = "window"
    SEGMENT = "segment"
    ORDER = "order"
    VISIT = "visit"
    READ = "read"
    INTERACTION = "interaction"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    ANSWER = "answer"
    COMPLAINT = "complaint"
    ORDER_VALUE = "order value"
    OWNED = "owned"
    SCORE = "score"
    MARGIN = "margin"
    CAC = "cac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One KPI of a campaign.

    Attributes:
        name: What the campaign calls it.
        kpi: Its name in the registry or among the project's own.
        definition: What is counted, with the campaign's own window, stage and so on.
        says: What the campaign says of it; nothing of one that it does not name.
    """

    name: str
    kpi: str
    definition: Definition
    says: Kpi


def promise_of(campaign: Campaign, name: str, own: Mapping[Name, Definition]) -> Promise | None:
    """Return a KPI of a campaign; None where no KPI of its name is known."""
    says = campaign.kpis.get(Name(name), Kpi())
    stage = campaign.stages.get(says.stage) if says.stage else None
    return promise(name, says, own, stage=stage, has_goal=campaign.goal is not None)


def promise(
    name: str,
    says: Kpi,
    own: Mapping[Name, Definition],
    *,
    stage: Stage | None = None,
    has_goal: bool = True,
) -> Promise | None:
    """Return what a campaign says of a KPI; None where no KPI of its name is known.

    Args:
        name: What the campaign calls it.
        says: What it says of it.
        own: The project's own KPIs.
        stage: The stage that stands in place of the goal, where one does.
        has_goal: Whether the goal's window stands in for one that is not given.
    """
    kpi = str(says.kpi or name)
    base = definition_named(kpi, own)
    if base is None:
        return None
    if stage is not None:
        numerator = CountCustomers(customers=stage.event, where=stage.where)
        base = replace(base, numerator=numerator)
    window = says.window or base.window
    if window is None and has_goal and _has_windows(base):
        window = GoalWindow.GOAL
    definition = replace(
        base,
        numerator=_fitted(base.numerator, says),
        minus=_fitted(base.minus, says) if base.minus else None,
        denominator=_fitted(base.denominator, says) if base.denominator else None,
        window=window,
        after=says.after or base.after,
        owner=says.owner or base.owner,
    )
    return Promise(name=name, kpi=kpi, definition=definition, says=says)


def definition_named(kpi: str, own: Mapping[Name, Definition]) -> Definition | None:
    """Return a KPI's definition: a built-in one, or one of the project's own."""
    if kpi in BUILTINS:
        return BUILTINS[kpi].definition
    return own.get(Name(kpi))


def roles_of(kpis: Kpis, economics: Economics | None) -> Mapping[Role, RoleEvent]:
    """Return which events play which part in a campaign; its own order goes first."""
    order = economics.order if economics else None
    return {**ROLE_DEFAULTS, **kpis.events, **({Role.ORDER: order} if order else {})}


def growth_of(target: Target, says: Kpi) -> GrowthUnit | None:
    """Say in what a target grows from the baseline; None of a level, and where it is not said."""
    if target.sign == "x":
        return GrowthUnit.RATIO
    if target.sign == "+" and target.unit == "pp":
        return GrowthUnit.POINTS
    if target.sign in {"+", "-"} and target.unit == "%":
        return says.unit
    return GrowthUnit.POINTS if is_growth(target, says) else None


def is_growth(target: Target, says: Kpi) -> bool:
    """Say whether a target is a step or a multiple, and so needs a baseline."""
    return target.sign in {"+", "x"} or (target.sign == "-" and says.unit is not None)


def needs_of(kpi: str, definition: Definition) -> frozenset[Need]:
    """Return what a KPI needs to be counted."""
    return frozenset(_needs(kpi, definition))


def needs_history(definition: Definition) -> bool:
    """Say whether events or traits are counted, and not the ledger's facts alone."""
    return any(_is_of_history(each) for each in quantities_of(definition))


def can_be_of_the_past(definition: Definition) -> bool:
    """Say whether a KPI can be counted where nobody is treated: it asks for no message."""
    return not any(_is_of_messages(each) for each in quantities_of(definition))


def has_channel(quantity: Counting) -> bool:
    """Say whether messages are counted, which go through channels."""
    match quantity:
        case CountFacts():
            return quantity.facts not in _ENDS
        case CountCosts():
            return True
        case _:
            return False


def quantities_of(definition: Definition) -> Iterator[Counting]:
    """Yield what a KPI counts."""
    parts = (definition.numerator, definition.minus, definition.denominator)
    return (part for part in parts if part is not None)


def _fitted(quantity: Counting, says: Kpi) -> Counting:
    """Narrow what is counted to what the campaign asks for."""
    match quantity:
        case CountFacts() | CountCosts() if says.channel is not None and has_channel(quantity):
            return replace(quantity, channel=says.channel)
        case CountCustomers() if says.by is not None:
            return replace(quantity, by=says.by)
        case CountEntries(segment=segment) if segment == LOYAL and says.segment is not None:
            return replace(quantity, segment=says.segment)
        case _:
            return quantity


def _needs(kpi: str, definition: Definition) -> Iterator[Need]:
    if kpi == LIFT:
        yield Need.GOAL
    if kpi == PAYBACK_ORDER:
        yield Need.CAC
    if definition.window is GoalWindow.GOAL:
        yield Need.GOAL
    if definition.window is None and _has_windows(definition):
        yield Need.WINDOW
    for quantity in quantities_of(definition):
        yield from _needs_of_quantity(quantity)


def _needs_of_quantity(quantity: Counting) -> Iterator[Need]:
    match quantity:
        case CountFacts(facts=Counted.CONVERTED | Counted.EXPIRED):
            yield Need.GOAL
        case CountMoney(money=Income.GOAL):
            yield from (Need.GOAL, Need.GOAL_VALUE)
        case CountMoney():
            yield from (Need.ORDER, Need.ORDER_VALUE)
            yield from (Need.MARGIN,) if quantity.money in _MARGINS else ()
            yield from (Need.HOLDOUT,) if quantity.money in _INCREMENTAL else ()
        case CountEntries():
            yield from (Need.SEGMENT,) if quantity.segment == LOYAL else ()
        case CountCustomers():
            yield from _needs_of_event(quantity.customers, quantity.where)
            yield from _needs_of_event(quantity.among or "", None)
        case CountEvents():
            yield from _needs_of_event(quantity.events, quantity.where)
        case _:
            pass


def _needs_of_event(event: str, where: Rule | None) -> Iterator[Need]:
    if event == ACTIVE:
        yield Need.ORDER
    elif event.startswith(ROLE):
        yield Need(event.removeprefix(ROLE))
    if where is not None and isinstance(where.term, Compare):
        if where.term.fact.name == VALUE:
            yield Need.SCORE
        if where.term.fact.name == OWNED:
            yield Need.OWNED


def _has_windows(definition: Definition) -> bool:
    """Say whether something is counted that needs an end: events, and what is true at it."""
    return any(map(_is_windowed, quantities_of(definition)))


def _is_windowed(quantity: Counting) -> bool:
    match quantity:
        case CountCustomers() | CountEvents() | SumEvents():
            return quantity.of is not Of.EVERYBODY
        case CountMoney():
            return quantity.money is not Income.GOAL
        case CountEntries():
            return quantity.segment is not None or quantity.where is not None
        case CountFacts() | CountCosts() | CountDays():
            return False


def _is_of_history(quantity: Counting) -> bool:
    match quantity:
        case CountCustomers() | CountEvents() | SumEvents():
            return True
        case _:
            return _is_windowed(quantity)


def _is_of_messages(quantity: Counting) -> bool:
    match quantity:
        case CountFacts():
            return quantity.facts not in _UNTREATED
        case CountCosts():
            return True
        case CountMoney():
            return quantity.money in _INCREMENTAL
        case CountCustomers() | CountEvents() | SumEvents():
            return quantity.of is Of.TOUCHED
        case CountEntries():
            return quantity.entries == "touched"
        case CountDays():
            return False


STAGED: Final = CONVERSION_RATE
"""The KPI that a stage can be given to."""
