"""A journey graph bound to a history: the columns that the engine needs to walk it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant, ceil_to_tick
from campaignspec.engine.dates import date_entries
from campaignspec.engine.world import World
from campaignspec.graph.nodes import (
    ExperimentNode,
    JourneyGraph,
    ListenNode,
    Node,
    NodeId,
    SendNode,
)
from campaignspec.history import Stream
from campaignspec.identity import threshold
from campaignspec.spec.entering import OnDate, OnEvent, OnSegment, Trigger
from campaignspec.spec.journey import LeaveRule
from campaignspec.spec.waiting import Happening, OnClicked, OnOpened


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
        entries: When each customer meets the entry, on ticks.
        goal: The events that reach the goal, or None without a goal.
        leaves: The leave rules.
        listens: The events that listening nodes wait for, by position; none for answers.
        held_out: Who falls into the holdout, one flag a customer.
        draws: By position, the draws of experiments, one a customer.
        sends: The positions of the send nodes.
    """

    graph: JourneyGraph
    nodes: tuple[Node, ...]
    position: Mapping[NodeId, int]
    targets: Mapping[tuple[int, str], int]
    entries: Stream
    goal: Stream | None
    leaves: tuple[LeaveWatch, ...]
    listens: Mapping[int, Stream]
    held_out: npt.NDArray[np.bool_]
    draws: Mapping[int, npt.NDArray[np.uint32]]
    sends: tuple[int, ...]

    def until(self, horizon: Instant) -> Program:
        """Return a view in which nothing later than ``horizon`` exists."""
        return replace(
            self,
            entries=self.entries.until(horizon),
            goal=None if self.goal is None else self.goal.until(horizon),
            leaves=tuple(
                replace(leave, stream=leave.stream.until(horizon)) for leave in self.leaves
            ),
            listens={at: stream.until(horizon) for at, stream in self.listens.items()},
        )

    def send_nodes(self) -> tuple[SendNode, ...]:
        """Return the send nodes."""
        return tuple(node for node in self.nodes if isinstance(node, SendNode))

    def watched(self) -> tuple[Stream, ...]:
        """Return every stream whose events can move somebody who is enrolled."""
        goal = () if self.goal is None else (self.goal,)
        return (*goal, *(leave.stream for leave in self.leaves), *self.listens.values())


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
    return Program(
        graph=graph,
        nodes=nodes,
        position=position,
        targets={
            (position[edge.source], edge.label): position[edge.target] for edge in graph.edges
        },
        entries=_entries(graph.enter.on, world, start, end),
        goal=world.audience.events(graph.goal.event, graph.goal.where) if graph.goal else None,
        leaves=tuple(_leave(rule, world) for rule in graph.leave),
        listens=_listens(nodes, world),
        held_out=_held_out(graph, world),
        draws={
            place: world.dice.shares(node.seed)
            for place, node in enumerate(nodes)
            if isinstance(node, ExperimentNode)
        },
        sends=tuple(place for place, node in enumerate(nodes) if isinstance(node, SendNode)),
    )


def _entries(trigger: Trigger, world: World, start: Instant, end: Instant) -> Stream:
    match trigger:
        case OnEvent():
            return _on_ticks(world.audience.events(trigger.event, trigger.where), world)
        case OnSegment():
            return world.audience.entries(trigger.segment)
        case OnDate():
            return date_entries(trigger, world, start=start, end=end)
        case _:
            assert_never(trigger)


def _on_ticks(stream: Stream, world: World) -> Stream:
    """Move events to ticks, one a customer and tick."""
    rows, ticks = stream.rows(), ceil_to_tick(stream.ts, world.tick)
    first = np.ones(rows.shape, np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (ticks[1:] != ticks[:-1])
    return Stream.build(rows[first], ticks[first], len(world.history.customers))


def _leave(rule: LeaveRule, world: World) -> LeaveWatch:
    match rule.when:
        case OnEvent() as on:
            return LeaveWatch(stream=world.audience.events(on.event, on.where), reason=on.event)
        case OnSegment() as on:
            stream = world.audience.entries(on.segment)
            return LeaveWatch(stream=stream, reason=on.segment, segment=on.segment)
        case _:
            assert_never(rule.when)


def _listens(nodes: tuple[Node, ...], world: World) -> dict[int, Stream]:
    found = {}
    for place, node in enumerate(nodes):
        if isinstance(node, ListenNode):
            stream = _listen(node.happening, world)
            if stream is not None:
                found[place] = stream
    return found


def _listen(happening: Happening, world: World) -> Stream | None:
    match happening:
        case OnEvent():
            return world.audience.events(happening.event, happening.where)
        case OnSegment():
            return world.audience.entries(happening.segment)
        case OnOpened() | OnClicked():
            return None
        case _:
            assert_never(happening)


def _held_out(graph: JourneyGraph, world: World) -> npt.NDArray[np.bool_]:
    share = graph.enter.holdout
    if share is None:
        return np.zeros(len(world.history.customers), np.bool_)
    return world.dice.shares(f"{graph.seed}:holdout") < threshold(share.fraction)
