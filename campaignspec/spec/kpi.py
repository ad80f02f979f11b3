"""The KPIs that a campaign may set targets for, each with its definition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignspec.spec.kinds import Name, Threshold
from campaignspec.spec.shape import Change, Loc, key, location


class KpiName(StrEnum):
    """The registry's names; each member's text is its definition's key in `DEFINITIONS`."""

    CONVERSION_RATE = "conversion_rate"
    LIFT = "lift"
    VALUE_PER_CUSTOMER = "value_per_customer"
    OPEN_RATE = "open_rate"
    CLICK_RATE = "click_rate"
    UNSUBSCRIBE_RATE = "unsubscribe_rate"
    MESSAGES_PER_CUSTOMER = "messages_per_customer"
    COST_PER_CONVERSION = "cost_per_conversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a KPI counts.

    Attributes:
        numerator: What stands above the line.
        denominator: What stands below it.
        unit: ``%``, ``pp``, ``money`` or ``count``.
        needs_goal: Whether it makes sense only for a campaign with a goal.
    """

    numerator: str
    denominator: str
    unit: str
    needs_goal: bool = False


_MATURE = "treated entries whose goal window is over"

DEFINITIONS = {
    KpiName.CONVERSION_RATE: Definition(
        numerator="conversions among them", denominator=_MATURE, unit="%", needs_goal=True
    ),
    KpiName.LIFT: Definition(
        numerator=f"conversion rate of {_MATURE}",
        denominator="minus that of held-out entries whose window is over",
        unit="pp",
        needs_goal=True,
    ),
    KpiName.VALUE_PER_CUSTOMER: Definition(
        numerator="goal value of their conversions",
        denominator=_MATURE,
        unit="money",
        needs_goal=True,
    ),
    KpiName.OPEN_RATE: Definition(
        numerator="messages opened", denominator="messages sent", unit="%"
    ),
    KpiName.CLICK_RATE: Definition(
        numerator="messages clicked", denominator="messages sent", unit="%"
    ),
    KpiName.UNSUBSCRIBE_RATE: Definition(
        numerator="messages answered by an opt-out", denominator="messages sent", unit="%"
    ),
    KpiName.MESSAGES_PER_CUSTOMER: Definition(
        numerator="messages sent", denominator="treated customers", unit="count"
    ),
    KpiName.COST_PER_CONVERSION: Definition(
        numerator="cost of messages sent",
        denominator="conversions of treated entries",
        unit="money",
        needs_goal=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What a campaign promises of one number."""

    target: Threshold | None = key("What is to be reached.", Change.MEASURE, default=None)
    guardrail: Threshold | None = key(
        "What must not be crossed, whatever the target does.", Change.MEASURE, default=None
    )
    owner: Name | None = key("Who answers for it.", Change.METADATA, default=None)
    loc: Loc = location()
