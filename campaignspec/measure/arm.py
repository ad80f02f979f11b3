"""One side of the comparison: everybody who is treated, or everybody who is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.engine.facts import Kind
from campaignspec.history.sorting import distinct
from campaignspec.measure.cohort import Cohort, Flags
from campaignspec.spec.journey import Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The enrolments of one side, and how they ended.

    The last four numbers add up to the entries: each enrolment is counted once, by the goal
    if it was reached, else by leaving, and so on.

    Attributes:
        entries: Enrolments.
        customers: Different people among them.
        mature: Entries whose goal window is over; only they can be judged.
        mature_conversions: Those of them that reached the goal.
        mature_value: What these conversions are worth, in micro-units; None when the goal has
            no value.
        converted: Reached the goal.
        left: Left early.
        ended: Came to the end without the goal: the window closed, or, where there is no
            goal, the last step was done.
        open: None of these yet.
    """

    entries: int
    customers: int
    mature: int
    mature_conversions: int
    mature_value: int | None
    converted: int
    left: int
    ended: int
    open: int


def arm_of(cohort: Cohort, side: Flags, goal: Goal | None) -> Arm:
    """Measure the enrolments that ``side`` marks."""
    converted = cohort.reached(Kind.CONVERTED)
    left = cohort.reached(Kind.LEFT) & ~converted
    ended = cohort.reached(Kind.COMPLETED if goal is None else Kind.EXPIRED) & ~left & ~converted
    mature = side & mature_entries(cohort, goal)
    return Arm(
        entries=int(side.sum()),
        customers=len(distinct(cohort.customer[side])),
        mature=int(mature.sum()),
        mature_conversions=int((mature & converted).sum()),
        mature_value=_worth(cohort, mature, goal),
        converted=int((side & converted).sum()),
        left=int((side & left).sum()),
        ended=int((side & ended).sum()),
        open=int((side & ~(converted | left | ended)).sum()),
    )


def mature_entries(cohort: Cohort, goal: Goal | None) -> Flags:
    """Mark the entries whose goal window is over at the end of the period.

    Younger ones may still reach the goal: to count them as failures would make every recent
    campaign look bad.
    """
    if goal is None:
        return np.zeros(len(cohort.entered_at), dtype=np.bool_)
    return cohort.entered_at + goal.within.micros <= cohort.end


def _worth(cohort: Cohort, mature: Flags, goal: Goal | None) -> int | None:
    if goal is None or goal.value is None:
        return None
    return int(cohort.value(Kind.CONVERTED)[mature].sum())
