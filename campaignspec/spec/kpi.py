"""What a campaign promises of a KPI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Name, Share, Target
from campaignspec.spec.shape import Change, Loc, key, location


class GrowthUnit(StrEnum):
    """What a growth is counted in."""

    RELATIVE = "relative"
    """A share of the baseline: ``+14%`` of 20 % is 22.8 %."""
    POINTS = "pp"
    """Percentage points: ``+14%`` of 20 % is 34 %."""
    RATIO = "ratio"
    """A multiple of the baseline: ``x1.3`` of 20 % is 26 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a growth is counted from.

    Without a value it is counted: on the history of its dates, with the same entry, and with
    nobody treated.
    """

    value: Share | Money | float | None = key(
        "What the KPI was: `18%`, `20 USD`, `1.4`; counted from the history, if not given.",
        Change.MEASURE,
        default=None,
    )
    from_: date = key("The first day that it is of.", Change.MEASURE)
    to: date = key("The last day.", Change.MEASURE)
    source: str | None = key(
        "Where a stated value is from: a report, a system.", Change.METADATA, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What a campaign promises of one number, and how it looks at it."""

    kpi: Name | None = key(
        "The KPI that is meant, where the entry has a name of its own.",
        Change.MEASURE,
        default=None,
    )
    stage: Name | None = key(
        "Of `conversion_rate`: one of the campaign's stages in place of the goal.",
        Change.MEASURE,
        default=None,
    )
    window: Duration | None = key(
        "How long an entry is looked at; the KPI's own window, or else the goal's, if not given.",
        Change.MEASURE,
        default=None,
    )
    after: Duration | None = key(
        "How long after the entry the window begins.", Change.MEASURE, default=None
    )
    by: Name | None = key(
        "Of `repurchase_rate`: each value of this property of an order by itself.",
        Change.MEASURE,
        default=None,
    )
    segment: Name | None = key(
        "Of `loyal_share`: the segment of the loyal.", Change.MEASURE, default=None
    )
    channel: Name | None = key(
        "Of what is counted in messages: only those of this channel.",
        Change.MEASURE,
        default=None,
    )
    target: Target | None = key(
        'What is to be reached: `">= 22%"`, or against the baseline `">= x1.3"`, `">= +2 pp"`.',
        Change.MEASURE,
        default=None,
    )
    guardrail: Target | None = key(
        "What must not be crossed, whatever the target does.", Change.MEASURE, default=None
    )
    unit: GrowthUnit | None = key(
        "What a growth is counted in: `relative`, `pp` or `ratio`.", Change.MEASURE, default=None
    )
    baseline: Baseline | None = key("What a growth is counted from.", Change.MEASURE, default=None)
    owner: Name | None = key("Who answers for it.", Change.METADATA, default=None)
    loc: Loc = location()
