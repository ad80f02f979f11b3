"""What findings look like: for each code a wrong text, what is said to it, and the right text.

The examples are made from the wrong files that the tests read, by `make generate`, and are a part
of the package, so that an installed campaignspec can show them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

FILE: Final = "examples.json"
"""The file of examples, beside this module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mistake.

    Attributes:
        file: The file it is made in, as the output shows it.
        wrong: The text with the mistake, or the lines around it.
        output: What `campaignspec validate` says, exactly.
        right: The same without the mistake; empty where nobody has written it.
    """

    file: str
    wrong: str
    output: str
    right: str


def example_of(code: str) -> Example | None:
    """Return the example of a code; None where none is kept."""
    return _examples().get(code)


@cache
def _examples() -> Mapping[str, Example]:
    text = (files("campaignspec.diagnostics") / FILE).read_text(encoding="utf-8")
    return MappingProxyType({code: Example(**each) for code, each in json.loads(text).items()})
