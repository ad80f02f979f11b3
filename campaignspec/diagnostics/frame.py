"""The line of a finding with carets under it, right for every script."""

from __future__ import annotations

import unicodedata
from typing import Final

from campaignspec.diagnostics.diagnostic import Span

_TAB: Final = 4
# Longer lines are cut around the caret, so that one finding never fills a screen.
_LONGEST: Final = 160
_REPLACEMENT: Final = "\ufffd"
# These reorder what is shown, so that a line can look like another one.
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSHOWABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ZERO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})


def frame(line: str, span: Span) -> tuple[str, str, str]:
    """Draw the first line of a span.

    Args:
        line: The text of the span's first line, without its break.
        span: What to underline; only its first line is.

    Returns:
        The gutter, the line as shown, and the carets beneath it.
    """
    first = min(span.column - 1, len(line))
    last = len(line) if span.end_line > span.line else min(span.end_column - 1, len(line))
    cut, line = _window(line, first)
    before = shown(line[: first - cut])
    marked = shown(line[first - cut : max(last - cut, first - cut)], width(before))
    carets = "^" * max(width(marked), 1)
    after = shown(line[max(last - cut, first - cut) :], width(before) + width(marked))
    number = f"{span.line:>2}"
    return number, before + marked + after, " " * width(before) + carets


def shown(text: str, column: int = 0) -> str:
    """Return text as a terminal may safely show it, with tabs as spaces.

    Args:
        text: One line of anything.
        column: The display column at which it begins.
    """
    pieces: list[str] = []
    for character in text:
        piece = _shown(character, column)
        column += width(piece)
        pieces.append(piece)
    return "".join(pieces)


def width(text: str) -> int:
    """Count the columns that text fills: two for wide characters, none for combining ones."""
    return sum(map(_columns, text))


def _window(line: str, first: int) -> tuple[int, str]:
    """Cut a long line around a position; return how many characters were cut before it."""
    if len(line) <= _LONGEST:
        return 0, line
    cut = max(0, first - _LONGEST // 2)
    return cut, line[cut : cut + _LONGEST]


def _shown(character: str, column: int) -> str:
    if character == "\t":
        return " " * (_TAB - column % _TAB)
    if character in _REORDERING or unicodedata.category(character) in _UNSHOWABLE:
        return _REPLACEMENT
    return character


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
