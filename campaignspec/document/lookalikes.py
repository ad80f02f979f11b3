"""Punctuation of Chinese, Russian and word-processor text that YAML reads as letters.

YAML knows only the ASCII marks. A full-width colon, a long dash or a curly quote in their
place does not fail: it silently becomes part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Lookalike(NamedTuple):
    """A mark and the one that was probably meant."""

    name: str
    meant: str


COLON: Final = "\uff1a"
COMMA: Final = "\uff0c"

LOOKALIKES: Final[dict[str, Lookalike]] = {
    COLON: Lookalike("a full-width colon", ":"),
    COMMA: Lookalike("a full-width comma", ","),
    "\uff0d": Lookalike("a full-width hyphen", "-"),
    "\u2010": Lookalike("a typographic hyphen", "-"),
    "\u2011": Lookalike("a non-breaking hyphen", "-"),
    "\u2013": Lookalike("an en dash", "-"),
    "\u2014": Lookalike("an em dash", "-"),
    "\u2212": Lookalike("a minus sign", "-"),
    "\u201c": Lookalike("a curly quote", '"'),
    "\u201d": Lookalike("a curly quote", '"'),
    "\u201e": Lookalike("a low quote", '"'),
    "\uff02": Lookalike("a full-width quote", '"'),
    "\u2018": Lookalike("a curly quote", "'"),
    "\u2019": Lookalike("a curly quote", "'"),
    "\uff07": Lookalike("a full-width quote", "'"),
    "\uff3b": Lookalike("a full-width bracket", "["),
    "\uff3d": Lookalike("a full-width bracket", "]"),
    "\uff5b": Lookalike("a full-width brace", "{"),
    "\uff5d": Lookalike("a full-width brace", "}"),
    "\u3000": Lookalike("a full-width space", " "),
    "\u00a0": Lookalike("a non-breaking space", " "),
    "\u202f": Lookalike("a narrow non-breaking space", " "),
    "\u2007": Lookalike("a figure space", " "),
    "\u0085": Lookalike("an invisible line break", " "),
    "\u2028": Lookalike("an invisible line break", " "),
    "\u2029": Lookalike("an invisible line break", " "),
}

_SPACES: Final = "\u3000\u00a0\u202f\u2007"
_DASHES: Final = "\uff0d\u2010\u2011\u2013\u2014\u2212"
_QUOTES: Final = "\u201c\u201d\u201e\uff02\u2018\u2019\uff07"
_BRACKETS: Final = "\uff3b\uff3d\uff5b\uff5d"

_HIDDEN_BREAK: Final = re.compile("[\u0085\u2028\u2029]")
# Each names the mark as group 1.
_KEY: Final = re.compile(
    f"^([{_SPACES}])|^([{_DASHES}])(?=[\\s{_SPACES}])|^([{_QUOTES}{_BRACKETS}])"
)
_KEY_ANYWHERE: Final = re.compile(f"([{COLON}{_SPACES}])")
_VALUE: Final = re.compile(
    f"^([{_SPACES}])|^([{_QUOTES}])(?=.*[{_QUOTES}]$)|^([{_BRACKETS}])|([{_SPACES}])$", re.DOTALL
)
_BLOCK_VALUE: Final = re.compile(f"^([{_DASHES}])(?=[\\s{_SPACES}])|^[a-z][a-z_]*({COLON})")
_LINE: Final = re.compile(
    f"^[ \t]*([{_SPACES}])|^[ \t]*([{_DASHES}])(?=[\\s{_SPACES}])|^[ \t]*[^\\s:\"']+?({COLON})"
    f"|:([{_SPACES}])|(?::|^|-)[ \t]+([{_QUOTES}{_BRACKETS}])",
    re.MULTILINE,
)
_FLOW_LINE: Final = re.compile(f"([{COMMA}{COLON}{_QUOTES}{_BRACKETS}{_SPACES}])")


def at_key_edge(raw: str) -> int | None:
    """Find a mark at the beginning of an unquoted key that was meant as structure."""
    return _first(_KEY, raw)


def within_key(raw: str) -> int | None:
    """Find a colon or space in an unquoted key that looks like another."""
    return _first(_KEY_ANYWHERE, raw)


def in_value(raw: str, *, own_line: bool, in_flow_list: bool) -> int | None:
    """Find a mark in an unquoted value that looks like structure rather than like text.

    Args:
        raw: The value as written.
        own_line: Whether it stands first on its line or after a list's dash, where a key or
            a list item could stand.
        in_flow_list: Whether it stands in a list in brackets, where a comma would separate.
    """
    if in_flow_list and COMMA in raw:
        return raw.index(COMMA)
    found = _first(_VALUE, raw)
    return _first(_BLOCK_VALUE, raw) if found is None and own_line else found


def in_structure(text: str, *, flow: bool) -> int | None:
    """Find a mark that explains why some lines are not YAML."""
    found = _first(_LINE, text)
    return _first(_FLOW_LINE, text) if found is None and flow else found


def hidden_breaks(text: str) -> Iterator[int]:
    """Find the characters at which YAML begins a line and editors do not."""
    return (found.start() for found in _HIDDEN_BREAK.finditer(text))


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return found.start(found.lastindex or 0) if found else None
