"""What policy is told about the customers of a touch, from history and from the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from campaignspec.audience import Moment
from campaignspec.clock import Wall
from campaignspec.engine.latest import last_of
from campaignspec.engine.present import some_of
from campaignspec.engine.seats import Seating
from campaignspec.engine.state import ACTIVE, Enrolments, Instants, Rows, State
from campaignspec.engine.world import Mask, World
from campaignspec.history import LONG_AGO
from campaignspec.history.blocked import blocked_name
from campaignspec.history.lists import is_on
from campaignspec.policy.rulebook import Counter
from campaignspec.policy.touches import Stances
from campaignspec.spec.policy import SuppressEvent, SuppressList
from campaignspec.spec.rule import Fact

_ROOM = 4
"""How many more messages are made room for, where all of a window must be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFacts:
    """The facts for the customers at ``index`` of the state; see `campaignspec.policy.Facts`.

    Attributes:
        world: History and settings.
        state: What the engine itself has done.
        index: The places of the touches' customers in the state.
    """

    world: World
    state: State
    index: Rows

    def of(self, some: Rows) -> Self:
        """Return the facts about some of the touches, by their places."""
        return replace(self, index=self.index.take(some))

    def has_address(self, rows: Rows, channel: str) -> Mask:
        """Say who can be reached by the channel at all."""
        return self.world.reachable(rows, channel)

    def has_unsubscribed(self, rows: Rows, at: Instants, channel: str) -> Mask:
        """Say who answered a message of the channel by an opt-out, up to now."""
        del rows
        return np.asarray(some_of(self.state.unsubscribed[channel], self.index) <= at)

    def consent(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Stances:
        """Return 1 for consent granted, -1 for refused, 0 for never asked."""
        return self.world.consent(rows, at, channel, purpose)

    def is_confirmed(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Mask:
        """Say whose latest consent was confirmed, at its instant or after it."""
        return self.world.is_confirmed(rows, at, channel, purpose)

    def is_in_segment(self, rows: Rows, at: Instants, segment: str) -> Mask:
        """Say who matches a segment."""
        return self.world.audience.matches(segment, rows, at)

    def is_listed(self, rows: Rows, suppression: SuppressList) -> Mask:
        """Say who stands in a list; nobody, where no file was read."""
        name = blocked_name(suppression.list, suppression.by)
        return is_on(self.world.history, name)[rows]

    def latest_event(self, rows: Rows, at: Instants, suppression: SuppressEvent) -> Instants:
        """Return when the latest event that counts happened; long ago where none did."""
        stream = self.world.audience.events(suppression.event, suppression.where)
        return stream.latest(rows, at)

    def birthday(self, rows: Rows, at: Instants, attribute: str) -> tuple[Instants, Mask]:
        """Return days of birth, as days since 1970, and who has none."""
        values = self.world.audience.values(Fact(name=attribute), Moment(rows=rows, at=at))
        return values.data.astype(np.int64), values.missing

    def kth_latest_message(self, rows: Rows, at: Instants, counter: Counter, k: int) -> Instants:
        """Find the k-th latest of past messages and own messages together."""
        streams, others = self.world.past_messages(counter), _own(self._sends(counter), self.index)
        for stream in streams[1:]:
            others += stream.latest_few(rows, at, range(1, k + 1))
        # However late all others are, they come before no more than so many of the first stream's.
        nths = range(max(k - len(others), 1), k + 1)
        if not streams:
            return last_of([np.full(rows.shape, LONG_AGO) for _ in nths], others)
        return last_of(streams[0].latest_few(rows, at, nths), others)

    def count_messages(self, rows: Rows, at: Instants, counter: Counter, within: int) -> Instants:
        """Count past messages and own messages after ``at - within`` and up to ``at``."""
        own = self._sends(counter).take(self.index, axis=0)
        counted = ((own > (at - within)[:, None]) & (own <= at[:, None])).sum(axis=1)
        for stream in self.world.past_messages(counter):
            counted = counted + stream.count(rows, at - within, at)
        return np.asarray(counted, np.int64)

    def is_active(self, rows: Rows, campaign: str) -> Mask:
        """Say who is in a campaign's journey, held out people not among them."""
        del rows
        every, seating = self._enrolments(campaign)
        active = (every.flags & ACTIVE) != 0
        if seating.offsets is None:
            return np.asarray(active[self.index])
        return seating.counted(active, self.index) > 0

    def entered_at(self, rows: Rows, campaign: str) -> Instants:
        """Return when each entered a campaign last; long ago where never."""
        del rows
        every, seating = self._enrolments(campaign)
        return seating.latest(every.entered_at, self.index)

    def homes(self, rows: Rows) -> list[tuple[tuple[Wall, ...], Mask]]:
        """Return the zones in which each customer may live."""
        return list(self.world.homes(rows))

    def zones(self, rows: Rows) -> list[tuple[tuple[Wall, ...], Mask]]:
        """Return the one zone by which each customer's calendar counts."""
        return [((self.world.wall(rows),), np.ones(rows.shape, np.bool_))]

    def _sends(self, counter: Counter) -> Instants:
        return self.state.sends[self.world.rulebook.counters.index(counter)]

    def _enrolments(self, campaign: str) -> tuple[Enrolments, Seating]:
        place = list(self.world.rulebook.campaigns).index(campaign)
        return self.state.campaigns[place], self.state.seatings[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is remembered of messages that went out together.

    Attributes:
        campaign: Whose they are.
        channel: By which channel.
        message_class: Why.
    """

    campaign: str
    channel: str
    message_class: str


def record_send(
    state: State, counters: Sequence[Counter], index: Rows, at: Instants | int, sent: Sent
) -> None:
    """Remember messages that went out, in every counter that counts them."""
    for place, counter in enumerate(counters):
        if counter.counts(sent.message_class, sent.channel, sent.campaign):
            if counter.keep is None:
                _make_room(state, place, index, np.asarray(at) - counter.within)
            sends = state.sends[place]
            sends.reshape(-1)[_oldest(sends, index)] = at


def _first_places(sends: Instants, index: Rows) -> Rows:
    """Return where the rows of customers begin, among the numbers of all rows.

    A row is filled from its first place on.
    """
    places: Rows = index * sends.shape[1]
    return places


def _own(sends: Instants, index: Rows) -> list[Instants]:
    """Return the messages that are remembered of each customer: a column each, in any order."""
    begins, numbers = _first_places(sends, index), sends.reshape(-1)
    found: list[Instants] = []
    for place in range(sends.shape[1]):
        own = numbers.take(begins + place)
        if (own == LONG_AGO).all():
            break
        found.append(own)
    return found


def _oldest(sends: Instants, index: Rows) -> Rows:
    """Return where the oldest message of each customer is, among the numbers of all rows.

    A place that is still free is older than any message.
    """
    begins, numbers = _first_places(sends, index), sends.reshape(-1)
    found, least = begins, numbers.take(begins)
    for place in range(1, sends.shape[1]):
        if (least == LONG_AGO).all():
            break
        other = numbers.take(begins + place)
        found = np.where(other < least, begins + place, found)
        least = np.minimum(least, other)
    return found


def _make_room(state: State, place: int, index: Rows, over: Instants) -> None:
    """Add columns, where all messages of the window are still to be known."""
    sends = state.sends[place]
    if (sends[index].min(axis=1, initial=np.iinfo(np.int64).max) > over).any():
        more = np.full((len(sends), _ROOM), LONG_AGO, np.int64)
        state.sends[place] = np.concatenate([sends, more], axis=1)
