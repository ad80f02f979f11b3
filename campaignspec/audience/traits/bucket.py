"""Buckets: a number drawn for each customer, for ever the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience.memo import remembered
from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import no_proof
from campaignspec.audience.values import Moments, Rows, Values, number
from campaignspec.buckets import growthbook_buckets
from campaignspec.history import History
from campaignspec.identity import draws
from campaignspec.spec.habits import Bucket, BucketHash


def _values(trait: Bucket, facts: Facts, rows: Rows, _: Moments) -> Values:
    return number(_buckets(trait, facts.history)[rows])


def _buckets(trait: Bucket, history: History) -> npt.NDArray[np.float64]:
    """Draw everybody's bucket, once."""
    name = f"bucket by {trait.hash} of {trait.bucket}"
    return remembered(history.memo, name, lambda: _drawn(trait, history))


def _drawn(trait: Bucket, history: History) -> npt.NDArray[np.float64]:
    match trait.hash:
        case BucketHash.MD5:
            return draws(trait.bucket, history.ids) / 2**32
        case BucketHash.GROWTHBOOK:
            return growthbook_buckets(trait.bucket, history.customers)
        case _:
            assert_never(trait.hash)


def _changes(_: Bucket, _facts: Facts, _asked: Asked) -> Iterator[Points]:
    """Yield nothing: a bucket never changes."""
    return iter(())


BUCKETS: Final[Mapping[type, Computation[Any]]] = {
    Bucket: Computation(values=_values, changes=_changes, proof=no_proof)
}
