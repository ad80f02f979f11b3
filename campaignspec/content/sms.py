"""How long a text message is: its alphabet, its units and the pieces that it is sent in.

A short message carries 140 bytes. In the GSM 7-bit alphabet (3GPP TS 23.038 §6.2.1) that is 160
characters, of which those of the extension table take two units; with any other character the
whole message is written in UCS-2, 70 units of 16 bits, of which a character beyond the basic plane
takes two. A longer message is sent in pieces that each give 6 bytes to a header by which they are
joined again (3GPP TS 23.040 §9.2.3.24.1): 153 or 67 units remain. No piece ends within a character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_BEYOND: Final = 0xFFFF

REPLACEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        **dict.fromkeys("\u2022\u00b7\u2023", "*"),
        "\u2026": "...",
        "\u00d7": "x",
        "\u2122": "(TM)",
        "\u00ae": "(R)",
        "\u00a9": "(C)",
        "\u00e7": "c",
        "\u00ea": "e",
        "\u00e1": "a",
        "\u00ed": "i",
        "\u00f3": "o",
        "\u00fa": "u",
    }
)
"""What may stand in place of characters that GSM-7 lacks without changing what is said."""


class Alphabet(StrEnum):
    """How the characters of a text message are written."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_WHOLE: Final[Mapping[Alphabet, int]] = {Alphabet.GSM_7: 160, Alphabet.UCS_2: 70}
_PIECE: Final[Mapping[Alphabet, int]] = {Alphabet.GSM_7: 153, Alphabet.UCS_2: 67}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """A text as it goes out by SMS.

    Attributes:
        alphabet: How it is written.
        units: Its length: septets in GSM-7, 16-bit units in UCS-2.
        pieces: What each SMS carries; joined they are the text. An empty text is one piece.
    """

    alphabet: Alphabet
    units: int
    pieces: tuple[str, ...]

    @property
    def room(self) -> int:
        """How many units each of the pieces could carry."""
        return (_WHOLE if len(self.pieces) == 1 else _PIECE)[self.alphabet]


def text_message(text: str) -> TextMessage:
    """Lay a text out for SMS."""
    alphabet = alphabet_of(text)
    widths = [_width(character, alphabet) for character in text]
    units = sum(widths)
    if units <= _WHOLE[alphabet]:
        return TextMessage(alphabet=alphabet, units=units, pieces=(text,))
    pieces = tuple(_pieces(text, widths, _PIECE[alphabet]))
    return TextMessage(alphabet=alphabet, units=units, pieces=pieces)


def alphabet_of(text: str) -> Alphabet:
    """Return the alphabet that a text needs."""
    return Alphabet.GSM_7 if _BASIC.issuperset(set(text) - _EXTENSION) else Alphabet.UCS_2


def foreign_characters(text: str) -> tuple[str, ...]:
    """Return the characters that GSM-7 lacks, each once, in the order of the text."""
    return tuple(dict.fromkeys(each for each in text if each not in _BASIC | _EXTENSION))


def replaced(text: str) -> str:
    """Write a text with what GSM-7 has, as far as `REPLACEMENTS` knows."""
    return "".join(
        each if each in _BASIC or each in _EXTENSION else REPLACEMENTS.get(each, each)
        for each in text
    )


def _width(character: str, alphabet: Alphabet) -> int:
    wide = character in _EXTENSION if alphabet is Alphabet.GSM_7 else ord(character) > _BEYOND
    return 2 if wide else 1


def _pieces(text: str, widths: list[int], room: int) -> Iterator[str]:
    """Cut a text so that each piece has as many whole characters as there is room for."""
    ends = [0, *accumulate(widths)]
    start = 0
    for at in range(1, len(ends)):
        if ends[at] - ends[start] > room:
            yield text[start : at - 1]
            start = at - 1
    yield text[start:]
