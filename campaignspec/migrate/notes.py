"""What happens to a definition on its way: carried, carried with a difference, or left behind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a definition is at the other tool."""

    SEGMENT = "segment"
    PROPERTY = "user property"
    JOURNEY = "journey"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that whoever moves should know about one definition.

    Attributes:
        part: What kind of definition it is.
        name: Its name at the other tool.
        code: The difference that it is a case of: a key of `differences.DIFFERENCES`.
        sentence: What it means here.
        carried: Whether the definition was written; False is a loss.
    """

    part: Part
    name: str
    code: str
    sentence: str
    carried: bool


class LostError(Exception):
    """A definition cannot be carried over; caught where definitions are gone through.

    Attributes:
        code: The difference that it is a case of.
        sentence: Why.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
