"""What filters and readers take amiss in a message's wording: shouting, lures, shortened links.

The list of lures is small on purpose. Filters weigh a sender's record far above single words; what
stands here are phrases that hardly ever occur in an honest message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from campaignspec.content.masking import STAND_IN
from campaignspec.content.source import Source
from campaignspec.diagnostics import Diagnostic, Severity

HEADLINES: Final = frozenset({"subject", "title"})
"""The parts that are read before a message is opened."""

LURES: Final = (
    *("100% free", "act now", "cash bonus", "double your income", "earn money", "extra cash"),
    *("free money", "guaranteed winner", "make money fast", "miracle", "no obligation"),
    *("no strings attached", "risk free", "risk-free", "this is not spam", "you are a winner"),
    *("you have been selected", "you have won", "быстрый заработок", "без риска"),
    *("вы выиграли", "легкие деньги", "это не спам", "恭喜您中奖", "快速赚钱", "免费领取现金"),
)
"""Phrases that filters know, in lower case."""

SHORTENERS: Final = (
    *("bit.ly", "buff.ly", "clck.ru", "cutt.ly", "dwz.cn", "goo.gl", "is.gd", "ow.ly"),
    *("rebrand.ly", "shorturl.at", "suo.im", "t.cn", "t.co", "tinyurl.com", "url.cn", "vk.cc"),
)
"""Hosts that hide where a link leads; filters count the misdeeds of others there as yours."""

_FEWEST_LETTERS: Final = 8
_WORD: Final = re.compile(r"[^\W\d_]+")
_MARK: Final = "!\uff01"
_MARKS: Final = re.compile(rf"[{_MARK}]")
_MANY_MARKS: Final = re.compile(rf"[{_MARK}]{{2,}}")
_CJK: Final = "\u2e80"
_LURE: Final = re.compile(
    # Chinese is written without spaces, so a phrase of it may begin within a word.
    "|".join(e if e[0] >= _CJK else rf"(?<!\w){re.escape(e)}(?!\w)" for e in LURES),
    re.IGNORECASE,
)
_SHORTENER: Final = re.compile(
    rf"https?://(?:www\.)?({'|'.join(map(re.escape, SHORTENERS))})(?![\w.-])", re.IGNORECASE
)


def check_wording(source: Source, part: str, text: str) -> Iterator[Diagnostic]:
    """Find what filters and readers take amiss in a part.

    Args:
        source: The template.
        part: The part's name.
        text: The part, masked, as long as the template.
    """
    if part in HEADLINES:
        yield from _shouting(source, part, text)
    # Texts are as long as the whole file, and mostly blank: what is found at once is asked first.
    marked = any(each in text for each in _MARK)
    many = _MANY_MARKS.search(text) if marked else None
    marks = list(_MARKS.finditer(text)) if marked and part in HEADLINES else []
    if many is not None or len(marks) > 1:
        at = many or marks[1]
        yield warning(
            source,
            "CNT717",
            f"exclamation marks shout ({at[0]} in the {part})",
            at.span(),
            "keep one at most",
        )
    lower = text.strip().lower()
    lured = any(each in lower for each in LURES)  # far quicker than the expression
    for lure in _LURE.finditer(text) if lured else ():
        yield warning(
            source,
            "CNT718",
            f'"{lure[0]}" is a phrase that filters know',
            lure.span(),
            "say what you offer, in your own words",
        )
    for short in _SHORTENER.finditer(text):
        yield warning(
            source,
            "CNT719",
            f"{short[1].lower()} hides where the link leads, and filters distrust it",
            short.span(),
            "write the shop's own address; link('…') counts clicks without a shortener",
        )


def _shouting(source: Source, part: str, text: str) -> Iterator[Diagnostic]:
    said = text.replace(STAND_IN, " ")
    words = list(_WORD.finditer(said, len(said) - len(said.lstrip()), len(said.rstrip())))
    letters = "".join(word[0] for word in words)
    cased = [each for each in letters if each.lower() != each.upper()]
    if len(cased) >= _FEWEST_LETTERS and all(each.isupper() for each in cased):
        yield warning(
            source,
            "CNT717",
            f"the {part} is in capitals from beginning to end",
            (words[0].start(), words[-1].end()),
            f"write {said[words[0].start() : words[-1].end()].capitalize()}",
        )


def warning(
    source: Source, code: str, message: str, at: tuple[int, int], advice: str
) -> Diagnostic:
    """Return a finding at a place that does not stop anything."""
    return Diagnostic(
        code=code,
        message=message,
        span=source.span(*at),
        severity=Severity.WARNING,
        help=advice,
    )
