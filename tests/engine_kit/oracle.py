"""The oracle: one customer at a time, one instant after the other, in plain Python.

It asks at every tick, and at every instant at which something happens, what is due now. It
knows the journey's graph and the words of the language, and nothing of the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from engine_kit.rules import Beholder
from engine_kit.story import PROPERTIES, Customer, Event, Story
from engine_kit.touches import Touches
from engine_kit.wall_clock import instant_of, shown

from campaignspec.clock import Duration
from campaignspec.graph.nodes import (
    BranchNode,
    DelayNode,
    EndNode,
    ExperimentNode,
    JourneyGraph,
    LeaveNode,
    ListenNode,
    LocalTimeNode,
    SendNode,
)
from campaignspec.history import ValueKind
from campaignspec.project import Project
from campaignspec.spec.entering import Again, OnDate, OnEvent, OnSegment
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.waiting import OnClicked, OnOpened, Weekday

Fact = dict[str, Any]
AnswersOf = Callable[..., Mapping[str, int]]
"""Says when a message is opened, clicked and answered by an opt-out: `engine_kit.answers`."""

ORDER = ("at", "campaign", "customer", "enrolment", "seq", "kind", "node")
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
    facts = [
        fact
        for person in story
        for fact in _Life(project, graphs, story, person, answers_of, start, end).facts()
    ]
    return sorted(facts, key=lambda fact: [fact[name] for name in ORDER])


@dataclass
class _Enrolment:
    number: int
    entered_at: int
    node: str = "entry"
    since: int = 0
    not_before: int = 0
    active: bool = True
    goal_open: bool = False
    seq: int = 0
    answers: dict[tuple[str, str], int] = field(default_factory=dict)

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
    ) -> None:
        self.project, self.person, self.answers_of = project, person, answers_of
        self.start, self.end = start, end
        self.tick = project.settings.tick.micros
        self.beholder = Beholder(project, person, story)
        self.touches = Touches(project.policies, person, self.tick)
        self.written: list[Fact] = []
        self.walks = [_Walk(self, graph) for graph in graphs]

    def facts(self) -> list[Fact]:
        now = self.start
        while (now := self._next(now)) <= self.end:
            for walk in self.walks:
                walk.live(now)
        return [fact for fact in self.written if fact["at"] <= self.end]

    def _next(self, now: int) -> int:
        """Return the next tick, or the next instant between ticks at which something may be."""
        between = [event.at for event in self.person.events]
        between += [walk.window_end for walk in self.walks if walk.window_end is not None]
        tick = now - now % self.tick + self.tick
        return min([tick, *(instant for instant in between if now < instant < tick)])


class _Walk:
    """One customer's way through one campaign."""

    def __init__(self, life: _Life, graph: JourneyGraph) -> None:
        self.life, self.graph = life, graph
        self.person, self.beholder, self.tick = life.person, life.beholder, life.tick
        self.now = life.start
        self.enrolment: _Enrolment | None = None
        self.dates = set(self._dates()) if isinstance(graph.enter.on, OnDate) else set()

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
        if self.on_tick and self._meets_entry():
            self._enter()
            self._finish()

    def _finish(self) -> None:
        while (enrolment := self.enrolment) is not None and enrolment.is_open:
            reason = self._leaves() if enrolment.active else None
            reached = self._goal_event()
            if reason is not None:
                self._note("left", reason=reason)
                enrolment.active = False
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

    def _meets_entry(self) -> bool:
        match self.graph.enter.on:
            case OnEvent() as on:
                events = self.beholder.events(on.event, on.where)
                return any(self.now - self.tick < event.at <= self.now for event in events)
            case OnSegment() as on:
                return self.beholder.joins(on.segment, self.tick, self.now)
            case OnDate():
                return self.now in self.dates

    def _dates(self) -> Iterator[int]:
        """Yield the ticks at which the customer's date comes."""
        on = self.graph.enter.on
        assert isinstance(on, OnDate)
        days = self.person.attributes.get(on.date)
        if days is None:
            return
        known = date(1970, 1, 1) + timedelta(days=days)
        years = range(1990, 2040) if on.every else [known.year]
        for year in years:
            day = _in_year(known, year) + timedelta(days=on.offset.days)
            clock = time(on.at.minutes // 60, on.at.minutes % 60)
            at = instant_of(datetime.combine(day, clock), self.person.zone)
            yield -(-at // self.tick) * self.tick

    def _enter(self) -> None:
        enter, last = self.graph.enter, self.enrolment
        if not self.beholder.holds(enter.where, self.now):
            return
        refusal = self._refusal(last)
        if refusal is not None:
            assert last is not None
            self._write("refused", last.number, -1, node="entry", reason=refusal)
            return
        self.enrolment = _Enrolment(
            number=last.number + 1 if last else 1,
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

    def _refusal(self, last: _Enrolment | None) -> str | None:
        again = self.graph.enter.again
        if last is None:
            return None
        if last.is_open:
            return "enrolled"
        if isinstance(again, Duration):
            return "too-soon" if self.now - last.entered_at < again.micros else None
        return "once" if again is Again.NEVER else None

    # --- endings ---

    def _leaves(self) -> str | None:
        assert self.enrolment is not None
        entered_at = self.enrolment.entered_at
        for rule in self.graph.leave:
            match rule.when:
                case OnEvent() as on:
                    events = self.beholder.events(on.event, on.where)
                    if any(event.at == self.now > entered_at for event in events):
                        return on.event
                case OnSegment() as on:
                    if self._turns_to(on.segment, entered_at):
                        return on.segment
        return None

    def _turns_to(self, segment: str, since: int) -> bool:
        """Say whether the customer is in a segment from the beginning, or joins it now."""
        if self.now == since:
            return self.beholder.matches(segment, self.now)
        return self.beholder.joins(segment, self.tick, self.now)

    def _goal_event(self) -> Event | None:
        goal, enrolment = self.graph.goal, self.enrolment
        if goal is None or enrolment is None or not enrolment.goal_open:
            return None
        events = self.beholder.events(goal.event, goal.where)
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

    def _act(self, enrolment: _Enrolment) -> bool:
        """Do what the node does now, or say that it does nothing yet."""
        node, waited = self.graph.nodes[enrolment.node], self.now - enrolment.since
        match node:
            case DelayNode():
                return waited >= node.duration.micros and self._pass("waited", "next")
            case LocalTimeNode():
                come = self.now >= self._time_of_day(node, enrolment.since)
                return come and self._pass("waited", "next")
            case ListenNode():
                if self._hears(node, enrolment):
                    return self._pass("waited", "in time")
                return waited >= node.at_most.micros and self._pass("waited", "too late")
            case SendNode():
                return self.now >= enrolment.not_before and self._send(node, enrolment)
            case BranchNode():
                ways = (label for label, rule in node.ways if self._takes(rule, enrolment))
                return self._pass("branched", next(ways, "else"))
            case ExperimentNode():
                draw = _draw(node.seed, self.person.id)
                arms = (arm for arm, below in node.arms if draw < round(below * 2**32))
                return self._pass("assigned", next(arms))
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

    def _time_of_day(self, node: LocalTimeNode, since: int) -> int:
        """Return the first instant from ``since`` on that is the time, on a day that counts."""
        clock = time(node.until.until.minutes // 60, node.until.until.minutes % 60)
        first = shown(since, self.person.zone).date()
        for day in (first + timedelta(days=n) for n in range(30)):
            at = instant_of(datetime.combine(day, clock), self.person.zone)
            if at >= since and (not node.until.on or _WEEK[day.weekday()] in node.until.on):
                return at
        raise AssertionError("every weekday comes within a month")

    def _hears(self, node: ListenNode, enrolment: _Enrolment) -> bool:
        match node.happening:
            case OnEvent() as on:
                events = self.beholder.events(on.event, on.where)
                return any(enrolment.since < event.at <= self.now for event in events)
            case OnSegment() as on:
                return self._turns_to(on.segment, enrolment.since)
            case OnOpened() as on:
                return self._answered("opened", on.opened)
            case OnClicked() as on:
                return self._answered("clicked", on.clicked)

    def _takes(self, rule: Any, enrolment: _Enrolment) -> bool:
        return self.beholder.holds(rule, self.now, self._answered)

    def _answered(self, answer: str, step: str) -> bool:
        assert self.enrolment is not None
        at = self.enrolment.answers.get((answer, step))
        return at is not None and at <= self.now

    # --- messages ---

    def _send(self, node: SendNode, enrolment: _Enrolment) -> bool:
        action, reason, until = self.life.touches.judge(node, self.now)
        if action == "defer":
            self._note("deferred", channel=node.channel, reason=reason)
            enrolment.not_before = until
            return True
        if action == "suppress" and reason == "cap" and node.when_capped is WhenCapped.LEAVE:
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

    def _hear_back(self, node: SendNode, enrolment: _Enrolment) -> None:
        self.life.touches.sent.append((self.now, node.channel, node.message_class.value))
        enrolment.answers["sent", node.id] = self.now
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
                "enrolment": number,
                "seq": seq,
                "kind": kind,
                **more,
            }
        )


def _draw(seed: str, customer: str) -> int:
    return int(hashlib.md5(f"{seed}:{customer}".encode()).hexdigest()[:8], 16)  # noqa: S324 - a draw


def _in_year(known: date, year: int) -> date:
    """Return the same day of another year; 29 February is kept on the 28th."""
    try:
        return known.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
