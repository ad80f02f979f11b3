"""The YAML parser's complaints, said so that a person can act on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import yaml

from campaignspec.diagnostics import Diagnostic, Severity
from campaignspec.document.lookalikes import in_structure
from campaignspec.document.remarks import (
    MISSING_SPACE,
    Source,
    lookalike,
    missing_space,
    unquoted_braces,
)

_BRACES: Final = re.compile(r"(?:^[ \t]*|[:-][ \t]+|[\[,{][ \t]*)(\{[{%])", re.MULTILINE)
# What the YAML specification calls printable; both parsers refuse everything else, but each
# counts its position in another unit.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BAD_ESCAPE: Final = "this backslash sequence means nothing in double quotes"
_BAD_ESCAPE_HELP: Final = "use single quotes, where a backslash is itself, or double the backslash"
_INDENTATION: Final = "check that this line is indented like the lines it belongs with"


@dataclass(frozen=True, slots=True)
class _Fault:
    """A parser's complaint: what, where, and in what it was engaged since when."""

    problem: str
    at: int
    context: str
    since: int


# The first pattern found in "problem | context" decides. Both parsers' wordings are covered.
_SENTENCES: Final[tuple[tuple[str, str, str | None], ...]] = (
    (
        "mapping values are not allowed",
        '": " cannot stand here',
        'put text that contains ": " in quotes, or ' + _INDENTATION,
    ),
    (
        "mapping keys are not allowed",
        '"?" at the beginning of a value marks a key',
        "put the value in quotes",
    ),
    (
        "could not find expected ':'",
        "this line is neither a key with a value nor a list item",
        'write "key: value" or "- item", with a space after the mark',
    ),
    (
        "entries are not allowed",
        "a list cannot begin on the line of its key",
        'start a new line before "- "',
    ),
    (
        "expected '-' indicator|block collection",
        "a list and keys stand at the same indentation",
        'begin every item with "- ", or ' + _INDENTATION,
    ),
    (
        "unknown escape|hexdecimal|hexadecimal|Unicode character",
        _BAD_ESCAPE,
        _BAD_ESCAPE_HELP,
    ),
    (
        "quoted scalar",
        "the quote opened here is never closed",
        "add the closing quote; a quote within the text is doubled or set in the other kind",
    ),
    (
        "block scalar",
        'text cannot follow "|" or ">" on the same line',
        "put the value in quotes, or begin the text on the next line",
    ),
    (
        "scanning an alias",
        '"*" at the beginning of a value marks an alias',
        "put the value in quotes",
    ),
    (
        "scanning an anchor",
        '"&" at the beginning of a value marks an anchor',
        "put the value in quotes",
    ),
    (
        "a tag|tag handle",
        '"!" at the beginning of a value marks a tag',
        "put the value in quotes",
    ),
    ("directive|YAML document", '"%" at the beginning of a line marks a directive', "remove it"),
    ("node content", "a value is missing here", "write a value, or put the mark in quotes"),
    ("document start", "the file goes on after its only value has ended", _INDENTATION),
    ("expected key|block end", "this does not fit what stands above it", _INDENTATION),
)


def forbidden_character(source: Source) -> Diagnostic | None:
    """Find the first character that YAML does not allow anywhere."""
    found = _FORBIDDEN.search(source.text)
    if found is None:
        return None
    return Diagnostic(
        code="DOC101",
        message=f"the character U+{ord(found[0]):04X} cannot stand in a YAML file",
        span=source.span(*found.span()),
        help="delete it; it was probably pasted by accident",
    )


def bad_escape(source: Source, at: int) -> Diagnostic:
    """Say that a backslash sequence names no character."""
    return _syntax(source, at, _BAD_ESCAPE, _BAD_ESCAPE_HELP)


def syntax_error(
    source: Source, error: yaml.MarkedYAMLError, found: Iterable[Diagnostic]
) -> Diagnostic | None:
    """Translate a parser's error; None when an error on its line already explains it."""
    fault = _fault(source, error)
    line, _ = source.lines.position(fault.at)
    errors = (each for each in found if each.severity is Severity.ERROR)
    if any(line in (each.span.line, each.span.end_line) for each in errors):
        return None
    return (
        _braces(source, fault)
        or _lookalike(source, fault)
        or _missing_space(source, fault)
        or _flow(source, fault)
        or _character(source, fault)
        or _after_the_end(source, fault)
        or _sentence(source, fault)
    )


def _fault(source: Source, error: yaml.MarkedYAMLError) -> _Fault:
    size = len(source.text)
    at = min(error.problem_mark.index, size) if error.problem_mark else size
    since = min(error.context_mark.index, at) if error.context_mark else at
    return _Fault(error.problem or "", at, error.context or "", since)


def _braces(source: Source, fault: _Fault) -> Diagnostic | None:
    first, last = _lines_around(source, fault.at, fault.at)
    found = _BRACES.search(source.text, first, last)
    if found is None or found.start(1) > fault.at:
        return None
    return unquoted_braces(source, *found.span(1))


def _lookalike(source: Source, fault: _Fault) -> Diagnostic | None:
    flow = "flow" in fault.context
    if flow:
        first, last = fault.since, fault.at + 1
    elif "mapping values" in fault.problem or "could not find" in fault.problem:
        first, last = _suspects(source, fault)
    else:
        first, last = _lines_around(source, fault.at, fault.at)
    found = in_structure(source.text[first:last], flow=flow)
    return None if found is None else lookalike(source, first + found)


def _missing_space(source: Source, fault: _Fault) -> Diagnostic | None:
    if "unexpected ':'" in fault.problem:
        return missing_space(source, fault.at)
    if "mapping values" not in fault.problem and "could not find" not in fault.problem:
        return None
    found = MISSING_SPACE.search(source.text, *_suspects(source, fault))
    return missing_space(source, found.start(1)) if found else None


def _flow(source: Source, fault: _Fault) -> Diagnostic | None:
    opened = re.search("flow (mapping|sequence)", fault.context)
    if opened is None:
        return None
    bracket, closing = ("{", "}") if opened[1] == "mapping" else ("[", "]")
    at_end = not source.text[fault.at :].strip()
    here = source.span(fault.since, fault.since + 1)
    return Diagnostic(
        code="DOC101",
        message=f'"{bracket}" is opened and not closed'
        if at_end
        else f'a comma or the closing "{closing}" is missing before this',
        span=here if at_end else source.span(fault.at, fault.at + 1),
        help=f'add the closing "{closing}"'
        if at_end
        else "put text that contains , : [ ] { or } in quotes",
        related=() if at_end else ((here, f'"{bracket}" is opened here'),),
    )


def _character(source: Source, fault: _Fault) -> Diagnostic | None:
    if "cannot start any token" not in fault.problem and "tab" not in fault.problem:
        return None
    mark = source.text[fault.at : fault.at + 1]
    if mark == "\t":
        return _syntax(source, fault.at, "a tab stands here", "indent with spaces")
    return _syntax(source, fault.at, f'a value cannot begin with "{mark}"', "put it in quotes")


def _after_the_end(source: Source, fault: _Fault) -> Diagnostic | None:
    """Recognise `"quoted" and more`, whose second part the parser trips over."""
    if "expected" not in fault.problem:
        return None
    before = source.text[: fault.at].rstrip(" \t")
    if not before.endswith(('"', "'", "]", "}")):
        return None
    return _syntax(
        source,
        fault.at,
        f"the value ended at {before[-1]} and text follows it",
        "put the whole value in one pair of quotes",
    )


def _sentence(source: Source, fault: _Fault) -> Diagnostic:
    said = f"{fault.problem} | {fault.context}"
    for pattern, message, advice in _SENTENCES:
        if re.search(pattern, said):
            return _syntax(source, _place(source, fault, pattern), message, advice)
    return _syntax(source, fault.at, f"this is not YAML: {fault.problem}", None)


def _place(source: Source, fault: _Fault, pattern: str) -> int:
    """Choose between where the parser stopped and where the trouble began."""
    if "escape" in pattern:
        return max(source.text.rfind("\\", fault.since, fault.at + 1), fault.since)
    return (
        fault.since
        if "scalar" in pattern or re.search("scanning|a tag", fault.context)
        else fault.at
    )


def _syntax(source: Source, at: int, message: str, advice: str | None) -> Diagnostic:
    return Diagnostic(code="DOC101", message=message, span=source.span(at, at + 1), help=advice)


def _suspects(source: Source, fault: _Fault) -> tuple[int, int]:
    """Return the lines a key may have been lost on: up to the one with text before it."""
    before = source.text[: source.lines.bounds(source.lines.position(fault.since)[0])[0]].rstrip()
    own = "could not find" in fault.problem
    return _lines_around(source, fault.since if own else len(before), fault.since)


def _lines_around(source: Source, start: int, end: int) -> tuple[int, int]:
    first, _ = source.lines.bounds(source.lines.position(start)[0])
    _, last = source.lines.bounds(source.lines.position(end)[0])
    return first, last
