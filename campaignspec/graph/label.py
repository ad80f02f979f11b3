"""What nodes and edges are called when people read a journey."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.graph.counts import Counts
from campaignspec.graph.nodes import (
    NEXT,
    BranchNode,
    DelayNode,
    Edge,
    EndNode,
    EntryNode,
    ExperimentNode,
    HoldoutNode,
    LeaveNode,
    ListenNode,
    LocalTimeNode,
    Node,
    SendNode,
)
from campaignspec.spec.entering import OnDate, OnEvent, OnSegment, Trigger
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.waiting import Happening, OnClicked, OnOpened, WaitUntil


class NodeKind(StrEnum):
    """The sorts of step that a drawing tells apart."""

    ENTRY = "entry"
    HOLDOUT = "holdout"
    WAIT = "wait"
    SEND = "send"
    CHOICE = "choice"
    LEAVE = "leave"
    END = "end"


def kind_of(node: Node) -> NodeKind:
    """Say which sort of step a node is."""
    match node:
        case EntryNode():
            return NodeKind.ENTRY
        case HoldoutNode():
            return NodeKind.HOLDOUT
        case DelayNode() | LocalTimeNode() | ListenNode():
            return NodeKind.WAIT
        case SendNode():
            return NodeKind.SEND
        case BranchNode() | ExperimentNode():
            return NodeKind.CHOICE
        case LeaveNode():
            return NodeKind.LEAVE
        case EndNode():
            return NodeKind.END
        case _:
            assert_never(node)


def node_label(node: Node) -> str:  # noqa: C901 (one line a kind)
    """Name a node in a few words: ``wait 7d``, ``send hello · email``."""
    match node:
        case EntryNode():
            return f"enter: {_trigger(node.enter.on)}"
        case HoldoutNode():
            return "held out"
        case DelayNode():
            return f"wait {node.duration}"
        case LocalTimeNode():
            return _until(node.until)
        case ListenNode():
            return f"wait for {_happening(node.happening)}, at most {node.at_most}"
        case SendNode():
            return f"send {node.message} · {node.channel}"
        case BranchNode():
            return node.id if node.id.startswith("branch") else f"branch {node.id}"
        case ExperimentNode():
            return f"experiment {node.id}"
        case LeaveNode():
            return f"leave: {node.reason}"
        case EndNode():
            return "completed"
        case _:
            assert_never(node)


def node_detail(node: Node) -> str:
    """Say all that is known of a node; for a tooltip, or a reader who cannot see the drawing."""
    match node:
        case EntryNode():
            return _entry(node)
        case SendNode():
            return f"{node_label(node)} ({_touch(node)})"
        case BranchNode():
            ways = "; ".join(_way(name, rule.text) for name, rule in node.ways)
            return f"{node_label(node)}: {ways}; else"
        case ExperimentNode():
            return f"{node_label(node)}: {_arms(node)}"
        case _:
            return node_label(node)


def edge_label(edge: Edge) -> str:
    """Name an edge; the ordinary way on has no name."""
    return "" if edge.label == NEXT else edge.label


def exits(node: Node, counts: Counts) -> tuple[tuple[str, int], ...]:
    """Say how many ended here, by the goal and by leaving: ``(("goal", 87), ("left", 12))``."""
    # Who reaches a leave step leaves: its visits say so already.
    left = 0 if isinstance(node, LeaveNode) else counts.leaves.get(node.id, 0)
    ends = (("goal", counts.goals.get(node.id, 0)), ("left", left))
    return tuple((word, number) for word, number in ends if number)


def exits_text(node: Node, counts: Counts) -> str:
    """Say how many ended here, in words: ``87 goal, 12 left``."""
    return ", ".join(f"{number:,} {word}" for word, number in exits(node, counts))


def _trigger(trigger: Trigger) -> str:
    match trigger:
        case OnEvent():
            return trigger.event
        case OnSegment():
            return f"segment {trigger.segment}"
        case OnDate():
            days = trigger.offset.days
            side = "" if not days else f"{abs(days)}d {'before' if days < 0 else 'after'} "
            yearly = ", every year" if trigger.every else ""
            return f"{side}{trigger.date} at {trigger.at}{yearly}"
        case _:
            assert_never(trigger)


def _happening(happening: Happening) -> str:
    match happening:
        case OnEvent():
            where = f" where {happening.where}" if happening.where else ""
            return f"{happening.event}{where}"
        case OnSegment():
            return f"segment {happening.segment}"
        case OnOpened():
            return f"{happening.opened} opened"
        case OnClicked():
            return f"{happening.clicked} clicked"
        case _:
            assert_never(happening)


def _until(until: WaitUntil) -> str:
    days = f" on {', '.join(until.on)}" if until.on else ""
    return f"until {until.until}{days}"


def _entry(node: EntryNode) -> str:
    enter = node.enter
    event_rule = enter.on.where if isinstance(enter.on, OnEvent) else None
    again = f"{enter.again} later" if isinstance(enter.again, Duration) else str(enter.again)
    parts = (
        node_label(node),
        f"where {event_rule}" if event_rule else "",
        f"if {enter.where}" if enter.where else "",
        f"again: {again}",
        f"held out: {enter.holdout}" if enter.holdout else "",
    )
    return "; ".join(part for part in parts if part)


def _touch(node: SendNode) -> str:
    match node.when_capped:
        case _ if node.message_class is MessageClass.TRANSACTIONAL:
            return str(node.message_class)
        case WhenCapped.SKIP:
            return f"{node.message_class}, skipped when capped"
        case WhenCapped.WAIT:
            return f"{node.message_class}, waits when capped"
        case WhenCapped.LEAVE:
            return f"{node.message_class}, leaves when capped"
        case _:
            assert_never(node.when_capped)


def _way(name: str, rule: str) -> str:
    return f"if {rule}" if name == rule else f"{name} if {rule}"


def _arms(node: ExperimentNode) -> str:
    starts = (0.0, *(end for _, end in node.arms))
    shares = zip(node.arms, starts, strict=False)
    return ", ".join(f"{name} {100 * (end - start):.4g}%" for (name, end), start in shares)
