"""Ratios: one trait divided by another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import no_proof
from campaignspec.audience.values import FactKind, Moments, Rows, Values, number
from campaignspec.money import MICROS
from campaignspec.spec.traits import Ratio


def divide(above: Values, below: Values) -> Values:
    """Divide one fact by another: money by a number is money, all else is a number."""
    missing = above.missing | below.missing | (below.data == 0)
    found = above.data / np.where(missing, 1, below.data)
    if above.kind is FactKind.MONEY and below.kind is FactKind.NUMBER:
        return Values(kind=FactKind.MONEY, data=found, missing=missing)
    if above.kind is FactKind.NUMBER and below.kind is FactKind.MONEY:
        found = found * MICROS
    return number(found, missing)


def _values(trait: Ratio, facts: Facts, rows: Rows, at: Moments) -> Values:
    above, below = (facts.traits[name] for name in (trait.ratio, trait.to))
    return divide(facts.trait_values(above, rows, at), facts.trait_values(below, rows, at))


def _changes(trait: Ratio, facts: Facts, _: Asked) -> Iterator[Points]:
    for name in (trait.ratio, trait.to):
        yield from facts.changes(facts.traits[name], Asked())


RATIOS: Final[Mapping[type, Computation[Any]]] = {
    Ratio: Computation(values=_values, changes=_changes, proof=no_proof)
}
