"""Tenure: how many days ago something first happened, or a date was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.attributes import attribute_values
from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import days_after, first_proof
from campaignspec.audience.values import Instants, Moments, Rows, Values, number
from campaignspec.clock import DAY, NEVER
from campaignspec.history import LONG_AGO
from campaignspec.spec.habits import Tenure
from campaignspec.spec.rule import Fact


def _values(trait: Tenure, facts: Facts, rows: Rows, at: Moments) -> Values:
    begun = _begun(trait, facts, rows, at)
    missing = begun > at
    return number((at - np.where(missing, at, begun)) // DAY, missing)


def _begun(trait: Tenure, facts: Facts, rows: Rows, at: Moments) -> Instants:
    """Return when each customer's tenure begins; ``NEVER`` where that is not known."""
    if trait.tenure not in facts.history.attributes:
        return facts.events(trait.tenure, trait.where).next_after(rows, LONG_AGO)
    dates = attribute_values(facts.history, trait.tenure, rows, at)
    return np.where(dates.missing, NEVER, dates.data * DAY)


def _changes(trait: Tenure, facts: Facts, asked: Asked) -> Iterator[Points]:
    if trait.tenure in facts.history.attributes:
        beginnings = facts.fact_changes(Fact(name=trait.tenure), Asked())
    else:
        stream = facts.events(trait.tenure, trait.where)
        rows = np.flatnonzero(np.diff(stream.offsets))
        beginnings = iter([(rows, stream.ts[stream.offsets[rows]])])
    for points in beginnings:
        yield from days_after(points, asked)


TENURES: Final[Mapping[type, Computation[Any]]] = {
    Tenure: Computation(values=_values, changes=_changes, proof=first_proof)
}
