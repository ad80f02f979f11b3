"""How many people took which way through a journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from campaignspec.graph.nodes import Edge, NodeId


def _nobody() -> Mapping[Any, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers to be written on a journey graph; what is missing is zero.

    Attributes:
        nodes: How often a node was reached.
        edges: How often an edge was taken, by its source and its label.
        goals: How often the goal ended the stay at a node.
        leaves: How often a leave rule ended the stay at a node.
    """

    nodes: Mapping[NodeId, int] = field(default_factory=_nobody)
    edges: Mapping[tuple[NodeId, str], int] = field(default_factory=_nobody)
    goals: Mapping[NodeId, int] = field(default_factory=_nobody)
    leaves: Mapping[NodeId, int] = field(default_factory=_nobody)

    def visits(self, node: NodeId) -> int:
        """Return how often a node was reached."""
        return self.nodes.get(node, 0)

    def passages(self, edge: Edge) -> int:
        """Return how often an edge was taken."""
        return self.edges.get((edge.source, edge.label), 0)
