"""Draws a journey as a Mermaid flowchart, for pull requests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from campaignspec.graph.counts import Counts
from campaignspec.graph.label import NodeKind, edge_label, exits_text, kind_of, node_label
from campaignspec.graph.layering import drawn_nodes
from campaignspec.graph.nodes import JourneyGraph, Node

_SHAPES: Mapping[NodeKind, tuple[str, str]] = MappingProxyType(
    {
        NodeKind.ENTRY: ("([", "])"),
        NodeKind.HOLDOUT: ("([", "])"),
        NodeKind.WAIT: ("(", ")"),
        NodeKind.SEND: ("[", "]"),
        NodeKind.ACT: ("[[", "]]"),
        NodeKind.CHOICE: ("{{", "}}"),
        NodeKind.LEAVE: ("([", "])"),
        NodeKind.END: ("([", "])"),
    }
)

_ESCAPES = str.maketrans(
    {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\n": " "}
)


def draw_mermaid(graph: JourneyGraph, counts: Counts | None) -> str:
    """Draw a journey as a flowchart from top to bottom."""
    names = {node: f"n{number}" for number, node in enumerate(drawn_nodes(graph))}
    lines = ["flowchart TD"]
    for node, name in names.items():
        before, after = _SHAPES[kind_of(graph.nodes[node])]
        lines.append(f'  {name}{before}"{_text(graph.nodes[node], counts)}"{after}')
    for edge in graph.edges:
        number = "" if counts is None else f"{counts.passages(edge):,}"
        label = " · ".join(part for part in (_escaped(edge_label(edge)), number) if part)
        arrow = f'-->|"{label}"|' if label else "-->"
        lines.append(f"  {names[edge.source]} {arrow} {names[edge.target]}")
    return "\n".join(lines) + "\n"


def _text(node: Node, counts: Counts | None) -> str:
    label = _escaped(node_label(node))
    if counts is None:
        return label
    numbers = (f"{counts.visits(node.id):,}", exits_text(node, counts))
    return f"{label}<br>{' · '.join(part for part in numbers if part)}"


def _escaped(text: str) -> str:
    """Write what Mermaid would read as its own marks as character entities."""
    return text.translate(_ESCAPES)
