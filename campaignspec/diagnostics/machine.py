"""Findings for machines: JSON of our own, and SARIF 2.1.0 for code hosts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from campaignspec.diagnostics.codes import CODES
from campaignspec.diagnostics.diagnostic import Diagnostic, Fix, Severity, Span

FORMAT_VERSION: Final = "1.1"

_SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Write findings as one JSON object."""
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    report = {
        "format_version": FORMAT_VERSION,
        "valid": errors == 0,
        "error_count": errors,
        "warning_count": len(diagnostics) - errors,
        "diagnostics": [_json(each) for each in diagnostics],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Write findings as a SARIF 2.1.0 log."""
    rules = [
        {"id": code.code, "name": code.slug, "shortDescription": {"text": code.summary}}
        for code in CODES.values()
    ]
    run = {
        "tool": {"driver": {"name": "campaignspec", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif(each) for each in diagnostics],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def fingerprint(diagnostic: Diagnostic) -> str:
    """Name a finding in a way that survives changes elsewhere in its file."""
    message = " ".join(diagnostic.message.split())
    identity = f"{diagnostic.code}|{diagnostic.span.file}|{message}"
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def sentence(diagnostic: Diagnostic) -> str:
    """Join what is wrong and what to do about it."""
    return ". ".join(filter(None, (diagnostic.message, diagnostic.help)))


def _json(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "slug": diagnostic.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": diagnostic.span.file,
        "range": _range(diagnostic.span),
        "related": [
            {"message": words, "file": span.file, "range": _range(span)}
            for span, words in diagnostic.related
        ],
        "fix": _fix(diagnostic.fix),
        "fingerprint": fingerprint(diagnostic),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [
        {"file": edit.span.file, "range": _range(edit.span), "text": edit.text}
        for edit in fix.edits
    ]
    return {"title": fix.title, "edits": edits}


def _range(span: Span) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": span.line, "column": span.column, "offset": span.start},
        "end": {"line": span.end_line, "column": span.end_column, "offset": span.end},
    }


def _sarif(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        **({"fixes": [_sarif_fix(diagnostic.fix)]} if diagnostic.fix else {}),
        "ruleId": diagnostic.code,
        "ruleIndex": list(CODES).index(diagnostic.code),
        "level": diagnostic.severity.value,
        "message": {"text": sentence(diagnostic)},
        "locations": [_location(diagnostic.span)],
        "relatedLocations": [
            {**_location(span), "message": {"text": words}} for span, words in diagnostic.related
        ],
        "partialFingerprints": {"campaignspec/v1": fingerprint(diagnostic)},
    }


def _sarif_fix(fix: Fix) -> dict[str, Any]:
    changes = [
        {
            "artifactLocation": _artifact(edit.span),
            "replacements": [
                {
                    "deletedRegion": {
                        "charOffset": edit.span.start,
                        "charLength": edit.span.end - edit.span.start,
                    },
                    "insertedContent": {"text": edit.text},
                }
            ],
        }
        for edit in fix.edits
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _artifact(span: Span) -> dict[str, str]:
    return {"uri": quote(span.file.replace("\\", "/"), safe="/")}


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(span),
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
                "charOffset": span.start,
                "charLength": span.end - span.start,
            },
        }
    }
