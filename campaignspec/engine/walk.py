"""What the parts of a step share: one campaign, and the customers who walk through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.audience import Moment, Values
from campaignspec.audience.values import picked
from campaignspec.clock import NEVER
from campaignspec.engine.claims import Claims
from campaignspec.engine.diary import Diary
from campaignspec.engine.program import Program
from campaignspec.engine.seats import Seating, Texts
from campaignspec.engine.state import Enrolments, Instants, Moments, Rows, State
from campaignspec.engine.world import Mask, World
from campaignspec.history import NO_EVENT, Column, ValueKind
from campaignspec.spec.rule import Answer, Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One campaign's program over the customers of a state.

    Whatever takes an ``index`` here and in its users takes places in the columns of the
    campaign's enrolments, ascending, with at most one of each customer.

    Attributes:
        program: The campaign, seen up to the horizon.
        world: What may be asked.
        state: All that is carried on, of all campaigns.
        place: Which of the state's campaigns this is.
        claims: Who may take of what customers share.
        diary: Where all that happens is noted.
    """

    program: Program
    world: World
    state: State
    place: int
    claims: Claims
    diary: Diary

    @property
    def every(self) -> Enrolments:
        """The customers' enrolments in this campaign."""
        return self.state.campaigns[self.place]

    @property
    def seating(self) -> Seating:
        """Whose enrolments these are."""
        return self.state.seatings[self.place]

    def seats(self, index: Rows) -> Rows:
        """Return the seats at ``index`` as rows of the program's streams."""
        seating = self.seating
        return self.state.rows(index) if seating.offsets is None else seating.seats.take(index)

    def people(self, index: Rows) -> Rows:
        """Return the customers at ``index`` as places in the state's columns of customers."""
        seating = self.seating
        return index if seating.offsets is None else seating.owner[index]

    def rows(self, index: Rows) -> Rows:
        """Return the customers at ``index`` as rows of the history."""
        return self.state.rows(self.people(index))

    def keys(self, index: Rows) -> Texts | None:
        """Return the keys at ``index``, or None where enrolments have none."""
        keys = self.seating.keys
        return None if keys is None else keys[index]

    def or_signal(self, at: Instants, event: str, index: Rows, since: Moments) -> Instants:
        """Return the earlier of instants, and of when each hears an event emitted since."""
        if event not in self.state.signals.heard:
            return at
        return np.minimum(at, self.state.signals.next_after(event, self.people(index), since))

    def moment(self, index: Rows, at: Instants) -> Moment:
        """Return what rules are asked about: customers, instants, and what this run knows."""

        def answers(answer: Answer, step: str) -> Mask:
            return np.asarray(self.answered(answer, step, index) <= at)

        def marks(name: str) -> Values | None:
            return self.state.marks.read(name, self.people(index))

        def replies(step: str, name: str) -> Values:
            return self.replied(step, name, index, at)

        def offers(asked: Holding, offer: str) -> Mask:
            return self.offered(asked, offer, index)

        return Moment(
            rows=self.rows(index),
            at=at,
            answers=answers,
            marks=marks,
            replies=replies,
            offers=offers,
        )

    def offered(self, asked: Holding, offer: str, index: Rows) -> Mask:
        """Say who holds an offer, or redeemed it since the enrolment began."""
        holding = self.state.offers.by_offer.get(offer)
        if holding is None:
            return np.zeros(index.shape, np.bool_)
        if asked is Holding.HELD:
            return holding.held[self.people(index)]
        redeemed_at = holding.redeemed_at[self.people(index)]
        return np.asarray(redeemed_at > self.every.entered_at[index])

    def asked(self, step: str, index: Rows) -> Instants:
        """Return since when answers to a step count, or ``NEVER`` where it was not reached.

        A message asks when it is sent, a wait when it begins.
        """
        place = self.program.position[step]
        if place in self.every.asked:
            return self.every.asked[place].take(index)
        return self.answered(Answer.SENT, step, index)

    def replied(self, step: str, name: str, index: Rows, at: Instants) -> Values:
        """Return a property of the first answer to a step, missing where there is none yet."""
        called = self.every.called.get(self.program.position[step])
        if called is not None:
            return called.read(name, index, at)
        stream, rows = self.program.replies[self.program.position[step]], self.seats(index)
        since = self.asked(step, index)
        come = stream.next_after(rows, since) <= at
        if name not in stream.properties or not len(stream.ts):
            return Values.of_column(
                Column.absent(ValueKind.NUMBER, len(rows)), np.arange(len(rows))
            )
        event = np.where(come, stream.index_after(rows, since), NO_EVENT)
        return picked(stream.properties[name], event)

    def answered(self, answer: Answer, step: str, index: Rows) -> Instants:
        """Return when the message of a step was sent, opened or clicked, or ``NEVER``."""
        noted = self.every.answers[answer, self.program.position[step]].take(index)
        return np.where(noted == 0, NEVER, noted)
