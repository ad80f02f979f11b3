"""One door to every drawing of a journey."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from campaignspec.graph.counts import Counts
from campaignspec.graph.data import draw_json
from campaignspec.graph.mermaid import draw_mermaid
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.graph.svg import draw_svg
from campaignspec.graph.tree import draw_tree

Form: TypeAlias = Literal["text", "mermaid", "svg", "json"]


def render(graph: JourneyGraph, form: Form, counts: Counts | None = None) -> str:
    """Draw a journey.

    Args:
        graph: The journey.
        form: ``text`` for a terminal, ``mermaid`` for a pull request, ``svg`` for a page,
            ``json`` for machines.
        counts: People to be written on the drawing.
    """
    match form:
        case "text":
            return draw_tree(graph, counts)
        case "mermaid":
            return draw_mermaid(graph, counts)
        case "svg":
            return draw_svg(graph, counts)
        case "json":
            return draw_json(graph, counts)
        case _:
            assert_never(form)
