"""Text in the encodings that files are saved in: read strictly, and written anew as UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from campaignspec.errors import HistoryError

UTF8: Final = "utf-8"

_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NEARLY_ALL: Final = 0.95
_PLAINLY: Final = 16
"""So many characters are never UTF-8 by chance: of gbk one in six might be, of cp1251 none."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_RUSSIAN: Final = re.compile("[\u0410-\u042f\u0401]*[\u0430-\u044f\u0451]*")


def is_utf8(encoding: str | None) -> bool:
    """Say whether an encoding is UTF-8, as it is where none is declared."""
    try:
        return encoding is None or codecs.lookup(encoding).name in {UTF8, "utf-8-sig"}
    except LookupError:
        return False


def recode(file: Path, encoding: str, target: Path) -> None:
    """Write a text file anew as UTF-8, a chunk at a time.

    Raises:
        HistoryError: The file is not valid in its encoding, there is no such encoding, or the
            file is plainly UTF-8, so that its letters would become others.
    """
    if _is_plainly_utf8(file):
        raise HistoryError(
            f"{file}: is UTF-8, and other letters when read as {encoding}; leave the encoding out"
        )
    with target.open("w", encoding=UTF8, newline="") as text:
        for part in _decoded(file, encoding):
            text.write(part)


def check_utf8(file: Path) -> None:
    """Make sure that a text file is UTF-8.

    Raises:
        HistoryError: It is not; the line is named, and the likely encoding where one shows.
    """
    for _ in _decoded(file, UTF8):
        pass


def likely_encodings(sample: bytes) -> tuple[str, ...]:
    """Tell Russian in cp1251 and Chinese in gbk by their bytes; both where both are likely.

    Only bytes beyond ASCII count. As cp1251 they make words of Russian letters alone, with no
    capital behind a small letter. As gbk they come in pairs, and nearly all pairs are among the
    3,755 characters in daily use, whose first byte is B0 to D7.
    """
    if sample.startswith(_UTF16_MARKS):
        return ("utf-16",)
    return tuple(
        name for name, fits in (("cp1251", _is_russian), ("gbk", _is_chinese)) if fits(sample)
    )


def _decoded(file: Path, encoding: str) -> Iterator[str]:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise HistoryError(f"{file}: there is no encoding {encoding!r}") from error
    line = 1
    with file.open("rb") as content:
        chunk = None
        while chunk != b"":
            chunk = content.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                start = error.object.rfind(b"\n", 0, error.start) + 1
                rest = error.object[start:] + content.read(_SAMPLE)
                raise _fault(file, encoding, line, rest) from error
            line += text.count("\n")
            yield text


def _fault(file: Path, encoding: str, line: int, rest: bytes) -> HistoryError:
    if not is_utf8(encoding):
        return HistoryError(
            f"{file}: line {line} is not {encoding}; write in `read: {{encoding: …}}` how the "
            "file was saved, or leave it out for UTF-8"
        )
    likely = likely_encodings(rest[:_SAMPLE])
    advice = " or ".join(f"`read: {{encoding: {name}}}`" for name in likely)
    return HistoryError(
        f"{file}: line {line} is not UTF-8; it looks like {' or '.join(likely)}: write {advice}"
        if likely
        else f"{file}: line {line} is not UTF-8; write how the file was saved, such as "
        "`read: {encoding: cp1251}`, or save it as UTF-8"
    )


def _is_plainly_utf8(file: Path) -> bool:
    with file.open("rb") as content:
        sample = content.read(_SAMPLE)
    try:
        text = codecs.getincrementaldecoder(UTF8)().decode(sample)  # its end may be cut
    except UnicodeDecodeError:
        return False
    return sum(not letter.isascii() for letter in text) >= _PLAINLY


def _is_russian(sample: bytes) -> bool:
    words = _WORD.findall(sample.decode("cp1251", errors="replace"))
    foreign = [word for word in words if not word.isascii()]
    russian = [word for word in foreign if _RUSSIAN.fullmatch(word)]
    return len(russian) >= _NEARLY_ALL * len(foreign) and max(map(len, russian), default=0) > 1


def _is_chinese(sample: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("gbk")().decode(sample)  # its end may be cut
    except UnicodeDecodeError:
        return False
    foreign = [letter.encode("gbk") for letter in text if not letter.isascii()]
    daily = sum(_is_daily(pair) for pair in foreign)
    return daily >= max(1, _NEARLY_ALL * len(foreign))


def _is_daily(pair: bytes) -> bool:
    is_character = 0xB0 <= pair[0] <= 0xD7
    is_punctuation = pair[0] in {0xA1, 0xA3}
    return len(pair) == 2 and pair[1] >= 0xA1 and (is_character or is_punctuation)
