"""The scalar kinds that speak of texts: the languages they are in, and how long they may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NewType

from campaignspec.connector import Measure

LOCALE: Final = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$"
"""What the name of a language looks like."""

LENGTH: Final = r"^(\d{1,7}) (characters|bytes|sms)$"
"""What a length looks like."""

Locale = NewType("Locale", str)
"""A language, and where it matters a script and a region, by BCP 47: ``en``, ``zh-Hant-TW``."""


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """How long a text may be: ``2 sms``, ``50 characters``, ``4096 bytes``.

    Attributes:
        number: The greatest length.
        measure: What it is counted in.
    """

    number: int
    measure: Measure

    def __str__(self) -> str:
        return f"{self.number} {self.measure}"


def parse_length(text: str) -> Length:
    """Read how long a text may be.

    Raises:
        ValueError: It is written otherwise; with the advice for the author.
    """
    match = re.fullmatch(LENGTH, text)
    if match is None or int(match[1]) < 1:
        raise ValueError("write a number and what it counts: 2 sms, 50 characters, 4096 bytes")
    return Length(int(match[1]), Measure(match[2]))


def parse_locale(text: str) -> Locale:
    """Read the name of a language.

    Raises:
        ValueError: It is written otherwise; with the advice for the author.
    """
    if not re.fullmatch(LOCALE, text):
        raise ValueError("write a language and, if need be, a region: en, pt-BR, zh-Hant-TW")
    return Locale(text)
