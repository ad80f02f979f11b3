"""Writes a journey as JSON, for machines."""

from __future__ import annotations

import json
from typing import Any, Final

from campaignspec.graph.counts import Counts
from campaignspec.graph.label import kind_of, node_detail, node_label
from campaignspec.graph.nodes import Edge, JourneyGraph, Node

FORMAT_VERSION: Final = 1


def graph_data(graph: JourneyGraph, counts: Counts | None) -> dict[str, Any]:
    """Return a journey as plain data."""
    return {
        "format_version": FORMAT_VERSION,
        "campaign": graph.campaign,
        "title": graph.title,
        "fingerprint": graph.fingerprint,
        "nodes": [_node(node, counts) for node in graph.nodes.values()],
        "edges": [_edge(edge, counts) for edge in graph.edges],
    }


def draw_json(graph: JourneyGraph, counts: Counts | None) -> str:
    """Write a journey as JSON."""
    return json.dumps(graph_data(graph, counts), ensure_ascii=False, indent=2) + "\n"


def _node(node: Node, counts: Counts | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": node.id,
        "kind": kind_of(node).value,
        "label": node_label(node),
        "detail": node_detail(node),
    }
    if counts is not None:
        data["visits"] = counts.visits(node.id)
        data["goals"] = counts.goals.get(node.id, 0)
        data["leaves"] = counts.leaves.get(node.id, 0)
    return data


def _edge(edge: Edge, counts: Counts | None) -> dict[str, Any]:
    data: dict[str, Any] = {"source": edge.source, "target": edge.target, "label": edge.label}
    if counts is not None:
        data["passages"] = counts.passages(edge)
    return data
