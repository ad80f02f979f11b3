"""All that a story is told from: the facts, the campaigns, and what is known of the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.assembly import Assembly
from campaignspec.audience import Audience, Explanation, Moment, explain_rule
from campaignspec.clock import SECOND, Instant, format_instant
from campaignspec.engine.facts import Kind
from campaignspec.engine.program import Program
from campaignspec.engine.world import World
from campaignspec.graph.nodes import JourneyGraph, MarkNode, Node, SendNode
from campaignspec.identity import draws
from campaignspec.money import format_micros
from campaignspec.project import Project
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import NOWHERE, Loc
from campaignspec.story.record import OUTSIDE, Record
from campaignspec.story.story import Because

_DRAWS: Final = 2**32

Column = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lore:
    """What is known when a story is told.

    Attributes:
        project: The linked project.
        assembly: The campaigns, set up on the history.
        row: The person, as a row of the history.
        records: The person's facts of all campaigns, in the order in which they were done.
        zone: The zone by whose clock instants are told.
        start: Nobody entered at or before this instant.
        end: Nothing later is known.
        together: By an attribute over which caps count, the messages to others with the person's
            value, each with who got it.
    """

    project: Project
    assembly: Assembly
    row: int
    records: tuple[Record, ...]
    zone: str
    start: Instant
    end: Instant
    together: Mapping[str, tuple[tuple[str, Record], ...]] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """What the engine may ask."""
        return self.assembly.world

    @property
    def audience(self) -> Audience:
        """Rules, traits and segments over the history."""
        return self.assembly.world.audience

    @property
    def home(self) -> str:
        """The person's own zone."""
        history = self.world.history
        return str(history.zones[history.zone_of[self.row]])

    @property
    def rows(self) -> Column:
        """The person as a column of one."""
        return np.array([self.row], np.int64)

    def graph(self, campaign: str) -> JourneyGraph | None:
        """Return a campaign's journey, or None where the project has none of this name."""
        return self.assembly.graphs.get(campaign)

    def program(self, campaign: str) -> Program:
        """Return a campaign that the project has, bound to the history."""
        return next(p for p in self.assembly.programs if p.graph.campaign == campaign)

    def node(self, record: Record) -> Node | None:
        """Return where a fact happened, or None where the journey has no such step any more."""
        graph = self.graph(record.campaign)
        return None if graph is None else graph.nodes.get(record.node)

    def send_node(self, record: Record) -> SendNode | None:
        """Return the step that a message belongs to."""
        node = self.node(record)
        return node if isinstance(node, SendNode) else None

    def mark_node(self, record: Record) -> MarkNode | None:
        """Return the step that remembered something."""
        node = self.node(record)
        return node if isinstance(node, MarkNode) else None

    def enrolment(self, record: Record) -> tuple[Record, ...]:
        """Return all facts of the enrolment that a fact belongs to."""
        return tuple(each for each in self.records if each.chapter == record.chapter)

    def steps_before(self, record: Record) -> tuple[Record, ...]:
        """Return the steps of the enrolment before a fact, in order."""
        return tuple(each for each in self.enrolment(record) if OUTSIDE < each.seq < record.seq)

    def arrived(self, record: Record) -> Instant:
        """Return when the person came to the step of a fact: what it did before does not move it.

        A message that was held back is still at its step.
        """
        at = record.at
        for each in reversed(self.steps_before(record)):
            if each.node != record.node:
                return each.at
            at = each.at
        return at

    def entered(self, record: Record) -> Instant:
        """Return when the enrolment of a fact began."""
        return min(each.at for each in self.enrolment(record))

    def seat(self, campaign: str, key: str | None) -> int:
        """Return an enrolment's place in a campaign's streams: the person's own, or its key's."""
        seats = self.program(campaign).seats
        if seats is None:
            return self.row
        mine = range(seats.offsets[self.row], seats.offsets[self.row + 1])
        return next(seat for seat in mine if str(seats.name[seat]) == key)

    def moment(self, at: Instant) -> Moment:
        """Return the person at an instant, outside of any enrolment."""
        return Moment(rows=self.rows, at=np.array([at], np.int64))

    def proof(self, rule: Rule, moment: Moment) -> Explanation:
        """Prove a rule true or false of the person."""
        return explain_rule(self.audience, rule.term, moment)

    def line(self, loc: Loc) -> str:
        """Name the line at which something is written; empty where it is written nowhere."""
        document = self.project.documents.get(loc.file)
        if loc == NOWHERE or document is None:
            return ""
        return f"{loc.file}:{document.key_span(loc.path).line}"

    def line_of(self, record: Record) -> str:
        """Name the line that a fact came of: of its step, or of the entry, the goal, a rule."""
        graph = self.graph(record.campaign)
        return "" if graph is None else self.line(_written(graph, record))

    def clock(self, at: Instant) -> str:
        """Write an instant by the clock of the story, to the second."""
        return format_instant(at // SECOND * SECOND, self.zone)

    def money(self, micros: int) -> str:
        """Write an amount of money."""
        return f"{format_micros(micros)} {self.project.settings.currency}"

    def draw(self, seed: str) -> float:
        """Return the person's draw of a seed, from 0 up to, and without, 1."""
        return float(draws(seed, [self.world.history.customers[self.row]])[0]) / _DRAWS


def _written(graph: JourneyGraph, record: Record) -> Loc:
    """Return where it is written what a fact came of."""
    goal = NOWHERE if graph.goal is None else graph.goal.loc
    match record.kind:
        case Kind.ENTERED | Kind.REFUSED:
            return graph.enter.on.loc
        case Kind.HELD_OUT:
            return graph.enter.loc / "holdout"
        case Kind.REACHED:
            stage = graph.stages.get(record.edge or "")
            return NOWHERE if stage is None else stage.loc
        case Kind.CONVERTED | Kind.EXPIRED:
            return goal
        case Kind.COMPLETED:
            return NOWHERE
        case _:
            return graph.written.get(record.node, NOWHERE)


def drawn(lore: Lore, seed: str, ways: Iterable[tuple[str, float]], taken: str) -> Because:
    """Say where the draw of a seed fell, and between which shares the way lies that was taken.

    Args:
        lore: What is known.
        seed: The draw's seed.
        ways: The ways, each with the share of draws below which it ends.
        taken: The way that was taken.
    """
    begin = 0.0
    for way, end in ways:
        if way == taken:
            return Because(
                text=f"the draw of the seed {seed!r} is {lore.draw(seed):.4f}: "
                f"{way} has those from {begin:.4g} up to {end:.4g}"
            )
        begin = end
    return Because(text=f"no way is called {taken!r} any more")
