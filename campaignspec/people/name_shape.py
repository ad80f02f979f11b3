"""Which word of a name is the family name: decided by what the words look like, in order.

A shape is the sort of each word. Names of a million people have a few hundred shapes, so each
shape is decided once, by a plain function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from campaignspec.people.name_words import Word

Places: TypeAlias = tuple[int, ...]


class Order(StrEnum):
    """Which name comes first where the words do not say."""

    FAMILY_FIRST = "family-first"
    GIVEN_FIRST = "given-first"


class Decided(StrEnum):
    """How it was decided which word is which."""

    COLUMNS = "separate columns"
    COMMA = "a comma"
    PATRONYMIC = "the patronymic"
    KNOWN_NAME = "a known given name"
    ENDING = "the ending of a family name"
    INITIALS = "initials"
    CHINESE = "Chinese order"
    ONE_WORD = "one word"
    ORDER = "the declared order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The places of the words that make up each part of a name.

    Attributes:
        given: The places of the given name's words; empty where it is not known.
        family: Those of the family name.
        patronymic: Those of the patronymic.
        decided: How it was decided.
    """

    given: Places = ()
    family: Places = ()
    patronymic: Places = ()
    decided: Decided


_PATRONYMICS: Final = frozenset({Word.PATRONYMIC, Word.PATRONYMIC_OR_FAMILY})


def split_by(shape: Sequence[Word], order: Order) -> Split:
    """Decide which words of a name are which.

    Args:
        shape: What each word looks like; at least one. Chinese names are not for here.
        order: What comes first where nothing else decides.
    """
    if Word.COMMA in shape:
        return _by_comma(shape)
    words = tuple(range(len(shape)))
    patronymic = _patronymic(shape)
    rest = tuple(place for place in words if place not in patronymic)
    if any(shape[place] is Word.INITIAL for place in words):
        spelled = tuple(place for place in rest if shape[place] is not Word.INITIAL)
        return Split(family=spelled, patronymic=patronymic, decided=Decided.INITIALS)
    if len(rest) == 1:
        return _one_word(shape, rest, patronymic)
    if patronymic:
        return _around(shape, rest, patronymic)
    return _two_names(shape, rest, order)


def _by_comma(shape: Sequence[Word]) -> Split:
    at = list(shape).index(Word.COMMA)
    family = tuple(range(at))
    behind = tuple(place for place in range(at + 1, len(shape)) if shape[place] is not Word.COMMA)
    patronymic = tuple(
        place
        for place in behind
        if (shape[place] in _PATRONYMICS and place > at + 1) or shape[place] is Word.TAIL
    )
    spelled = tuple(
        place for place in behind if place not in patronymic and shape[place] is not Word.INITIAL
    )
    return Split(given=spelled, family=family, patronymic=patronymic, decided=Decided.COMMA)


def _patronymic(shape: Sequence[Word]) -> Places:
    """Find the patronymic; a word in -ич is one only beside a name that it may belong to."""
    if Word.TAIL in shape:
        at = list(shape).index(Word.TAIL)
        return (at - 1, at) if at > 1 else (at,)
    sure = [place for place, word in enumerate(shape) if word is Word.PATRONYMIC]
    if sure:
        return (sure[-1],)
    maybe = [place for place, word in enumerate(shape) if word is Word.PATRONYMIC_OR_FAMILY]
    if maybe and (len(shape) > 2 or shape[0] is Word.GIVEN):  # "Абрамович Роман" has none
        return (maybe[-1],)
    return ()


def _one_word(shape: Sequence[Word], rest: Places, patronymic: Places) -> Split:
    """Decide of what is left: a family name if it looks like one and stands alone."""
    decided = Decided.PATRONYMIC if patronymic else Decided.ONE_WORD
    if not patronymic and shape[rest[0]] in (Word.FAMILY, Word.PATRONYMIC_OR_FAMILY):
        return Split(family=rest, decided=decided)
    return Split(given=rest, patronymic=patronymic, decided=decided)


def _around(shape: Sequence[Word], rest: Places, patronymic: Places) -> Split:
    """Put given and family name around the patronymic: "G P F", or "F G P"."""
    decided = Decided.PATRONYMIC
    before = tuple(place for place in rest if place < patronymic[0])
    behind = tuple(place for place in rest if place > patronymic[-1])
    if before and behind:
        return Split(given=before, family=behind, patronymic=patronymic, decided=decided)
    family, given = rest[:-1], rest[-1:]
    if not before:  # "P G F" is nobody's order: what looks like a family name is it
        family, given = rest[-1:], rest[:-1]
    known = [place for place in rest if shape[place] is Word.GIVEN]
    if len(known) == 1 and len(rest) == 2:
        given = (known[0],)
        family = tuple(place for place in rest if place != known[0])
    return Split(given=given, family=family, patronymic=patronymic, decided=decided)


def _two_names(shape: Sequence[Word], rest: Places, order: Order) -> Split:
    """Decide between two names, or more, without a patronymic."""
    particles = [place for place in rest if shape[place] is Word.PARTICLE and place > 0]
    if particles and particles[0] < rest[-1]:
        at = particles[0]
        return Split(given=rest[:at], family=rest[at:], decided=Decided.ENDING)
    known = [place for place in rest if shape[place] is Word.GIVEN]
    if known == [rest[0]] or (len(known) > 1 and known == list(rest[: len(known)]) != list(rest)):
        at = len(rest) - 1
        return Split(given=rest[:at], family=rest[at:], decided=Decided.KNOWN_NAME)
    if known == [rest[-1]]:
        return Split(given=rest[-1:], family=rest[:-1], decided=Decided.KNOWN_NAME)
    endings = [place for place in rest if shape[place] in (Word.FAMILY, Word.PATRONYMIC_OR_FAMILY)]
    if len(rest) == 2 and len(endings) == 1:
        given = tuple(place for place in rest if place not in endings)
        return Split(given=given, family=tuple(endings), decided=Decided.ENDING)
    if order is Order.FAMILY_FIRST:
        return Split(given=rest[1:], family=rest[:1], decided=Decided.ORDER)
    return Split(given=rest[:-1], family=rest[-1:], decided=Decided.ORDER)
