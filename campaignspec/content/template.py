"""A compiled template, and rendering it for one person."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from campaignspec.errors import CampaignspecError

VariableTree: TypeAlias = Mapping[str, "VariableTree | None"]
"""Names that exist: each leads to the names under it, or to None where a value stands."""

Block: TypeAlias = Callable[[Mapping[str, Any]], Iterator[str]]
"""One compiled block: it takes the values and gives the text in pieces."""

_LONGEST: Final = 512 * 1024
_SINGLE_LINE: Final = frozenset({"subject"})
_BLANK_LINES_BEFORE: Final = re.compile(r"\A(?:[ \t]*\r?\n)+")
_LINK: Final = re.compile(
    r"""\s(?:href|src|action|formaction|background)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES: Final = frozenset({"https", "http", "mailto", "tel", "cid"})


class RenderError(CampaignspecError):
    """A template cannot be rendered for this person: nothing of it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message's template for one channel, checked and compiled.

    Attributes:
        file: Where it was read from.
        parts: The parts it renders, in the channel's order.
        escaped_parts: Those in which values are escaped.
    """

    file: str
    parts: tuple[str, ...]
    escaped_parts: frozenset[str]
    _blocks: Mapping[str, Block] = field(repr=False, compare=False)

    def render(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Render every part for one person.

        Args:
            values: Plain data by name: texts, numbers, dates, lists and mappings of them.

        Raises:
            RenderError: A value that is printed is missing, a limit is passed, or a part
                comes out empty. The message names the variable.
        """
        return {part: self._render(part, values) for part in self.parts}

    def _render(self, part: str, values: Mapping[str, Any]) -> str:
        try:
            text = _joined(self._blocks[part](values))
        except RenderError as error:
            raise RenderError(f"{self.file}: {part}: {error}") from error
        text = _one_line(text) if part in _SINGLE_LINE else _without_blank_edges(text)
        if not text:
            raise RenderError(f"{self.file}: {part}: it comes out empty")
        if part in self.escaped_parts:
            self._check_links(part, text)
        return text

    def _check_links(self, part: str, text: str) -> None:
        """Refuse links that run code; escaping values does not stop ``javascript:``."""
        for found in _LINK.finditer(text):
            target = re.sub(r"[\x00-\x20]", "", html.unescape(found[1].strip("\"'")))
            scheme = _SCHEME.match(target)
            if scheme is not None and scheme[1].lower() not in _SCHEMES:
                raise RenderError(f"{self.file}: {part}: a link begins with {scheme[0]!r}")


def _joined(pieces: Iterator[str]) -> str:
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST:
            raise RenderError(f"the text is longer than {_LONGEST // 1024} KB")
        kept.append(piece)
    return "".join(kept)


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def _without_blank_edges(text: str) -> str:
    return _BLANK_LINES_BEFORE.sub("", text).rstrip()
