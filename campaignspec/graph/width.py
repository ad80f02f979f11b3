"""How wide text is where letters stand in cells: terminals, and labels that must fit."""

from __future__ import annotations

import unicodedata

_MARKS = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset({"W", "F"})
_JOINTS = frozenset("-_./")
_PHRASE_ENDS = (", ", "· ")
_CLOSERS = frozenset({"Zs", "Pe", "Pf", "Po"})


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


def wrap(text: str, limit: int) -> tuple[str, ...]:
    """Set a text in one line of at most ``limit`` cells, or in two, the second cut to fit."""
    if cells(text) <= limit:
        return (text,)
    places = [place for place in range(1, len(text)) if cells(text[:place].rstrip()) <= limit]
    if not places:
        return (shorten(text, limit),)
    place = max(places, key=lambda place: _quality(text, place, limit))
    return text[:place].rstrip(), shorten(text[place:].lstrip(), limit)


def pad(text: str, width: int) -> str:
    """Fill a text up with spaces to ``width`` cells."""
    return text + " " * (width - cells(text))


def _quality(text: str, place: int, limit: int) -> tuple[bool, bool, int, int]:
    """Say how well a text may be broken: words whole, nothing lost, sense, and a full line."""
    fits = cells(text[place:].lstrip()) <= limit
    ease = _ease(text[:place], text[place:])
    return ease > 0, fits, ease if fits else min(ease, 1), place


def _ease(before: str, after: str) -> int:
    """Say how easily a text parts: 3 between phrases, 2 words, 1 in a word, 0 if it must."""
    if not _cells(after[0]) or unicodedata.category(after[0]) in _CLOSERS:
        return 0
    if before.endswith(_PHRASE_ENDS):
        return 3
    if before[-1].isspace():
        return 2
    return 1 if before[-1] in _JOINTS or _cells(before[-1]) == 2 else 0


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
