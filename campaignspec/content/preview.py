"""A message as one reader would get it, with everything about it that can be counted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from campaignspec.connector import Limit, Measure
from campaignspec.content.limits import passed, too_long
from campaignspec.content.sms import TextMessage, text_message
from campaignspec.content.template import Template
from campaignspec.diagnostics import Diagnostic

_HREF: Final = re.compile(r"""<a\b[^>]*?\shref\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPart:
    """One part of a message, rendered.

    Attributes:
        name: The part.
        text: What is in it.
        is_markup: Whether it is HTML.
        sms: How it goes out by SMS, where the channel counts SMS.
        size: Its length in bytes of UTF-8.
        links: The addresses that it leads to, each once, in the order of the text.
    """

    name: str
    text: str
    is_markup: bool
    sms: TextMessage | None
    size: int
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as one reader would get it.

    Attributes:
        campaign: Whose message it is.
        message: The message's name.
        channel: The channel.
        locale: The language of its template; empty in a project without languages.
        reader: Who reads it: a persona's name, or a customer's id.
        title: One line about the reader; empty where there is none.
        file: The template's file.
        parts: The parts; none if it cannot be rendered.
        failure: Why it cannot be rendered; then this reader would get nothing.
        warnings: What is amiss in this very text.
        findings: What is amiss in the template.
    """

    campaign: str
    message: str
    channel: str
    locale: str
    reader: str
    title: str
    file: str
    parts: tuple[PreviewPart, ...] = ()
    failure: str | None = None
    warnings: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def part_of(template: Template, name: str, text: str) -> PreviewPart:
    """Return a rendered part with what can be counted in it."""
    counts_sms = any(
        limit.part == name and limit.measure is Measure.SMS for limit in template.limits
    )
    is_markup = name in template.escaped_parts
    return PreviewPart(
        name=name,
        text=text,
        is_markup=is_markup,
        sms=text_message(text) if counts_sms else None,
        size=len(text.encode(errors="replace")),
        links=tuple(dict.fromkeys(_links(text, is_markup=is_markup))),
    )


def warnings_of(limits: Sequence[Limit], parts: Sequence[PreviewPart]) -> Iterator[str]:
    """Say which parts are longer than is good."""
    for part in parts:
        for limit in passed(limits, part.name, part.text):
            yield f"{part.name}: {too_long(limit, part.text)}"


def _links(text: str, *, is_markup: bool) -> Iterator[str]:
    if not is_markup:
        yield from _ADDRESS.findall(text)
        return
    for target in _HREF.findall(text):
        yield html.unescape(target.strip("\"'"))
