"""The journey graph: what a campaign compiles to, and all that the engine knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.entering import Enter
from campaignspec.spec.journey import Goal, LeaveRule, WhenCapped
from campaignspec.spec.rule import Rule
from campaignspec.spec.waiting import Happening, WaitUntil

if TYPE_CHECKING:
    import networkx as nx

NodeId: TypeAlias = str

ENTRY: NodeId = "entry"
HOLDOUT: NodeId = "holdout"
END: NodeId = "end"

NEXT = "next"
HELD_OUT = "held out"
IN_TIME = "in time"
TOO_LATE = "too late"
ELSE = "else"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNode:
    """Where everybody enters."""

    id: NodeId = ENTRY
    enter: Enter


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldoutNode:
    """Where those stay who are kept from all treatment."""

    id: NodeId = HOLDOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayNode:
    """Holds people for a physical length of time."""

    id: NodeId
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTimeNode:
    """Holds people until a time of day on their own clock."""

    id: NodeId
    until: WaitUntil


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenNode:
    """Holds people until something happens, but not for ever.

    Its edges are `IN_TIME` and `TOO_LATE`.
    """

    id: NodeId
    happening: Happening
    at_most: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNode:
    """Sends one message through one channel."""

    id: NodeId
    message: str
    channel: str
    message_class: MessageClass
    when_capped: WhenCapped


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchNode:
    """Parts ways by rules; its edges are the ways' names, and `ELSE`."""

    id: NodeId
    ways: tuple[tuple[str, Rule], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentNode:
    """Parts ways by a keyed draw; its edges are the arms' names.

    Attributes:
        seed: The draw's seed.
        arms: Each arm's name and the share of draws below which it ends: cumulated shares.
    """

    id: NodeId
    seed: str
    arms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveNode:
    """Ends the enrolment with a reason."""

    id: NodeId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndNode:
    """Where the journey is completed."""

    id: NodeId = END


Node: TypeAlias = (
    EntryNode
    | HoldoutNode
    | DelayNode
    | LocalTimeNode
    | ListenNode
    | SendNode
    | BranchNode
    | ExperimentNode
    | LeaveNode
    | EndNode
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A way from one node to another.

    Attributes:
        source: Where it begins.
        target: Where it leads.
        label: Which way it is; facts name it in their column ``edge``.
    """

    source: NodeId
    target: NodeId
    label: str = NEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyGraph:
    """One campaign, compiled.

    Attributes:
        campaign: The campaign's name.
        title: One line for people.
        seed: The seed of the holdout's draw.
        nodes: By id, in the order a reader meets them.
        edges: In the order of their sources.
        enter: Who enters.
        goal: What counts as success.
        leave: What ends an enrolment early.
        fingerprint: Equal for campaigns that behave alike; titles and formatting do not count.
    """

    campaign: str
    title: str
    seed: str
    nodes: Mapping[NodeId, Node]
    edges: tuple[Edge, ...]
    enter: Enter
    goal: Goal | None
    leave: tuple[LeaveRule, ...]
    fingerprint: str

    def target(self, node: NodeId, label: str = NEXT) -> NodeId:
        """Return where an edge leads."""
        return next(e.target for e in self.edges if e.source == node and e.label == label)

    def to_networkx(self) -> nx.DiGraph[NodeId]:
        """Return the graph as a networkx ``DiGraph``; edges carry ``labels``, a tuple."""
        import networkx as nx

        graph: nx.DiGraph[NodeId] = nx.DiGraph(name=self.campaign)
        for node in self.nodes.values():
            graph.add_node(node.id, node=node)
        for edge in self.edges:
            known = graph.get_edge_data(edge.source, edge.target, {"labels": ()})["labels"]
            graph.add_edge(edge.source, edge.target, labels=(*known, edge.label))
        return graph
