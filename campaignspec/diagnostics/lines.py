"""Where lines begin, counted the way editors count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from campaignspec.diagnostics.diagnostic import Span

# Editors break lines here only. YAML's own parser also breaks at U+0085, U+2028 and U+2029,
# so its line numbers are never used.
_BREAK: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class LineTable:
    r"""The lines of one text, broken at ``\n``, ``\r\n`` and ``\r`` only.

    Attributes:
        text: The whole text.
    """

    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", ())

    @property
    def _lines(self) -> tuple[int, ...]:
        """Where each line starts; found when it is first asked, since most texts are sound."""
        if not self._starts:
            starts = (0, *(found.end() for found in _BREAK.finditer(self.text)))
            object.__setattr__(self, "_starts", starts)
        return self._starts

    @property
    def count(self) -> int:
        """The number of lines; an empty text has one."""
        return len(self._lines)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of the character at an offset."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def span(self, file: str, start: int, end: int) -> Span:
        """Return the span between two offsets, cut to lie inside the text."""
        start = min(max(start, 0), len(self.text))
        end = min(max(end, start), len(self.text))
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Span(
            file=file,
            start=start,
            end=end,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
        )

    def bounds(self, line: int) -> tuple[int, int]:
        """Return the offsets of a line's first character and of its line break."""
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def line(self, number: int) -> str:
        """Return the text of a line, from 1, without its line break; empty past the end."""
        if not 1 <= number <= len(self._lines):
            return ""
        start, end = self.bounds(number)
        return self.text[start:end]
