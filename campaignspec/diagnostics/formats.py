"""Findings as they are shown: to people, to machines and to code hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, assert_never

from campaignspec.diagnostics.diagnostic import Diagnostic, Severity, Span, in_order
from campaignspec.diagnostics.frame import frame, shown
from campaignspec.diagnostics.lines import LineTable
from campaignspec.diagnostics.machine import as_json, as_sarif, sentence

Form: TypeAlias = Literal["text", "json", "sarif", "github"]

_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_BLUE: Final = "\x1b[34m"
_PAINT: Final = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}


def render(
    diagnostics: Sequence[Diagnostic],
    *,
    sources: Mapping[str, str],
    form: Form,
    colour: bool = False,
) -> str:
    """Write findings out, sorted by place and without repetitions.

    Args:
        diagnostics: What was found.
        sources: The text of every file by its shown path; a finding in another file is shown
            without its line.
        form: For people, for machines, for code scanning, or for the log of a GitHub action.
        colour: Whether the form for people may use terminal colours.

    Returns:
        The whole output, without a line break at its end.
    """
    found = in_order(diagnostics)
    match form:
        case "text":
            return _text(found, sources, colour=colour)
        case "json":
            return as_json(found)
        case "sarif":
            return as_sarif(found)
        case "github":
            return "\n".join(map(_command, found))
        case _:
            assert_never(form)


def _text(found: Sequence[Diagnostic], sources: Mapping[str, str], *, colour: bool) -> str:
    # Offsets and columns count without a byte order mark.
    names = {each.span.file for each in found} & sources.keys()
    tables = {name: LineTable(sources[name].removeprefix("\ufeff")) for name in names}
    blocks = ["\n".join(_block(each, tables.get(each.span.file), colour=colour)) for each in found]
    return "\n\n".join([*blocks, _summary(found)])


def _block(diagnostic: Diagnostic, lines: LineTable | None, *, colour: bool) -> Iterator[str]:
    """Write one finding: where and what it is, its line, its sentence, and other places."""
    paint = _PAINT[diagnostic.severity] if colour else ""
    place = shown(_place(diagnostic.span))
    kind = _painted(diagnostic.severity.value, paint)
    name = _painted(f"{diagnostic.code} {diagnostic.slug}", _BOLD if colour else "")
    yield f"{place}: {kind} {name}"
    indent = " " * 3
    if lines is not None and diagnostic.span.line <= lines.count:
        number, line, carets = frame(lines.line(diagnostic.span.line), diagnostic.span)
        indent = " " * (len(number) + 1)
        bar = _painted("|", _BLUE if colour else "")
        yield f"{indent}{bar}"
        yield f"{_painted(number, _BLUE if colour else '')} {bar} {line}".rstrip()
        yield f"{indent}{bar} {_painted(carets, paint)}"
    yield indent + shown(_one_line(sentence(diagnostic)))
    for span, words in diagnostic.related:
        yield f"{indent}{shown(_place(span))}: {shown(_one_line(words))}"


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}:{span.column}"


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _painted(text: str, paint: str) -> str:
    return f"{paint}{text}{_RESET}" if paint else text


def _summary(found: Sequence[Diagnostic]) -> str:
    if not found:
        return "no findings"
    errors = sum(each.severity is Severity.ERROR for each in found)
    counts = ((errors, "error"), (len(found) - errors, "warning"))
    said = ", ".join(_counted(number, noun) for number, noun in counts if number)
    files = _counted(len({each.span.file for each in found}), "file")
    mended = sum(each.fix is not None for each in found)
    return f"{said} in {files}{f'; --fix mends {mended}' if mended else ''}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _command(diagnostic: Diagnostic) -> str:
    """Write a GitHub workflow command, which becomes a note beside the changed line."""
    span = diagnostic.span
    properties: dict[str, str | int] = {"file": span.file, "line": span.line}
    # GitHub takes columns only where a note begins and ends on one line.
    if span.line == span.end_line:
        properties |= {"col": span.column, "endLine": span.end_line}
        properties |= {"endColumn": span.end_column}
    else:
        properties |= {"endLine": span.end_line}
    properties |= {"title": f"{diagnostic.code} {diagnostic.slug}"}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{diagnostic.severity.value} {listed}::{_data(sentence(diagnostic))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
