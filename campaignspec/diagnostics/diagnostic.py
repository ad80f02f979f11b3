"""The one diagnostic type, its order, and the search for what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from campaignspec.diagnostics.codes import CODES

T = TypeVar("T")

_CLOSE_ENOUGH = 0.6


class Severity(StrEnum):
    """How much a finding weighs: an error stops, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of one file.

    Attributes:
        file: The file's path as it is shown, relative to where the command was started.
        start: Offset of the first character, from 0.
        end: Offset after the last character.
        line: Line of the first character, from 1.
        column: Column of the first character, from 1, in characters.
        end_line: Line of the character after the last.
        end_column: Column of the character after the last.
    """

    file: str
    start: int = 0
    end: int = 0
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a file's text.

    Attributes:
        span: What is replaced; empty where something is only put in.
        text: What stands there instead.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What makes a finding right, and changes nothing else that anybody would notice.

    Attributes:
        title: What is done, in a few words.
        edits: The changes, none of which overlaps another.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One thing that is wrong with what a person wrote, where, and what to do about it.

    Attributes:
        code: A key of `CODES`, such as ``REF301``.
        message: One sentence, without a full stop, that can be read aloud.
        span: Where it is; the first character of it is printed as line and column.
        severity: Whether it stops.
        help: What to do, when known; "did you mean" goes here.
        related: Other places that explain it, each with a few words.
        fix: What a machine may do about it, where that is safe.
    """

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    fix: Fix | None = None

    @property
    def slug(self) -> str:
        """The code's name in words, such as ``unknown-name``."""
        return CODES[self.code].slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Generic[T]):
    """A value read from what a person wrote, with everything found on the way.

    Attributes:
        value: The value, or None when errors make it unusable.
        diagnostics: All findings, in order of position.
    """

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings by place and drop repetitions."""
    unique = {(d.span, d.code, d.message): d for d in diagnostics}
    if not unique:  # most texts are sound
        return ()
    return tuple(unique[key] for key in sorted(unique))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Say whether any finding stops."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that was probably meant, or None when none is close."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=_CLOSE_ENOUGH)
    return found[0] if found else None
