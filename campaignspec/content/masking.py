"""A template's parts as they are read by checks of wording and markup.

What Jinja would put in is written as letters of the same length, and its tags as spaces, so that
every character that is left stands where it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_BLOCK: Final = re.compile(
    r"\{%-?\+?\s*block\s+(?P<name>\w+)[^%]*?%\}(?P<body>.*?)\{%-?\+?\s*endblock\b", re.DOTALL
)
_JINJA: Final = re.compile(
    r"\{#.*?#\}|\{%(?:'[^']*'|\"[^\"]*\"|.)*?%\}|\{\{(?:'[^']*'|\"[^\"]*\"|.)*?\}\}", re.DOTALL
)
_INK: Final = re.compile(r"[^\r\n]+")
STAND_IN: Final = "\ufffc"
"""What stands for a value that is put in: an object, by Unicode's own name for it."""


def masked_parts(text: str) -> Mapping[str, str]:
    """Return each block of a template, all else blank; of a text without blocks, ``""`` → all.

    Each part is as long as the whole text, so that places in it are places in the file.
    """
    quiet = _JINJA.sub(_masked, text)
    blocks = list(_BLOCK.finditer(text))
    if not blocks:
        return {"": quiet}
    blank = _written_as(" ", text)
    return {found["name"]: _only(quiet, blank, *found.span("body")) for found in blocks}


def written_parts(text: str) -> Mapping[str, str]:
    """Return each block of a template as it is written; of a text without blocks, ``""`` → all."""
    return {found["name"]: found["body"] for found in _BLOCK.finditer(text)} or {"": text}


def _masked(found: re.Match[str]) -> str:
    return _written_as(STAND_IN if found[0].startswith("{{") else " ", found[0])


def _written_as(sign: str, text: str) -> str:
    """Write a sign in place of every character but line breaks."""
    if "\r" not in text:  # line by line, since an expression would take five times as long
        return "\n".join([sign * len(line) for line in text.split("\n")])
    return _INK.sub(lambda found: sign * len(found[0]), text)


def _only(text: str, blank: str, start: int, end: int) -> str:
    return blank[:start] + text[start:end] + blank[end:]
