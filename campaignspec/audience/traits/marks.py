"""Marks: no history knows them, only the journeys that set them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import no_proof
from campaignspec.audience.values import FactKind, Moments, Rows, Values
from campaignspec.spec.marks import Mark


def _values(trait: Mark, _: Facts, rows: Rows, _at: Moments) -> Values:
    """Return nothing: whoever has marks gives them to the moment that is asked about."""
    return Values(
        kind=FactKind(trait.mark.value),
        data=np.zeros(rows.shape, np.int64),
        missing=np.ones(rows.shape, np.bool_),
    )


def _changes(_: Mark, _facts: Facts, _asked: Asked) -> Iterator[Points]:
    return iter(())


MARKS: Final[Mapping[type, Computation[Any]]] = {
    Mark: Computation(values=_values, changes=_changes, proof=no_proof)
}
