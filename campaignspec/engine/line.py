"""A line of customers who are served one after the other, each of what is then left.

Most of what customers share is the same for all who ask at once, and is settled in one go
(`campaignspec.engine.limits`). Here what one is given decides what the next may have: the share of
a channel grows with each message that goes by it, and shrinks with each that does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.engine.state import Rows

NONE: Final = -1
"""No channel, and nothing that lacks."""

WHOLE: Final = 10**9
"""A share of 100% in whole parts: shares are compared exactly, as they were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Customers with a message each, in the order in which they are served.

    What there is only so much of lies in pots. A message takes of each of its pots, or of none.

    Attributes:
        wishes: A column a customer: the places of the channels it may have, the dearest first,
            and `NONE` behind the last.
        allowed: A row a channel, a column a customer: whether policy lets the message go now.
        rooms: By channel, pots of which a message takes one unit, each by customer.
        takes: By channel, the other pots, with what each of its messages takes.
        left: What is left in each pot.
        parts: By channel, the most that may be its share of all messages, of `WHOLE`; None where
            any share may.
        sent: By channel, how many messages have gone by it before.
    """

    wishes: Rows
    allowed: npt.NDArray[np.bool_]
    rooms: Sequence[Sequence[Rows]]
    takes: Sequence[Sequence[tuple[int, int]]]
    left: Sequence[int]
    parts: Sequence[int | None]
    sent: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a line was served.

    Attributes:
        channel: The place of each customer's channel; `NONE` where none is left for it.
        lacks: The first pot in which too little was left for a message that policy allows, or
            `NONE`.
        left: What is left in each pot.
        sent: By channel, how many messages have gone by it now.
    """

    channel: Rows
    lacks: Rows
    left: Sequence[int]
    sent: Sequence[int]


def serve(line: Line) -> Served:
    """Serve everybody in a line.

    A message counts, and takes of its pots, only if it goes: what policy holds back, or what lacks
    something, leaves all to those behind it. About a million are served in two seconds.
    """
    left, sent, total = list(line.left), list(line.sent), sum(line.sent)
    channels: list[int] = []
    lacks: list[int] = []
    allowed = line.allowed.T.tolist()
    rooms = [np.stack(each, axis=1).tolist() if each else None for each in line.rooms]
    for number, wishes in enumerate(line.wishes.T.tolist()):
        place = _first_open(wishes, line.parts, sent, total)
        missing = NONE
        if place != NONE and allowed[number][place]:
            own, takes = rooms[place], line.takes[place]
            missing = _take(takes if own is None else _all(own[number], takes), left)
            if missing == NONE:
                sent[place] += 1
                total += 1
        channels.append(place)
        lacks.append(missing)
    return Served(
        channel=np.array(channels, np.int64),
        lacks=np.array(lacks, np.int64),
        left=left,
        sent=sent,
    )


def _first_open(
    wishes: Sequence[int], parts: Sequence[int | None], sent: Sequence[int], total: int
) -> int:
    """Return the first channel whose share is within its limit with one message more, or `NONE`."""
    for place in wishes:
        if place == NONE:
            break
        most = parts[place]
        if most is None or (sent[place] + 1) * WHOLE <= most * (total + 1):
            return place
    return NONE


def _take(takes: Sequence[tuple[int, int]], left: list[int]) -> int:
    """Take of all pots, or return the first in which too little is left, and take of none."""
    for pot, amount in takes:
        if left[pot] < amount:
            return pot
    for pot, amount in takes:
        left[pot] -= amount
    return NONE


def _all(rooms: Sequence[int], takes: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    return [*((pot, 1) for pot in rooms), *takes]
