"""What is amiss in a message beyond its being well-formed; nothing of it stops anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from campaignspec.content.accessibility import check_accessibility
from campaignspec.content.masking import masked_parts, written_parts
from campaignspec.content.source import Source
from campaignspec.content.template import Template
from campaignspec.content.wording import HEADLINES, check_wording
from campaignspec.diagnostics import Diagnostic, Severity

_LEAVING: Final = re.compile(
    r"unsubscri|opt[-_ ]?out|email[-_ ]?preferences|отпис|退订|取消订阅", re.IGNORECASE
)


_NAMED_LINK: Final = re.compile(r"""\blink\(\s*["']([\w.-]+)["']""")


def inspect(source: Source, *, markup: Collection[str], whole: bool) -> Iterator[Diagnostic]:
    """Find what is amiss in the wording and the markup of a file.

    Args:
        source: A template, or a text that templates share.
        markup: The parts that are HTML.
        whole: Whether it is a template of its own.
    """
    for part, text in masked_parts(source.text).items():
        yield from check_wording(source, part, text)
        if part in markup or (not part and "</" in text):
            yield from check_accessibility(source, text, whole=whole)


def check_text_beside_html(
    template: Template, source: Source, markup: Collection[str]
) -> Iterator[Diagnostic]:
    """Find a message that has markup, and nothing for those who read plain text."""
    rich = [part for part in template.parts if part in markup]
    if rich and "text" not in template.parts:
        yield Diagnostic(
            code="CNT714",
            message=f'the template has a block "{rich[0]}" and no block "text"',
            span=source.at(_line_of(source, rich[0]), rich[0]),
            severity=Severity.WARNING,
            help="write {% block text %}…{% endblock %}: watches, screen readers and filters "
            "read it",
        )


def check_way_out(
    template: Template, texts: Collection[str], source: Source, links: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Find parts of a promotional e-mail that do not say how to get no more of them.

    Args:
        template: The message.
        texts: Its own text and those that it includes.
        source: Its own text.
        links: The project's web addresses by name.
    """
    written = [written_parts(text) for text in texts]
    for part in template.parts:
        said = [each.get(part, each.get("", "")) for each in written]
        said += [links.get(name, "") for text in said for name in _NAMED_LINK.findall(text)]
        if part not in HEADLINES and not any(_LEAVING.search(text) for text in said):
            yield Diagnostic(
                code="CNT720",
                message=f"the {part} of a promotional e-mail has no link by which to unsubscribe",
                span=source.at(_line_of(source, part), part),
                severity=Severity.WARNING,
                help="write one, {{ link('unsubscribe') }}, in a shared footer for instance; or "
                "give the channel an `unsubscribe_url`",
            )


def _line_of(source: Source, part: str) -> int:
    found = re.search(rf"\{{%[-+]?\s*block\s+{re.escape(part)}\b", source.text)
    return source.text.count("\n", 0, found.start()) + 1 if found else 1
