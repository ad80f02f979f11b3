"""The one function that decides a touch, in a rehearsal as at the moment of sending."""

from __future__ import annotations

from campaignspec.policy import counts, hours, others, people
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.ruling import (
    Action,
    Reason,
    Ruling,
    allow,
    first_objection,
    objection,
    together,
)
from campaignspec.policy.touches import Facts, Touches

ABOUT_PEOPLE = (
    people.address,
    people.suppression,
    people.unsubscribed,
    people.consent,
    people.regulated,
)
"""Who may be reached by a channel at all, at whatever hour and however often."""

RULES = (
    *ABOUT_PEOPLE,
    hours.hours,
    others.exclusive,
    others.outranked,
    counts.caps,
    counts.ratio,
)
"""The whole policy, in order: the first rule that objects decides; one that is not about the
touches at all, whoever they go to, says nothing."""


def decide(touches: Touches, facts: Facts, book: Rulebook) -> Ruling:
    """Say of each touch whether it may go out now, later, or never."""
    expired = objection(touches.at > touches.expires, Reason.EXPIRED)
    found = together((expired, *(rule(touches, facts, book) for rule in RULES)))
    return allow(len(touches.rows)) if found is None else _in_time(touches, found)


def may_be_used(touches: Touches, facts: Facts, book: Rulebook) -> Ruling:
    """Say of whom a channel may be used for what is no message: hours and counts do not matter.

    It is asked for audiences in advertising systems and for what a site shows.
    """
    found = together(rule(touches, facts, book) for rule in ABOUT_PEOPLE)
    return allow(len(touches.rows)) if found is None else found


def _in_time(touches: Touches, ruling: Ruling) -> Ruling:
    """Suppress what would be deferred beyond the end of its validity."""
    late = (ruling.action == Action.DEFER) & (ruling.until > touches.expires)
    expires = objection(late, Reason.EXPIRED)
    return ruling if expires is None else first_objection(expires, ruling)
