"""The columns that the engine works on: who is where, since when, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER
from campaignspec.history import LONG_AGO
from campaignspec.spec.channel import Cap
from campaignspec.spec.rule import Answer

Instants = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

ACTIVE = 1
"""The flag of an enrolment whose journey is not yet at its end."""
GOAL_OPEN = 2
"""The flag of an enrolment whose goal may still be reached."""


@dataclass(slots=True)
class Enrolments:
    """The latest enrolment of each customer in one campaign, in columns.

    An enrolment is open while it has a flag; nobody enters while still enrolled.

    Attributes:
        flags: `ACTIVE` and `GOAL_OPEN`; 0 when there is none, or it has ended.
        node: The position in the graph.
        since: When the node was reached.
        due: When the node acts at the latest.
        entered_at: When the enrolment began.
        number: Counts the customer's enrolments from 1; 0 before the first.
        seq: The number of the next fact.
        answers: When the message of each send node was sent, opened and clicked, or `NEVER`.
        goal_at: When the goal is reached, as far as is known; derived.
        leave_at: When a leave rule ends the journey, as far as is known; derived.
        leave_rule: Which one; derived.
        heard_at: When what a node listens for happens, as far as is known; derived.
    """

    flags: npt.NDArray[np.int8]
    node: npt.NDArray[np.int16]
    since: Instants
    due: Instants
    entered_at: Instants
    number: npt.NDArray[np.int32]
    seq: npt.NDArray[np.int32]
    answers: dict[tuple[Answer, int], Instants]
    goal_at: Instants
    leave_at: Instants
    leave_rule: npt.NDArray[np.int8]
    heard_at: Instants

    @classmethod
    def blank(cls, size: int, send_nodes: Sequence[int]) -> Enrolments:
        """Make columns of customers who never entered."""
        return cls(
            flags=np.zeros(size, np.int8),
            node=np.zeros(size, np.int16),
            since=np.zeros(size, np.int64),
            due=_never(size),
            entered_at=np.full(size, LONG_AGO, np.int64),
            number=np.zeros(size, np.int32),
            seq=np.zeros(size, np.int32),
            answers={(answer, node): _never(size) for answer in Answer for node in send_nodes},
            goal_at=_never(size),
            leave_at=_never(size),
            leave_rule=np.zeros(size, np.int8),
            heard_at=_never(size),
        )


@dataclass(slots=True)
class State:
    """All that the engine carries from one instant to the next, for the customers at hand.

    Attributes:
        who: The customers, as rows of the history, ascending.
        campaigns: Their enrolments, one set of columns a campaign.
        unsubscribed: By channel, when each opted out in answer to a message, or `NEVER`.
        sends: By cap, the latest own messages that it counts: one row a customer, as many
            columns as the cap allows messages.
        seen: Entries up to this instant have been dealt with.
    """

    who: Rows
    campaigns: tuple[Enrolments, ...]
    unsubscribed: dict[str, Instants]
    sends: tuple[Instants, ...]
    seen: int

    @classmethod
    def blank(
        cls,
        who: Rows,
        send_nodes: Sequence[Sequence[int]],
        *,
        channels: Sequence[str],
        caps: Sequence[Cap],
        seen: int,
    ) -> State:
        """Make the state of customers to whom nothing has happened yet."""
        size = len(who)
        return cls(
            who=who,
            campaigns=tuple(Enrolments.blank(size, nodes) for nodes in send_nodes),
            unsubscribed={channel: _never(size) for channel in channels},
            sends=tuple(np.full((size, cap.at_most), LONG_AGO, np.int64) for cap in caps),
            seen=seen,
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


def _never(size: int) -> Instants:
    return np.full(size, NEVER, np.int64)
