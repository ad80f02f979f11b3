"""The built-in KPIs, as data: the same form in which a project writes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from campaignspec.clock import DAY, Duration
from campaignspec.spec.kinds import Name
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
    CountMoney,
    Definition,
    GoalWindow,
    Income,
    Of,
    Once,
    Role,
    RoleEvent,
    Side,
    Since,
    Stretch,
    Unit,
)
from campaignspec.spec.rule import Compare, Fact, Literal, Operator, Rule

VALUE: Final = f"{ROLE}value"
"""Stands in a rule for the property that a role's event is worth."""

OWNED: Final = f"{ROLE}owned"
"""Stands in a rule for what is true of an order through an own channel."""

ACTIVE: Final = f"{ROLE}active"
"""The role of a visit or, where none is declared, of an order."""

LOYAL: Final = Name(f"{ROLE}segment")
"""Stands for the segment that a campaign names."""

CONVERSION_RATE: Final = Name("conversion_rate")
LIFT: Final = Name("lift")
PAYBACK_ORDER: Final = Name("payback_order")
REPURCHASE_RATE: Final = Name("repurchase_rate")
LOYAL_SHARE: Final = Name("loyal_share")

AMBIGUOUS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "open_rate": ("open_rate_sent", "open_rate_delivered"),
        "click_through_rate": ("ctr", "ctor"),
        "retention": ("retention_rate", "repurchase_rate"),
        "engagement_rate": ("ctor", "social_activity"),
    }
)
"""Names that people use for several things, with the KPIs that they may mean."""


class Group(StrEnum):
    """What a KPI is about; the reference lists them by it."""

    RESULT = "What the campaign brings"
    ANSWERS = "How messages are answered"
    REACH = "Who is reached"
    LOYALTY = "Who stays"
    MONEY = "Money"
    SOCIAL = "Social networks"


ROLE_DEFAULTS: Final[Mapping[Role, RoleEvent]] = MappingProxyType(
    {Role.COMPLAINT: RoleEvent(event=Name("message.complained"))}
)
"""The events that play a part without being declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Builtin:
    """A built-in KPI.

    Attributes:
        group: What it is about.
        definition: What it counts.
        by_default: Whether a report shows it without being asked, where it can be counted.
    """

    group: Group
    definition: Definition
    by_default: bool = False


def _role(role: Role) -> Name:
    return Name(f"{ROLE}{role}")


def _facts(facts: Counted, once: Once | None = None, among: Counted | None = None) -> CountFacts:
    return CountFacts(facts=facts, once=once, among=among)


def _scores(operator: Operator, score: int) -> CountEvents:
    term = Compare(fact=Fact(name=VALUE), operator=operator, literal=Literal(value=float(score)))
    rule = Rule(text=f"score {operator} {score}", term=term)
    return CountEvents(events=_ANSWER, where=rule)


_ORDER, _ANSWER = _role(Role.ORDER), _role(Role.ANSWER)
_OWN_ORDERS = Rule(
    text="through an own channel",
    term=Compare(fact=Fact(name=OWNED), operator=Operator.EQUAL, literal=Literal(value="yes")),
)
_SENT, _DELIVERED = _facts(Counted.SENT), _facts(Counted.DELIVERED)
_OPENED = _facts(Counted.OPENED, Once.MESSAGE)
_CLICKED = _facts(Counted.CLICKED, Once.MESSAGE)
_CONVERTED = _facts(Counted.CONVERTED, Once.ENTRY)
_TREATED = CountEntries(entries=Side.TREATED)
_TREATED_PEOPLE = CountEntries(entries=Side.TREATED, once=Once.CUSTOMER)
_TOUCHED = CountEntries(entries=Side.TOUCHED)
_REACHED = _facts(Counted.DELIVERED, Once.CUSTOMER)
_BUYERS = CountCustomers(customers=_ORDER)
_ALL_COSTS = CountCosts(cost=Costs.ALL)

_RESULT = {
    CONVERSION_RATE: Definition(
        numerator=_CONVERTED,
        denominator=_TREATED,
        window=GoalWindow.GOAL,
        unit=Unit.PERCENT,
        meaning="How many of those who entered reached the goal in its window.",
    ),
    LIFT: Definition(
        numerator=_CONVERTED,
        denominator=_TREATED,
        window=GoalWindow.GOAL,
        unit=Unit.POINTS,
        meaning="How much more often the treated reach the goal than the held-out: what the "
        "campaign caused.",
    ),
    "value_per_customer": Definition(
        numerator=CountMoney(money=Income.GOAL),
        denominator=_TREATED,
        window=GoalWindow.GOAL,
        unit=Unit.MONEY,
        meaning="What an entry is worth on average, with those that reached no goal.",
    ),
    "cost_per_conversion": Definition(
        numerator=CountCosts(cost=Costs.MESSAGES),
        denominator=_CONVERTED,
        unit=Unit.MONEY,
        meaning="What messages cost for each goal reached.",
    ),
    "response_rate": Definition(
        numerator=CountCustomers(customers=_ORDER, of=Of.TOUCHED),
        denominator=_TOUCHED,
        since=Since.FIRST_MESSAGE,
        unit=Unit.PERCENT,
        meaning="How many of those who got a message ordered in the window after the first one.",
    ),
}

_ANSWERS = {
    "open_rate_sent": Definition(
        numerator=_OPENED,
        denominator=_SENT,
        unit=Unit.PERCENT,
        meaning="How attractive sender and subject are, of all messages sent.",
    ),
    "open_rate_delivered": Definition(
        numerator=_facts(Counted.OPENED, Once.MESSAGE, Counted.DELIVERED),
        denominator=_DELIVERED,
        unit=Unit.PERCENT,
        meaning="How attractive sender and subject are, of the messages that arrived.",
    ),
    "ctr": Definition(
        numerator=_facts(Counted.CLICKED, Once.MESSAGE, Counted.DELIVERED),
        denominator=_DELIVERED,
        unit=Unit.PERCENT,
        meaning="How relevant messages are to those whom they reach.",
    ),
    "ctor": Definition(
        numerator=_facts(Counted.CLICKED, Once.MESSAGE, Counted.OPENED),
        denominator=_OPENED,
        unit=Unit.PERCENT,
        meaning="How relevant the content is to those who open: unique clicks of unique opens.",
    ),
    "click_rate": Definition(
        numerator=_CLICKED,
        denominator=_SENT,
        unit=Unit.PERCENT,
        meaning="How many of all messages sent bring somebody to the site.",
    ),
    "unsubscribe_rate": Definition(
        numerator=_facts(Counted.UNSUBSCRIBED, Once.MESSAGE),
        denominator=_SENT,
        unit=Unit.PERCENT,
        meaning="How many messages make somebody leave the channel.",
    ),
    "bounce_rate": Definition(
        numerator=_facts(Counted.FAILED, Once.MESSAGE, Counted.SENT),
        denominator=_SENT,
        unit=Unit.PERCENT,
        meaning="How many messages the channel refuses: how clean addresses are.",
    ),
    "complaint_rate": Definition(
        numerator=CountCustomers(customers=_role(Role.COMPLAINT), of=Of.TOUCHED),
        denominator=_TOUCHED,
        window=Duration(30 * DAY),
        since=Since.FIRST_MESSAGE,
        unit=Unit.PERCENT,
        meaning="How many of those who got a message complain of one: too many cost the sender "
        "its good name.",
    ),
}

_REACH = {
    "reach": Definition(
        numerator=_REACHED,
        unit=Unit.COUNT,
        meaning="How many different customers at least one message reached.",
    ),
    "reach_rate": Definition(
        numerator=_REACHED,
        denominator=_TREATED_PEOPLE,
        unit=Unit.PERCENT,
        meaning="How many of the customers who were to be treated a message reached.",
    ),
    "messages_per_customer": Definition(
        numerator=_SENT,
        denominator=_TREATED_PEOPLE,
        unit=Unit.COUNT,
        meaning="How much one customer is written to.",
    ),
    "list_size": Definition(
        numerator=CountEntries(entries=Side.ENTERED, once=Once.CUSTOMER),
        unit=Unit.COUNT,
        meaning="How many different customers entered; it decides what can be tested at all.",
    ),
}

# The groups of the Net Promoter Score are those of F. F. Reichheld (2003), The One Number You Need
# to Grow, Harvard Business Review 81 (12).
_LOYALTY = {
    "retention_rate": Definition(
        numerator=CountCustomers(customers=Name(ACTIVE)),
        denominator=_TREATED,
        unit=Unit.PERCENT,
        meaning="How many are still active in the window: they visit or, where visits are not "
        "known, order.",
    ),
    REPURCHASE_RATE: Definition(
        numerator=CountCustomers(customers=_ORDER, at_least=2),
        denominator=_BUYERS,
        unit=Unit.PERCENT,
        meaning="How many of those who order in the window order again in it.",
    ),
    LOYAL_SHARE: Definition(
        numerator=CountEntries(entries=Side.TREATED, segment=LOYAL),
        denominator=_TREATED,
        unit=Unit.PERCENT,
        meaning="How many are loyal when the window is over.",
    ),
    "nps": Definition(
        numerator=_scores(Operator.AT_LEAST, 9),
        minus=_scores(Operator.AT_MOST, 6),
        denominator=CountEvents(events=_ANSWER),
        unit=Unit.SCORE,
        meaning="How many more of 100 answers are promoters (9 and 10) than detractors (0 to 6).",
    ),
    "owned_channel_share": Definition(
        numerator=CountEvents(events=_ORDER, where=_OWN_ORDERS),
        denominator=CountEvents(events=_ORDER),
        unit=Unit.PERCENT,
        meaning="How many orders come through the shop's own channels: the habit of using them.",
    ),
}

_MONEY = {
    "new_contribution": Definition(
        numerator=CountMoney(money=Income.NEW_REVENUE),
        denominator=CountMoney(money=Income.REVENUE),
        unit=Unit.PERCENT,
        meaning="Which share of the revenue comes from customers without an order before the "
        "period: how much it pays to care for new ones.",
    ),
    "returning_contribution": Definition(
        numerator=CountMoney(money=Income.RETURNING_REVENUE),
        denominator=CountMoney(money=Income.REVENUE),
        unit=Unit.PERCENT,
        meaning="Which share of the revenue comes from customers who had ordered before.",
    ),
    "cpo": Definition(
        numerator=_ALL_COSTS,
        denominator=CountEvents(events=_ORDER),
        unit=Unit.MONEY,
        meaning="What messages and production cost for each order in the window.",
    ),
    "cost_per_contact": Definition(
        numerator=_ALL_COSTS,
        denominator=_REACHED,
        unit=Unit.MONEY,
        meaning="What it costs to reach one customer.",
    ),
    "ltv": Definition(
        numerator=CountMoney(money=Income.MARGIN),
        denominator=_TREATED,
        unit=Unit.MONEY,
        meaning="What one entry has earned when the window is over; what comes later is not in it.",
    ),
    "romi": Definition(
        numerator=CountMoney(money=Income.INCREMENTAL_MARGIN),
        minus=_ALL_COSTS,
        denominator=_ALL_COSTS,
        unit=Unit.PERCENT,
        meaning="What one unit of money spent earns beyond itself, counting only what the "
        "campaign caused: the margin of the treated less that of as many held-out.",
    ),
    PAYBACK_ORDER: Definition(
        numerator=CountMoney(money=Income.MARGIN),
        denominator=_TREATED,
        unit=Unit.COUNT,
        meaning="With which order of a customer the margin of all orders so far, per customer "
        "who entered, covers what a customer costs to win.",
    ),
}

_SOCIAL = {
    "social_reads": Definition(
        numerator=CountEvents(events=_role(Role.READ), of=Of.EVERYBODY),
        unit=Unit.COUNT,
        meaning="How often posts were read.",
    ),
    "social_interactions": Definition(
        numerator=CountEvents(events=_role(Role.INTERACTION), of=Of.EVERYBODY),
        unit=Unit.COUNT,
        meaning="How often people liked, commented or forwarded.",
    ),
    "social_growth": Definition(
        numerator=CountEvents(events=_role(Role.FOLLOW), of=Of.EVERYBODY),
        minus=CountEvents(events=_role(Role.UNFOLLOW), of=Of.EVERYBODY),
        denominator=CountDays(days=Stretch.PERIOD),
        unit=Unit.COUNT,
        meaning="How many followers are won a day, less those who leave.",
    ),
    "social_activity": Definition(
        numerator=CountCustomers(
            customers=_role(Role.INTERACTION), among=_role(Role.READ), of=Of.EVERYBODY
        ),
        denominator=CountCustomers(customers=_role(Role.READ), of=Of.EVERYBODY),
        unit=Unit.PERCENT,
        meaning="How many of the readers also do something.",
    ),
}

_SHOWN: Final = frozenset({*_RESULT, *_ANSWERS, *_REACH, "cost_per_contact"} - {"list_size"})

BUILTINS: Final[Mapping[str, Builtin]] = MappingProxyType(
    {
        name: Builtin(group=group, definition=definition, by_default=name in _SHOWN)
        for group, definitions in (
            (Group.RESULT, _RESULT),
            (Group.ANSWERS, _ANSWERS),
            (Group.REACH, _REACH),
            (Group.LOYALTY, _LOYALTY),
            (Group.MONEY, _MONEY),
            (Group.SOCIAL, _SOCIAL),
        )
        for name, definition in definitions.items()
    }
)
"""Every built-in KPI by name, in the order in which reports show them."""
