"""What a KPI counts, in words: for reports, the reference and `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from campaignspec.spec.kpi_definition import (
    ROLE,
    Costs,
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
    Of,
    Once,
    Side,
    Since,
    SumEvents,
)
from campaignspec.spec.kpi_registry import ACTIVE, LIFT, LOYAL, OWNED, PAYBACK_ORDER
from campaignspec.spec.rule import Compare, Rule

_FACTS: Final = {
    Counted.SENT: "sent",
    Counted.DELIVERED: "delivered (sent less failed)",
    Counted.FAILED: "that failed",
    Counted.DONE: "done",
    Counted.GRANTED: "granted",
    Counted.REDEEMED: "redeemed",
    Counted.SUPPRESSED: "not sent",
    Counted.DEFERRED: "that had to wait",
    Counted.OPENED: "opened",
    Counted.CLICKED: "clicked",
    Counted.UNSUBSCRIBED: "answered by an opt-out",
}
_ENDS: Final = {
    Counted.CONVERTED: "reached the goal",
    Counted.LEFT: "left early",
    Counted.COMPLETED: "did the last step",
    Counted.EXPIRED: "did not reach the goal in time",
}
_SIDES: Final = {
    "treated": "treated entries",
    "held_out": "held-out entries",
    "entered": "entries",
    "touched": "entries with a message",
    "everybody": "customers",
}
_INCOME: Final = {
    Income.GOAL: "what the goals are worth",
    Income.REVENUE: "revenue",
    Income.MARGIN: "margin",
    Income.INCREMENTAL_REVENUE: "revenue that the campaign caused",
    Income.INCREMENTAL_MARGIN: "margin that the campaign caused",
    Income.NEW_REVENUE: "revenue of new customers",
    Income.RETURNING_REVENUE: "revenue of returning customers",
}
_ROLES: Final = {
    "order": "an order",
    "visit": "a visit",
    "read": "a read post",
    "interaction": "an interaction",
    "follow": "a new follower",
    "unfollow": "a lost follower",
    "answer": "an answer",
    "complaint": "a complaint",
    ACTIVE.removeprefix(ROLE): "a visit or an order",
}
_ROLE_EVENTS: Final = {
    "order": "orders",
    "visit": "visits",
    "read": "posts read",
    "interaction": "interactions",
    "follow": "new followers",
    "unfollow": "lost followers",
    "answer": "answers",
    "complaint": "complaints",
}


def counted_as(name: str, definition: Definition) -> str:
    """Say what a KPI counts: "messages opened ÷ messages sent"."""
    if name == LIFT:
        return f"conversion rate of treated entries − that of held-out ones{_over(definition)}"  # noqa: RUF001
    if name == PAYBACK_ORDER:
        return f"the first order with margin so far ÷ treated entries ≥ cac{_over(definition)}"
    above = in_words(definition.numerator)
    if definition.minus is not None:
        above = f"{above} − {in_words(definition.minus)}"  # noqa: RUF001
    if definition.denominator is None:
        return above + _over(definition)
    above = f"({above})" if definition.minus is not None else above
    return f"{above} ÷ {in_words(definition.denominator)}{_over(definition)}"


def in_words(quantity: Counting) -> str:
    """Say what is counted: "messages opened"."""
    return "".join(_words(quantity))


def _over(definition: Definition) -> str:
    window = definition.window
    if window is None:
        return ""
    begins = "the first message" if definition.since is Since.FIRST_MESSAGE else "entry"
    if window is GoalWindow.GOAL:
        return "; entries whose goal window is over"
    if definition.after is None:
        return f"; in {window} after {begins}"
    return f"; in {window} that begin {definition.after} after {begins}"


def _words(quantity: Counting) -> Iterator[str]:
    match quantity:
        case CountFacts():
            yield from _facts(quantity)
        case CountEntries():
            sides = _SIDES[quantity.entries]
            yield f"customers of {sides}" if quantity.once is Once.CUSTOMER else sides
            if quantity.segment is not None:
                segment = quantity.segment
                yield f" in {'the loyal segment' if segment == LOYAL else segment}"
            yield from _where(quantity.where)
        case CountCustomers():
            yield from _customers(quantity)
        case CountEvents():
            yield _events(quantity.events)
            yield from _where(quantity.where)
            yield from _of(quantity.of)
        case SumEvents():
            yield f"sum of {quantity.total}"
            yield from _where(quantity.where)
            yield from _of(quantity.of)
        case CountMoney():
            yield _INCOME[quantity.money]
            yield "" if quantity.of is Side.TREATED else f" of {_SIDES[quantity.of]}"
        case CountCosts():
            whole = quantity.cost is Costs.ALL
            yield "cost of messages and production" if whole else "cost of messages sent"
            yield f" through {quantity.channel}" if quantity.channel else ""
        case CountDays():
            yield "days of the period"
        case _:
            assert_never(quantity)


def _facts(quantity: CountFacts) -> Iterator[str]:
    if quantity.facts in _ENDS:
        yield f"treated entries that {_ENDS[quantity.facts]}"
    elif quantity.once is Once.CUSTOMER:
        yield f"customers with a message {_FACTS[quantity.facts]}"
    elif quantity.once is Once.ENTRY:
        yield f"treated entries with a message {_FACTS[quantity.facts]}"
    else:
        yield f"messages {_FACTS[quantity.facts]}"
    if quantity.once is None and quantity.facts in {Counted.OPENED, Counted.CLICKED}:
        yield ", each time"
    if quantity.among is not None and quantity.among is not Counted.SENT:
        yield f", of those {_FACTS[quantity.among].removesuffix(' (sent less failed)')}"
    yield f" through {quantity.channel}" if quantity.channel else ""
    yield f" of class {quantity.class_}" if quantity.class_ else ""
    yield f" by {quantity.step}" if quantity.step else ""


def _customers(quantity: CountCustomers) -> Iterator[str]:
    yield _SIDES[quantity.of]
    if quantity.at_least > 1:
        yield f" with at least {quantity.at_least} {_events(quantity.customers)}"
    else:
        yield f" with {_event(quantity.customers)}"
    yield from _where(quantity.where)
    yield f" of those with {_event(quantity.among)}" if quantity.among else ""
    yield f", each {quantity.by} by itself" if quantity.by else ""


def _event(name: str) -> str:
    return _ROLES[name.removeprefix(ROLE)] if name.startswith(ROLE) else name


def _events(name: str) -> str:
    return _ROLE_EVENTS[name.removeprefix(ROLE)] if name.startswith(ROLE) else f"events {name}"


def _where(rule: Rule | None) -> Iterator[str]:
    if rule is not None:
        is_owned = isinstance(rule.term, Compare) and rule.term.fact.name == OWNED
        yield f" {rule.text}" if is_owned else f" where {rule.text}"


def _of(side: Of) -> Iterator[str]:
    if side is not Of.TREATED:
        yield f" of {_SIDES[side] if side is not Of.EVERYBODY else 'everybody'}"
