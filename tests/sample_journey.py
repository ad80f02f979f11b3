"""A journey built by hand, for tests of what is drawn, measured and reported."""

from __future__ import annotations

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.connector import MessageClass
from campaignspec.graph.nodes import (
    ELSE,
    HELD_OUT,
    IN_TIME,
    NEXT,
    TOO_LATE,
    BranchNode,
    Edge,
    EndNode,
    EntryNode,
    ExperimentNode,
    HoldoutNode,
    JourneyGraph,
    LeaveNode,
    Node,
    SendNode,
)
from campaignspec.graph.wait_nodes import DelayNode, ListenNode, LocalTimeNode
from campaignspec.spec.entering import Enter, OnEvent, OnSegment
from campaignspec.spec.journey import Goal, LeaveRule, WhenCapped
from campaignspec.spec.kinds import LocalTime, Name, Share
from campaignspec.spec.rule import Compare, Fact, Literal, Operator, Rule
from campaignspec.spec.waiting import WaitUntil

GOAL = Goal(event=Name("order.placed"), within=Duration(30 * DAY), value=Name("amount"))
VIP = Rule(
    text="spend_365d >= 400",
    term=Compare(
        fact=Fact(name="spend_365d"), operator=Operator.AT_LEAST, literal=Literal(value=400.0)
    ),
)


def send(message: str, channel: str = "email", name: str | None = None) -> SendNode:
    return SendNode(
        id=name or message,
        message=message,
        channel=channel,
        message_class=MessageClass.PROMOTIONAL,
        when_capped=WhenCapped.SKIP,
    )


def graph_of(
    nodes: tuple[Node, ...],
    edges: tuple[tuple[str, str, str], ...],
    *,
    goal: Goal | None = GOAL,
    holdout: float | None = 0.1,
    campaign: str = "win-back",
    title: str = "Win back customers who stopped buying",
) -> JourneyGraph:
    """Build a graph; an entry is put before the nodes, and the enter rule is a segment."""
    enter = Enter(
        on=OnSegment(segment=Name("lapsed")), holdout=None if holdout is None else Share(holdout)
    )
    return JourneyGraph(
        campaign=campaign,
        title=title,
        seed=campaign,
        nodes={node.id: node for node in (EntryNode(enter=enter), *nodes)},
        edges=tuple(Edge(source=s, target=t, label=label) for s, label, t in edges),
        enter=enter,
        goal=goal,
        leave=(LeaveRule(when=OnEvent(event=Name("order.returned"))),),
        fingerprint="4f1c2a9be07d5511",
    )


def win_back() -> JourneyGraph:
    """Return a journey with every kind of node."""
    return graph_of(
        (
            LocalTimeNode(id="until-10:00", until=WaitUntil(until=LocalTime(600))),
            send("hello"),
            ListenNode(
                id="wait-for-basket",
                happening=OnEvent(event=Name("basket.filled")),
                at_most=Duration(5 * DAY),
            ),
            send("basket-reminder", "push"),
            BranchNode(id="worth", ways=(("vip", VIP),)),
            ExperimentNode(
                id="offer", seed="offer-2017", arms=(("ten-off", 0.5), ("free-shipping", 1.0))
            ),
            send("ten-off"),
            send("free-shipping"),
            LeaveNode(id="leave-not-worth-it", reason="not-worth-it"),
            DelayNode(id="wait-3d", duration=Duration(3 * DAY)),
            send("last-call", "sms"),
            EndNode(),
            HoldoutNode(),
        ),
        (
            ("entry", NEXT, "until-10:00"),
            ("entry", HELD_OUT, "holdout"),
            ("until-10:00", NEXT, "hello"),
            ("hello", NEXT, "wait-for-basket"),
            ("wait-for-basket", IN_TIME, "basket-reminder"),
            ("wait-for-basket", TOO_LATE, "worth"),
            ("basket-reminder", NEXT, "wait-3d"),
            ("worth", "vip", "offer"),
            ("worth", ELSE, "leave-not-worth-it"),
            ("offer", "ten-off", "ten-off"),
            ("offer", "free-shipping", "free-shipping"),
            ("ten-off", NEXT, "wait-3d"),
            ("free-shipping", NEXT, "wait-3d"),
            ("wait-3d", NEXT, "last-call"),
            ("last-call", NEXT, "end"),
        ),
    )


def two_ways_to_one() -> JourneyGraph:
    """Return a journey in which both edges of a wait lead to the same step."""
    wait = ListenNode(
        id="wait-for-answer",
        happening=OnEvent(event=Name("answer")),
        at_most=Duration(48 * HOUR),
    )
    return graph_of(
        (wait, send("thanks"), EndNode()),
        (
            ("entry", NEXT, "wait-for-answer"),
            ("wait-for-answer", IN_TIME, "thanks"),
            ("wait-for-answer", TOO_LATE, "thanks"),
            ("thanks", NEXT, "end"),
        ),
        holdout=None,
    )


def in_chinese_and_russian() -> JourneyGraph:
    """Return a journey whose names are not written in Latin letters, and need escaping."""
    return graph_of(
        (
            send('欢迎回来，我们给您准备了一份"惊喜" <礼物>', "短信", name="欢迎"),  # noqa: RUF001
            send("мы-скучаем-по-вам-возвращайтесь", "почта", name="скучаем"),
            EndNode(),
        ),
        (
            ("entry", NEXT, "欢迎"),
            ("欢迎", NEXT, "скучаем"),
            ("скучаем", NEXT, "end"),
        ),
        holdout=None,
        title="老客户 & «Возвращение»",
    )
