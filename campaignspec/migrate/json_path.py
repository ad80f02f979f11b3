"""Paths into JSON documents, as other tools write them: ``a.b``, ``$.a[0]``, ``$["x y"]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_STEP: Final = re.compile(
    r"""
      \.(?P<name>[^\W\d][\w-]*)
    | \[\s*(?P<index>\d{1,9})\s*\]
    | (?P<each>\[\*\])
    | \[\s*(?P<quote>["'])(?P<quoted>(?:(?!(?P=quote))[^"\\\x00-\x1f])+)(?P=quote)\s*\]
    """,
    re.VERBOSE,
)

_WORD: Final = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True, slots=True)
class Each:
    """The step to every element of a list."""


EACH: Final = Each()
"""``[*]``."""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A way into a document.

    Attributes:
        steps: Keys, positions in lists, and `EACH`; without steps it is the whole document.
    """

    steps: tuple[str | int | Each, ...]

    @property
    def has_many(self) -> bool:
        """Whether it may lead to several values."""
        return EACH in self.steps

    @property
    def words(self) -> str:
        """The keys on the way, joined: what a column of these values may be called."""
        return "_".join(step for step in self.steps if isinstance(step, str))

    def __truediv__(self, step: str | int | Each) -> JsonPath:
        return JsonPath((*self.steps, step))

    def __str__(self) -> str:
        """Write it for people: ``$.a["x y"][0]``."""
        return "$" + "".join(_shown(step) for step in self.steps)

    @property
    def in_duckdb(self) -> str:
        """The path the one way that DuckDB reads: ``$."a"."x y"[0]``."""
        return "$" + "".join(f'."{s}"' if isinstance(s, str) else _shown(s) for s in self.steps)


def read_path(text: str) -> JsonPath:
    """Read a path; the ``$`` and its point may be left out.

    >>> read_path("level1.level2").in_duckdb
    '$."level1"."level2"'

    Raises:
        ValueError: The text is no path.
    """
    stripped = text.strip()
    rest = stripped[1:] if stripped.startswith("$") else f".{stripped}"
    steps: list[str | int | Each] = []
    position = 0
    while position < len(rest):
        step = _STEP.match(rest, position)
        if step is None:
            raise ValueError(f"{text!r} is no path into a JSON document")
        steps.append(_read(step))
        position = step.end()
    if not stripped:
        raise ValueError("the path is empty")
    return JsonPath(tuple(steps))


def _read(step: re.Match[str]) -> str | int | Each:
    if step["index"] is not None:
        return int(step["index"])
    return EACH if step["each"] else str(step["name"] or step["quoted"])


def _shown(step: str | int | Each) -> str:
    match step:
        case str() if _WORD.fullmatch(step):
            return f".{step}"
        case str():
            return f'["{step}"]'
        case int():
            return f"[{step}]"
        case Each():
            return "[*]"
