"""A database that holds a ledger, whichever it is: the few things that a ledger asks of it.

All SQL of this room is written once, in the words that SQLite and PostgreSQL share, and goes
through here. Values stand as ``?1``, ``?2``, …; where rows of given people are wanted,
``FROM PEOPLE mark USING (person)`` takes theirs of a table. What the two say in different ways is
in `sqlite` and in `postgres`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

Column: TypeAlias = "npt.NDArray[Any] | list[Any]"
Persons: TypeAlias = npt.NDArray[np.int64]
Row: TypeAlias = tuple[Any, ...]

PEOPLE: Final = "FROM PEOPLE"
"""What stands in a question for the people whom it is about: the first of its values."""


class Access(Enum):
    """What somebody wants of a ledger."""

    RUN = auto()
    """To go on with the run: one at a time, and the ledger is made where there is none."""
    ASK = auto()
    """To put down a call or a decision beside the runner."""
    READ = auto()
    """To look at it beside the runner; nothing can be changed."""


class Clash(Enum):
    """What becomes of a row whose key is there already."""

    KEEPS = auto()
    """The row that is there stays as it is."""
    REPLACES = auto()
    """The new row takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows to be written into one table, in columns.

    Attributes:
        table: The table.
        size: How many rows there are.
        columns: By column, one value a row: numbers, texts or None.
        batches: How many of the rows belong together, one behind the other; all of them, where
            nothing is said.
        shared: By column, one value a batch: what all of its rows have in common.
        key: The columns of the table's key, where a row may be there already.
        clash: What becomes of it then.
    """

    table: str
    size: int
    columns: Mapping[str, Column]
    batches: Sequence[int] = ()
    shared: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    clash: Clash = Clash.KEEPS

    @property
    def names(self) -> str:
        """The columns' names, as SQL lists them: first those that batches share."""
        return ", ".join((*self.shared, *self.columns))

    @property
    def unless_there(self) -> str:
        """What SQL says of rows whose key is there already."""
        if not self.key:
            return ""
        if self.clash is Clash.KEEPS:
            return "ON CONFLICT DO NOTHING"
        names = (*self.shared, *self.columns)
        changed = ", ".join(f"{n} = excluded.{n}" for n in names if n not in self.key)
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changed}"

    def by_batch(self, at_once: int = 1) -> Iterator[Rows]:
        """Yield the rows of each batch that has some, or of several batches at once."""
        sizes, start = list(self.batches) or [self.size], 0
        for first in range(0, len(sizes), at_once):
            these = slice(first, first + at_once)
            size = sum(sizes[these])
            rows, start = slice(start, start + size), start + size
            if size:
                yield replace(
                    self,
                    size=size,
                    columns={name: column[rows] for name, column in self.columns.items()},
                    batches=sizes[these],
                    shared={name: values[these] for name, values in self.shared.items()},
                )


def only_value(column: Column) -> list[Any]:
    """Return the one value that stands all over a column; nothing, where there are several."""
    first = column[0]
    if isinstance(column, list):
        return column[:1] if column.count(first) == len(column) else []
    is_same = bool(column[-1] == first) and bool((column == first).all())
    return column[:1].tolist() if is_same else []


class Store(ABC):
    """An open database.

    Whatever goes wrong in it is a `LedgerError` that names it, the disk's and the network's
    mistakes as well.

    Attributes:
        name: What messages call it; without a user or a secret.
    """

    name: str

    @abstractmethod
    def query(self, question: str, *values: object) -> list[Row]:
        """Run one statement and return its rows; none, where it has none."""

    @abstractmethod
    def about(self, question: str, people: Persons, *values: object) -> list[Row]:
        """Ask something ``FROM PEOPLE …``, and with other values from ``?2`` on."""

    @abstractmethod
    def repeat(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of values."""

    @abstractmethod
    def put(self, rows: Rows) -> None:
        """Write rows within a transaction."""

    @abstractmethod
    def transaction(self, *, durable: bool = True) -> AbstractContextManager[object]:
        """Let what is written within this be there whole or not at all, once it is left.

        Args:
            durable: Whether it is there even if the power fails right afterwards. What is not
                becomes so with the next transaction that is: commits are lost from the end only.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[object]:
        """Read within this as if nobody wrote meanwhile."""

    @abstractmethod
    def close(self) -> None:
        """Close the database; a runner's lock is free again."""
