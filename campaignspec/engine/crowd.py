"""The crowd: every customer takes the next step due, wave after wave, up to a claim.

Customers touch each other only where they take of what they share. Elsewhere their own order is
the only one that counts: within a customer steps are taken by time, then in the order of the
campaigns. So everybody walks up to its next claim, whatever the others' clocks show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.claims import Claims
from campaignspec.engine.diary import Diary
from campaignspec.engine.keeping import Keeper
from campaignspec.engine.present import parted
from campaignspec.engine.program import Program
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.stepper import Stepper
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask, World

_TOGETHER: Final = 1 << 18
"""How many customers walk together: so many that their columns stay in a core's cache."""


class Line(Protocol):
    """Where whoever is about to claim stands."""

    def stand_in_line(self, people: Rows, at: Instants, place: int) -> None:
        """Note who comes to a step that claims: customers, when, and the walker that leads them."""


class Crowd:
    """The customers of a state, and the campaigns that they walk through.

    Args:
        programs: The campaigns, in the order in which they go first at one instant.
        world: History, policy, chance and answers.
        state: Where everybody is; it is worked on in place.
        horizon: Nothing later is seen.
        claims: Who may take of what customers share.
        diary: Where all that happens is noted.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        world: World,
        state: State,
        horizon: Instant,
        *,
        claims: Claims,
        diary: Diary,
    ) -> None:
        self._state = state
        self._keeper = Keeper(world, state, diary) if Keeper.is_needed(world, state) else None
        walks = (
            Walk(
                program=program.until(horizon),
                world=world,
                state=state,
                place=place,
                claims=claims,
                diary=diary,
            )
            for place, program in enumerate(programs)
        )
        self._steppers = [Stepper(walk) for walk in walks]
        self._walkers: list[Keeper | Stepper] = [
            *((self._keeper,) if self._keeper else ()),
            *self._steppers,
        ]
        self._next_at = [_column_of(walker, len(state.who)) for walker in self._walkers]
        # Where one walker moves everybody, its column says when anything is due.
        self._due = self._next_at[0].copy() if len(self._walkers) > 1 else self._next_at[0]
        self._places = np.zeros(len(state.who), np.int8)
        self._grants = diary.grants

    @property
    def everybody(self) -> Rows:
        """All customers, as places in the state."""
        return np.arange(len(self._state.who))

    def look_ahead(self) -> None:
        """Find when everybody moves first."""
        for some in _parts(self.everybody):
            for place, walker in enumerate(self._walkers):
                walker.look_ahead(some)
                self._look(place, some)
            self._compare(some)

    def due(self, customers: Rows) -> Instants:
        """Say when each customer's next step is due."""
        return self._due.take(customers)

    def walk(self, awake: Rows, until: Instant) -> Rows:
        """Let customers take all steps that concern nobody else; return who is about to claim.

        Steps are taken up to and including ``until``, whether they lead to a claim or not.

        Args:
            awake: The customers, ascending.
            until: The last instant that counts.
        """
        claiming = [
            self._walk(some, until)
            for some in _parts(awake.compress(self._due.take(awake) <= until))
        ]
        return np.concatenate([np.empty(0, np.int64), *claiming])

    def walk_past_claims(self, awake: Rows, until: Instant, line: Line) -> None:
        """Let customers take all steps up to and including ``until``, claims with the others.

        Args:
            awake: The customers, ascending.
            until: The last instant that counts.
            line: Where whoever is about to claim stands in line first.
        """
        for some in _parts(awake.compress(self._due.take(awake) <= until)):
            self._walk_past_claims(some, until, line)

    def first_places(self, customers: Rows) -> npt.NDArray[np.int8]:
        """Say which walker takes each customer's next step: the first of those due first."""
        return self._places.take(customers)

    def step(self, place: int, customers: Rows) -> None:
        """Let customers take their next step with one walker; what they hold may change."""
        if not len(customers):
            return
        walker, held = self._walkers[place], len(self._grants)
        walker.step(customers, self._next_at[place].take(customers))
        self._look(place, customers)
        if self._keeper is not None and place and len(self._grants) > held:
            self._look(0, customers)
        if isinstance(walker, Stepper):
            for event, people in walker.emitted():
                self._spread(event, people)
        self._compare(customers)

    def _walk(self, awake: Rows, until: Instant) -> Rows:
        """Let customers walk; in each wave everybody who is awake takes one step."""
        claiming = [np.empty(0, np.int64)]
        while len(awake := awake.compress(self._due.take(awake) <= until)):
            walking = []
            for place, (mine,) in parted(self.first_places(awake), awake):
                claims = self._claims(place, mine)
                steps = mine.compress(~claims)
                self.step(place, steps)
                claiming.append(mine.compress(claims))
                walking.append(steps)
            awake = walking[0] if len(walking) == 1 else np.sort(np.concatenate(walking))
        return np.sort(np.concatenate(claiming))

    def _walk_past_claims(self, awake: Rows, until: Instant, line: Line) -> None:
        while len(awake := awake.compress(self._due.take(awake) <= until)):
            for place, (mine,) in parted(self.first_places(awake), awake):
                claims = mine.compress(self._claims(place, mine))
                if len(claims):
                    line.stand_in_line(claims, self.due(claims), place)
                self.step(place, mine)

    def _claims(self, place: int, customers: Rows) -> Mask:
        """Say who is about to claim with one walker's step."""
        walker = self._walkers[place]
        if not isinstance(walker, Stepper) or not walker.claims_anything:
            return np.zeros(customers.shape, np.bool_)
        return walker.claims(customers, self._next_at[place].take(customers))

    def _look(self, place: int, customers: Rows) -> None:
        """Note when one walker moves customers next, where its own column does not say so."""
        walker = self._walkers[place]
        if isinstance(walker, Keeper) or walker.column is None:
            self._next_at[place][customers] = walker.next_at(customers)

    def _compare(self, customers: Rows) -> None:
        """Note which walker moves each customer next: the first of those due first."""
        if len(self._walkers) == 1:
            return
        due, places = self._next_at[0].take(customers), np.zeros(customers.shape, np.int8)
        for place, column in enumerate(self._next_at[1:], 1):
            other = column.take(customers)
            places[other < due] = place
            due = np.minimum(due, other)
        self._due[customers], self._places[customers] = due, places

    def _spread(self, event: str, customers: Rows) -> None:
        """Let all campaigns hear what one has emitted."""
        for place, walker in enumerate(self._walkers):
            if isinstance(walker, Stepper):
                walker.hear(event, customers)
                self._look(place, customers)


def _column_of(walker: Keeper | Stepper, customers: int) -> Instants:
    """Return the column in which a walker notes when each customer is due, or one for it."""
    if isinstance(walker, Stepper) and walker.column is not None:
        return walker.column
    return np.full(customers, NEVER, np.int64)


def _parts(customers: Rows) -> Iterator[Rows]:
    """Part customers into as many as walk together."""
    for low in range(0, len(customers), _TOGETHER):
        yield customers[low : low + _TOGETHER]
