"""What the builder holds while lists and mappings are not finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from campaignspec.document.document import Path

# Keys are text, so a number can never be a key of the author's.
MERGE: Final = -1


@dataclass(slots=True)
class Key:
    """A key that waits for its value.

    Attributes:
        place: Its first character, and the one after its last.
        step: What the key adds to the path: its text, or `MERGE`; None drops the value.
        colon: In a flow mapping, the colon that perhaps lacks its space, as in `{a:1}`.
    """

    place: tuple[int, int]
    step: str | int | None = None
    colon: int | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """What one `<<` brings into its mapping.

    Attributes:
        key: The `<<` itself.
        value: One mapping, or a list of them.
        path: Where that value was written.
        start: First character of what stands after `<<`.
        end: After its last character.
    """

    key: Key
    value: Any
    path: Path | None
    start: int
    end: int


@dataclass(slots=True)
class Frame:
    """A list or mapping that is not finished.

    Attributes:
        data: What it holds so far.
        path: Its place in the document; None inside what is dropped.
        start: First character.
        opened_at: How many values had been counted when it began.
        anchor: The name by which aliases may repeat it once it is finished.
        flow: Whether it is written in brackets.
        as_key: Whether it stands where only a text key may stand.
        key: The key that waits for its value.
        seen: The keys so far, for finding repetitions.
        merges: The `<<` so far; they apply when the mapping ends, so that own keys win.
    """

    data: dict[str, Any] | list[Any]
    path: Path | None
    start: int
    opened_at: int
    anchor: str | None
    flow: bool
    as_key: bool
    key: Key | None = None
    seen: dict[str | int, Key] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    def wants_key(self) -> bool:
        """Say whether the next event is a key."""
        return self.key is None and self.data.__class__ is dict

    def next_path(self) -> Path | None:
        """Return the path of the next value, or None when it will be dropped."""
        if self.path is None:
            return None
        if isinstance(self.data, list):
            return (*self.path, len(self.data))
        step = self.key.step if self.key else None
        return None if step is None else (*self.path, step)

    def put(self, value: Any, path: Path | None, start: int, end: int) -> None:
        """Take in a finished value, in the place that waits for it.

        Args:
            value: The value.
            path: Where it was written, for what `<<` merges.
            start: First character of it.
            end: After its last character.
        """
        key, self.key = self.key, None
        if isinstance(self.data, list):
            self.data.append(value)
        elif key is not None and key.step == MERGE:
            self.merges.append(Merge(key, value, path, start, end))
        elif key is not None and isinstance(key.step, str):
            self.data[key.step] = value


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finished value that aliases may repeat.

    Attributes:
        value: The value, shared and not copied.
        size: How many values it holds, itself included.
        path: Where it was written; None inside what is dropped.
    """

    value: Any
    size: int
    path: Path | None
