"""What may be written in a ``campaign.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaignspec.spec.entering import Enter
from campaignspec.spec.journey import Goal, LeaveRule, Step
from campaignspec.spec.kinds import Name
from campaignspec.spec.kpi import Kpi, KpiName
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class Objective(StrEnum):
    """What a campaign is for."""

    ACQUIRE = "acquire"
    ACTIVATE = "activate"
    RETAIN = "retain"
    REACTIVATE = "reactivate"
    GROW = "grow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign: who enters, what they are to do, the steps on the way, how it is judged."""

    campaign: Name = key("The campaign's name, the same as its folder's.", Change.IDENTITY)
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    owner: Name | None = key("The team that answers for it.", Change.METADATA, default=None)
    objective: Objective | None = key("What it is for.", Change.METADATA, default=None)
    hypothesis: str | None = key(
        "What you expect to happen, and why.", Change.METADATA, default=None
    )
    review_by: date | None = key("When it is looked at again.", Change.METADATA, default=None)
    seed: str | None = key(
        "The seed of the holdout's draw; the campaign's name if not given. Keep it when you "
        "rename the campaign, and nobody changes sides.",
        Change.IDENTITY,
        default=None,
    )
    enter: Enter = key("Who enters, and when.", Change.ENTRY)
    goal: Goal | None = key("What counts as success.", Change.MEASURE, default=None)
    leave: tuple[LeaveRule, ...] = key(
        "What ends an enrolment early, besides the goal.", Change.ROUTING, default=()
    )
    journey: tuple[Step, ...] = key("The steps, in order.", Change.ROUTING)
    kpis: Mapping[KpiName, Kpi] = key(
        "What the campaign promises, by KPI.", Change.MEASURE, default=EMPTY
    )
    loc: Loc = location()
