"""What is read of a source: its columns, and what each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from campaignspec.history.source import ValueKind

_IDS: Final = frozenset({"customer", "order"})


class Shape(StrEnum):
    """What a column may be besides the kinds of values."""

    INSTANT = "instant"
    CONSENT = "consent"
    """A yes, a no, or the question: undecided until it is answered."""
    CONFIRMED = "confirmed"
    """The same column: whether it says of itself that the yes was confirmed."""
    CURSOR = "cursor"
    """An instant or a whole number, greater in later rows."""
    ID = "id"
    """An id: whole numbers stay such, as they are quicker than their text, which is the id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column to read.

    Attributes:
        name: Its name in the staged table.
        column: Its name in the file.
        kind: What it holds.
        required: Whether an empty value is a problem.
    """

    name: str
    column: str
    kind: ValueKind | Shape = ValueKind.TEXT
    required: bool = False

    @property
    def is_id(self) -> bool:
        """Say whether it holds ids that rows of other tables name: spaces around them are lost."""
        return self.name in _IDS
