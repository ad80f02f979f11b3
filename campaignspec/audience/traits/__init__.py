"""Traits: facts computed for everybody from events, one module a family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from campaignspec.audience.traits.bucket import BUCKETS
from campaignspec.audience.traits.computation import (
    Asked,
    Computation,
    Counts,
    Facts,
    Points,
    Span,
)
from campaignspec.audience.traits.favourites import FAVOURITES
from campaignspec.audience.traits.happenings import HAPPENINGS
from campaignspec.audience.traits.lifecycle import LIFECYCLES
from campaignspec.audience.traits.marks import MARKS
from campaignspec.audience.traits.past import PASTS
from campaignspec.audience.traits.properties import PROPERTIES
from campaignspec.audience.traits.ratio import RATIOS
from campaignspec.audience.traits.rfm import RFM
from campaignspec.audience.traits.scores import SCORES
from campaignspec.audience.traits.share import SHARES
from campaignspec.audience.traits.streak import STREAKS
from campaignspec.audience.traits.tenure import TENURES
from campaignspec.spec.traits import Trait

COMPUTATIONS: Final[Mapping[type, Computation[Any]]] = {
    **HAPPENINGS,
    **PROPERTIES,
    **RATIOS,
    **TENURES,
    **STREAKS,
    **SHARES,
    **SCORES,
    **FAVOURITES,
    **BUCKETS,
    **PASTS,
    **RFM,
    **LIFECYCLES,
    **MARKS,
}
"""How each kind of trait is computed."""


def computation_of(trait: Trait) -> Computation[Any]:
    """Return how a trait is computed."""
    return COMPUTATIONS[type(trait)]


__all__ = [
    "COMPUTATIONS",
    "Asked",
    "Computation",
    "Counts",
    "Facts",
    "Points",
    "Span",
    "computation_of",
]
