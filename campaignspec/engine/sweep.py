"""The driver: every customer takes the next step due, wave after wave, up to a horizon.

Customers do not touch each other, so their own order is the only one that counts: within a
customer steps are taken by time, then in the order of the campaigns. Whether the horizon is
the end of a year's history or the next tick of a runner makes no difference to what is done,
only to how often it is asked; a property test holds this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.program import Program
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.stepper import Stepper
from campaignspec.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a sweep did.

    Attributes:
        state: Where everybody is now; the state that went in is used up.
        facts: What happened.
        sends: Messages to be delivered, in batches.
        answers: Answers to come, from the response model, in batches.
    """

    state: State
    facts: list[Batch]
    sends: list[SendBatch]
    answers: list[AnswerBatch]


def sweep(programs: Sequence[Program], world: World, state: State, horizon: Instant) -> Outcome:
    """Take every step that is due up to and including ``horizon``.

    Args:
        programs: The campaigns, in the order in which they go first at one instant.
        world: History, policy, chance and answers.
        state: Where everybody is; the sweep works on it in place.
        horizon: The last instant that counts; nothing later is seen.
    """
    steppers = [
        Stepper(program.until(horizon), world, state, place)
        for place, program in enumerate(programs)
    ]
    everybody = np.arange(len(state.who))
    next_at = np.full((len(steppers), len(state.who)), NEVER, np.int64)
    for stepper, row in zip(steppers, next_at, strict=True):
        stepper.look_ahead(everybody)
        row[:] = stepper.next_at(everybody)
    awake = everybody
    while len(awake := awake[next_at[:, awake].min(axis=0) <= horizon]):
        _wave(steppers, next_at, awake)
    state.seen = horizon
    return Outcome(
        state=state,
        facts=[batch for stepper in steppers for batch in stepper.facts],
        sends=[batch for stepper in steppers for batch in stepper.sends],
        answers=[batch for stepper in steppers for batch in stepper.answers],
    )


def _wave(steppers: Sequence[Stepper], next_at: Instants, awake: Rows) -> None:
    """Let everybody who is awake take one step: the earliest, in the first campaign of a tie."""
    first = next_at[:, awake].argmin(axis=0)
    for place, stepper in enumerate(steppers):
        index = awake[first == place]
        if len(index):
            stepper.step(index, next_at[place, index])
            next_at[place, index] = stepper.next_at(index)
