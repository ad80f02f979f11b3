"""Small worlds of people, for tests of KPIs: who entered, what was sent, what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from sample_facts import fact, table
from sample_journey import graph_of, send

from campaignspec.audience import Audience
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.graph.nodes import EndNode, JourneyGraph
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.measure import Ground
from campaignspec.money import MICROS, Money
from campaignspec.spec.audience import Segment
from campaignspec.spec.economics import Economics
from campaignspec.spec.journey import Goal
from campaignspec.spec.kinds import Name, Property, Share
from campaignspec.spec.kpi_definition import Role, RoleEvent
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Count

DAY_ZERO = parse_instant("2017-03-01")
START, END = DAY_ZERO, DAY_ZERO + 60 * DAY
GOAL_DAYS = 14
CUSTOMERS = tuple(f"c{number}" for number in range(6))
CHANNELS = ("email", "sms")
CATEGORIES = ("bags", "shoes", None)
MARGIN, CAC, PRODUCTION = 0.25, 30.0, 12.5
EVENTS = (
    *("order.placed", "site.visited", "survey.answered", "message.complained"),
    *("post.read", "post.liked", "post.shared", "page.followed", "page.left"),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of somebody."""

    customer: str
    at: int
    amount: int = 0
    category: str | None = None
    via: str = "app"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an entry, and what became of it."""

    node: str
    channel: str
    at: int
    was_sent: bool
    failed: bool = False
    opens: int = 0
    clicks: int = 0
    opted_out: bool = False
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One enrolment, and what became of it."""

    customer: str
    number: int
    at: int
    held_out: bool
    messages: tuple[Message, ...] = ()
    converted: tuple[int, int] | None = None
    redeemed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that happened."""

    entries: tuple[Entry, ...]
    events: dict[str, list[Happened]] = field(default_factory=dict)

    def facts(self) -> pa.Table:
        """Write down what a ledger would hold."""
        return table(each for entry in self.entries for each in _facts(entry))

    def ground(self) -> Ground:
        """Return the history, with everything said that KPIs ask for."""
        return Ground(
            audience=self.audience(),
            roles=ROLES,
            economics=Economics(
                margin=Share(MARGIN),
                cac=Money(micros=int(CAC * MICROS), currency="USD"),
                production=Money(micros=int(PRODUCTION * MICROS), currency="USD"),
            ),
        )

    def audience(self) -> Audience:
        """Return what answers for the events."""
        history = History(
            customers=CUSTOMERS,
            attributes={},
            addresses={},
            zones=("UTC",),
            zone_of=np.zeros(len(CUSTOMERS), np.int32),
            streams={name: _stream(self.events.get(name, [])) for name in EVENTS},
            messages={},
            consents={},
            fingerprint="a small world",
            first=START - 40 * DAY,
            last=END + 40 * DAY,
        )
        rule = "orders_total >= 2"
        return Audience(
            history,
            traits={"orders_total": Count(count=Name("order.placed"))},
            segments={"loyal": Segment(where=Rule(text=rule, term=read_rule(rule)))},
            tick=HOUR,
        )


def _rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


ROLES = {
    Role.ORDER: RoleEvent(
        event=Name("order.placed"),
        value=Name("amount"),
        product=Property("order.placed.category"),
        owned=_rule("via in ('app', 'shop')"),
    ),
    Role.VISIT: RoleEvent(event=Name("site.visited")),
    Role.ANSWER: RoleEvent(event=Name("survey.answered"), value=Name("score")),
    Role.COMPLAINT: RoleEvent(event=Name("message.complained")),
    Role.READ: RoleEvent(event=Name("post.read")),
    Role.INTERACTION: RoleEvent(event=Name("post.liked"), also=(Name("post.shared"),)),
    Role.FOLLOW: RoleEvent(event=Name("page.followed")),
    Role.UNFOLLOW: RoleEvent(event=Name("page.left")),
}


def journey() -> JourneyGraph:
    """Return two messages, one after the other, and a goal worth something."""
    return graph_of(
        (send("hello"), send("again", "sms"), EndNode()),
        (("entry", "next", "hello"), ("hello", "next", "again"), ("again", "next", "end")),
        goal=Goal(
            event=Name("order.placed"),
            within=Duration(GOAL_DAYS * DAY),
            value=Name("amount"),
        ),
    )


def _stream(events: list[Happened]) -> Stream:
    rows = np.array([CUSTOMERS.index(each.customer) for each in events], np.int64)
    columns = {
        "amount": Column.of(ValueKind.MONEY, [each.amount * MICROS for each in events]),
        "score": Column.of(ValueKind.NUMBER, [each.amount for each in events]),
        "category": Column.of(ValueKind.TEXT, [each.category for each in events]),
        "via": Column.of(ValueKind.TEXT, [each.via for each in events]),
    }
    at = np.array([each.at for each in events], np.int64)
    return Stream.build(rows, at, len(CUSTOMERS), columns)


def _facts(entry: Entry) -> list[dict[str, Any]]:
    who: dict[str, Any] = {"enrolment": entry.number}
    edge = "held out" if entry.held_out else "next"
    facts = [fact(entry.at, entry.customer, "entered", "entry", edge, **who)]
    if entry.held_out:
        facts.append(fact(entry.at, entry.customer, "held_out", "holdout", seq=1, **who))
    for place, message in enumerate(entry.messages):
        facts += _told(entry, message, seq=2 + 2 * place)
    if entry.redeemed:
        more = {"value": entry.redeemed * MICROS, "seq": 60, **who}
        facts.append(fact(entry.at + HOUR, entry.customer, "redeemed", "hello", **more))
    if entry.converted is not None:
        at, value = entry.converted
        more = {"value": value * MICROS, "seq": 90, **who}
        facts.append(fact(at, entry.customer, "converted", "hello", "goal", **more))
    return facts


def _told(entry: Entry, message: Message, *, seq: int) -> list[dict[str, Any]]:
    who: dict[str, Any] = {"enrolment": entry.number, "channel": message.channel}

    def told(kind: str, at: int, **more: Any) -> dict[str, Any]:
        return fact(at, entry.customer, kind, message.node, **(who | more))

    if not message.was_sent:
        return [told("suppressed", message.at, seq=seq, edge="next", reason="cap")]
    facts = [told("sent", message.at, seq=seq, edge="next", value=message.cost * 1000)]
    if message.failed:
        facts.append(told("failed", message.at + 1, seq=seq + 1, reason="unknown address"))
    for kind, times in (("opened", message.opens), ("clicked", message.clicks)):
        facts += [told(kind, message.at + 2 + n, seq=-1) for n in range(times)]
    if message.opted_out:
        facts.append(told("unsubscribed", message.at + 9, seq=-1))
    return facts


def worlds() -> st.SearchStrategy[World]:
    """Worlds in which everything may happen to anybody."""
    return st.builds(
        lambda entries, events: World(entries=_numbered(entries), events=events),
        st.lists(_entries(), max_size=9),
        st.fixed_dictionaries({name: st.lists(_happened(), max_size=8) for name in EVENTS}),
    )


def _happened() -> st.SearchStrategy[Happened]:
    return st.builds(
        Happened,
        customer=st.sampled_from(CUSTOMERS),
        at=_instants(-20, 70),
        amount=st.integers(0, 40) | st.integers(0, 10),
        category=st.sampled_from(CATEGORIES),
        via=st.sampled_from(("app", "shop", "market")),
    )


def _instants(first: int, last: int) -> st.SearchStrategy[int]:
    """Instants on whole hours, so that windows and events meet; mostly at the same time of day."""
    hours = st.sampled_from((0, 0, 0, 1, 13))
    return st.builds(lambda d, h: DAY_ZERO + d * DAY + h * HOUR, st.integers(first, last), hours)


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    at = draw(_instants(1, 59))
    held_out = draw(st.sampled_from((False, False, True)))
    converted = None
    if draw(st.booleans()):
        converted = (at + draw(st.integers(1, GOAL_DAYS)) * DAY, draw(st.integers(0, 30)))
    return Entry(
        customer=draw(st.sampled_from(CUSTOMERS)),
        number=1,
        at=at,
        held_out=held_out,
        messages=() if held_out else draw(_messages(at)),
        converted=converted if converted and converted[0] <= END else None,
        redeemed=0 if held_out else draw(st.sampled_from((0, 0, 4))),
    )


@st.composite
def _messages(draw: st.DrawFn, at: int) -> tuple[Message, ...]:
    nodes = draw(st.sampled_from(((), ("hello",), ("hello", "again"))))
    messages = []
    for place, node in enumerate(nodes):
        opens = draw(st.integers(0, 2))
        messages.append(
            Message(
                node=node,
                channel=CHANNELS[place],
                at=at + draw(st.integers(0, 5)) * DAY + place * DAY * 6,
                was_sent=draw(st.booleans()),
                failed=draw(st.sampled_from((False, False, True))),
                opens=opens,
                clicks=draw(st.integers(0, 2)),
                opted_out=draw(st.booleans()),
                cost=draw(st.integers(0, 90)),
            )
        )
    return tuple(message for message in messages if message.at + 10 <= END)


def _numbered(entries: list[Entry]) -> tuple[Entry, ...]:
    """Number a customer's entries by time; two at one instant are one."""
    seen: dict[str, int] = {}
    numbered = []
    known = set()
    for entry in sorted(entries, key=lambda each: (each.at, each.customer)):
        if (entry.customer, entry.at) in known:
            continue
        known.add((entry.customer, entry.at))
        seen[entry.customer] = seen.get(entry.customer, 0) + 1
        numbered.append(
            Entry(
                customer=entry.customer,
                number=seen[entry.customer],
                at=entry.at,
                held_out=entry.held_out,
                messages=entry.messages,
                converted=entry.converted,
                redeemed=entry.redeemed,
            )
        )
    return tuple(numbered)
