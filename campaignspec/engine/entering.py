"""The entry: who may begin an enrolment, and who is refused."""

from __future__ import annotations

import numpy as np

from campaignspec.clock import Duration
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.occasions import Occasions
from campaignspec.engine.present import kept
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import ENTRY
from campaignspec.spec.entering import Again

ENROLLED = "enrolled"
ONCE = "once"
TOO_SOON = "too-soon"
TOO_MANY = "too-many"


def admit(walk: Walk, notes: Notebook, index: Rows, at: Instants) -> tuple[Rows, Instants]:
    """Return those of the customers who meet the entry and may enter; refusals are noted."""
    moment = walk.moment(index, at)
    wanted = walk.world.audience.holds(walk.program.graph.enter.where, moment)
    if isinstance(walk.program.entries, Occasions):
        wanted = wanted & walk.program.entries.lets_in(walk.rows(index), at)
    index, at = kept(wanted, index, at)
    for reason, refused in _refusals(walk, index, at):
        notes.refusal(ENTRY, *kept(refused, index, at), reason)
        index, at = kept(~refused, index, at)
    many = _too_many(walk, index)
    notes.refusal(ENTRY, *kept(many, index, at), TOO_MANY)
    return kept(~many, index, at)


def _refusals(walk: Walk, index: Rows, at: Instants) -> list[tuple[str, Mask]]:
    """Say whom the again-policy refuses; each mask is over those the former ones left."""
    every, again = walk.every, walk.program.graph.enter.again
    enrolled = every.flags.take(index) != 0
    left, left_at = kept(~enrolled, index, at)
    if again is Again.ALWAYS:
        return [(ENROLLED, enrolled)]
    if isinstance(again, Duration):
        soon = left_at - every.entered_at.take(left) < again.micros
        return [(ENROLLED, enrolled), (TOO_SOON, soon)]
    return [(ENROLLED, enrolled), (ONCE, every.number.take(left) > 0)]


def _too_many(walk: Walk, index: Rows) -> Mask:
    """Say who has as many enrolments open as may be at once, each for another key."""
    most = walk.program.graph.enter.at_once
    if most is None:
        return np.zeros(index.shape, np.bool_)
    return walk.seating.counted(walk.every.flags != 0, walk.people(index)) >= most
