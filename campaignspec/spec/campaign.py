"""What may be written in a ``campaign.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaignspec.spec.calendar import Calendar
from campaignspec.spec.economics import Economics, Evaluation
from campaignspec.spec.entering import Enter
from campaignspec.spec.journey import Goal, LeaveRule, Step
from campaignspec.spec.kinds import Name
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.policy import Budget
from campaignspec.spec.publishing import Post
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.steering import Pause, Stage
from campaignspec.spec.waiver import Waiver


class Sort(StrEnum):
    """The sorts of campaign, each with its own rules of the trade."""

    REGULAR = "regular"
    """Made by hand and sent by the calendar: digests, holidays."""
    TRIGGER = "trigger"
    """Begun by what a customer does, or ceases to do."""
    TRANSACTIONAL = "transactional"
    """Owed to the customer: after an order, a booking, a payment."""
    ONE_OFF = "one_off"
    """Once, for an occasion."""


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
    serves: Name | None = key(
        "The stage of the project's `lifecycle` that its touches are tagged with.",
        Change.METADATA,
        default=None,
    )
    sort: Sort | None = key("What sort of campaign it is.", Change.METADATA, default=None)
    series: Name | None = key(
        "What it is the latest of, year by year.",
        Change.METADATA,
        default=None,
    )
    hypothesis: str | None = key(
        "What you expect to happen, and why.", Change.METADATA, default=None
    )
    review_by: date | None = key("When it is looked at again.", Change.METADATA, default=None)
    priority: int = key(
        "0 to 100: of two campaigns at one instant the one with the higher goes first, and "
        "`arbitration` lets it keep the other silent.",
        Change.POLICY,
        default=50,
    )
    budget: Budget | None = key("What its messages may cost.", Change.POLICY, default=None)
    category: Name | None = key(
        "The sort of goods that it is about, where `regulated` says what the law asks of it: "
        "alcohol, tobacco, finance.",
        Change.POLICY,
        default=None,
    )
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
    stages: Mapping[Name, Stage] = key(
        "What is measured on the way to the goal, within its time; it ends nothing.",
        Change.MEASURE,
        default=EMPTY,
    )
    calendar: Calendar | None = key(
        "The days that the campaign turns on, and the phases around them.",
        Change.TIMING,
        default=None,
    )
    pause: tuple[Pause, ...] = key("When no step acts.", Change.TIMING, default=())
    journey: tuple[Step, ...] = key("The steps, in order.", Change.ROUTING)
    publish: tuple[Post, ...] = key(
        "What is published for everybody, by plan.", Change.TIMING, default=()
    )
    economics: Economics | None = key(
        "What an order brings and what a customer costs.", Change.MEASURE, default=None
    )
    evaluation: Evaluation | None = key(
        "When the campaign may be judged.", Change.MEASURE, default=None
    )
    kpis: Mapping[Name, Kpi] = key(
        "What the campaign promises, by KPI.", Change.MEASURE, default=EMPTY
    )
    lint: tuple[Waiver, ...] = key(
        "Warnings that are not shown, each with a reason and an end.", Change.METADATA, default=()
    )
    loc: Loc = location()
