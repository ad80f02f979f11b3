"""The driver: every customer takes the next step due, wave after wave, up to a horizon.

Customers touch each other only where they take of what they share: a budget, a capacity, the
codes of an offer. Elsewhere their own order is the only one that counts: within a customer steps
are taken by time, then in the order of the campaigns. So everybody walks up to the next such
claim, whatever the others' clocks show; then the claims of the earliest instant are settled, and
those who made them walk on. Without anything shared there is nothing to settle.

Whether the horizon is the end of a year's history or the next tick of a runner makes no
difference to what is done, only to how often it is asked; a property test holds this.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.holdings import GrantEvent
from campaignspec.engine.journal import Batch
from campaignspec.engine.keeping import Keeper
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
        grants: Offers given, and their ends.
    """

    state: State
    facts: list[Batch]
    sends: list[SendBatch]
    answers: list[AnswerBatch]
    grants: list[GrantEvent] = field(default_factory=list)


def sweep(programs: Sequence[Program], world: World, state: State, horizon: Instant) -> Outcome:
    """Take every step that is due up to and including ``horizon``.

    Args:
        programs: The campaigns, in the order in which they go first at one instant.
        world: History, policy, chance and answers.
        state: Where everybody is; the sweep works on it in place.
        horizon: The last instant that counts; nothing later is seen.
    """
    return _Sweep(programs, world, state, horizon).run()


class _Sweep:
    """One sweep: who does what next, and when."""

    def __init__(
        self, programs: Sequence[Program], world: World, state: State, horizon: Instant
    ) -> None:
        self._state = state
        self._horizon = horizon
        self._keeper = Keeper(world, state) if state.offers.by_offer else None
        self._steppers = [
            Stepper(program.until(horizon), world, state, place)
            for place, program in enumerate(programs)
        ]
        self._walkers: list[Keeper | Stepper] = [
            *((self._keeper,) if self._keeper else ()),
            *self._steppers,
        ]
        self._next_at = np.full((len(self._walkers), len(state.who)), NEVER, np.int64)

    def run(self) -> Outcome:
        """Take every step."""
        everybody = np.arange(len(self._state.who))
        for walker, row in zip(self._walkers, self._next_at, strict=True):
            walker.look_ahead(everybody)
            row[:] = walker.next_at(everybody)
        self._settle(self._walk(everybody, self._horizon))
        self._state.seen = self._horizon
        events = [event for stepper in self._steppers for event in stepper.grants]
        return Outcome(
            state=self._state,
            facts=[batch for walker in self._walkers for batch in walker.facts],
            sends=[batch for stepper in self._steppers for batch in stepper.sends],
            answers=[batch for stepper in self._steppers for batch in stepper.answers],
            grants=[*events, *(self._keeper.events if self._keeper else ())],
        )

    def _walk(self, awake: Rows, until: Instant) -> Rows:
        """Let customers take all steps that concern nobody else; return who is about to claim.

        Steps are taken up to and including ``until``, whether they lead to a claim or not.

        In each wave everybody who is awake takes one step: the earliest, in the first campaign
        of a tie.
        """
        claiming = [np.empty(0, np.int64)]
        while len(awake := awake[self._next_at[:, awake].min(axis=0) <= until]):
            first = self._next_at[:, awake].argmin(axis=0)
            stays = np.zeros(awake.shape, np.bool_)
            for place, walker in enumerate(self._walkers):
                here = np.flatnonzero(first == place)
                if isinstance(walker, Stepper) and walker.claims_anything and len(here):
                    claims = walker.claims(awake[here], self._next_at[place, awake[here]])
                    stays[here[claims]] = True
                    here = here[~claims]
                self._step(place, awake[here])
            claiming.append(awake[stays])
            awake = awake[~stays]
        return np.concatenate(claiming)

    def _settle(self, claiming: Rows) -> None:
        """Settle all claims, one instant after the other.

        Everybody else stands before a claim or at the end, and no step leads back in time: the
        earliest claim of all is the next one to be settled. Whoever has been served rests until
        somebody's next step might come before that claim; then all who rest walk on together.
        """
        queue, resting = ClaimQueue(), [np.empty(0, np.int64)]
        queue.add(claiming, self._due(claiming))
        rises = NEVER
        while (now := min(queue.first, rises)) <= self._horizon:
            if rises <= queue.first:
                claiming = self._walk(np.sort(np.concatenate(resting)), self._horizon)
                queue.add(claiming, self._due(claiming))
                resting, rises = [], NEVER
                continue
            again, served = self._serve(queue.earliest(), now)
            queue.add(again, self._due(again))
            resting.append(served)
            rises = min(rises, int(self._due(served).min(initial=NEVER)))

    def _serve(self, waiting: Rows, now: Instant) -> tuple[Rows, Rows]:
        """Settle the claims of the first campaign at one instant, and walk on to its end.

        Returns:
            Those who claim at this instant still or again, who stand in line anew, and those who
            have done all that is due.
        """
        first = self._next_at[:, waiting].argmin(axis=0)
        place = int(first.min())
        mine = np.sort(waiting[first == place])
        self._step(place, mine)
        again = self._walk(mine, now)
        return np.concatenate([waiting[first != place], again]), np.setdiff1d(mine, again)

    def _due(self, customers: Rows) -> Instants:
        """Say when each customer's next step is due."""
        due: Instants = self._next_at[:, customers].min(axis=0, initial=NEVER)
        return due

    def _step(self, place: int, customers: Rows) -> None:
        """Let customers take their next step in one campaign; what they hold may change."""
        if not len(customers):
            return
        walker = self._walkers[place]
        walker.step(customers, self._next_at[place, customers])
        self._next_at[place, customers] = walker.next_at(customers)
        if self._keeper is not None:
            self._next_at[0, customers] = self._keeper.next_at(customers)
        if isinstance(walker, Stepper):
            for event, people in walker.emitted():
                self._spread(event, people)

    def _spread(self, event: str, customers: Rows) -> None:
        """Let all campaigns hear what one has emitted."""
        for place, walker in enumerate(self._walkers):
            if isinstance(walker, Stepper):
                walker.hear(event, customers)
                self._next_at[place, customers] = walker.next_at(customers)


class ClaimQueue:
    """Customers who are about to claim, by the instant of their claims."""

    def __init__(self) -> None:
        self._instants: list[Instant] = []
        self._customers: dict[Instant, list[Rows]] = {}

    @property
    def first(self) -> Instant:
        """The earliest instant at which anybody claims, or ``NEVER``."""
        return self._instants[0] if self._instants else NEVER

    def add(self, customers: Rows, at: Instants) -> None:
        """Put customers in line, each for its instant."""
        for instant in np.unique(at).tolist():
            if instant not in self._customers:
                heapq.heappush(self._instants, instant)
            self._customers.setdefault(instant, []).append(customers[at == instant])

    def earliest(self) -> Rows:
        """Take everybody out whose instant is the earliest."""
        return np.concatenate(self._customers.pop(heapq.heappop(self._instants)))
