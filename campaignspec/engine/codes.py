"""Codes that are made by rule, and the pool that codes are given out of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.history.column import Column
from campaignspec.spec.offer import GeneratedCodes

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits of which none is mistaken for another: no 0 and O; no 1, I and L; no U."""

BLANK: Final = "#"
"""What a pattern has in the place of a letter or digit that is made."""

NO_CODE: Final = -1
"""The number of no code: of a grant that has none."""

_FOREIGN: Final = -2
"""The number of a code that is none of the pool's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Codes of an offer, each for one customer, in the order in which they are given out.

    Attributes:
        codes: The codes; a code's place in it is its number.
        memo: What was derived once.
    """

    codes: tuple[str, ...]
    memo: dict[str, int] = field(default_factory=dict, repr=False)

    def places(self, column: Column) -> npt.NDArray[np.int64]:
        """Return the numbers of the codes that a text column holds; a foreign code has none."""
        if not self.memo:
            self.memo.update((code, place) for place, code in enumerate(self.codes))
        places = [self.memo.get(str(word), _FOREIGN) for word in column.words]
        found: npt.NDArray[np.int64] = np.array([*places, _FOREIGN], np.int64)[column.values]
        return found


def made_codes(wanted: GeneratedCodes) -> tuple[str, ...]:
    """Make codes: the same pattern and seed give the same codes, and more of them begin alike.

    Code by code, the blanks are the digits of a number to the base 30: the first 128 bits of
    SHA-256 of ``seed:n``, for n = 0, 1, 2, …; a code that was made before is passed over.

    Raises:
        ValueError: The pattern has room for fewer codes than are wanted.
    """
    if wanted.generate > room(wanted):
        raise ValueError(f"the pattern has room for {room(wanted):,} codes only")
    found: dict[str, None] = {}
    for code in _codes(wanted):
        if len(found) == wanted.generate:
            break
        found.setdefault(code)
    return tuple(found)


def room(wanted: GeneratedCodes) -> int:
    """Say how many different codes a pattern has room for."""
    return len(ALPHABET) ** _drawn(wanted) if _drawn(wanted) > 0 else 0


def is_checked(code: str) -> bool:
    """Say whether the last letter of some letters of the alphabet is right for the others.

    It is that of Luhn's algorithm modulo 30 (ISO/IEC 7812-1 generalised to N signs): every single
    wrong sign is found, and nearly every swap of neighbours.
    """
    return _luhn_sum(code, doubled=False) % len(ALPHABET) == 0


def _codes(wanted: GeneratedCodes) -> Iterator[str]:
    drawn = _drawn(wanted)
    for number in count():
        digest = hashlib.sha256(f"{wanted.seed}:{number}".encode()).digest()
        signs = _signs(int.from_bytes(digest[:16], "big"), drawn)
        yield _filled(wanted.pattern, signs + (_check_sign(signs) if wanted.checksum else ""))


def _drawn(wanted: GeneratedCodes) -> int:
    return wanted.pattern.count(BLANK) - int(wanted.checksum)


def _signs(number: int, length: int) -> str:
    signs = ""
    for _ in range(length):
        number, sign = divmod(number, len(ALPHABET))
        signs += ALPHABET[sign]
    return signs


def _filled(pattern: str, signs: str) -> str:
    coming = iter(signs)
    return "".join(next(coming) if sign == BLANK else sign for sign in pattern)


def _check_sign(signs: str) -> str:
    return ALPHABET[-_luhn_sum(signs, doubled=True) % len(ALPHABET)]


def _luhn_sum(signs: str, *, doubled: bool) -> int:
    """Add up the signs from the right, every second one doubled and its two digits added."""
    total = 0
    for sign in reversed(signs):
        value = ALPHABET.index(sign) * (2 if doubled else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
        doubled = not doubled
    return total
