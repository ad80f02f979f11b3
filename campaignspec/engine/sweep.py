"""The sweep: everybody takes every step that is due, up to a horizon.

Whether the horizon is the end of a year's history or the next tick of a runner makes no
difference to what is done, only to how often it is asked; a property test holds this. Nor does it
how claims are settled: here, each in its turn, or elsewhere, with those of all who walk elsewhere
(`campaignspec.engine.apart`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from campaignspec.clock import Instant
from campaignspec.engine.apart import Apart, Known
from campaignspec.engine.circles import circles_of, settle_in_circles
from campaignspec.engine.claims import InTurn
from campaignspec.engine.closing import Page
from campaignspec.engine.crowd import Crowd
from campaignspec.engine.diary import Diary
from campaignspec.engine.holdings import GrantEvent
from campaignspec.engine.journal import Batch
from campaignspec.engine.limits import Limits
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.program import Program
from campaignspec.engine.settling import settle_in_turn
from campaignspec.engine.state import State
from campaignspec.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a sweep did.

    Attributes:
        state: Where everybody is now; the state that went in is used up.
        facts: What happened.
        sends: Messages to be delivered, in batches.
        answers: Answers to come, from the response model, in batches.
        grants: Offers given, and their ends.
        claims: What was claimed, where claims are settled elsewhere.
    """

    state: State
    facts: list[Batch]
    sends: list[SendBatch]
    answers: list[AnswerBatch]
    grants: list[GrantEvent] = field(default_factory=list)
    claims: Sequence[Page] = ()


def sweep(
    programs: Sequence[Program],
    world: World,
    state: State,
    horizon: Instant,
    known: Known | None = None,
) -> Outcome:
    """Take every step that is due up to and including ``horizon``.

    Args:
        programs: The campaigns, in the order in which they go first at one instant.
        world: History, policy, chance and answers.
        state: Where everybody is; the sweep works on it in place.
        horizon: The last instant that counts; nothing later is seen.
        known: What is known of claims that are settled elsewhere; None to settle them here.
    """
    limits = Limits(world.limits, state.used, zone=world.audience.zone, ids=world.history.ids)
    claims = InTurn(limits, state) if known is None else Apart(known, limits, state)
    diary = Diary()
    crowd = Crowd(programs, world, state, horizon, claims=claims, diary=diary)
    crowd.look_ahead()
    if isinstance(claims, Apart):
        crowd.walk_past_claims(crowd.everybody, horizon, claims)
    elif (circles := circles_of(programs, world)) is not None:
        settle_in_circles(crowd, circles[state.who], horizon)
    else:
        settle_in_turn(crowd, horizon)
    state.seen = horizon
    return Outcome(
        state=state,
        facts=diary.facts,
        sends=diary.sends,
        answers=diary.answers,
        grants=diary.grants,
        claims=claims.pages if isinstance(claims, Apart) else (),
    )
