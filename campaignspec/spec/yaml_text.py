"""YAML text of plain data, one way only, quoted where any YAML reader needs quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from campaignspec.document.scalars import read_plain

# Text that is safe without quotes: it begins with a letter or a digit and holds nothing that
# YAML uses.
_SAFE: Final = re.compile(r"[^\W_](?:[\w .,/@%+()='<>!?;*~$&|-]*[\w.,/@%+()='<>!?;*~$|-])?")
_SAFE_KEY: Final = re.compile(r"[^\W\d_][\w.-]*")
# Other YAML readers make numbers, times in base 60 and truth values of these.
_NUMERIC: Final = re.compile(r"0[xo][0-9a-f]+|[0-9][0-9_.,:]*(?:e[-+]?[0-9]+)?", re.IGNORECASE)
# A time without seconds is text to every reader, also between braces.
_MINUTE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_LINE: Final = 80
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def yaml_text(data: Any) -> str:
    """Write dictionaries, lists and scalars in block style, keys in the given order.

    >>> print(yaml_text({"from": "22:00", "caps": [{"at_most": 1}]}), end="")
    from: "22:00"
    caps:
      - at_most: 1
    """
    if _is_flat(data):
        return f"{_flat(data)}\n"
    return "".join(f"{line}\n" for line in _lines(data))


def flow_text(data: Any) -> str:
    """Write dictionaries, lists and scalars on one line, in braces and brackets.

    >>> flow_text({"event": "basket", "at": "2017-05-01 18:20", "properties": {"amount": 25}})
    '{event: basket, at: 2017-05-01 18:20, properties: {amount: 25}}'
    """
    match data:
        case dict():
            entries = (f"{_key(name)}: {flow_text(value)}" for name, value in data.items())
            return f"{{{', '.join(entries)}}}"
        case list():
            return f"[{', '.join(flow_text(item) for item in data)}]"
        case str() if _MINUTE.fullmatch(data):
            return data
        case _:
            return _entry(data)


def _lines(data: Any) -> Iterator[str]:
    """Write a mapping or a list that does not go on one line."""
    if isinstance(data, dict):
        for name, value in data.items():
            if _is_flat(value):
                yield f"{_key(name)}: {_flat(value)}"
            else:
                yield f"{_key(name)}:"
                yield from (f"  {line}" for line in _lines(value))
        return
    for item in data:
        lines = iter([_flat(item)]) if _is_flat(item) else _lines(item)
        yield f"- {next(lines)}"
        yield from (f"  {line}" for line in lines)


def _is_flat(data: Any) -> bool:
    """Say whether a value goes on one line: scalars, lists of few of them, empty things."""
    if isinstance(data, list):
        return not any(isinstance(item, dict | list) for item in data) and len(_flat(data)) <= _LINE
    return not (isinstance(data, dict) and data)


def is_safe_key(name: str) -> bool:
    """Say whether every YAML reader takes a key for this text when it has no quotes."""
    return _SAFE_KEY.fullmatch(name) is not None and read_plain(name) == name


def _key(name: str) -> str:
    return name if is_safe_key(name) else _quoted(name)


def _flat(data: Any) -> str:
    """Write a value on one line."""
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case float():
            text = f"{Decimal(repr(data)):f}"
            return text if "." in text else f"{text}.0"
        case str():
            return data if is_safe(data) else _quoted(data)
        case list():
            return f"[{', '.join(_entry(item) for item in data)}]"
        case _:
            return "{}"


def _entry(data: Any) -> str:
    """Write a scalar in a list on one line, where a comma ends an entry."""
    return _quoted(data) if isinstance(data, str) and "," in data else _flat(data)


def is_safe(text: str) -> bool:
    """Say whether every YAML reader takes a value for this text when it has no quotes."""
    return (
        _SAFE.fullmatch(text) is not None
        and _NUMERIC.fullmatch(text) is None
        and text.lower() not in _WORDS
    )


def _quoted(text: str) -> str:
    r"""Quote text; what YAML would fold, or forbid in a file, is written as ``\u…``."""
    body = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]", _escaped, body)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
