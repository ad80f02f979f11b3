"""Templates: read and checked once, rendered for each person, never with a hole in them."""

from __future__ import annotations

from campaignspec.content.reading import read_template
from campaignspec.content.template import RenderError, Template, VariableTree

__all__ = ["RenderError", "Template", "VariableTree", "read_template"]
