"""Prove why a customer matches a segment, or does not."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.api.history import history_of
from campaignspec.api.names import customer_row, segments_of
from campaignspec.api.period import instant_of, period_of
from campaignspec.assembly import audience_of
from campaignspec.audience import Explanation, explain
from campaignspec.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a customer matches a segment at an instant, or does not.

    Attributes:
        segment: The segment's name.
        customer: The customer's id.
        explanation: The rule, condition by condition.
        zone: The project's time zone.
        currency: The project's currency.
    """

    segment: str
    customer: str
    explanation: Explanation
    zone: str
    currency: str


def explain_segment(
    project: Project, *, segment: str, customer: str, at: str | None = None
) -> Explained:
    """Prove each condition of a segment true or false of a customer.

    Args:
        project: The linked project.
        segment: The segment's name.
        customer: The customer's id.
        at: A date, whose beginning is meant, or a date and time; the history's end, if not given.

    Raises:
        UsageError: A name, the customer or a date does not exist.
        HistoryError: A source cannot be read.
    """
    (name,) = segments_of(project, [segment])
    history = history_of(project)
    row = customer_row(history, customer)
    now = (
        period_of(project, history, first=None, last=None).end
        if at is None
        else instant_of(project, at)
    )
    return Explained(
        segment=name,
        customer=customer,
        explanation=explain(audience_of(project, history), name, row, now),
        zone=project.settings.timezone,
        currency=project.settings.currency,
    )
