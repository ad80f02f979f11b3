"""A database that holds a ledger, whichever it is: the few things that a ledger asks of it.

All SQL of this room is written once, in the words that SQLite and PostgreSQL share, and goes
through here. Values stand as ``?1``, ``?2``, …; where rows of given people are wanted,
``FROM PEOPLE mark USING (person)`` takes theirs of a table. What the two say in different ways is
in `sqlite` and in `postgres`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
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
        key: The columns of the table's key, where a row may be there already.
        clash: What becomes of it then.
    """

    table: str
    size: int
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    clash: Clash = Clash.KEEPS

    @property
    def names(self) -> str:
        """The columns' names, as SQL lists them."""
        return ", ".join(self.columns)

    @property
    def unless_there(self) -> str:
        """What SQL says of rows whose key is there already."""
        if not self.key:
            return ""
        if self.clash is Clash.KEEPS:
            return "ON CONFLICT DO NOTHING"
        changed = ", ".join(f"{n} = excluded.{n}" for n in self.columns if n not in self.key)
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changed}"

    def lists(self) -> list[list[Any]]:
        """Return the columns as lists of Python's own values."""
        return [
            each.tolist() if isinstance(each, np.ndarray) else each
            for each in self.columns.values()
        ]


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
    def transaction(self) -> AbstractContextManager[object]:
        """Let what is written within this be there whole or not at all, once it is left."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[object]:
        """Read within this as if nobody wrote meanwhile."""

    @abstractmethod
    def close(self) -> None:
        """Close the database; a runner's lock is free again."""
