"""MD5 of many short texts at once, in columns: the arithmetic behind every keyed draw.

Draws are md5 because each warehouse computes it, too (decision 0016). Asking `hashlib` for one
digest after the other costs more than all else that a rehearsal does for a customer; here one
addition, rotation or logical step is taken for thousands of texts at a time (RFC 1321, sections
3.3 and 3.4). Only texts that fit into one block of MD5 are worked out like this; the few that are
longer, and small numbers of texts, are left to `hashlib`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Keys: TypeAlias = npt.NDArray[np.uint64]
Rows: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint32]
Word: TypeAlias = Words | int
"""A word of a block: one number a text, or one number for all of them."""

_FITS: Final = 55
"""The most bytes that one block holds beside the end mark and the length."""

_FEW: Final = 800
"""Fewer texts than this are hashed sooner one by one; measured."""

_AT_ONCE: Final = 32_768
"""How many texts are hashed at a time, so that all that is worked on stays in a core's cache."""

_WORD, _BITS = 4, 32
_LENGTH_WORD, _DIGEST_WORDS = 14, 4
_STEPS, _REGISTERS = 64, 6
_MASK = 2**32 - 1
_END_MARK = 0x80
_BEGUN: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
_TURNS: Final = ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
_SINES: Final = tuple(int(abs(math.sin(step + 1)) * 2**32) for step in range(64))
_STRIDES: Final = ((1, 0), (5, 1), (3, 5), (7, 0))
"""By round: step ``n`` takes the word ``(stride · n + first) mod 16``."""


class Ids:
    """Texts, laid out once so that they can be hashed many times.

    Args:
        texts: The texts; customers' ids, mostly.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._packed: pa.LargeStringArray | None = None
        self._laid: _Layout | None = None

    def __len__(self) -> int:
        return len(self._texts)

    def __reduce__(self) -> tuple[type[Ids], tuple[Sequence[str]]]:
        """Be packed without what is laid out anew in no time."""
        return Ids, (self._texts,)

    @property
    def arrow(self) -> pa.LargeStringArray:
        """The texts as Arrow keeps them: one behind the other; made at the first look."""
        if self._packed is None:
            self._packed = packed_texts(self._texts)
        return self._packed

    def keys(self, prefix: str, rows: Rows | None = None) -> Keys:
        """Return the first 64 bits of md5 of the prefix and each text, both in UTF-8.

        The same as the first 16 hex digits of the digest, read as a number.

        Args:
            prefix: What stands before each text.
            rows: Which texts; all, if not given.
        """
        first, second = self._hashed(prefix, rows, 2)
        return np.asarray(first.astype(np.uint64) << np.uint64(_BITS) | second)

    def draws(self, prefix: str, rows: Rows | None = None) -> Words:
        """Return the first 32 bits of what `keys` returns 64 of, for less work.

        Args:
            prefix: What stands before each text.
            rows: Which texts; all, if not given.
        """
        return np.asarray(self._hashed(prefix, rows, 1)[0])

    def _hashed(self, prefix: str, rows: Rows | None, size: int) -> Words:
        """Return so many words, from the first, of each text's digest: a row a word."""
        count = len(self._texts) if rows is None else len(rows)
        before = prefix.encode()
        if count < _FEW or len(before) >= _FITS:
            return self._one_by_one(before, range(count) if rows is None else rows.tolist(), size)
        laid = self._layout()
        found = np.empty((size, count), np.uint32)
        hasher = _Hasher(before, size)
        for low in range(0, count, _AT_ONCE):
            part = slice(low, low + _AT_ONCE)
            words, lengths = laid.take(part if rows is None else rows[part])
            hasher.hash(words, lengths, found[:, part])
            long = np.flatnonzero(lengths > _FITS - len(before))
            if len(long):
                places = long + low if rows is None else rows[part][long]
                found[:, low + long] = self._one_by_one(before, places.tolist(), size)
        return found

    def _one_by_one(self, prefix: bytes, rows: Sequence[int] | range, size: int) -> Words:
        md5, texts = hashlib.md5, self._texts
        digests = [md5(prefix + texts[r].encode(), usedforsecurity=False).digest() for r in rows]
        words = np.frombuffer(b"".join(digests), ">u4").reshape(-1, _DIGEST_WORDS)
        return words[:, :size].T.astype(np.uint32)

    def _layout(self) -> _Layout:
        if self._laid is None:
            self._laid = _Layout(self.arrow)
        return self._laid


def packed_texts(texts: Sequence[str]) -> pa.LargeStringArray:
    """Lay texts one behind the other.

    `pyarrow.array` would do the same, and load pandas to see whether the texts are a column of it.
    """
    import pyarrow as pa

    together = "".join(texts)
    encoded: Sequence[str] | Sequence[bytes] = texts
    if not together.isascii():
        encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(texts)), out=offsets[1:])
    buffers = pa.py_buffer(offsets), pa.py_buffer(together.encode())
    return pa.LargeStringArray.from_buffers(len(texts), *buffers)


class _Layout:
    """The bytes of texts, each with its end mark, as little-endian words: a row a word.

    Of texts that are too long for a block only the first bytes are kept, which nobody reads.
    """

    def __init__(self, packed: pa.LargeStringArray) -> None:
        _, offsets, data = packed.buffers()
        bounds = np.frombuffer(offsets, np.int64)[: len(packed) + 1]
        self._lengths, starts = np.diff(bounds).astype(np.int32), bounds[:-1]
        flat = np.frombuffer(data or b"", np.uint8)
        width = min(int(self._lengths.max(initial=0)), _FITS) + 1
        self._words = np.empty((-(-width // _WORD), len(packed)), np.uint32)
        for low in range(0, len(packed), _AT_ONCE):
            part = slice(low, low + _AT_ONCE)
            self._words[:, part] = _laid(flat, starts[part], self._lengths[part], len(self._words))

    def take(self, which: slice | Rows) -> tuple[Words, npt.NDArray[np.int32]]:
        """Return the words of some texts, a row a word, and the texts' lengths in bytes."""
        if isinstance(which, slice):
            return self._words[:, which], self._lengths[which]
        return self._words.take(which, axis=1), self._lengths.take(which)


def _laid(
    flat: npt.NDArray[np.uint8], starts: Rows, lengths: npt.NDArray[np.int32], size: int
) -> Words:
    """Lay texts into words, the end mark behind each.

    Args:
        flat: The texts' bytes.
        starts: Where each text begins.
        lengths: How many bytes each has.
        size: How many words each is given.

    Returns:
        A row a word.
    """
    words = np.zeros((len(lengths), size), np.uint32)
    cells = words.view(np.uint8)
    length = int(lengths[0])
    if length < cells.shape[1] and (lengths == length).all():
        together = flat[int(starts[0]) :][: length * len(lengths)]
        cells[:, :length] = together.reshape(len(lengths), length)
        cells[:, length] = _END_MARK
        return words.T
    place = np.arange(cells.shape[1])
    within = place < lengths[:, None]
    cells[within] = flat[(starts[:, None] + place)[within]]
    ends = np.minimum(lengths, cells.shape[1] - 1)
    cells[np.arange(len(ends)), ends] = _END_MARK
    return words.T


class _Hasher:
    """Hashes texts that begin alike, a few thousand at a time.

    Args:
        prefix: What stands before each text, less than a block.
        size: How many words of each digest are wanted: one or two.
    """

    def __init__(self, prefix: bytes, size: int) -> None:
        self._length, self._size = len(prefix), size
        padded = prefix.ljust(-(-len(prefix) // _WORD) * _WORD, b"\0")
        self._prefix = np.frombuffer(padded, "<u4").tolist()
        self._scratch = np.empty((_REGISTERS, 0), np.uint32)

    def hash(self, words: Words, lengths: npt.NDArray[np.int32], out: Words) -> None:
        """Hash texts behind the prefix; of texts that are too long, something else."""
        if self._scratch.shape[1] != words.shape[1]:
            self._scratch = np.empty((_REGISTERS, words.shape[1]), np.uint32)
        found = _compressed(self._block(words, lengths), self._scratch, self._size)
        for row, word in zip(out, found, strict=True):
            # A digest is its words from the lowest byte on; as a number it begins with the first.
            row[:] = word.byteswap()

    def _block(self, words: Words, lengths: npt.NDArray[np.int32]) -> list[Word]:
        """Put prefix, text and length together: the sixteen words of each text's block."""
        block: list[Word] = [*self._prefix, *[0] * (16 - len(self._prefix))]
        place, shift = divmod(self._length, _WORD)
        for at, word in enumerate(words[: _LENGTH_WORD - place], place):
            low, high = _shifted(_shared(word), 8 * shift)
            block[at] = _joined(block[at], low)
            if shift and at + 1 < _LENGTH_WORD:
                block[at + 1] = high
        bits = (lengths + self._length).astype(np.uint32) * np.uint32(8)
        block[_LENGTH_WORD] = _shared(bits)
        return block


def _shared(word: Words) -> Word:
    """Return a word that is the same for all as one number: it is added with the constants."""
    return int(word[0]) if (word == word[0]).all() else word


def _shifted(word: Word, bits: int) -> tuple[Word, Word]:
    """Move a word up by less than 32 bits: what stays in it, and what runs into the next."""
    if isinstance(word, int):
        return (word << bits) & _MASK, word >> (_BITS - bits)
    if not bits:
        return word, 0
    return word << np.uint32(bits), word >> np.uint32(_BITS - bits)


def _joined(one: Word, other: Word) -> Word:
    if isinstance(one, int) and isinstance(other, int):
        return one | other
    return np.bitwise_or(np.asarray(one, np.uint32), np.asarray(other, np.uint32))


def _compressed(block: Sequence[Word], scratch: Words, size: int) -> Sequence[Words]:
    """Compress one block of each text; return so many words of the digests, one or two."""
    # A step gives one word. That of the last but three is the first of the digest.
    last = _STEPS if size > 1 else _STEPS - 3
    varying = (at for at in range(last) if not isinstance(block[_word_of(at)], int))
    first = next(varying, last)
    # As long as no word varies, all texts are one.
    one = np.array([[*_BEGUN, 0, 0]], np.uint32).T
    alike = _stepped(block, one, range(first))
    scratch[: len(_BEGUN)] = alike
    a, b, _, _ = _stepped(block, scratch, range(first, last))
    if size > 1:
        return [a + np.uint32(_BEGUN[0]), b + np.uint32(_BEGUN[1])]
    return [b + np.uint32(_BEGUN[0])]


def _stepped(block: Sequence[Word], scratch: Words, steps: range) -> Sequence[Words]:
    """Take steps with the four words that come first in ``scratch``; return what they are then."""
    a, b, c, d, mix, spare = scratch
    for step in steps:
        turn = step // 16
        _mixed(turn, b, c, d, mix)
        word = block[_word_of(step)]
        mix += a
        if isinstance(word, int):
            mix += np.uint32((word + _SINES[step]) & _MASK)
        else:
            mix += word
            mix += np.uint32(_SINES[step])
        left = _TURNS[turn][step % 4]
        np.right_shift(mix, np.uint32(_BITS - left), out=spare)
        mix <<= np.uint32(left)
        mix |= spare
        mix += b
        a, b, c, d, mix = d, mix, b, c, a
    return a, b, c, d


def _word_of(step: int) -> int:
    """Return which word of a block a step takes."""
    stride, first = _STRIDES[step // 16]
    return (stride * step + first) % 16


def _mixed(turn: int, b: Words, c: Words, d: Words, out: Words) -> None:
    """Mix three words by the function of a round; F and G in forms with one step less."""
    match turn:
        case 0:
            np.bitwise_xor(c, d, out=out)
            out &= b
            out ^= d
        case 1:
            np.bitwise_xor(b, c, out=out)
            out &= d
            out ^= c
        case 2:
            np.bitwise_xor(b, c, out=out)
            out ^= d
        case _:
            np.invert(d, out=out)
            out |= b
            out ^= c
