"""What waits listen for, bound to a history: the events that may end them, and answers kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from campaignspec.clock import Instant
from campaignspec.engine.world import World
from campaignspec.graph.nodes import ActNode, Node, NodeId, SendNode
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.history import Stream
from campaignspec.spec.acting import Task
from campaignspec.spec.entering import OnEvent, OnLeft, OnSegment
from campaignspec.spec.waiting import OnAnswered, OnAny, OnClicked, OneHappening, OnOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """One thing that a node listens for.

    Attributes:
        happening: What it is.
        stream: When it happens to whom; None for answers to messages and calls, which are the
            engine's.
    """

    happening: OneHappening
    stream: Stream | None

    def until(self, horizon: Instant) -> Ear:
        """Return a view in which nothing later than ``horizon`` exists."""
        return replace(self, stream=self.stream and self.stream.until(horizon))


def ears_of(
    nodes: tuple[Node, ...], world: World, replies: Mapping[NodeId, Stream]
) -> dict[int, tuple[Ear, ...]]:
    """Bind everything that is listened for, by the position of the node."""
    return {
        place: tuple(
            Ear(happening=each, stream=_stream(each, world, replies)) for each in _each(node)
        )
        for place, node in enumerate(nodes)
        if isinstance(node, ListenNode)
    }


def kept_by(node: Node, world: World) -> Stream | None:
    """Return the events of which the first answers a node; None for nodes that ask nothing."""
    answer = _answer_to(node)
    return world.audience.events(answer.event, answer.where) if answer is not None else None


def _answer_to(node: Node) -> OnEvent | None:
    match node:
        case ListenNode(happening=OnEvent() as on) if node.keep:
            return on
        case SendNode():
            return node.answer
        case ActNode(step=Task() as task):
            return task.answer
        case _:
            return None


def _each(node: ListenNode) -> tuple[OneHappening, ...]:
    happening = node.happening
    return happening.any if isinstance(happening, OnAny) else (happening,)


def _stream(
    happening: OneHappening, world: World, replies: Mapping[NodeId, Stream]
) -> Stream | None:
    match happening:
        case OnEvent():
            return world.audience.events(happening.event, happening.where)
        case OnSegment():
            return world.audience.entries(happening.segment)
        case OnLeft():
            return world.audience.exits(happening.left)
        case OnAnswered():
            return replies.get(happening.answered)
        case OnOpened() | OnClicked():
            return None
        case _:
            assert_never(happening)
