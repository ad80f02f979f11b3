"""A template's text, and findings at places in it that Jinja names only by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.diagnostics.lines import LineTable


@dataclass(frozen=True, slots=True)
class Source:
    """One template file.

    Attributes:
        text: What is in it.
        file: Its path as it is shown.
    """

    text: str
    file: str
    _lines: LineTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lines", LineTable(self.text))

    def finding(
        self,
        code: str,
        message: str,
        *,
        line: int = 1,
        words: str | None = None,
        help: str | None = None,  # noqa: A002 - the diagnostic's own name
    ) -> Diagnostic:
        """Make a finding on a line, at the given words if the line holds them.

        Args:
            code: The finding's code.
            message: What is wrong.
            line: The line that Jinja names.
            words: The author's text to point at; spaces around dots do not matter.
            help: What to do.
        """
        return Diagnostic(code=code, message=message, span=self.at(line, words), help=help)

    def span(self, start: int, end: int) -> Span:
        """Return the span between two places, counted in characters from 0."""
        return self._lines.span(self.file, start, end)

    def first(self, words: str) -> Span:
        """Return the span of the first place that holds the words, or of the first line."""
        found = _pattern(words).search(self.text)
        return self.span(*found.span()) if found else self.at(1)

    def offset(self, line: int, column: int) -> int:
        """Return the place of a character by its line, from 1, and column, from 0."""
        return self._lines.bounds(line)[0] + column

    def at(self, line: int, words: str | None = None) -> Span:
        """Return the span of the words on a line, or of the line if it does not hold them."""
        start, end = self._lines.bounds(min(line, self._lines.position(len(self.text))[0]))
        content = self.text[start:end]
        found = _pattern(words).search(content) if words else None
        if found is None:
            found = re.search(r"\S.*\S|\S|$", content)
        if found is None:
            return self._lines.span(self.file, start, end)
        return self._lines.span(self.file, start + found.start(), start + found.end())


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTexts:
    """The shared texts that a template may include.

    Attributes:
        names: What they are called.
        read: Returns the text of a name; None if there is none.
    """

    names: Sequence[str] = ()
    read: Callable[[str], Source | None] = field(default=lambda _: None)


NO_SHARED: Final = SharedTexts()


def _pattern(words: str) -> re.Pattern[str]:
    pieces = r"\s*\.\s*".join(re.escape(piece) for piece in words.split("."))
    return re.compile(rf"(?<![\w.]){pieces}(?!\w)")
