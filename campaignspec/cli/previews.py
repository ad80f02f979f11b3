"""Writing previews: as people read them, and as programs do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from campaignspec.content.limits import sms_words
from campaignspec.content.preview import Preview, PreviewPart


def preview_lines(previews: Sequence[Preview]) -> Iterator[str]:
    """Yield previews for people, an empty line between two."""
    for number, preview in enumerate(previews):
        if number:
            yield ""
        yield from _lines(preview)


def preview_data(preview: Preview) -> dict[str, Any]:
    """Return a preview as plain data."""
    return {
        "campaign": preview.campaign,
        "message": preview.message,
        "channel": preview.channel,
        "locale": preview.locale or None,
        "reader": preview.reader,
        "template": preview.file,
        "failure": preview.failure,
        "parts": {part.name: _part_data(part) for part in preview.parts},
        "warnings": list(preview.warnings),
        "findings": [
            {"code": each.code, "line": each.span.line, "message": each.message}
            for each in preview.findings
        ],
    }


def _lines(preview: Preview) -> Iterator[str]:
    language = f", in {preview.locale}" if preview.locale else ""
    who = f"{preview.reader} ({preview.title})" if preview.title else preview.reader
    yield f"{preview.campaign}: {preview.message} by {preview.channel}, for {who}{language}"
    yield f"  from {preview.file}"
    if preview.failure is not None:
        yield f"  nothing is sent: {preview.failure}"
    for part in preview.parts:
        yield ""
        yield f"  {part.name}: {_measured(part)}"
        yield from (f"  | {line}".rstrip() for line in _printable(part.text).split("\n"))
    links = dict.fromkeys(link for part in preview.parts for link in part.links)
    if links:
        yield ""
        yield "  links:"
        yield from (f"  → {link}" for link in links)
    for warning in preview.warnings:
        yield f"  warning: {warning}"
    for finding in preview.findings:
        place = f"{finding.span.file}:{finding.span.line}"
        yield f"  {finding.severity}: {place}: {finding.code} {finding.message}"


def _measured(part: PreviewPart) -> str:
    if part.sms is not None:
        return sms_words(part.sms)
    length = len(part.text)
    size = f", {part.size:,} bytes" if part.size != length else ""
    return f"{length:,} character{'' if length == 1 else 's'}{size}"


def _printable(text: str) -> str:
    """Write control characters by their numbers, so that no text commands the terminal."""
    return "".join(
        each if each.isprintable() or each == "\n" else f"\\u{ord(each):04x}" for each in text
    )


def _part_data(part: PreviewPart) -> dict[str, Any]:
    data: dict[str, Any] = {
        "text": part.text,
        "characters": len(part.text),
        "bytes": part.size,
        "links": list(part.links),
    }
    if part.sms is not None:
        data["sms"] = {
            "alphabet": part.sms.alphabet.value,
            "units": part.sms.units,
            "pieces": list(part.sms.pieces),
        }
    return data
