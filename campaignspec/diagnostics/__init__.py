"""Findings about what a person wrote: one type, stable codes, exact positions."""

from __future__ import annotations

from campaignspec.diagnostics.codes import CODES, Code
from campaignspec.diagnostics.diagnostic import (
    Checked,
    Diagnostic,
    Edit,
    Fix,
    Severity,
    Span,
    has_errors,
    in_order,
    nearest,
)
from campaignspec.diagnostics.formats import Form, render

__all__ = [
    "CODES",
    "Checked",
    "Code",
    "Diagnostic",
    "Edit",
    "Fix",
    "Form",
    "Severity",
    "Span",
    "has_errors",
    "in_order",
    "nearest",
    "render",
]
