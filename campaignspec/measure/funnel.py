"""From meeting the entry to the end: how many got how far, and why the others did not."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.engine.facts import Kind
from campaignspec.measure.arm import Arm, arm_of
from campaignspec.measure.cohort import Cohort, Tally, tally
from campaignspec.spec.journey import Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many got how far.

    Attributes:
        entries: Enrolments that began in the period.
        customers: Different people among them.
        refused: Who met the entry and might not enter, by reason.
        treated: Those who walk the journey.
        held_out: Those who are kept from it.
        touched: Enrolments with at least one message sent.
        sent: Messages handed to a channel.
        suppressed: Messages that were not sent, by reason.
        deferred: How often a message had to wait, by reason.
        failed: Messages that a channel refused for good, by reason.
        completed: Enrolments that did the last step.
        left: Enrolments that left early, by reason.
    """

    entries: int
    customers: int
    refused: Tally
    treated: Arm
    held_out: Arm
    touched: int
    sent: int
    suppressed: Tally
    deferred: Tally
    failed: Tally
    completed: int
    left: Tally


def funnel_of(cohort: Cohort, goal: Goal | None) -> Funnel:
    """Count how many got how far."""
    both = arm_of(cohort, cohort.held_out | ~cohort.held_out, goal)
    return Funnel(
        entries=both.entries,
        customers=both.customers,
        refused=tally(cohort.refused, "reason"),
        treated=arm_of(cohort, ~cohort.held_out, goal),
        held_out=arm_of(cohort, cohort.held_out, goal),
        touched=int(cohort.reached(Kind.SENT).sum()),
        sent=cohort.of(Kind.SENT).num_rows,
        suppressed=tally(cohort.of(Kind.SUPPRESSED), "reason"),
        deferred=tally(cohort.of(Kind.DEFERRED), "reason"),
        failed=tally(cohort.of(Kind.FAILED), "reason"),
        completed=int(cohort.reached(Kind.COMPLETED).sum()),
        left=tally(cohort.of(Kind.LEFT), "reason"),
    )
