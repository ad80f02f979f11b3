"""How wide text is where letters stand in cells: terminals, and labels that must fit."""

from __future__ import annotations

import unicodedata

_MARKS = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset({"W", "F"})


def cells(text: str) -> int:
    """Return how many cells a text takes: Chinese letters two, combining marks none."""
    return sum(_cells(letter) for letter in text)


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` cells, with an ellipsis where something was cut."""
    if cells(text) <= limit:
        return text
    kept, used = "", 1
    for letter in text:
        used += _cells(letter)
        if used > limit:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def pad(text: str, width: int) -> str:
    """Fill a text up with spaces to ``width`` cells."""
    return text + " " * (width - cells(text))


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
