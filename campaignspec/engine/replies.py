"""What other programs answered to calls, in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaignspec.audience import FactKind, Values
from campaignspec.audience.values import texts
from campaignspec.clock import NEVER
from campaignspec.connector import Value
from campaignspec.spec.sources import ColumnKind

Instants = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Replies:
    """The answers to the calls of one node, one a seat.

    Attributes:
        kinds: What is kept of an answer, and what it holds.
        at: When each came, or `NEVER`.
        values: What was kept, by name; None where there is nothing of the kind.
    """

    kinds: Mapping[str, ColumnKind]
    at: Instants
    values: Mapping[str, npt.NDArray[np.object_]]

    @classmethod
    def blank(cls, kinds: Mapping[str, ColumnKind], size: int) -> Replies:
        """Make the answers of seats to which none has come."""
        values = {name: np.full(size, None, np.object_) for name in kinds}
        return cls(kinds, np.full(size, NEVER, np.int64), values)

    def forget(self, index: Rows) -> None:
        """Forget what was answered in an earlier enrolment."""
        self.at[index] = NEVER

    def put(self, index: Rows | int, at: Instants | int, answer: Mapping[str, Value]) -> None:
        """Keep an answer; what is not of the declared kind is dropped."""
        self.at[index] = at
        for name, kind in self.kinds.items():
            value = answer.get(name)
            self.values[name][index] = value if _is(value, kind) else None

    def read(self, name: str, index: Rows, at: Instants) -> Values:
        """Return what was kept under a name, missing where nothing has come yet."""
        found = self.values[name][index]
        missing = np.array([value is None for value in found], np.bool_) | (self.at[index] > at)
        if self.kinds[name] is ColumnKind.TEXT:
            words = sorted({str(value) for value in found if value is not None})
            codes = np.searchsorted(words, [str(value) for value in found]) if words else found
            return texts(words, np.where(missing, 0, codes), missing)
        is_truth = self.kinds[name] is ColumnKind.BOOLEAN
        data = np.array([value or 0 for value in found], np.bool_ if is_truth else np.float64)
        kind = FactKind.BOOLEAN if is_truth else FactKind.NUMBER
        return Values(kind=kind, data=data, missing=missing)


def _is(value: Value, kind: ColumnKind) -> bool:
    match kind:
        case ColumnKind.TEXT:
            return isinstance(value, str)
        case ColumnKind.BOOLEAN:
            return isinstance(value, bool)
        case _:
            return isinstance(value, int | float) and not isinstance(value, bool)
