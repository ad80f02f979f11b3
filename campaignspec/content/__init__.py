"""Templates: read and checked once, rendered for each person, never with a hole in them."""

from __future__ import annotations

from campaignspec.content.library import Library, TemplateKey, read_library
from campaignspec.content.reading import read_template
from campaignspec.content.template import RenderError, Template, VariableTree

__all__ = [
    "Library",
    "RenderError",
    "Template",
    "TemplateKey",
    "VariableTree",
    "read_library",
    "read_template",
]
