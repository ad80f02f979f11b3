"""Templates: read and checked once, rendered for each person, never with a hole in them."""

from __future__ import annotations

from campaignspec.content.librarian import read_library
from campaignspec.content.library import Library, TemplateKey
from campaignspec.content.lookups import Lookups
from campaignspec.content.reading import Form, read_template
from campaignspec.content.template import RenderError, Template, Uses, VariableTree

__all__ = [
    "Form",
    "Library",
    "Lookups",
    "RenderError",
    "Template",
    "TemplateKey",
    "Uses",
    "VariableTree",
    "read_library",
    "read_template",
]
