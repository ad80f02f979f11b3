"""The words in which the reader speaks to an author: how places and values are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from campaignspec.diagnostics import nearest

Path: TypeAlias = tuple[str | int, ...]

_LONGEST_QUOTE = 40
_FEW = 8
_MOST_ALTERNATIVES = 3


def subject(path: Path, root: type) -> str:
    """Name the thing at a path: its key, or the list that it is an entry of."""
    if not path:
        return f"the {_words(root.__name__)}"
    if isinstance(path[-1], str):
        return quoted(path[-1])
    lists = [step for step in path if isinstance(step, str)]
    return f"an entry of {quoted(lists[-1])}" if lists else "an entry"


def quoted(text: str) -> str:
    """Quote the author's own text in a sentence, on one line and not too long."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = f"{line[:_LONGEST_QUOTE]}…"
    return f"`{line}`"


def listed(names: Iterable[str]) -> str:
    """Write names one after the other."""
    return ", ".join(quoted(name) for name in names)


def alternatives(words: Sequence[str]) -> str:
    """Write what it may be: "a", "a or b", "a, b or c"; of more than three, "a, b and others"."""
    if len(words) > _MOST_ALTERNATIVES:
        return f"{', '.join(words[: _MOST_ALTERNATIVES - 1])} and others"
    *first, last = words
    comma = "," if " or " in last else ""
    return f"{', '.join(first)}{comma} or {last}" if first else last


def shown(data: Any, raw: str | None) -> str:
    """Quote a scalar: text as it is read, anything else as it is written."""
    return quoted(data if isinstance(data, str) else raw or str(data).lower())


def described(data: Any, raw: str | None) -> str:
    """Say what a value is: "`2018` is a number", "this is a list"."""
    if isinstance(data, dict):
        return "this is a group of keys"
    if isinstance(data, list):
        return "this is a list"
    if isinstance(data, str):
        return f"{shown(data, raw)} is text"
    noun = "true or false" if isinstance(data, bool) else "a number"
    return f"{shown(data, raw)} is {noun}"


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Suggest the nearest known word; where there are few and none is near, name them all."""
    words = tuple(known)
    near = nearest(word, words)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    return f"write one of {listed(words)}" if len(words) <= _FEW else None


def as_clause(summary: str) -> str:
    """Turn a key's summary into the end of a sentence."""
    first = summary if summary[1:2].isupper() else summary[:1].lower() + summary[1:]
    return first.rstrip(".")


def _words(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", class_name).lower()
