"""Traits: facts computed for everybody from events, one module a family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.happenings import HAPPENINGS
from campaignspec.audience.traits.properties import PROPERTIES
from campaignspec.audience.traits.ratio import RATIOS
from campaignspec.spec.traits import Trait

COMPUTATIONS: Final[Mapping[type, Computation[Any]]] = {**HAPPENINGS, **PROPERTIES, **RATIOS}
"""How each kind of trait is computed."""


def computation_of(trait: Trait) -> Computation[Any]:
    """Return how a trait is computed."""
    return COMPUTATIONS[type(trait)]


__all__ = ["COMPUTATIONS", "Asked", "Computation", "Facts", "Points", "computation_of"]
