"""What a word of a name can be told to be, by itself."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from campaignspec.people.given_names import GIVEN_NAMES


class Word(IntEnum):
    """What a word of a name looks like."""

    OTHER = 0
    GIVEN = 1
    """One of the common given names."""
    FAMILY = 2
    """It ends as Slavic family names do."""
    PATRONYMIC = 3
    """It ends as patronymics do, and family names hardly ever."""
    PATRONYMIC_OR_FAMILY = 4
    """It ends in ``-ич``, as patronymics and some family names do."""
    INITIAL = 5
    COMMA = 6
    PARTICLE = 7
    """It begins a family name of several words: ``van``, ``де``."""
    TAIL = 8
    """It ends a patronymic of two words: ``оглы``, ``кызы``."""
    HAN = 9
    """Chinese characters, family name and given name in one."""
    COMPANY = 10
    """It says that this is no person."""


_PATRONYMIC: Final = re.compile(r"\w+(?:овна|евна|ична|инична|овн|ovna|evna)", re.IGNORECASE)
_IN_ICH: Final = re.compile(r"\w+(?:ович|евич|ьич|мич|кич|ovich|evich)", re.IGNORECASE)
_FAMILY: Final = re.compile(
    r"\w+(?:ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|ской|ко|ук|юк|чук|ян|дзе|швили"
    r"|ых|их|ова|ов|ich|ov|ova|ev|eva|enko|sky|skaya|skiy)",
    re.IGNORECASE,
)
_INITIAL: Final = re.compile(r"[^\W\d_]\.?")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff·]+")
_TAILS: Final = frozenset(("оглы", "кызы", "угли", "углы", "оглу", "гызы", "ogly", "kyzy"))
_PARTICLE_WORDS: Final = """
van von der den de del della di da dos du la le ter zu фон ван де дер да ди ла ле дю
"""
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_COMPANIES: Final = frozenset(("ооо", "оао", "зао", "пао", "ао", "ltd", "llc", "inc", "gmbh"))
_IN_SMALL_LETTERS: Final = frozenset((Word.PARTICLE, Word.TAIL))


def word_of(text: str) -> Word:
    """Tell what a word looks like."""
    lowered = text.lower().replace("ё", "е")
    if text == ",":
        return Word.COMMA
    if _HAN.fullmatch(text):
        return Word.HAN
    if _INITIAL.fullmatch(text):
        return Word.INITIAL
    if lowered in _TAILS:
        return Word.TAIL
    if lowered in _PARTICLES:
        return Word.PARTICLE
    if lowered.strip(".") in _COMPANIES:
        return Word.COMPANY
    if lowered in GIVEN_NAMES:
        return Word.GIVEN
    if _PATRONYMIC.fullmatch(lowered):
        return Word.PATRONYMIC
    if _IN_ICH.fullmatch(lowered):
        return Word.PATRONYMIC_OR_FAMILY
    return Word.FAMILY if _FAMILY.fullmatch(lowered) else Word.OTHER


def written(text: str) -> str:
    """Write a word of a name as names are written; mixed case is left as its owner has it."""
    if not (text.isupper() or text.islower()) or word_of(text) in _IN_SMALL_LETTERS:
        return text
    return "-".join(_capital(part) for part in text.split("-"))


def folded(text: str) -> str:
    """Write a name for comparison: lower case, ``ё`` as ``е``, one sort of dash and space."""
    return " ".join(text.casefold().replace("ё", "е").split())


def _capital(part: str) -> str:
    head, apostrophe, tail = part.partition("'")
    if apostrophe and len(head) == 1 and tail:
        return f"{head.upper()}'{tail.capitalize()}"
    return part.capitalize()
