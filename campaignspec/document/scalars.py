"""What unquoted text means: null, true and false, plain numbers, and otherwise text."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
# Longer numbers are telephone, card and account numbers, which arithmetic would damage.
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMERIC: Final = frozenset("-0123456789")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")


def read_plain(text: str) -> Scalar:
    """Read an unquoted scalar.

    `22:00`, `NO`, `+7916…`, `01234`, `1_000`, `1e5` and dates stay text; other YAML readers
    turn each of them into something else.

    >>> read_plain("42"), read_plain("1.5"), read_plain("True"), read_plain("~")
    (42, 1.5, True, None)
    >>> read_plain("21:30"), read_plain("NO"), read_plain("007")
    ('21:30', 'NO', '007')
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:  # most texts are words, and two patterns would be asked of each
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
