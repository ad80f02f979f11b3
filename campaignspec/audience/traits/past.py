"""The past: what an attribute or a trait was worth some time ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import no_proof
from campaignspec.audience.values import Moments, Rows, Values
from campaignspec.spec.habits import ValueAgo
from campaignspec.spec.rule import Fact


def _values(trait: ValueAgo, facts: Facts, rows: Rows, at: Moments) -> Values:
    return facts.fact_values(Fact(name=trait.value), rows, at - trait.ago.micros)


def _changes(trait: ValueAgo, facts: Facts, asked: Asked) -> Iterator[Points]:
    """Yield when the change of a value is so long ago; and the value itself, if its age counts.

    The age of an instant is that from the instant till now, whenever it was known.
    """
    ago = trait.ago.micros
    then = Asked(
        numbers=asked.numbers,
        ages=tuple(max(age - ago, 0) for age in asked.ages),
        span=asked.span and (asked.span[0] - ago, asked.span[1] - ago),
    )
    for rows, at in facts.fact_changes(Fact(name=trait.value), then):
        yield rows, at + ago
        if asked.ages:
            yield rows, at


PASTS: Final[Mapping[type, Computation[Any]]] = {
    ValueAgo: Computation(values=_values, changes=_changes, proof=no_proof)
}
