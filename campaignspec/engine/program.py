"""A journey graph bound to a history: the columns that the engine needs to walk it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant
from campaignspec.connector import MessageClass
from campaignspec.engine.entries import Entries, entries_of, seats_of
from campaignspec.engine.listening import Ear, ears_of, kept_by
from campaignspec.engine.seats import Seats
from campaignspec.engine.world import World
from campaignspec.graph.nodes import (
    ActNode,
    EntryNode,
    GrantNode,
    HoldoutNode,
    JourneyGraph,
    Mixed,
    Node,
    NodeId,
    SendNode,
)
from campaignspec.graph.wait_nodes import ListenNode, WaitNode
from campaignspec.history import Stream
from campaignspec.identity import threshold
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.sharing import caps_together, shared_by
from campaignspec.spec.acting import Webhook
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.journey import LeaveRule
from campaignspec.spec.sources import ColumnKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWatch:
    """A leave rule, bound.

    Attributes:
        stream: When the rule may end enrolments.
        reason: What facts call it.
        segment: For a rule on a segment, its name: who matches at entry leaves at once.
    """

    stream: Stream
    reason: str
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One campaign, ready to run.

    Attributes:
        graph: What it was made from.
        nodes: The graph's nodes by position.
        position: The position of each node.
        targets: Where each edge leads, by position and label.
        seats: Where several enrolments of a customer are kept; None where there is one, and
            customers are the seats. All streams here are streams over seats.
        entries: When each seat meets the entry, on ticks.
        goal: The events that reach the goal, or None without a goal.
        stages: The events that reach each stage, by its name.
        leaves: The leave rules.
        listens: What listening nodes wait for, by position.
        replies: By position of a node that asks something, the events that answer it.
        sends: The positions of the nodes that a connector carries out.
        claims: By position, whether a node takes of what customers share.
        follows: By position, whether a node acts at once on whoever comes to it, together with
            the one edge that leads there: it does not wait, and nothing can come between.
    """

    graph: JourneyGraph
    nodes: tuple[Node, ...]
    position: Mapping[NodeId, int]
    targets: Mapping[tuple[int, str], int]
    seats: Seats | None
    entries: Entries
    goal: Stream | None
    stages: tuple[tuple[str, Stream], ...]
    leaves: tuple[LeaveWatch, ...]
    listens: Mapping[int, tuple[Ear, ...]]
    replies: Mapping[int, Stream]
    sends: tuple[int, ...]
    claims: npt.NDArray[np.bool_]
    follows: tuple[bool, ...]

    def until(self, horizon: Instant) -> Program:
        """Return a view in which nothing later than ``horizon`` exists."""
        return replace(
            self,
            entries=self.entries.until(horizon),
            goal=None if self.goal is None else self.goal.until(horizon),
            stages=tuple((name, stream.until(horizon)) for name, stream in self.stages),
            leaves=tuple(
                replace(leave, stream=leave.stream.until(horizon)) for leave in self.leaves
            ),
            listens={
                at: tuple(ear.until(horizon) for ear in ears) for at, ears in self.listens.items()
            },
            replies={at: stream.until(horizon) for at, stream in self.replies.items()},
        )

    def customers(self, seats: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return whose seats these are, as rows of the history."""
        return seats if self.seats is None else self.seats.customer[seats]

    @property
    def entered_by(self) -> str | None:
        """The event by which people enter, which journeys may emit; None for all other entries."""
        on = self.graph.enter.on
        return on.event if isinstance(on, OnEvent) and self.seats is None else None

    def send_nodes(self) -> tuple[SendNode, ...]:
        """Return the send nodes."""
        return tuple(node for node in self.nodes if isinstance(node, SendNode))

    def waits_that_ask(self) -> tuple[int, ...]:
        """Return the positions of the waits that keep an answer."""
        return tuple(at for at in self.replies if isinstance(self.nodes[at], ListenNode))

    def mixes(self) -> Mapping[int, Mixed]:
        """Return how channels are chosen, by the position of the node that sends."""
        nodes = enumerate(self.nodes)
        return {at: n.mix for at, n in nodes if isinstance(n, SendNode) and n.mix is not None}

    def calls(self) -> Mapping[int, Mapping[str, ColumnKind]]:
        """Return what is kept of answers to calls, by the position of the node that calls."""
        return {
            place: {str(name): kind for name, kind in node.step.keep.items()}
            for place, node in enumerate(self.nodes)
            if isinstance(node, ActNode) and isinstance(node.step, Webhook)
        }

    def channels(self) -> frozenset[str]:
        """Return the channels that the campaign uses."""
        sends = (channel for node in self.send_nodes() for channel in node.channels)
        acts = (node.channel for node in self.nodes if isinstance(node, ActNode))
        posts = (post.channel for post in self.graph.posts)
        return frozenset((*sends, *acts, *posts))

    def watched(self) -> tuple[Stream, ...]:
        """Return every stream whose events can move somebody who is enrolled."""
        goal = () if self.goal is None else (self.goal,)
        ears = (ear for ears in self.listens.values() for ear in ears)
        heard = (ear.stream for ear in ears if ear.stream is not None)
        stages = (stream for _, stream in self.stages)
        return (*goal, *stages, *(leave.stream for leave in self.leaves), *heard)


def bind(graph: JourneyGraph, world: World, *, start: Instant, end: Instant) -> Program:
    """Bind a graph to a history.

    Args:
        graph: The compiled campaign.
        world: The history and all else that is asked.
        start: Nobody enters at or before this instant.
        end: Dates later than this are not looked for.
    """
    nodes = tuple(graph.nodes.values())
    position = {node.id: place for place, node in enumerate(nodes)}
    replies = _replies(nodes, world)
    seats = seats_of(graph, world)
    claiming = tuple(claims(node, graph.campaign, world) for node in nodes)
    program = Program(
        graph=graph,
        nodes=nodes,
        position=position,
        targets={
            (position[edge.source], edge.label): position[edge.target] for edge in graph.edges
        },
        seats=seats,
        entries=entries_of(graph, world, seats, start=start, end=end),
        goal=world.audience.events(graph.goal.event, graph.goal.where) if graph.goal else None,
        stages=tuple(
            (name, world.audience.events(stage.event, stage.where))
            for name, stage in graph.stages.items()
        ),
        leaves=tuple(_leave(rule, world) for rule in graph.leave),
        listens=ears_of(nodes, world, {nodes[at].id: stream for at, stream in replies.items()}),
        replies=replies,
        sends=tuple(
            place for place, node in enumerate(nodes) if isinstance(node, SendNode | ActNode)
        ),
        claims=np.array(claiming, np.bool_),
        follows=tuple(
            _follows(graph, node) and not claim for node, claim in zip(nodes, claiming, strict=True)
        ),
    )
    return program if seats is None else _seated(program, seats)


def claims(node: Node, campaign: str, world: World) -> bool:
    """Say whether a node takes of what customers share: then they act in one order."""
    match node:
        case GrantNode():
            return bool(world.offers[node.offer].limits)
        case SendNode():
            book = world.rulebook
            return takes_turns(node, campaign, book) or any(
                shared_by(book, campaign, c, node.message_class) for c in node.channels
            )
        case _:
            return False


def _follows(graph: JourneyGraph, node: Node) -> bool:
    """Say whether a node acts with the one edge that leads to it, as far as the graph tells."""
    if graph.pauses or graph.leave or isinstance(node, WaitNode | EntryNode | HoldoutNode):
        return False
    return sum(edge.target == node.id for edge in graph.edges) == 1


def takes_turns(node: SendNode, campaign: str, book: Rulebook) -> bool:
    """Say whether what one customer is sent by a step decides what the next may have."""
    if node.message_class is MessageClass.TRANSACTIONAL:
        return False
    has_limits = node.mix is not None and bool(node.mix.mix.limits)
    return has_limits or any(
        caps_together(book, campaign, channel, node.message_class) for channel in node.channels
    )


def _seated(program: Program, seats: Seats) -> Program:
    """Turn the streams of customers into those of seats."""
    over = cache(seats.happenings)
    return replace(
        program,
        goal=None if program.goal is None else over(program.goal),
        stages=tuple((name, over(stream)) for name, stream in program.stages),
        leaves=tuple(replace(leave, stream=over(leave.stream)) for leave in program.leaves),
        listens={
            at: tuple(replace(ear, stream=ear.stream and over(ear.stream)) for ear in ears)
            for at, ears in program.listens.items()
        },
        replies={at: over(stream) for at, stream in program.replies.items()},
    )


def _leave(rule: LeaveRule, world: World) -> LeaveWatch:
    match rule.when:
        case OnEvent() as on:
            return LeaveWatch(stream=world.audience.events(on.event, on.where), reason=on.event)
        case OnSegment() as on:
            stream = world.audience.entries(on.segment)
            return LeaveWatch(stream=stream, reason=on.segment, segment=on.segment)
        case _:
            assert_never(rule.when)


def _replies(nodes: tuple[Node, ...], world: World) -> dict[int, Stream]:
    """Bind the events that answer the nodes that ask something."""
    found = ((place, kept_by(node, world)) for place, node in enumerate(nodes))
    return {place: stream for place, stream in found if stream is not None}


def held_out(
    graph: JourneyGraph, world: World, rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say which customers fall into the campaign's holdout."""
    share = graph.enter.holdout
    if share is None:
        return np.zeros(rows.shape, np.bool_)
    return world.dice.shares(f"{graph.seed}:holdout", rows) < threshold(share.fraction)
