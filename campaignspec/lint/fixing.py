"""Edits put into texts: all that do not touch each other, the first ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaignspec.diagnostics import Diagnostic, Edit

MARK = "\ufeff"
"""The byte order mark: spans count without it."""


def apply_fixes(
    findings: Sequence[Diagnostic], texts: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Put the fixes of findings into texts.

    A fix whose edits touch those of one before it, or are about a text that is not given, is
    left for the next time.

    Args:
        findings: What was found, in order.
        texts: The texts that the spans count in, by the names of their files.

    Returns:
        The changed texts by file, and the findings whose fixes are in them.
    """
    taken: dict[str, list[Edit]] = {}
    done = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits and all(_is_free(edit, taken, texts) for edit in edits):
            done.append(finding)
            for edit in edits:
                taken.setdefault(edit.span.file, []).append(edit)
    changed = {file: _edited(texts[file], edits) for file, edits in taken.items()}
    return changed, tuple(done)


def _is_free(edit: Edit, taken: Mapping[str, Sequence[Edit]], texts: Mapping[str, str]) -> bool:
    """Say whether an edit touches no other; two that meet at one point do."""
    others = taken.get(edit.span.file, ())
    return edit.span.file in texts and all(
        edit.span.end < other.span.start or other.span.end < edit.span.start for other in others
    )


def _edited(text: str, edits: Sequence[Edit]) -> str:
    shift = len(MARK) if text.startswith(MARK) else 0
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        start, end = edit.span.start + shift, edit.span.end + shift
        text = text[:start] + edit.text + text[end:]
    return text
