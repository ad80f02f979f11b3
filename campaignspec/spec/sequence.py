"""Sequences: what happens after what, and what does not, as a segment writes it.

A step has an instant: an event's is its own; an absence's is the end of its time or, where it
holds at once, that of the step before. The next event comes at or after the instant of the step
before it. Two events of one name at one instant follow each other as they arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location

_WHERE = "Only events whose properties fit this rule."


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """An event that comes at or after the step before it."""

    event: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    within: Duration | None = key(
        "At most so long after the step before, that long included; any time, if not given.",
        Change.ROUTING,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An event that does not come for a time after the step before."""

    not_: Name = key("The event's name.", Change.ROUTING)
    within: Duration = key(
        "How long it does not come, from the instant of the step before, both ends included.",
        Change.ROUTING,
    )
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    at_once: bool = key(
        "Whether it holds from the first moment until the event comes, and not only once its "
        "time is over; the last step only.",
        Change.ROUTING,
        default=False,
    )
    loc: Loc = location()


Step: TypeAlias = Name | Following | Absence
"""A step as it is written; a name alone is an event that follows at any time."""
