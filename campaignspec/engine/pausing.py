"""Pauses: stretches of time in which no step acts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from campaignspec.clock import Instant, ceil_to_tick
from campaignspec.engine.seats import Instants


def after_pauses(
    instants: Instants, pauses: Sequence[tuple[Instant, Instant]], tick: int
) -> Instants:
    """Move instants that lie within a pause to its end, on a tick.

    Args:
        instants: When steps would act, or ``NEVER``.
        pauses: Each from an instant on, up to and without another; ascending, apart.
        tick: The length of a tick, microseconds.
    """
    for begin, end in pauses:
        inside = (instants >= begin) & (instants < end)
        instants = np.where(inside, ceil_to_tick(end, tick), instants)
    return instants
