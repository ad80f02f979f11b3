"""What readers who see little, or hear a message read to them, need of its markup.

The rules are those of WCAG 2.1 that can be judged from the text alone: 1.1.1 (images have a text in
their stead), 2.4.4 (a link says where it leads), 3.1.1 (the language is stated), 1.4.3 (contrast).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from campaignspec.content.contrast import (
    BLACK,
    LEAST,
    LEAST_OF_LARGE,
    WHITE,
    Colour,
    colour_of,
    contrast,
)
from campaignspec.content.masking import STAND_IN
from campaignspec.content.source import Source
from campaignspec.content.wording import warning
from campaignspec.diagnostics import Diagnostic

BARE: Final = frozenset(
    {
        *("click", "click here", "click this", "here", "this link", "link", "more", "read more"),
        *("go", "learn more", "tap here", "details"),
        *("здесь", "тут", "сюда", "ссылка", "подробнее", "нажмите", "нажмите здесь", "перейти"),
        *("点击", "点击这里", "点击此处", "点这里", "这里", "链接", "详情", "更多"),
    }
)
"""Texts of links that say nothing to somebody who hears the links alone, in lower case."""

_VOID: Final = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("source", "track", "wbr"),
    }
)
_SILENT: Final = frozenset({"style", "script", "title", "head"})
_LARGE_PX: Final = 24.0
_LARGE_BOLD_PX: Final = 18.66
_FEWEST_CHARACTERS: Final = 20
_SIZE: Final = re.compile(r"([\d.]+)\s*(px|pt)")
_COLOUR_IN: Final = re.compile(r"#[0-9a-f]{3,6}\b|rgb\([^)]*\)|\b[a-z]+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Element:
    """An element that is open, with what it hands down."""

    tag: str
    start: int
    end: int
    ink: Colour = BLACK
    paper: Colour | None = WHITE
    is_large: bool = False
    is_styled: bool = False


@dataclass(slots=True)
class _Link:
    """A link that is open, and what is written in it so far."""

    start: int
    end: int
    words: list[str] = field(default_factory=list)


def check_accessibility(source: Source, text: str, *, whole: bool = True) -> Iterator[Diagnostic]:
    """Find what keeps some readers out of a part in HTML.

    Args:
        source: The template.
        text: The part, masked, as long as the template.
        whole: Whether it is a whole part, not a text that parts share.
    """
    reader = _Reader(source)
    reader.feed(text)
    reader.close()
    yield from reader.found
    if not whole:
        return
    start = len(text) - len(text.lstrip())
    end = start + len(text[start:].split("\n", 1)[0].rstrip())
    if not reader.has_language and text.strip():
        yield warning(
            source,
            "CNT715",
            "the HTML does not say what language it is in",
            (start, end),
            'put it into an element that says so: <div lang="en">…</div>',
        )
    if reader.images and reader.characters < _FEWEST_CHARACTERS:
        yield warning(
            source,
            "CNT721",
            "the mail is an image and nothing else",
            reader.images[0],
            "write in text what matters: images are often blocked, cannot be heard, and look "
            "like spam to filters",
        )


class _Reader(HTMLParser):
    """Reads HTML from beginning to end, and notes what is amiss."""

    def __init__(self, source: Source) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Diagnostic] = []
        self.images: list[tuple[int, int]] = []
        self.characters = 0
        self.has_language = False
        self._source = source
        self._open: list[_Element] = []
        self._link: _Link | None = None
        self._told: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        start, end = self._here()
        if given.get("lang", "").strip() or given.get("xml:lang", "").strip():
            self.has_language = True
        if tag == "img":
            self._image(given, start, end)
        if tag == "a" and "href" in given:
            self._link = _Link(start, end)
        if tag not in _VOID:
            self._open.append(_inherited(self._open, tag, given, start, end))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self._judge(self._link)
            self._link = None
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if any(element.tag in _SILENT for element in self._open):
            return
        words = " ".join(data.split())
        if self._link is not None:
            self._link.words.append(words)
        # A value that is put in is text, and how long it is nobody knows.
        stands_in = words.count(STAND_IN) and _FEWEST_CHARACTERS
        self.characters += len(words.replace(STAND_IN, "")) + stands_in
        if words and self._open:
            self._look(self._open[-1])

    def _image(self, given: Mapping[str, str], start: int, end: int) -> None:
        self.images.append((start, end))
        if self._link is not None:
            self._link.words.append(given.get("alt", ""))
        if "alt" not in given:
            self.found.append(
                warning(
                    self._source,
                    "CNT712",
                    "an image has no text in its stead",
                    (start, end),
                    'say what it shows, alt="a red dress"; alt="" if it only decorates',
                )
            )

    def _judge(self, link: _Link) -> None:
        words = " ".join(" ".join(link.words).split())
        if words.strip(" .!:>»→…").lower() not in BARE and words:
            return
        said = f'a link says "{words}"' if words else "a link has no text"
        self.found.append(
            warning(
                self._source,
                "CNT713",
                f"{said}, and not where it leads",
                (link.start, link.end),
                "say what is there: <a …>See the new dresses</a>",
            )
        )

    def _look(self, element: _Element) -> None:
        """Judge the contrast of a text once for the element that sets its colours."""
        styled = next((each for each in reversed(self._open) if each.is_styled), None)
        if styled is None or element.paper is None or styled.start in self._told:
            return
        ratio = contrast(element.ink, element.paper)
        least = LEAST_OF_LARGE if element.is_large else LEAST
        if ratio >= least:
            return
        self._told.add(styled.start)
        self.found.append(
            warning(
                self._source,
                "CNT716",
                f"text in {_hex(element.ink)} on {_hex(element.paper)} has a contrast of "
                f"{ratio:.1f} : 1, and needs {least:.1f} : 1",
                (styled.start, styled.end),
                "take a darker colour on a light ground, or a lighter one on a dark ground",
            )
        )

    def _here(self) -> tuple[int, int]:
        start = self._source.offset(*self.getpos())
        return start, start + len(self.get_starttag_text() or "")


def _inherited(
    above: list[_Element], tag: str, given: Mapping[str, str], start: int, end: int
) -> _Element:
    """Return an element as it is styled, with what it takes over from those around it."""
    outer = above[-1] if above else _Element("", 0, 0)
    style = _style(given.get("style", ""))
    ink = colour_of(style.get("color", given.get("color", "")))
    ground = style.get("background-color") or style.get("background") or given.get("bgcolor", "")
    colours = (colour_of(each) for each in _COLOUR_IN.findall(ground))
    found = next((each for each in colours if each is not None), None)
    paper = outer.paper if not ground or ground == "transparent" else found
    if "url(" in ground:
        paper = None  # nobody knows how bright an image is
    return _Element(
        tag,
        start,
        end,
        ink=ink or outer.ink,
        paper=paper,
        is_large=_is_large(tag, style, outer),
        is_styled=bool(ink or ground),
    )


def _style(text: str) -> Mapping[str, str]:
    pairs = (each.partition(":") for each in text.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_large(tag: str, style: Mapping[str, str], outer: _Element) -> bool:
    """Say whether a text is large: from 24 px, or bold from 18.66 px (18 and 14 points)."""
    found = _SIZE.match(style.get("font-size", ""))
    if found is None:
        return outer.is_large or tag == "h1"
    pixels = float(found[1]) * (96 / 72 if found[2] == "pt" else 1)
    bold = style.get("font-weight", "") in {"bold", "bolder", "600", "700", "800", "900"}
    return pixels >= (_LARGE_BOLD_PX if bold or tag in {"b", "strong", "h2", "h3"} else _LARGE_PX)


def _hex(colour: Colour) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"
