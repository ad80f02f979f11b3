"""What is said about a file that is YAML, but not the YAML its author meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from campaignspec.diagnostics import Diagnostic, Severity, Span
from campaignspec.diagnostics.lines import LineTable
from campaignspec.document.lookalikes import LOOKALIKES

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 64
MAX_VALUES: Final = 100_000

MISSING_SPACE: Final = re.compile(
    r"^[ \t]*(?:-[ \t]+)*[A-Za-z_][\w.-]*(:)(?=[^\s:/])", re.MULTILINE
)
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Source:
    """A text under its name, from which spans are cut."""

    file: str
    text: str
    lines: LineTable

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        return self.lines.span(self.file, start, end)


def too_large(source: Source) -> Diagnostic:
    """Say that the file is longer than any campaign."""
    return Diagnostic(
        code="DOC105",
        message=f"the file is larger than {MAX_BYTES:,} bytes",
        span=source.span(0, 0),
        help="split the file",
    )


def too_many_values(span: Span) -> Diagnostic:
    """Say that the file unfolds into more values than any campaign has."""
    return Diagnostic(
        code="DOC105",
        message=f"the file holds more than {MAX_VALUES:,} values, counting what aliases repeat",
        span=span,
        help="split the file, or repeat less by aliases",
    )


def too_deep(span: Span) -> Diagnostic:
    """Say that lists and mappings are nested deeper than anybody can read."""
    return Diagnostic(
        code="DOC106",
        message=f"lists and mappings are nested more than {MAX_DEPTH} deep here",
        span=span,
        help="nest less, or split the file",
    )


def second_document(span: Span) -> Diagnostic:
    """Say that a file holds one document."""
    return Diagnostic(
        code="DOC108",
        message="a second document begins here",
        span=span,
        help='remove the "---", or move what follows into a file of its own',
    )


def duplicate_key(key: str, span: Span, first: Span) -> Diagnostic:
    """Say that a key stands twice, and where it first stands."""
    return Diagnostic(
        code="DOC102",
        message=f'the key "{_shortened(key)}" stands here a second time',
        span=span,
        help="keep one of the two",
        related=((first, "it first stands here"),),
    )


def empty_key(span: Span) -> Diagnostic:
    """Say that nothing stands before a colon."""
    return Diagnostic(
        code="DOC112",
        message="no key stands before this colon",
        span=span,
        help="write a key, or put the value in quotes",
    )


def key_is_no_text(span: Span) -> Diagnostic:
    """Say that a list, a mapping or an alias cannot be a key."""
    return Diagnostic(
        code="DOC112",
        message="a key can only be text",
        span=span,
        help="write the key out, in quotes if it begins with a mark",
    )


def undefined_alias(name: str, span: Span, *, inside: bool, meant: str | None) -> Diagnostic:
    """Say that an alias repeats nothing that is finished above it."""
    return Diagnostic(
        code="DOC104",
        message=f'"*{name}" stands inside the value that it names'
        if inside
        else f'"*{name}" repeats nothing: no "&{name}" stands above it',
        span=span,
        help=f'did you mean "*{meant}"?' if meant else 'put text that begins with "*" in quotes',
    )


def tag(name: str, span: Span) -> Diagnostic:
    """Say that tags convert nothing here."""
    return Diagnostic(
        code="DOC107",
        message=f'the tag "{_shortened(name)}" asks for a conversion that is not offered',
        span=span,
        help='remove it, or put text that begins with "!" in quotes',
    )


def not_mergeable(span: Span) -> Diagnostic:
    """Say that `<<` takes mappings."""
    return Diagnostic(
        code="DOC109",
        message='"<<" merges mappings, and this is none',
        span=span,
        help='name an anchored mapping, as in "<<: *defaults"',
    )


def unquoted_braces(source: Source, start: int, end: int) -> Diagnostic:
    """Say that a value beginning with `{{` needs quotes."""
    raw = source.text[start:end]
    mark, quote = raw[:2], "'" if '"' in raw else '"'
    whole = 2 < len(raw) <= _LONGEST_SHOWN and "\n" not in raw
    shown = raw if whole else f"{mark} …"
    return Diagnostic(
        code="DOC103",
        message=f'the value begins with "{mark}", which YAML reads as a mapping',
        span=source.span(start, end),
        help=f"put the whole value in quotes: {quote}{shown}{quote}",
    )


def missing_space(source: Source, offset: int) -> Diagnostic:
    """Say that the colon at an offset makes no key."""
    return Diagnostic(
        code="DOC113",
        message="no space follows this colon, so YAML reads no key",
        span=source.span(offset, offset + 1),
        help='write "key: value", with a space after the colon',
    )


def lookalike(source: Source, offset: int, *, certain: bool = True) -> Diagnostic:
    """Say that the mark at an offset is not the one that YAML knows.

    Args:
        source: The text.
        offset: Where the mark stands.
        certain: Whether it cannot have been meant as text.
    """
    mark = source.text[offset]
    name, meant = LOOKALIKES[mark]
    shown = f'"{mark}"' if mark.isprintable() and not mark.isspace() else f"U+{ord(mark):04X}"
    wanted = {":": '":" and a space', " ": "an ordinary space", '"': "a straight quote"}.get(
        meant, f'"{meant}"'
    )
    return Diagnostic(
        code="DOC110",
        message=f"{shown} is {name}, which YAML reads as a part of the text",
        span=source.span(offset, offset + 1),
        severity=Severity.ERROR if certain else Severity.WARNING,
        help=f"write {wanted}"
        + ("" if certain else ", or put the text in quotes if it is meant so"),
    )


def hidden_break(source: Source, offset: int) -> Diagnostic:
    """Say that YAML begins a line where no editor shows one."""
    return Diagnostic(
        code="DOC110",
        message=f"U+{ord(source.text[offset]):04X} is an invisible line break",
        span=source.span(offset, offset + 1),
        severity=Severity.WARNING,
        help="delete it; it was probably pasted from a word processor",
    )


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN] + "…"
