"""Which language a message is written in for whom: ``email.ru.j2`` before ``email.j2``.

A reader's language is cut from the right until there is a text: zh-Hant-TW, zh-Hant, zh, and then
the project's own language (RFC 4647 §3.4, lookup).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

_SHAPE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def fallbacks(locale: str) -> tuple[str, ...]:
    """Return a language and those that stand in for it, from near to far.

    >>> fallbacks("zh-Hant-TW")
    ('zh-Hant-TW', 'zh-Hant', 'zh')
    """
    pieces = locale.split("-")
    return tuple("-".join(pieces[:end]) for end in range(len(pieces), 0, -1))


def chosen(wanted: str | None, written: Iterable[str], default: str) -> str:
    """Return the written language that is nearest to the wanted one, or else the default."""
    by_key = {each.lower(): each for each in written}
    for locale in fallbacks(wanted or default):
        if locale.lower() in by_key:
            return by_key[locale.lower()]
    return default


def locale_of(value: Any) -> str | None:
    """Read a language as data hold it, ``ru_RU`` or ``zh-cn``; None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return text.replace("_", "-") if _SHAPE.fullmatch(text) else None
