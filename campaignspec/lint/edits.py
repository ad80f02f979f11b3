"""Edits of a file's text that keep everything else as it is, comments too."""

from __future__ import annotations

from campaignspec.diagnostics import Edit, Fix
from campaignspec.lint.scope import Scope
from campaignspec.spec.shape import Loc


def key_after(scope: Scope, loc: Loc, written: str) -> Fix | None:
    """Put a key on a line of its own, below the line of a scalar in the same section.

    Args:
        scope: The project.
        loc: The scalar.
        written: The key and its value, as they are to stand.

    Returns:
        The fix; None where the section stands on one line, between braces.
    """
    document = scope.project.documents[loc.file]
    key, value = document.key_span(loc.path), document.span(loc.path)
    start, _ = document.lines.bounds(key.line)
    indent = document.text[start : key.start]
    if indent.strip() or value.line != key.line:
        return None
    _, stop = document.lines.bounds(key.line)
    here = document.lines.span(loc.file, stop, stop)
    title = f"add `{written}`"
    return Fix(
        title=title, edits=(Edit(span=here, text=f"{_break(document.text)}{indent}{written}"),)
    )


def _break(text: str) -> str:
    r"""Return how a text's lines end: ``\r\n`` where its first does."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def first_key(scope: Scope, loc: Loc, written: str) -> Fix | None:
    """Put a key above the first key of a section.

    Returns:
        The fix; None where the section stands on one line, between braces.
    """
    document = scope.project.documents[loc.file]
    data = document.data
    for step in loc.path:
        data = data[step]
    first = document.key_span((*loc.path, next(iter(data))))
    start, _ = document.lines.bounds(first.line)
    indent = document.text[start : first.start]
    if indent.strip():
        return None
    here = document.lines.span(loc.file, first.start, first.start)
    text = f"{written}{_break(document.text)}{indent}"
    return Fix(title=f"add `{written}`", edits=(Edit(span=here, text=text),))
