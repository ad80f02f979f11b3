"""Marks: what journeys remember of customers, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.audience import FactKind, Values
from campaignspec.connector import Value
from campaignspec.graph.nodes import MarkNode, Node

Rows: TypeAlias = npt.NDArray[np.int64]

NOTHING = -1
"""The code of a mark that nobody set."""

Vocabulary: TypeAlias = Mapping[str, tuple[Value, ...]]
"""By mark, every value that a journey may give it."""


def vocabulary(nodes: Iterable[Node]) -> Vocabulary:
    """Collect the values that journeys give to marks; the same in whatever order they stand."""
    found: dict[str, set[Value]] = {}
    for node in nodes:
        if isinstance(node, MarkNode):
            for name, value in node.marks.items():
                found.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values, key=str)) for name, values in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the customers of a state.

    Attributes:
        values: Every value that a mark may have.
        held: By mark, the place of each customer's value among them, or `NOTHING`.
    """

    values: Vocabulary
    held: dict[str, npt.NDArray[np.int16]]

    @classmethod
    def blank(cls, values: Vocabulary, size: int) -> Marks:
        """Make the marks of customers of whom nothing is remembered."""
        return cls(values, {name: np.full(size, NOTHING, np.int16) for name in values})

    def put(self, name: str, value: Value, places: Rows | int) -> None:
        """Set a mark of the customers at the places; a value that no journey gives is dropped."""
        if name in self.values and value in self.values[name]:
            self.held[name][places] = self.values[name].index(value)

    def read(self, name: str, places: Rows) -> Values | None:
        """Return a mark of the customers at the places, or None if no journey sets it."""
        if name not in self.held:
            return None
        return _values(self.values[name], self.held[name][places])


def _values(values: tuple[Value, ...], codes: npt.NDArray[np.int16]) -> Values:
    missing = codes == NOTHING
    if all(isinstance(value, bool) for value in values):
        table = np.array([bool(value) for value in values])
        return Values(kind=FactKind.BOOLEAN, data=table[codes], missing=missing)
    if all(isinstance(value, int | float) for value in values):
        table = np.array([float(value or 0) for value in values])
        return Values(kind=FactKind.NUMBER, data=table[codes], missing=missing)
    words = np.array([str(value) for value in values], np.object_)
    data = np.where(missing, 0, codes).astype(np.int32)
    return Values(kind=FactKind.TEXT, data=data, missing=missing, words=words)
