"""What a KPI counts: the form in which the built-in ones and a project's own are written.

A KPI is ``(numerator - minus) / denominator``; without a denominator it is the number itself.
Each of the three counts one thing: facts of the journey, events of the history, money, people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location

ROLE: Final = "@"
"""Begins the name of a role where an event's name is wanted; no author's name begins with it."""

_OF: Final = "Whose: `treated`, `held_out`, `entered` (both), `touched` (who got a message), or "
_EVERYBODY: Final = "`everybody` in the history, in the whole period."


class Counted(StrEnum):
    """What happens to messages and to entries, in a ledger's words.

    A message is delivered when it was sent and its channel did not refuse it afterwards: sent
    less failed.
    """

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DONE = "done"
    GRANTED = "granted"
    REDEEMED = "redeemed"
    SUPPRESSED = "suppressed"
    DEFERRED = "deferred"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    CONVERTED = "converted"
    LEFT = "left"
    COMPLETED = "completed"
    EXPIRED = "expired"


class Once(StrEnum):
    """What counts once, however often it happened."""

    MESSAGE = "message"
    ENTRY = "entry"
    CUSTOMER = "customer"


class Of(StrEnum):
    """Whose numbers are counted."""

    TREATED = "treated"
    HELD_OUT = "held_out"
    ENTERED = "entered"
    TOUCHED = "touched"
    EVERYBODY = "everybody"


class Side(StrEnum):
    """Which entries are counted."""

    TREATED = "treated"
    HELD_OUT = "held_out"
    ENTERED = "entered"
    TOUCHED = "touched"


class Income(StrEnum):
    """Money that orders and the goal bring, in the campaign's economics."""

    GOAL = "goal"
    REVENUE = "revenue"
    MARGIN = "margin"
    INCREMENTAL_REVENUE = "incremental_revenue"
    INCREMENTAL_MARGIN = "incremental_margin"
    NEW_REVENUE = "new_revenue"
    RETURNING_REVENUE = "returning_revenue"


class Costs(StrEnum):
    """What is counted as cost."""

    MESSAGES = "messages"
    ALL = "all"


class Stretch(StrEnum):
    """A length of time in days."""

    PERIOD = "period"


class GoalWindow(StrEnum):
    """The window of the campaign's own goal."""

    GOAL = "goal"


class Since(StrEnum):
    """From when a window is counted."""

    ENTRY = "entry"
    FIRST_MESSAGE = "first_message"


class Unit(StrEnum):
    """What a KPI is given in."""

    PERCENT = "%"
    POINTS = "pp"
    MONEY = "money"
    COUNT = "count"
    SCORE = "score"
    """From -100 to 100."""


class Role(StrEnum):
    """The parts that a project's events play in KPIs."""

    ORDER = "order"
    VISIT = "visit"
    READ = "read"
    INTERACTION = "interaction"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    ANSWER = "answer"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFacts:
    """Count what the ledger says of messages and entries."""

    facts: Counted = key("What is counted; `delivered` is sent less failed.", Change.MEASURE)
    once: Once | None = key(
        "What counts once: a `message`, an `entry` or a `customer`; every fact, if not given.",
        Change.MEASURE,
        default=None,
    )
    among: Counted | None = key(
        "Only messages to which this happened as well (with `once: message`).",
        Change.MEASURE,
        default=None,
    )
    channel: Name | None = key("Only messages of this channel.", Change.MEASURE, default=None)
    class_: MessageClass | None = key("Only messages of this class.", Change.MEASURE, default=None)
    step: Name | None = key("Only what this step of the journey did.", Change.MEASURE, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntries:
    """Count entries, or the different customers among them."""

    entries: Side = key("Which entries.", Change.MEASURE)
    once: Once | None = key(
        "`customer` counts a customer once, whoever entered again.", Change.MEASURE, default=None
    )
    segment: Name | None = key(
        "Only those whose customer matches this segment when the window is over.",
        Change.MEASURE,
        default=None,
    )
    where: Rule | None = key(
        "Only those of whose customer this is true when the window is over.",
        Change.MEASURE,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCustomers:
    """Count entries whose customer did something in the window; of everybody, customers."""

    customers: Name = key("The event.", Change.MEASURE)
    at_least: int = key("How often in the window.", Change.MEASURE, default=1)
    where: Rule | None = key("Only events that fit this rule.", Change.MEASURE, default=None)
    among: Name | None = key(
        "Only those who had this event in the window as well.", Change.MEASURE, default=None
    )
    by: Name | None = key(
        "Count each value of this property by itself: whoever bought two categories counts "
        "twice. Events of one instant are one.",
        Change.MEASURE,
        default=None,
    )
    of: Of = key(_OF + _EVERYBODY, Change.MEASURE, default=Of.TREATED)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEvents:
    """Count events in the windows."""

    events: Name = key("The event.", Change.MEASURE)
    where: Rule | None = key("Only events that fit this rule.", Change.MEASURE, default=None)
    of: Of = key(_OF + _EVERYBODY, Change.MEASURE, default=Of.TREATED)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SumEvents:
    """Add up a property of events in the windows."""

    total: Property = key("Event and property: `order.placed.amount`.", Change.MEASURE)
    where: Rule | None = key("Only events that fit this rule.", Change.MEASURE, default=None)
    of: Of = key(_OF + _EVERYBODY, Change.MEASURE, default=Of.TREATED)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMoney:
    """Add up money that orders or the goal brought."""

    money: Income = key(
        "`goal`: what goals are worth. `revenue` and `margin`: of orders in the windows. "
        "`incremental_…`: the treated less what as many held-out brought. `new_…` and "
        "`returning_…`: of customers without and with an order before the period.",
        Change.MEASURE,
    )
    of: Side = key("Of which entries.", Change.MEASURE, default=Side.TREATED)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCosts:
    """Add up costs."""

    cost: Costs = key(
        "`messages`: of messages sent; `all`: with what tasks and redeemed offers cost, and with "
        "the campaign's production.",
        Change.MEASURE,
    )
    channel: Name | None = key("Only messages of this channel.", Change.MEASURE, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDays:
    """Count days."""

    days: Stretch = key("`period`: the days that are reported.", Change.MEASURE)
    loc: Loc = location()


Counting: TypeAlias = (
    CountFacts
    | CountEntries
    | CountCustomers
    | CountEvents
    | SumEvents
    | CountMoney
    | CountCosts
    | CountDays
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a KPI counts, over what time, in what unit, and what that tells."""

    numerator: Counting = key("What stands above the line.", Change.MEASURE)
    minus: Counting | None = key("What is taken away from it first.", Change.MEASURE, default=None)
    denominator: Counting | None = key(
        "What stands below the line; without it the number itself is the KPI.",
        Change.MEASURE,
        default=None,
    )
    window: Duration | GoalWindow | None = key(
        "How long after its beginning an entry is looked at; entries whose window is not over "
        "do not count. `goal`: the goal's own.",
        Change.MEASURE,
        default=None,
    )
    after: Duration | None = key(
        "How long after the entry the window begins; at once, if not given.",
        Change.MEASURE,
        default=None,
    )
    since: Since = key(
        "`entry`, or `first_message`: entries without a message do not count then.",
        Change.MEASURE,
        default=Since.ENTRY,
    )
    unit: Unit = key(
        "`%`, `pp` (percentage points), `money`, `count`, or `score` (-100 to 100).",
        Change.MEASURE,
    )
    meaning: str = key("What it tells, in one sentence.", Change.METADATA)
    owner: Name | None = key("Who answers for it.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEvent:
    """Which of the project's events plays a part in the built-in KPIs."""

    event: Name = key("The event.", Change.MEASURE)
    also: tuple[Name, ...] = key(
        "Other events that count as well: `[post.commented, post.forwarded]`.",
        Change.MEASURE,
        default=(),
    )
    where: Rule | None = key("Only events that fit this rule.", Change.MEASURE, default=None)
    value: Name | None = key(
        "Its property that is worth something: the amount of an order, the score of an answer.",
        Change.MEASURE,
        default=None,
    )
    product: Property | None = key(
        "Of an order: the event and property that name what was bought: `order.line.product`.",
        Change.MEASURE,
        default=None,
    )
    owned: Rule | None = key(
        "Of an order: what is true of those that came through your own channels.",
        Change.MEASURE,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """A project's own KPIs, and the events that the built-in ones look at."""

    events: Mapping[Role, RoleEvent] = key(
        "Which events play the parts that built-in KPIs ask for.", Change.MEASURE, default=EMPTY
    )
    kpis: Mapping[Name, Definition] = key("Own KPIs by name.", Change.MEASURE, default=EMPTY)
    loc: Loc = location()
