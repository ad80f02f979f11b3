"""The journey graph: what a campaign compiles to, and all that the engine knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from campaignspec.clock import Duration, Instant
from campaignspec.connector import Deed, MessageClass, Value
from campaignspec.graph.wait_nodes import NodeId as NodeId  # noqa: PLC0414 - told on
from campaignspec.graph.wait_nodes import WaitNode
from campaignspec.spec.acting import Acting
from campaignspec.spec.entering import Enter, OnEvent
from campaignspec.spec.journey import Goal, LeaveRule, WhenCapped
from campaignspec.spec.mix import Mix
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Loc
from campaignspec.spec.steering import Stage

if TYPE_CHECKING:
    import networkx as nx


ENTRY: NodeId = "entry"
HOLDOUT: NodeId = "holdout"
END: NodeId = "end"

NEXT = "next"
HELD_OUT = "held out"
IN_TIME = "in time"
TOO_LATE = "too late"
ELSE = "else"
MISSED = "missed"
NOT_GRANTED = "not granted"
APPROVED = "approved"
NOT_APPROVED = "not approved"


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
class Mixed:
    """How the channel of a message is chosen for each customer.

    Attributes:
        name: The mix's name.
        mix: What it says.
        channels: Its channels, in the order that settles ties.
        seed: The seed of the draw, where channels are drawn.
        instead_of: The node of the first message, whose channel is not chosen again; None for
            a message that is no fallback.
    """

    name: str
    mix: Mix
    channels: tuple[str, ...]
    seed: str
    instead_of: NodeId | None = None

    def place_of(self, channel: str) -> int:
        """Return the place of a channel, or -1 where it is none of the mix any more."""
        return self.channels.index(channel) if channel in self.channels else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNode:
    """Sends one message through one channel.

    Attributes:
        channel: The channel; of a mix the first one, until one is chosen.
        mix: How the channel is chosen; None where it is the same for everybody.
        valid_for: How long after the node is reached the message may still go; None for ever.
        answer: Of a survey, the event that answers it.
    """

    id: NodeId
    message: str
    channel: str
    message_class: MessageClass
    when_capped: WhenCapped
    valid_for: Duration | None = None
    answer: OnEvent | None = None
    mix: Mixed | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels by which the message may go."""
        return (self.channel,) if self.mix is None else self.mix.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class ActNode:
    """Has a connector do something that is no message.

    Attributes:
        deed: What is asked for.
        what: What it is called: the task, the audience, the place on the site.
        channel: Who does it.
        message_class: For what is shown and for audiences, why.
        details: What the deed takes besides, as it is written.
        step: The step as it is written.
    """

    id: NodeId
    deed: Deed
    what: str
    channel: str
    message_class: MessageClass
    details: Mapping[str, Value]
    step: Acting


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNode:
    """Remembers something about the customer."""

    id: NodeId
    marks: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitNode:
    """Emits an event that other journeys hear, one tick later."""

    id: NodeId
    event: str


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
        decision: When the winner is decided, and how sure that must be; None where it never is.
    """

    id: NodeId
    seed: str
    arms: tuple[tuple[str, float], ...]
    decision: tuple[Instant, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitNode:
    """Parts ways by a keyed draw, for no comparison; its edges are the ways' names.

    Attributes:
        seed: The draw's seed.
        ways: Each way's name and the share of draws below which it ends: cumulated shares.
    """

    id: NodeId
    seed: str
    ways: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNode:
    """Gives an offer; its edges are `NEXT` and `NOT_GRANTED`."""

    id: NodeId
    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeNode:
    """Takes an offer back."""

    id: NodeId
    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemNode:
    """Uses an offer up."""

    id: NodeId
    offer: str


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
    | WaitNode
    | SendNode
    | ActNode
    | MarkNode
    | EmitNode
    | BranchNode
    | ExperimentNode
    | SplitNode
    | GrantNode
    | RevokeNode
    | RedeemNode
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
class Planned:
    """One post on one platform.

    Attributes:
        id: The post's name.
        message: What is published.
        channel: Where.
        at: When, on a tick.
        round: Which time round the calendar it is, from 1; 1 without one.
        cost: What it costs, micro-units.
        kol: The opinion leader who publishes it, if any.
        code: The code that it shows, if any.
    """

    id: NodeId
    message: str
    channel: str
    at: Instant
    round: int
    cost: int
    kol: str | None = None
    code: str | None = None


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
        stages: What is measured on the way, by name.
        pauses: When no step acts: from an instant on, up to and without another; ascending,
            apart from each other.
        posts: What is published for everybody, the earliest first.
        fingerprint: Equal for campaigns that behave alike; titles and formatting do not count.
        phase_days: The days on which the phase begins that people enter by, numbered since
            1970-01-01; none without one.
        written: Where the step is written that each node was made of.
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
    posts: tuple[Planned, ...] = ()
    stages: Mapping[str, Stage] = field(default_factory=dict)
    pauses: tuple[tuple[Instant, Instant], ...] = ()
    phase_days: tuple[int, ...] = ()
    written: Mapping[NodeId, Loc] = field(default_factory=dict, compare=False, repr=False)

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
