"""What the parts of a step share: one campaign, and the customers who walk through it."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.engine.program import Program
from campaignspec.engine.state import Enrolments, Instants, Rows, State
from campaignspec.engine.world import World
from campaignspec.spec.rule import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One campaign's program over the customers of a state.

    Whatever takes an ``index`` here and in its users takes places in the state's columns,
    ascending.

    Attributes:
        program: The campaign, seen up to the horizon.
        world: What may be asked.
        state: All that is carried on, of all campaigns.
        place: Which of the state's campaigns this is.
    """

    program: Program
    world: World
    state: State
    place: int

    @property
    def every(self) -> Enrolments:
        """The customers' enrolments in this campaign."""
        return self.state.campaigns[self.place]

    def rows(self, index: Rows) -> Rows:
        """Return the customers at ``index`` as rows of the history."""
        return self.state.who[index]

    def answered(self, answer: Answer, step: str) -> Instants:
        """Return when each customer's message of a step was sent, opened or clicked."""
        return self.every.answers[answer, self.program.position[step]]
