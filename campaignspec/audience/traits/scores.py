"""Scores that customers give: what group the latest answer puts them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Computation, Facts
from campaignspec.audience.traits.windows import (
    property_name,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import Moments, Rows, Values, picked, texts
from campaignspec.clock import Instant
from campaignspec.history import NO_EVENT, Column, Stream, ValueKind
from campaignspec.spec.habits import Nps

_GROUPS: Final = ("detractor", "passive", "promoter")
_PASSIVE: Final = 7
_PROMOTER: Final = 9
_MOST: Final = 10


def _nps(trait: Nps, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)
    first, last = stream.stretch(rows, window_start(trait, at), at)
    column = stream.properties.get(property_name(trait), Column.absent(ValueKind.NUMBER, 0))
    score = picked(column, np.where(first < last, last - 1, NO_EVENT))
    data = np.nan_to_num(score.data, nan=-1.0)
    group = (data >= _PASSIVE).astype(np.int64) + (data >= _PROMOTER)
    return texts(_GROUPS, group, score.missing | (data < 0) | (data > _MOST))


def _proof(trait: Nps, facts: Facts, stream: Stream, row: int, at: Instant) -> tuple[int, int]:
    """Return the latest answer in the window."""
    begin, end = window_proof(trait, facts, stream, row, at)
    return max(begin, end - 1), end


SCORES: Final[Mapping[type, Computation[Any]]] = {
    Nps: Computation(values=_nps, changes=window_changes, proof=_proof)
}
