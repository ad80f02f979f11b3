"""Full names taken apart, a column at a time: words are looked at once, shapes decided once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.people.columns import (
    MISSING,
    coded,
    is_flagged,
    no_texts,
    numbered,
    overlaid,
    texts,
    trimmed,
)
from campaignspec.people.given_names import TWO_CHARACTER_FAMILY_NAMES
from campaignspec.people.name_shape import Decided, Order, Split, split_by
from campaignspec.people.name_words import Word, folded, word_of, written

_MOST_WORDS: Final = 6

_LONGEST_CHINESE: Final = 4
_NO_WORD: Final = 15
_PARTS: Final = ("given", "family", "patronymic")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """A column of names, taken apart.

    Attributes:
        given: Given names as they are written; null where there is none.
        family: Family names.
        patronymic: Patronymics.
        decided: How it was decided which is which, a value of `Decided`.
        reasons: Why a name is not usable; null where it is, or where nothing was written.
    """

    given: pa.Array
    family: pa.Array
    patronymic: pa.Array
    decided: pa.Array
    reasons: pa.Array


def split_names(values: pa.Array, order: Order) -> Names:
    """Take full names apart.

    Args:
        values: What was written, as strings; null is missing.
        order: What comes first where the words do not say. Chinese characters are always read
            family name first.
    """
    column = coded(_spaced(trimmed(values)))
    parts = pc.split_pattern(column.words, " ", max_splits=_MOST_WORDS)
    lengths = pc.list_value_length(parts).to_numpy(zero_copy_only=False)
    words = coded(parts.flatten())
    sorts = np.array([word_of(word) for word in words.words.to_pylist()], np.int64)
    table = _table(words.codes, lengths)
    found = _Found(len(lengths))
    found.split(table, sorts, words.words, order)
    found.chinese(column.words, table, sorts)
    found.reject(column.words, lengths, table, sorts)
    return Names(**{name: column.spread(part) for name, part in found.columns().items()})


def tidy_names(values: pa.Array) -> pa.Array:
    """Write the words of a column that holds one part of names as names are written."""
    column = coded(trimmed(values))
    spelled = [
        " ".join(written(word) for word in text.split()) if text else None
        for text in column.words.to_pylist()
    ]
    return column.spread(texts(spelled))


def fold_names(values: pa.Array) -> pa.Array:
    """Write names for comparison; an initial alone compares with nothing."""
    column = coded(values)
    plain = [folded(text) for text in column.words.to_pylist()]
    return column.spread(
        texts([text if len(text.strip(".")) > 1 or _is_han(text) else None for text in plain])
    )


def split_chinese(text: str) -> tuple[str, str] | None:
    """Split a Chinese name into family and given name; None where it is too short or too long."""
    plain = text.replace("·", "").replace(" ", "")
    if text.count(" ") == 1:
        family, given = text.split(" ")
        return (family, given) if len(plain) <= _LONGEST_CHINESE + 2 else None
    if not 2 <= len(plain) <= _LONGEST_CHINESE:
        return None
    size = 2 if plain[:2] in TWO_CHARACTER_FAMILY_NAMES and len(plain) > 2 else 1
    return plain[:size], plain[size:]


def _spaced(values: pa.Array) -> pa.Array:
    """Put one space between words, around commas and behind the dots of initials."""
    odd = is_flagged(pc.match_substring_regex(values, r"[.,，;\"«»()\t\n\r]|\s\s"))
    return overlaid(values, odd, _respaced)


def _respaced(values: pa.Array) -> pa.Array:
    spaced = pc.replace_substring_regex(values, r"\.(\pL)", r". \1")
    spaced = pc.replace_substring_regex(spaced, r"[,，;]", " , ")
    spaced = pc.replace_substring_regex(spaced, r"[\"«»()]|\s+", " ")
    spaced = pc.replace_substring_regex(spaced, r" {2,}", " ")
    spaced = pc.utf8_trim(spaced, " ,")
    return pc.if_else(pc.equal(spaced, ""), None, spaced)


def _table(codes: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Lay the words of each name in a row, `MISSING` behind the last one."""
    table = np.full((len(lengths), _MOST_WORDS + 1), MISSING, np.int64)
    starts = np.cumsum(lengths) - lengths
    rows = np.repeat(np.arange(len(lengths)), lengths)
    table[rows, np.arange(len(codes)) - np.repeat(starts, lengths)] = codes
    return table


def _is_han(text: str) -> bool:
    return word_of(text) is Word.HAN


class _Found:
    """The parts of names, filled in one sort of names after the other."""

    def __init__(self, length: int) -> None:
        self._parts = {name: no_texts(length) for name in (*_PARTS, "decided", "reasons")}
        self._done = np.zeros(length, np.bool_)

    def columns(self) -> dict[str, pa.Array]:
        return self._parts

    def split(
        self,
        table: npt.NDArray[np.int64],
        sorts: npt.NDArray[np.int64],
        words: pa.Array,
        order: Order,
    ) -> None:
        """Take apart what is written in letters, shape by shape."""
        if not len(table):
            return
        spelled = texts([written(word) for word in words.to_pylist()])
        shapes = np.where(table == MISSING, _NO_WORD, np.append(sorts, 0)[table])
        keys = shapes @ (16 ** np.arange(shapes.shape[1], dtype=np.int64))
        belongs, firsts = numbered(keys)
        splits = [_decided(shapes[first], order) for first in firsts]
        for part in _PARTS:
            self._parts[part] = _gathered(part, splits, belongs, table, spelled)
        chosen = texts([split.decided.value if split else None for split in splits])
        self._parts["decided"] = chosen.take(pa.array(belongs))
        self._done = is_flagged(self._parts["decided"].is_valid())

    def chinese(
        self, values: pa.Array, table: npt.NDArray[np.int64], sorts: npt.NDArray[np.int64]
    ) -> None:
        """Take apart what is written in Chinese characters alone."""
        han = (table == MISSING) | (np.append(sorts, 0)[table] == Word.HAN)
        places = han.all(axis=1) & ~self._done
        if not places.any():
            return
        mask = pa.array(places)
        split = [split_chinese(text) for text in values.filter(mask).to_pylist()]
        found = {
            "family": texts([each[0] if each else None for each in split]),
            "given": texts([each[1] if each else None for each in split]),
            "decided": texts([Decided.CHINESE.value if each else None for each in split]),
        }
        for name, part in found.items():
            self._parts[name] = pc.replace_with_mask(self._parts[name], mask, part)
        self._done |= is_flagged(self._parts["decided"].is_valid())

    def reject(
        self,
        values: pa.Array,
        lengths: npt.NDArray[np.int64],
        table: npt.NDArray[np.int64],
        sorts: npt.NDArray[np.int64],
    ) -> None:
        """Say why what is left is no name, and forget what was taken for one."""
        lettered = is_flagged(pc.match_substring_regex(values, r"\pL"))
        company = (np.append(sorts, 0)[table] == Word.COMPANY) & (table != MISSING)
        numbered = is_flagged(pc.match_substring_regex(values, r"[0-9@]"))
        written_ = is_flagged(values.is_valid())
        known = np.any([is_flagged(self._parts[part].is_valid()) for part in _PARTS], axis=0)
        faults = (
            (~lettered, "has no letters"),
            (numbered, "has digits or an @ in it"),
            (company.any(axis=1), "names a company"),
            (lengths > _MOST_WORDS, "has too many words"),
            (~self._done, "is not a name that can be taken apart"),
            (self._done & ~known, "has nothing but initials"),
        )
        fault = np.zeros(len(lengths), np.int64)
        for number, (places, _) in reversed(list(enumerate(faults, start=1))):
            fault[places & written_] = number
        self._parts = {
            name: pc.if_else(pa.array(fault > 0), None, part) for name, part in self._parts.items()
        }
        reasons = texts([None, *(reason for _, reason in faults)])
        self._parts["reasons"] = reasons.take(pa.array(fault))


def _decided(shape: npt.NDArray[np.int64], order: Order) -> Split | None:
    """Decide of one shape; None where it is for others, or for nobody."""
    words = [Word(sort) for sort in shape.tolist() if sort != _NO_WORD]
    if not words or len(words) > _MOST_WORDS or Word.HAN in words:
        return None
    return split_by(words, order)


def _gathered(
    part: str,
    splits: list[Split | None],
    belongs: npt.NDArray[np.int64],
    table: npt.NDArray[np.int64],
    spelled: pa.Array,
) -> pa.Array:
    """Join the words that make up a part of each name; null where the part has none."""
    places = [getattr(split, part) if split else () for split in splits]
    widest = max((len(each) for each in places), default=0)
    joined = no_texts(len(table))
    rows = np.arange(len(table))
    for nth in range(widest):
        chosen = np.array([each[nth] if len(each) > nth else MISSING for each in places])[belongs]
        codes = np.where(chosen == MISSING, MISSING, table[rows, chosen])
        word = spelled.take(pa.array(codes, mask=codes == MISSING))
        both = pc.binary_join_element_wise(joined, word, pa.scalar(" ", pa.large_string()))
        joined = pc.coalesce(both, joined, word)
    return joined
