"""The oracle: one customer at a time, one instant after the other, in plain Python.

It asks at every tick, and at every instant at which something happens, what is due now. It
knows the journey's graph and the words of the language, and nothing of the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from engine_kit import deeds
from engine_kit.entries import Door, key_of, keys_of
from engine_kit.mixes import chosen
from engine_kit.offers import Purse, Shop
from engine_kit.rules import Beholder
from engine_kit.story import PROPERTIES, Customer, Event, Story
from engine_kit.touches import Message, Touches
from engine_kit.waits import WAITS, reason_of, way_out
from engine_kit.winners import winner

from campaignspec.clock import Duration
from campaignspec.graph.nodes import (
    ActNode,
    BranchNode,
    EmitNode,
    EndNode,
    ExperimentNode,
    GrantNode,
    JourneyGraph,
    LeaveNode,
    MarkNode,
    RedeemNode,
    RevokeNode,
    SendNode,
    SplitNode,
)
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.history import ValueKind
from campaignspec.project import Project
from campaignspec.spec.entering import Again, OnEvent, OnSegment
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.rule import Rule
from campaignspec.spec.waiting import Weekday

Fact = dict[str, Any]
AnswersOf = Callable[..., Mapping[str, int]]
"""Says when a message is opened, clicked and answered by an opt-out: `engine_kit.answers`."""

ORDER = ("customer", "at", "campaign", "enrolment", "seq", "kind", "node", "key")
_WEEK = tuple(Weekday)


def oracle_facts(
    project: Project,
    graphs: Sequence[JourneyGraph],
    story: Story,
    answers_of: AnswersOf,
    *,
    start: int,
    end: int,
) -> list[Fact]:
    """Return what the semantics say happens after ``start``, up to and including ``end``."""
    shop = Shop(project, story)
    lives = [_Life(project, graphs, story, each, answers_of, start, end, shop) for each in story]
    for life in lives:
        life.crowd = lives
    coming = {life: life.next(start) for life in lives}
    while (now := min(coming.values(), default=end + 1)) <= end:
        here = [life for life, at in coming.items() if at == now]
        _live_through(here, now)
        coming.update((life, life.next(now)) for life in here)
    facts = [fact for life in lives for fact in life.written if fact["at"] <= end]
    return sorted(
        facts, key=lambda fact: [fact[name] if fact[name] is not None else "" for name in ORDER]
    )


def _live_through(lives: Sequence[_Life], now: int) -> None:
    """Let everybody do what is due now; who claims what others want, too, stands in line.

    The line is by campaign, by step, by hash and by id. Those of the first campaign make their
    claims and go on; whoever then claims again stands in line anew.
    """
    for life in lives:
        life.live(now)
    while line := sorted((life.purse.claim, life) for life in lives if life.purse.claim):
        for claim, life in line:
            if claim[0] == line[0][0][0]:
                life.purse.turn = True
                life.live(now)


@dataclass
class Enrolment:
    number: int
    entered_at: int
    node: str = "entry"
    since: int = 0
    not_before: int = 0
    active: bool = True
    goal_open: bool = False
    seq: int = 0
    way: str | None = None
    stages: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    answers: dict[tuple[str, str], int] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    called: dict[str, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.active or self.goal_open


class _Life:
    """Everything about one customer."""

    def __init__(
        self,
        project: Project,
        graphs: Sequence[JourneyGraph],
        story: Story,
        person: Customer,
        answers_of: AnswersOf,
        start: int,
        end: int,
        shop: Shop,
    ) -> None:
        self.project, self.person, self.answers_of = project, person, answers_of
        self.start, self.end = start, end
        self.tick = project.settings.tick.micros
        self.beholder = Beholder(project, person, story)
        known = sorted({each.zone for each in story if each.zone_known})
        self.touches = Touches(project, person, known, self.beholder, self)
        self.purse = Purse(shop, person.id, self.beholder)
        self.written: list[Fact] = []
        self.crowd: Sequence[_Life] = ()
        self.decided: dict[tuple[str, str], str | None] = {}
        self.signals: list[tuple[int, str]] = []
        self.numbers = {graph.campaign: 0 for graph in graphs}
        self.walks = [
            Walk(self, graph, key) for graph in graphs for key in keys_of(graph, self.beholder)
        ]

    def __lt__(self, other: _Life) -> bool:
        return self.person.id < other.person.id

    def live(self, now: int) -> None:
        """Do what is due, up to a claim that has to wait for its turn; may be asked again."""
        self.purse.claim = None
        self.purse.pass_time(now)
        for walk in self.walks:
            walk.live(now)
            if self.purse.claim is not None:
                return

    def is_active(self, campaign: str) -> bool:
        return any(w.enrolment is not None and w.enrolment.active for w in self._of(campaign))

    def entered_at(self, campaign: str) -> int | None:
        entered = [w.enrolment.entered_at for w in self._of(campaign) if w.enrolment is not None]
        return max(entered, default=None)

    def order(self) -> Sequence[str]:
        return list(self.numbers)

    def open_enrolments(self, campaign: str) -> int:
        enrolments = (walk.enrolment for walk in self._of(campaign))
        return sum(each is not None and each.is_open for each in enrolments)

    def _of(self, campaign: str) -> list[Walk]:
        return [walk for walk in self.walks if walk.graph.campaign == campaign]

    def next(self, now: int) -> int:
        """Return the next tick, or the next instant between ticks at which something may be."""
        between = [event.at for event in self.person.events]
        between += [walk.window_end for walk in self.walks if walk.window_end is not None]
        between += self.purse.ends()
        tick = now - now % self.tick + self.tick
        return min([tick, *(instant for instant in between if now < instant < tick)])


class Walk:
    """One customer's way through one campaign, or that of one key where it is keyed."""

    def __init__(self, life: _Life, graph: JourneyGraph, key: str | None) -> None:
        self.life, self.graph, self.key = life, graph, key
        self.person, self.beholder, self.tick = life.person, life.beholder, life.tick
        self.now = self.knocked = life.start
        self.enrolment: Enrolment | None = None
        self.door = Door(
            graph,
            life.person,
            life.beholder,
            self.events,
            key=key,
            tick=life.tick,
            zone=life.project.settings.timezone,
            start=life.start,
            end=life.end,
        )

    @property
    def window_end(self) -> int | None:
        if self.enrolment is None or not self.enrolment.goal_open:
            return None
        assert self.graph.goal is not None
        return self.enrolment.entered_at + self.graph.goal.within.micros

    @property
    def on_tick(self) -> bool:
        return self.now % self.tick == 0

    def live(self, now: int) -> None:
        """Do all that is due: leave rules, goal, end of the window, nodes; then entries."""
        self.now = now
        self._finish()
        if self.life.purse.claim is not None or self.knocked == now:
            return
        self.knocked = now
        if self.on_tick and self.door.opens(self.now):
            self._enter()
            self._finish()

    def _finish(self) -> None:
        while (enrolment := self.enrolment) is not None and enrolment.is_open:
            reason = self._leaves() if enrolment.active else None
            reached = self._goal_event()
            if reason is not None:
                self._note("left", reason=reason)
                enrolment.active = False
            elif (stage := self._stage(enrolment)) is not None:
                self._note("reached", edge=stage)
                enrolment.stages.add(stage)
            elif reached is not None:
                self._note("converted", edge="goal", value=self._worth(reached))
                enrolment.goal_open = False
                assert self.graph.goal is not None
                enrolment.active = enrolment.active and self.graph.goal.stay
            elif enrolment.goal_open and self.window_end == self.now:
                self._note("expired")
                enrolment.goal_open = False
            elif not (enrolment.active and self.on_tick and self._act(enrolment)):
                return

    # --- entry ---

    def _enter(self) -> None:
        enter, last = self.graph.enter, self.enrolment
        if not self.beholder.holds(enter.where, self.now):
            return
        refusal = self._refusal(last)
        if refusal is not None:
            number = last.number if last else 0
            self._write("refused", number, -1, node="entry", reason=refusal)
            return
        self.life.numbers[self.graph.campaign] += 1
        self.enrolment = Enrolment(
            number=self.life.numbers[self.graph.campaign],
            entered_at=self.now,
            goal_open=self.graph.goal is not None,
        )
        if enter.holdout and _draw(f"{self.graph.seed}:holdout", self.person.id) < round(
            enter.holdout.fraction * 2**32
        ):
            self.enrolment.active = False
            self._note("entered", edge="held out")
            self.enrolment.node = "holdout"
            self._note("held_out")
        else:
            self._pass("entered", "next")

    def _refusal(self, last: Enrolment | None) -> str | None:
        again, most = self.graph.enter.again, self.graph.enter.at_once
        if last is not None and last.is_open:
            return "enrolled"
        if last is not None and isinstance(again, Duration):
            if self.now - last.entered_at < again.micros:
                return "too-soon"
        elif last is not None and again is Again.NEVER:
            return "once"
        many = most is not None and self.life.open_enrolments(self.graph.campaign) >= most
        return "too-many" if many else None

    def events(self, name: str, where: Rule | None) -> list[Event]:
        """Return the events that count for this enrolment: of its key, or of none."""
        events = [*self.beholder.events(name, where)]
        events += [Event(at, name, {}) for at, event in self.life.signals if event == name]
        if self.key is None:
            return events
        return [event for event in events if key_of(event, self.graph) in {None, self.key}]

    # --- endings ---

    def _leaves(self) -> str | None:
        assert self.enrolment is not None
        entered_at = self.enrolment.entered_at
        for rule in self.graph.leave:
            match rule.when:
                case OnEvent() as on:
                    events = self.events(on.event, on.where)
                    if any(event.at == self.now > entered_at for event in events):
                        return on.event
                case OnSegment() as on:
                    if self.turns_to(on.segment, entered_at):
                        return on.segment
        return None

    def turns_to(self, segment: str, since: int) -> bool:
        """Say whether the customer is in a segment from the beginning, or joins it now."""
        if self.now == since:
            return self.beholder.matches(segment, self.now)
        return self.beholder.joins(segment, self.tick, self.now)

    def _stage(self, enrolment: Enrolment) -> str | None:
        """Return the first stage that is reached now and was not before."""
        if not enrolment.goal_open:
            return None
        for name, stage in self.graph.stages.items():
            events = self.events(stage.event, stage.where)
            coming = [event.at for event in events if event.at > enrolment.entered_at]
            if name not in enrolment.stages and coming and coming[0] == self.now:
                return name
        return None

    def _goal_event(self) -> Event | None:
        goal, enrolment = self.graph.goal, self.enrolment
        if goal is None or enrolment is None or not enrolment.goal_open:
            return None
        events = self.events(goal.event, goal.where)
        reached = [event for event in events if event.at == self.now > enrolment.entered_at]
        return reached[0] if reached else None

    def _worth(self, event: Event) -> int | None:
        assert self.graph.goal is not None
        name = self.graph.goal.value
        if name is None:
            return None
        value = event.properties.get(name)
        if value is None:
            return 0
        is_money = PROPERTIES[event.name][name] is ValueKind.MONEY
        return value if is_money else round(value * 1_000_000)

    # --- steps ---

    def _act(self, enrolment: Enrolment) -> bool:  # noqa: C901, PLR0912 - one case a node
        """Do what the node does now, or say that it does nothing yet."""
        node = self.graph.nodes[enrolment.node]
        if isinstance(node, WAITS) and enrolment.way is None:
            enrolment.way = way_out(node, enrolment, self)
        if any(begin <= self.now < end for begin, end in self.graph.pauses):
            return False
        match node:
            case _ if isinstance(node, WAITS):
                way = enrolment.way
                return way is not None and self._pass("waited", way, reason=reason_of(node, way))
            case EmitNode():
                self.life.signals.append((self.now + self.tick, node.event))
                return self._pass("emitted", "next", reason=node.event)
            case SendNode():
                return self.now >= enrolment.not_before and self._send(node, enrolment)
            case ActNode():
                kind, more = deeds.act(node, enrolment, self)
                return self._pass(kind, "next", **more)
            case MarkNode():
                deeds.mark(node, self)
                return self._pass("marked", "next")
            case BranchNode():
                ways = (label for label, rule in node.ways if self._takes(rule, enrolment))
                return self._pass("branched", next(ways, "else"))
            case ExperimentNode():
                won = self._won(node)
                if won is not None:
                    return self._pass("branched", won, reason="winner")
                draw = _draw(node.seed, self.person.id)
                arms = (arm for arm, below in node.arms if draw < round(below * 2**32))
                return self._pass("assigned", next(arms))
            case SplitNode():
                draw = _draw(node.seed, self.person.id)
                ways = (way for way, below in node.ways if draw < round(below * 2**32))
                return self._pass("branched", next(ways))
            case GrantNode():
                return self._grant(node)
            case RevokeNode() | RedeemNode():
                kind = "revoked" if isinstance(node, RevokeNode) else "redeemed"
                worth = self.life.purse.take_out(node.offer, self.now, kind)
                if worth is None:
                    return self._pass("not_held", "next", reason=node.offer)
                return self._pass(kind, "next", reason=node.offer, value=worth)
            case LeaveNode():
                self._note("left", reason=node.reason)
                enrolment.active = False
                return True
            case EndNode():
                self._note("completed")
                enrolment.active = False
                return True
            case _:
                raise AssertionError(f"nobody acts at {node.id}")

    def _won(self, node: ExperimentNode) -> str | None:
        """Return the arm of those who come after an experiment is decided."""
        if node.decision is None or self.now <= node.decision[0]:
            return None
        decided, key = self.life.crowd[0].decided, (self.graph.campaign, node.id)
        if key not in decided:
            facts = [fact for life in self.life.crowd for fact in life.written]
            decided[key] = winner(self.graph, node, facts)
        return decided[key]

    def _takes(self, rule: Any, enrolment: Enrolment) -> bool:
        return self.beholder.holds(rule, self.now, self.answered)

    def answered(self, answer: str, step: str) -> Any:
        """Say what is known of the answers to a step; of a reply, one of its properties."""
        assert self.enrolment is not None
        if answer in {"has_offer", "redeemed"}:
            return self.life.purse.says(answer, step, self.enrolment.entered_at)
        if answer.startswith("reply "):
            return deeds.replied(step, answer.removeprefix("reply "), self.enrolment, self)
        at = self.enrolment.answers.get((answer, step))
        return at is not None and at <= self.now

    def _grant(self, node: GrantNode) -> bool:
        purse = self.life.purse
        if purse.has_to_wait(node.offer, self._place(node.id)):
            return False
        reason = purse.refusal(node.offer, self.now)
        if reason is not None:
            return self._pass("not_granted", "not granted", reason=reason)
        assert self.enrolment is not None
        write = partial(self._told, self.enrolment.number, node.id)
        worth = purse.put(node.offer, self.now, write)
        return self._pass("granted", "next", reason=node.offer, value=worth)

    def _place(self, node: str, within: int = 0) -> tuple[int, int]:
        """Return which campaign it is, and which step; within a step channels have their order."""
        campaigns, step = list(self.life.numbers), list(self.graph.nodes).index(node)
        return campaigns.index(self.graph.campaign), 100 * step + within

    def _told(self, number: int, node: str, kind: str, **more: Any) -> None:
        """Note what becomes of an offer by itself; it belongs to the enrolment that gave it."""
        self._write(kind, number, -1, node=node, **more)

    # --- messages ---

    def _send(self, node: SendNode, enrolment: Enrolment) -> bool:
        campaign = self.graph.campaign
        purse, till = self.life.purse, self.life.purse.shop.till
        ways = [replace(node, channel=channel) for channel in node.channels]
        by, why = self._choose(node, ways, enrolment) if node.mix else (node.channel, None)
        turns = purse.shop.book.goes_by_turns(campaign, ways)
        within = node.channels.index(by) if by is not None and not turns else 0
        if (turns or any(till.is_asked(campaign, way) for way in ways)) and purse.stands_in_line(
            f"{self.graph.seed}:{node.id}", self._place(node.id, within)
        ):
            return False
        if by is None:
            return self._pass("suppressed", "next", channel=node.channel, reason=why)
        node = replace(node, channel=by)
        action, reason, until = self.life.touches.judge(campaign, node, enrolment.since, self.now)
        if action == "allow":
            action, reason, until = self._pay(node, enrolment)
        if action == "defer":
            self._note("deferred", channel=node.channel, reason=reason)
            enrolment.not_before = until
            return True
        limits = reason in {"cap", "ratio"} and node.when_capped is WhenCapped.LEAVE
        if action == "leave" or (action == "suppress" and limits):
            self._note("suppressed", channel=node.channel, reason=reason)
            self._note("left", reason=reason)
            enrolment.active = False
            return True
        if action == "suppress":
            return self._pass("suppressed", "next", channel=node.channel, reason=reason)
        self._hear_back(node, enrolment)
        cost = self.life.project.channels[node.channel].cost
        value = cost.micros if cost else 0
        return self._pass("sent", "next", channel=node.channel, value=value)

    def _choose(
        self, node: SendNode, ways: Sequence[SendNode], enrolment: Enrolment
    ) -> tuple[str | None, str | None]:
        """Return the channel of a mix by which the message goes, or why by none."""
        assert node.mix is not None
        needs = {str(name): rule for name, rule in node.mix.mix.needs.items()}
        candidates = [
            way.channel
            for way in ways
            if self.life.touches.may_use(self.graph.campaign, way, self.now)
            and (way.channel not in needs or self._takes(needs[way.channel], enrolment))
            and way.channel != enrolment.used.get(str(node.mix.instead_of))
        ]
        draw = _draw(node.mix.seed, self.person.id)
        why = "share" if candidates else "no-channel"
        while by := chosen(self.life.project, node.mix, self.person, candidates, draw, self.now):
            if self.life.purse.shop.book.is_open(self.graph.campaign, node, by):
                return by, None
            candidates.remove(by)
        return None, why

    def _pay(self, node: SendNode, enrolment: Enrolment) -> tuple[str, str | None, int]:
        """Take of what all share, or say what becomes of the message."""
        shop, campaign = self.life.purse.shop, self.graph.campaign
        short = shop.book.full(self.person, campaign, node, self.now)
        short = short or shop.till.pay(campaign, node, self.now)
        if short is None:
            return "allow", None, 0
        until = -(-short[2] // self.tick) * self.tick
        valid = node.valid_for
        if short[0] == "defer" and valid and until > enrolment.since + valid.micros:
            return "suppress", "expired", 0
        return short

    def _hear_back(self, node: SendNode, enrolment: Enrolment) -> None:
        message = Message(self.now, node.channel, node.message_class.value, self.graph.campaign)
        self.life.touches.sent.append(message)
        mix = node.mix and node.mix.name
        self.life.purse.shop.book.sent.append((self.person.id, message, mix))
        enrolment.answers["sent", node.id] = self.now
        enrolment.used[node.id] = node.channel
        answers = self.life.answers_of(
            seed=self.graph.seed,
            node=node.id,
            channel=node.channel,
            customer=self.person.id,
            enrolment=enrolment.number,
            at=self.now,
        )
        for kind, at in answers.items():
            enrolment.answers[kind, node.id] = at
            if kind == "unsubscribed":
                self.life.touches.opted_out.append((at, node.channel))
            self._write(kind, enrolment.number, -1, node=node.id, channel=node.channel, at=at)

    # --- facts ---

    def _pass(self, kind: str, edge: str, **more: Any) -> bool:
        """Note that a node is done, and go on."""
        assert self.enrolment is not None
        self._note(kind, edge=edge, **more)
        self.enrolment.node = self.graph.target(self.enrolment.node, edge)
        self.enrolment.since = self.enrolment.not_before = self.now
        self.enrolment.way = None
        node = self.graph.nodes[self.enrolment.node]
        if isinstance(node, ListenNode) and node.keep:
            self.enrolment.asked[node.id] = self.now
        return True

    def _note(self, kind: str, **more: Any) -> None:
        enrolment = self.enrolment
        assert enrolment is not None
        self._write(kind, enrolment.number, enrolment.seq, node=enrolment.node, **more)
        enrolment.seq += 1

    def _write(self, kind: str, number: int, seq: int, **more: Any) -> None:
        blank = {"at": self.now, "edge": None, "channel": None, "reason": None, "value": None}
        self.life.written.append(
            {
                **blank,
                "campaign": self.graph.campaign,
                "customer": self.person.id,
                "key": self.key,
                "enrolment": number,
                "seq": seq,
                "kind": kind,
                **more,
            }
        )


def _draw(seed: str, customer: str) -> int:
    return int(hashlib.md5(f"{seed}:{customer}".encode()).hexdigest()[:8], 16)  # noqa: S324 - a draw
