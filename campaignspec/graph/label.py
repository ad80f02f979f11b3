"""What nodes and edges are called when people read a journey."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from campaignspec.connector import Deed, MessageClass, Value
from campaignspec.graph.counts import Counts
from campaignspec.graph.entry_label import entry_detail, trigger_label
from campaignspec.graph.nodes import (
    NEXT,
    ActNode,
    BranchNode,
    Edge,
    EmitNode,
    EndNode,
    EntryNode,
    ExperimentNode,
    GrantNode,
    HoldoutNode,
    LeaveNode,
    MarkNode,
    Node,
    RedeemNode,
    RevokeNode,
    SendNode,
    SplitNode,
)
from campaignspec.graph.wait_label import wait_detail, wait_label
from campaignspec.graph.wait_nodes import WaitNode
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.mix import ChooseBy


class NodeKind(StrEnum):
    """The sorts of step that a drawing tells apart."""

    ENTRY = "entry"
    HOLDOUT = "holdout"
    WAIT = "wait"
    SEND = "send"
    ACT = "act"
    CHOICE = "choice"
    LEAVE = "leave"
    END = "end"


_CALLED = ("branch", "preference", "repeat")
"""What branches are called that have no name of their own."""

_CHOICES = {
    ChooseBy.IN_ORDER: "by the first that may be used",
    ChooseBy.BEST: "by the best",
    ChooseBy.SPLIT: "by shares",
}

_DEEDS = {
    Deed.MESSAGE: "send",
    Deed.TASK: "task",
    Deed.CALL: "call",
    Deed.RECORD: "write",
    Deed.ADD: "add to",
    Deed.REMOVE: "remove from",
    Deed.SHOW: "show",
    Deed.POST: "publish",
}


def _plain(value: Value) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def kind_of(node: Node) -> NodeKind:
    """Say which sort of step a node is."""
    match node:
        case EntryNode():
            return NodeKind.ENTRY
        case HoldoutNode():
            return NodeKind.HOLDOUT
        case _ if isinstance(node, WaitNode):
            return NodeKind.WAIT
        case SendNode():
            return NodeKind.SEND
        case ActNode() | MarkNode() | EmitNode() | GrantNode() | RevokeNode() | RedeemNode():
            return NodeKind.ACT
        case BranchNode() | ExperimentNode() | SplitNode():
            return NodeKind.CHOICE
        case LeaveNode():
            return NodeKind.LEAVE
        case EndNode():
            return NodeKind.END
        case _:
            assert_never(node)


def node_label(node: Node) -> str:  # noqa: C901, PLR0912 (one line a kind)
    """Name a node in a few words: ``wait 7d``, ``send hello · email``."""
    match node:
        case EntryNode():
            return f"enter: {trigger_label(node.enter.on)}"
        case HoldoutNode():
            return "held out"
        case _ if isinstance(node, WaitNode):
            return wait_label(node)
        case SendNode():
            by = node.channel if node.mix is None else f"mix {node.mix.name}"
            return f"send {node.message} · {by}"
        case ActNode():
            return f"{_DEEDS[node.deed]} {node.what} · {node.channel}"
        case EmitNode():
            return f"emit {node.event}"
        case MarkNode():
            return "set " + ", ".join(f"{name}: {_plain(v)}" for name, v in node.marks.items())
        case BranchNode():
            return node.id if node.id.startswith(_CALLED) else f"branch {node.id}"
        case ExperimentNode():
            return f"experiment {node.id}"
        case SplitNode():
            return node.id if node.id.startswith("split") else f"split {node.id}"
        case GrantNode():
            return f"grant {node.offer}"
        case RevokeNode():
            return f"revoke {node.offer}"
        case RedeemNode():
            return f"redeem {node.offer}"
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
            return entry_detail(node.enter)
        case SendNode():
            return f"{node_label(node)} ({_touch(node)}{_choice(node)})"
        case BranchNode():
            ways = "; ".join(_way(name, rule.text) for name, rule in node.ways)
            return f"{node_label(node)}: {ways}; else"
        case ExperimentNode():
            return f"{node_label(node)}: {_shares(node.arms)}"
        case SplitNode():
            return f"{node_label(node)}: {_shares(node.ways)}"
        case _ if isinstance(node, WaitNode):
            return wait_detail(node)
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


def _choice(node: SendNode) -> str:
    """Say how the channel of a mix is chosen."""
    if node.mix is None:
        return ""
    how = _CHOICES[node.mix.mix.choose]
    return f", {how} of {', '.join(node.mix.channels)}"


def _way(name: str, rule: str) -> str:
    return f"if {rule}" if name == rule else f"{name} if {rule}"


def _shares(arms: Sequence[tuple[str, float]]) -> str:
    starts = (0.0, *(end for _, end in arms))
    shares = zip(arms, starts, strict=False)
    return ", ".join(f"{name} {100 * (end - start):.4g}%" for (name, end), start in shares)
