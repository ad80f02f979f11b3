"""Run one test case: a customer, a timeline, the same engine, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from campaignspec.clock import (
    DAY,
    NEVER,
    Instant,
    ceil_to_tick,
    format_instant,
    from_datetime,
    parse_instant,
)
from campaignspec.engine.dice import KeyedDice
from campaignspec.engine.facts import Kind
from campaignspec.engine.state import Answers
from campaignspec.engine.world import SentBatch
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import ExperimentNode, JourneyGraph
from campaignspec.identity import threshold
from campaignspec.plugins import load_connector
from campaignspec.project import Project
from campaignspec.simulate.person import CUSTOMER, history_of_case
from campaignspec.simulate.simulate import rehearse
from campaignspec.spec.case import Clicks, ExpectedMessage, Occurrence, Opens, Silence, TestCase
from campaignspec.spec.kinds import Name

_AHEAD = 90 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One expectation that did not come true.

    Attributes:
        what: Which key of ``expect``.
        expected: What was to be, a line an item.
        actual: What came, a line an item.
    """

    what: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield both sides beside each other."""
        wide = max((len(line) for line in (*self.expected, "expected")), default=0)
        yield f"{'expected':<{wide}}   actual"
        for expected, actual in zip_longest(self.expected, self.actual, fillvalue="-"):
            mark = " " if expected == actual else "≠"
            yield f"{expected:<{wide}} {mark} {actual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came of a test case.

    Attributes:
        case: The case.
        mismatches: Expectations that did not come true; none if it passed.
        story: Everything that happened, a line a fact.
    """

    case: TestCase
    mismatches: tuple[Mismatch, ...]
    story: tuple[str, ...]


def run_case(project: Project, campaign: str, case: TestCase) -> CaseResult:
    """Run a case through the engine and hold its expectations against the facts."""
    zone = case.customer.timezone or project.settings.timezone
    graph = compile_campaign(project, campaign)
    times = [parse_instant(occurrence.at, zone) for occurrence in case.timeline]
    tick = project.settings.tick.micros
    start = ceil_to_tick(min(times, default=0), tick) - tick
    end = parse_instant(case.until, zone) if case.until else max(times, default=0) + _AHEAD
    rehearsal = rehearse(
        project,
        history_of_case(project, case, _addresses(project)),
        campaigns=[campaign],
        responses=_Script(case.timeline, zone),
        dice=_LoadedDice(graph, case),
        start=start,
        end=ceil_to_tick(end, tick),
    )
    facts = rehearsal.facts.to_pylist()
    return CaseResult(
        case=case,
        mismatches=tuple(_mismatches(case, facts, zone)),
        story=tuple(_told(fact, zone) for fact in facts),
    )


def _addresses(project: Project) -> tuple[str, ...]:
    names = {channel.connector for channel in project.channels.values()}
    return tuple(sorted({load_connector(name).capabilities.address for name in names}))


def _mismatches(
    case: TestCase, facts: Sequence[Mapping[str, Any]], zone: str
) -> Iterator[Mismatch]:
    expect = case.expect
    if expect.entered is not None:
        wanted = tuple(_written(at, zone) for at in expect.entered)
        yield from _differ("entered", wanted, tuple(_at(f, zone) for f in _of(facts, Kind.ENTERED)))
    if expect.messages is not None:
        sent = tuple(f"{_at(f, zone)}  {f['node']}" for f in _of(facts, Kind.SENT))
        yield from _differ("messages", _messages(expect.messages, zone), sent)
    if expect.suppressed is not None:
        silent = tuple(f"{f['node']}: {f['reason']}" for f in _of(facts, Kind.SUPPRESSED))
        yield from _differ("suppressed", _silences(expect.suppressed), silent)
    if expect.ends is not None:
        yield from _differ("ends", (expect.ends,), (_end(facts, zone),))


def _differ(what: str, expected: tuple[str, ...], actual: tuple[str, ...]) -> Iterator[Mismatch]:
    if expected != actual:
        yield Mismatch(what=what, expected=expected, actual=actual)


def _messages(expected: Sequence[ExpectedMessage], zone: str) -> tuple[str, ...]:
    return tuple(f"{_written(message.at, zone)}  {message.send}" for message in expected)


def _silences(expected: Sequence[Silence]) -> tuple[str, ...]:
    return tuple(f"{silence.send}: {silence.reason}" for silence in expected)


_ENDS = {
    Kind.CONVERTED: "goal",
    Kind.LEFT: "left",
    Kind.COMPLETED: "completed",
    Kind.EXPIRED: "expired",
}


def _end(facts: Sequence[Mapping[str, Any]], zone: str) -> str:
    """Say how the last enrolment's journey ended: by the first fact that ends one."""
    last = max((fact["enrolment"] for fact in facts), default=0)
    ends = [f for f in facts if f["enrolment"] == last and f["kind"] in _ENDS]
    if not ends:
        return "open" if last else "never entered"
    reason = f" {ends[0]['reason']}" if ends[0]["reason"] else ""
    return f"{_ENDS[Kind(ends[0]['kind'])]}{reason} at {_at(ends[0], zone)}"


def _told(fact: Mapping[str, Any], zone: str) -> str:
    words = (fact["kind"], fact["node"], fact["edge"], fact["reason"])
    return f"{_at(fact, zone)}  {' · '.join(word for word in words if word)}"


def _of(facts: Sequence[Mapping[str, Any]], kind: Kind) -> list[Mapping[str, Any]]:
    return [fact for fact in facts if fact["kind"] == kind]


def _at(fact: Mapping[str, Any], zone: str) -> str:
    return format_instant(from_datetime(fact["at"]), zone)


def _written(moment: str, zone: str) -> str:
    return format_instant(parse_instant(moment, zone), zone)


class _Script:
    """Answers messages as the timeline says: by the first answer after a message was sent."""

    def __init__(self, timeline: Sequence[Occurrence], zone: str) -> None:
        self._opened = [
            (o.opened, parse_instant(o.at, zone)) for o in timeline if isinstance(o, Opens)
        ]
        self._clicked = [
            (o.clicked, parse_instant(o.at, zone)) for o in timeline if isinstance(o, Clicks)
        ]

    def answer(self, batch: SentBatch) -> Answers:
        """Say when the message is opened and clicked; a click opens it, too."""
        sent = int(batch.at[0])
        clicked = _first(self._clicked, batch.node, sent)
        opened = min(_first(self._opened, batch.node, sent), clicked)
        never = np.full(1, NEVER, np.int64)
        return Answers(opened=np.array([opened]), clicked=np.array([clicked]), unsubscribed=never)


def _first(answers: Sequence[tuple[str, Instant]], node: str, sent: Instant) -> Instant:
    return min((at for step, at in answers if step == node and at > sent), default=NEVER)


class _LoadedDice:
    """Draws what the case says: not held out unless it says so, and the arms that it names."""

    def __init__(self, graph: JourneyGraph, case: TestCase) -> None:
        self._keyed = KeyedDice((CUSTOMER,))
        self._fixed = {f"{graph.seed}:holdout": 0 if case.customer.held_out else 2**32 - 1}
        for node in graph.nodes.values():
            arm = case.customer.arms.get(Name(node.id))
            if isinstance(node, ExperimentNode) and arm is not None:
                self._fixed[node.seed] = _draw_of(node, arm)

    def shares(self, seed: str) -> npt.NDArray[np.uint32]:
        """Return the one draw of the one customer."""
        if seed in self._fixed:
            return np.array([self._fixed[seed]], np.uint32)
        return self._keyed.shares(seed)


def _draw_of(node: ExperimentNode, wanted: str) -> int:
    """Return the lowest draw that leads into an arm."""
    low = 0
    for arm, below in node.arms:
        if arm == wanted:
            return low
        low = threshold(below)
    raise KeyError(wanted)
