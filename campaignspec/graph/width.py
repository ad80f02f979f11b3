"""How wide text is where letters stand in cells: terminals, and labels that must fit."""

from __future__ import annotations

import unicodedata

_MARKS = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset({"W", "F"})
_JOINTS = frozenset("-_./")
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


def _quality(text: str, place: int, limit: int) -> tuple[bool, int, int]:
    """Say how well a text may be broken: whole words first, and the first line full."""
    fits = cells(text[place:].lstrip()) <= limit
    ease = _ease(text[place - 1], text[place])
    return fits, ease if fits else min(ease, 1), place


def _ease(last: str, first: str) -> int:
    """Say how easily two letters part: 2 between words, 1 within one, 0 if it must be."""
    if not _cells(first) or unicodedata.category(first) in _CLOSERS:
        return 0
    if last.isspace():
        return 2
    return 1 if last in _JOINTS or _cells(last) == 2 else 0


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
