"""Records that can be taken back: what is written ahead of its turn may turn out to be wrong."""

from __future__ import annotations

from dataclasses import Field, fields, replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Turns = npt.NDArray[np.int64]


class Turn:
    """Counts the steps of a sweep.

    Attributes:
        number: How many steps were taken.
    """

    def __init__(self) -> None:
        self.number = 0


class Batched(Protocol):
    """A dataclass of columns, a row a customer."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def rows(self) -> Rows:
        """The customers, as rows of the history."""


Columns = TypeVar("Columns", bound=Batched)


class Record(Generic[Columns]):
    """Batches in the order in which they came.

    Attributes:
        batches: What was added and not taken back.
    """

    def __init__(self, turn: Turn) -> None:
        self.batches: list[Columns] = []
        self._turn = turn
        self._turns: list[int] = []

    def add(self, batch: Columns) -> None:
        """Add what the step at hand brought about."""
        self.batches.append(batch)
        self._turns.append(self._turn.number)

    def take_back(self, since: Turns, first: int) -> None:
        """Take back what customers did since a turn.

        Args:
            since: By row of the history, the first turn that is taken back; later than all others
                where none is.
            first: No turn before this one is taken back of anybody.
        """
        begin = int(np.searchsorted(self._turns, first))
        kept: list[tuple[int, Columns]] = []
        for turn, batch in zip(self._turns[begin:], self.batches[begin:], strict=True):
            stays = since[batch.rows] > turn
            if stays.all():
                kept.append((turn, batch))
            elif stays.any():
                kept.append((turn, part(batch, stays)))
        self._turns[begin:] = [turn for turn, _ in kept]
        self.batches[begin:] = [batch for _, batch in kept]


def part(batch: Columns, kept: npt.NDArray[np.bool_]) -> Columns:
    """Return some rows of a batch: of all its columns, and of the batch in it."""
    changed: dict[str, Any] = {}
    for each in fields(batch):
        value = getattr(batch, each.name)
        if isinstance(value, np.ndarray):
            changed[each.name] = value[kept]
        elif hasattr(value, "rows"):
            changed[each.name] = part(value, kept)
    return replace(batch, **changed)
