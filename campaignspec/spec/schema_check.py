"""Holding a document against the published schema with jsonschema, the reference validator."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.document import Document
from campaignspec.spec.schema import schema_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_CODES = {
    "additionalProperties": "SPC201",
    "required": "SPC202",
    "enum": "SPC203",
    "pattern": "SPC204",
}


def check_schema(document: Document, section: type) -> tuple[Diagnostic, ...]:
    """Find what the schema of a section objects to, in jsonschema's words.

    The reader says the same things better; this is what holds the two together, and what
    still speaks when they differ.
    """
    errors = _validator(section).iter_errors(document.data)
    return in_order(_diagnostic(error, document) for error in errors)


@cache
def _validator(section: type) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema_of(section))


def _diagnostic(error: ValidationError, document: Document) -> Diagnostic:
    path: tuple[Any, ...] = tuple(error.absolute_path)
    return Diagnostic(
        code=_CODES.get(str(error.validator), "SPC205"),
        message=f"the schema objects: {error.message}",
        span=document.span(path),
    )
