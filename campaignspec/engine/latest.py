"""Which instant is the last of the latest few, where they stand in several columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from campaignspec.engine.state import Instants

_PAIRS: Final = 200
"""More comparisons a customer than these take longer than sorting; measured."""


def last_of(latest: Sequence[Instants], others: Sequence[Instants]) -> Instants:
    """Return the last of the latest of each customer, after others were let in among them.

    Args:
        latest: A column an instant, descending; at least one.
        others: More columns, in any order.
    """
    if len(latest) * len(others) > _PAIRS:
        together = np.stack([*latest, *others], axis=1)
        return np.asarray(np.partition(together, len(others), axis=1)[:, len(others)])
    known = list(latest)
    for other in others:
        for place, instant in enumerate(known):
            known[place] = np.maximum(instant, other)
            other = np.minimum(instant, other)  # noqa: PLW2901 - it goes on to the next place
    return known[-1]
