"""A compiled template, and rendering it for one person."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from campaignspec.connector import Limit
from campaignspec.content.limits import passed, too_long
from campaignspec.content.lookups import NO_LOOKUPS, Lookups
from campaignspec.errors import CampaignspecError

VariableTree: TypeAlias = Mapping[str, "VariableTree | None"]
"""Names that exist: each leads to the names under it, or to None where a value stands."""

Block: TypeAlias = Callable[[Mapping[str, Any], Lookups], Iterator[str]]
"""One compiled block: it takes values and answers, and gives the text in pieces."""

_LONGEST: Final = 512 * 1024
_SINGLE_LINE: Final = frozenset({"subject", "title"})
_BLANK_LINES_BEFORE: Final = re.compile(r"\A(?:[ \t]*\r?\n)+")
_LINK: Final = re.compile(
    r"""\s(?:href|src|action|formaction|background)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES: Final = frozenset({"https", "http", "mailto", "tel", "cid"})


class RenderError(CampaignspecError):
    """A template cannot be rendered for this person: nothing of it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What a template asks for, the texts that it includes as well.

    Attributes:
        variables: Values, each as the names that lead to it: ``("customer", "city")``.
        segments: Segments that it asks whether the person matches.
        offers: Offers whose code or last day it tells.
        links: The names of its links.
    """

    variables: frozenset[tuple[str, ...]] = frozenset()
    segments: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message's template for one channel, checked; it is compiled when it is first rendered.

    Attributes:
        file: Where it was read from.
        parts: The parts it renders, in the channel's order.
        escaped_parts: Those in which values are escaped.
        files: Its own file, and those of the texts that it includes.
        uses: What it asks for.
        limits: How long parts may be.
    """

    file: str
    parts: tuple[str, ...]
    escaped_parts: frozenset[str]
    files: tuple[str, ...] = ()
    uses: Uses = field(default_factory=Uses)
    limits: tuple[Limit, ...] = ()
    _blocks: Callable[[], Mapping[str, Block]] = field(repr=False, compare=False)

    def render(self, values: Mapping[str, Any], lookups: Lookups = NO_LOOKUPS) -> dict[str, str]:
        """Render every part for one person.

        Args:
            values: Plain data by name: texts, numbers, dates, lists and mappings of them.
            lookups: What the functions of the template answer.

        Raises:
            RenderError: A value that is printed is missing, a limit is passed, a part comes
                out empty, or is longer than the channel takes. The message names the variable.
        """
        return {part: self._render(part, values, lookups) for part in self.parts}

    def _render(self, part: str, values: Mapping[str, Any], lookups: Lookups) -> str:
        try:
            text = tidy(part, _joined(self._blocks()[part](values, lookups)))
        except RenderError as error:
            raise RenderError(f"{self.file}: {part}: {error}") from error
        if not text:
            raise RenderError(f"{self.file}: {part}: it comes out empty")
        for limit in passed(self.limits, part, text):
            if limit.is_firm:
                raise RenderError(f"{self.file}: {part}: {too_long(limit, text)}")
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


def tidy(part: str, text: str) -> str:
    """Return a part as it is sent: a subject in one line, a text without blank edges."""
    return _one_line(text) if part in _SINGLE_LINE else _without_blank_edges(text)


def _joined(pieces: Iterator[str]) -> str:
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST:
            raise RenderError(f"the text is longer than {_LONGEST // 1024} KB")
        kept.append(piece)
    return "".join(kept)


def _one_line(text: str) -> str:
    """Join lines, and drop control characters: a header must not be able to begin another."""
    lines = _CONTROL.sub(" ", " ".join(text.splitlines()))
    return " ".join(lines.split())


def _without_blank_edges(text: str) -> str:
    return _BLANK_LINES_BEFORE.sub("", text).rstrip()
