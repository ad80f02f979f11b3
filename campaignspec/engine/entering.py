"""The entry: who may begin an enrolment, and who is refused."""

from __future__ import annotations

from campaignspec.audience import Moment
from campaignspec.clock import Duration
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import ENTRY
from campaignspec.spec.entering import Again

ENROLLED = "enrolled"
ONCE = "once"
TOO_SOON = "too-soon"


def admit(walk: Walk, notes: Notebook, index: Rows, at: Instants) -> tuple[Rows, Instants]:
    """Return those of the customers who meet the entry and may enter; refusals are noted."""
    moment = Moment(rows=walk.rows(index), at=at)
    wanted = walk.world.audience.holds(walk.program.graph.enter.where, moment)
    index, at = index[wanted], at[wanted]
    for reason, refused in _refusals(walk, index, at):
        notes.refusal(ENTRY, index[refused], at[refused], reason)
        index, at = index[~refused], at[~refused]
    return index, at


def _refusals(walk: Walk, index: Rows, at: Instants) -> list[tuple[str, Mask]]:
    """Say whom the again-policy refuses; each mask is over those the former ones left."""
    every, again = walk.every, walk.program.graph.enter.again
    enrolled = every.flags[index] != 0
    left, left_at = index[~enrolled], at[~enrolled]
    if again is Again.ALWAYS:
        return [(ENROLLED, enrolled)]
    if isinstance(again, Duration):
        soon = left_at - every.entered_at[left] < again.micros
        return [(ENROLLED, enrolled), (TOO_SOON, soon)]
    return [(ENROLLED, enrolled), (ONCE, every.number[left] > 0)]
