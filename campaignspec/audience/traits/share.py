"""Traits that set some events beside others: which share fits, and whether any came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Computation, Facts
from campaignspec.audience.traits.windows import window_changes, window_proof, window_start
from campaignspec.audience.values import Moments, Rows, Values, number, texts
from campaignspec.spec.habits import NewOrReturning, ShareOf

_NEW_OR_RETURNING: Final = ("new", "returning")


def _share(trait: ShareOf, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)
    first, last = stream.stretch(rows, window_start(trait, at), at)
    fitting = facts.fitting(stream, trait.where)
    return number((fitting[last] - fitting[first]) / np.maximum(last - first, 1), first == last)


def _new_or_returning(trait: NewOrReturning, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)
    first, last = stream.stretch(rows, window_start(trait, at), at)
    return texts(_NEW_OR_RETURNING, first != stream.offsets[rows], first == last)


SHARES: Final[Mapping[type, Computation[Any]]] = {
    ShareOf: Computation(values=_share, changes=window_changes, proof=window_proof),
    NewOrReturning: Computation(
        values=_new_or_returning, changes=window_changes, proof=window_proof
    ),
}
