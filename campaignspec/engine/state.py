"""The columns that the engine works on: who is where, since when, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.holdings import Holdings
from campaignspec.engine.limits import Used
from campaignspec.engine.marks import Marks, Vocabulary
from campaignspec.engine.present import repeated, writable
from campaignspec.engine.replies import Replies
from campaignspec.engine.seats import Seating
from campaignspec.engine.signals import Signals
from campaignspec.history import LONG_AGO
from campaignspec.policy.rulebook import Counter
from campaignspec.spec.rule import Answer
from campaignspec.spec.sources import ColumnKind

Instants = npt.NDArray[np.int64]
Moments = Instants | Instant
Rows = npt.NDArray[np.int64]

ACTIVE = 1
"""The flag of an enrolment whose journey is not yet at its end."""
GOAL_OPEN = 2
"""The flag of an enrolment whose goal may still be reached."""


@dataclass(slots=True)
class Enrolments:
    """The latest enrolment of each seat in one campaign, in columns.

    A seat is a customer, or one key of a customer where the campaign is keyed. An enrolment is
    open while it has a flag; nobody enters while still enrolled.

    Attributes:
        flags: `ACTIVE` and `GOAL_OPEN`; 0 when there is none, or it has ended.
        node: The position in the graph.
        since: When the node was reached.
        due: When the node acts at the latest.
        entered_at: When the enrolment began.
        number: Counts the customer's enrolments from 1, over all its seats; 0 before the
            seat's first.
        seq: The number of the next fact.
        asked: When each node was reached that keeps an answer, or `NEVER`.
        answers: When the message of each send node was sent, opened and clicked, or `NEVER`; 0
            where nothing was noted, which takes no memory.
        called: What was answered to the calls of each node that keeps something of it.
        used: By node that chooses channels, the place in its mix of the one that was used; -1
            before.
        goal_at: When the goal is reached, as far as is known; derived.
        leave_at: When a leave rule ends the journey, as far as is known; derived.
        leave_rule: Which one; derived.
        stage_at: When each stage on the way to the goal is reached next, a row a stage; derived.
        ends_at: An instant before which neither the goal nor its window, a stage or a leave rule
            moves the enrolment; derived.
        heard_at: When what a node listens for happens, as far as is known, and ``NEVER`` at any
            other node; derived.
    """

    flags: npt.NDArray[np.int8]
    node: npt.NDArray[np.int16]
    since: Instants
    due: Instants
    entered_at: Instants
    number: npt.NDArray[np.int32]
    seq: npt.NDArray[np.int32]
    asked: dict[int, Instants]
    answers: dict[tuple[Answer, int], Instants]
    called: dict[int, Replies]
    used: dict[int, npt.NDArray[np.int8]]
    goal_at: Instants
    leave_at: Instants
    leave_rule: npt.NDArray[np.int8]
    stage_at: Instants
    ends_at: Instants
    heard_at: Instants

    @classmethod
    def blank(
        cls,
        size: int,
        send_nodes: Sequence[int],
        asking: Sequence[int],
        stages: int,
        calling: Mapping[int, Mapping[str, ColumnKind]],
        mixed: Sequence[int],
    ) -> Enrolments:
        """Make columns of seats by which nobody entered."""
        return cls(
            flags=np.zeros(size, np.int8),
            node=np.zeros(size, np.int16),
            since=np.zeros(size, np.int64),
            due=_never(size),
            entered_at=np.full(size, LONG_AGO, np.int64),
            number=np.zeros(size, np.int32),
            seq=np.zeros(size, np.int32),
            asked={node: _never(size) for node in asking},
            answers={
                (answer, node): np.zeros(size, np.int64) for answer in Answer for node in send_nodes
            },
            used={node: np.full(size, -1, np.int8) for node in mixed},
            called={node: Replies.blank(kinds, size) for node, kinds in calling.items()},
            goal_at=_never(size),
            leave_at=repeated(np.array([NEVER]), size),
            leave_rule=np.zeros(size, np.int8),
            stage_at=np.full((stages, size), NEVER, np.int64),
            ends_at=_never(size),
            heard_at=_never(size),
        )

    def forget(self, index: Rows) -> None:
        """Forget what was sent, answered, chosen and heard, where an enrolment follows another."""
        self.seq[index] = 0
        self.heard_at[index] = NEVER
        for column in self.answers.values():
            column[index] = 0
        for column in self.asked.values():
            column[index] = NEVER
        for used in self.used.values():
            used[index] = -1
        for replies in self.called.values():
            replies.forget(index)


@dataclass(slots=True)
class State:
    """All that the engine carries from one instant to the next, for the customers at hand.

    Attributes:
        who: The customers, as rows of the history, ascending.
        campaigns: Their enrolments, one set of columns a campaign.
        seatings: Whose enrolments these are, by campaign.
        unsubscribed: By channel, when each opted out in answer to a message, or `NEVER`.
        sends: By counter of the rulebook, the latest own messages that it counts: one row a
            customer, and a column a message that must be known.
        marks: What journeys remember of each.
        signals: The events that journeys emitted, until they are heard.
        seen: Entries up to this instant have been dealt with.
        offers: Who holds which offer.
        used: What was taken of what customers share; it is one for everybody.
        together: By counter over customers who belong together, and by group, the instants of
            the latest own messages, ascending.
    """

    who: Rows
    campaigns: tuple[Enrolments, ...]
    seatings: tuple[Seating, ...]
    unsubscribed: dict[str, Instants]
    sends: list[Instants]
    marks: Marks
    signals: Signals
    seen: int
    offers: Holdings = field(default_factory=Holdings)
    used: Used = field(default_factory=dict)
    together: dict[Counter, dict[int, list[int]]] = field(default_factory=dict)
    _first: int | None = field(init=False, repr=False)
    _asked: tuple[Rows, Rows] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self._first = _first_of(self.who)

    def rows(self, people: Rows) -> Rows:
        """Return customers, as places in the state, as rows of the history.

        Asked about the same again, it returns the same: what is noted of some takes memory once.
        """
        if self._asked is None or self._asked[0] is not people:
            self._asked = people, self._rows(people)
        return self._asked[1]

    def _rows(self, people: Rows) -> Rows:
        if self._first is None:
            return self.who.take(people)
        return people + self._first if self._first else people

    def opt_out(self, channel: str, people: Rows, at: Instants) -> None:
        """Note when customers, as places in the state, opt out of a channel, or ``NEVER``."""
        out = self.unsubscribed[channel] = writable(self.unsubscribed[channel])
        np.minimum.at(out, people, at)

    @classmethod
    def blank(
        cls,
        who: Rows,
        send_nodes: Sequence[Sequence[int]],
        seatings: Sequence[Seating],
        *,
        asking: Sequence[Sequence[int]],
        stages: Sequence[int],
        calling: Sequence[Mapping[int, Mapping[str, ColumnKind]]],
        mixed: Sequence[Sequence[int]],
        channels: Sequence[str],
        counters: Sequence[Counter],
        marks: Vocabulary,
        signals: Sequence[str],
        seen: int,
        offers: Sequence[str] = (),
    ) -> State:
        """Make the state of customers to whom nothing has happened yet."""
        size = len(who)
        return cls(
            who=who,
            campaigns=tuple(
                Enrolments.blank(len(seating.seats), nodes, asks, number, calls, mixes)
                for seating, nodes, asks, number, calls, mixes in zip(
                    seatings, send_nodes, asking, stages, calling, mixed, strict=True
                )
            ),
            seatings=tuple(seatings),
            unsubscribed={channel: repeated(np.array([NEVER]), size) for channel in channels},
            sends=[np.full((size, each.keep or 1), LONG_AGO, np.int64) for each in counters],
            marks=Marks.blank(marks, size),
            signals=Signals.blank(signals, size),
            seen=seen,
            offers=Holdings.blank(offers, size),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How people answer one batch of messages: when, or `NEVER`.

    Attributes:
        opened: When each message is opened.
        clicked: When a link in it is clicked.
        unsubscribed: When it is answered by an opt-out.
    """

    opened: Instants
    clicked: Instants
    unsubscribed: Instants

    @classmethod
    def none(cls, size: int) -> Answers:
        """Nobody answers."""
        return cls(opened=_never(size), clicked=_never(size), unsubscribed=_never(size))

    def by_kind(self) -> Mapping[str, Instants]:
        """Return the columns by the kind of fact that they become."""
        return {
            "opened": self.opened,
            "clicked": self.clicked,
            "unsubscribed": self.unsubscribed,
        }


def _first_of(who: Rows) -> int | None:
    """Return the first customer, where the others follow one behind the other; else None."""
    if not len(who):
        return 0
    first, last = int(who[0]), int(who[-1])
    return first if last - first == len(who) - 1 else None


def _never(size: int) -> Instants:
    return np.full(size, NEVER, np.int64)
