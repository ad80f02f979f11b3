"""Everybody at once: who matches segments at an instant, and how many do over a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from campaignspec.audience.audience import Audience
from campaignspec.audience.values import Mask
from campaignspec.clock import Instant


def members(audience: Audience, segments: Iterable[str], at: Instant) -> Iterator[tuple[str, Mask]]:
    """Yield who matches each segment at one instant, as a mask over all customers.

    What several segments ask of the same fact is computed once.
    """
    everybody = audience.everybody(at)
    for segment in segments:
        yield segment, audience.matching(segment, everybody)


def sizes(audience: Audience, segment: str, at: Sequence[Instant]) -> Sequence[int]:
    """Return how many customers match a segment at instants in ascending order.

    Only the first instant is asked of everybody. From there on only those are asked for whom
    something changes, at the ticks at which it does; an instant between two ticks is as the
    tick before it.
    """
    if not at:
        return ()
    turns = audience.turns(segment, (at[0], at[-1]))
    order = np.argsort(turns.ticks, kind="stable")
    gained = np.concatenate(([0], np.cumsum(np.where(turns.fits[order], 1, -1))))
    ticks = np.asarray(at) // audience.tick
    reached = np.searchsorted(turns.ticks[order], ticks, side="right")
    found: list[int] = (int(turns.first.sum()) + gained[reached]).tolist()
    return found
