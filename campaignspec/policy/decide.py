"""The one function that decides a touch, in a rehearsal as at the moment of sending."""

from __future__ import annotations

from campaignspec.policy import rules
from campaignspec.policy.rules import Facts, Touches
from campaignspec.policy.ruling import Action, Reason, Ruling, allow, first_objection
from campaignspec.spec.channel import Policies

__all__ = ["RULES", "Action", "Reason", "Ruling", "decide"]

RULES = (rules.address, rules.unsubscribed, rules.consent, rules.quiet_hours, rules.caps)
"""The whole policy, in order: the first rule that objects decides."""


def decide(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Say of each touch whether it may go out now, later, or never."""
    ruling = allow(len(touches.rows))
    for rule in RULES:
        ruling = first_objection(ruling, rule(touches, facts, policies))
    return ruling
