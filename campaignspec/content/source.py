"""A template's text, and findings at places in it that Jinja names only by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
        return Diagnostic(code=code, message=message, span=self._span(line, words), help=help)

    def _span(self, line: int, words: str | None) -> Span:
        start, end = self._lines.bounds(min(line, self._lines.position(len(self.text))[0]))
        content = self.text[start:end]
        found = _pattern(words).search(content) if words else None
        if found is None:
            found = re.search(r"\S.*\S|\S|$", content)
        if found is None:
            return self._lines.span(self.file, start, end)
        return self._lines.span(self.file, start + found.start(), start + found.end())


def _pattern(words: str) -> re.Pattern[str]:
    pieces = r"\s*\.\s*".join(re.escape(piece) for piece in words.split("."))
    return re.compile(rf"(?<![\w.]){pieces}(?!\w)")
