"""A bench: one campaign, set up once, on which made-up customers are tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaignspec.assembly import Blueprint, blueprint_of
from campaignspec.clock import (
    DAY,
    Instant,
    ceil_to_tick,
    format_instant,
    from_datetime,
)
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.project import Project
from campaignspec.simulate.person import Life, history_of_lives, instant_of, life_of
from campaignspec.simulate.script import LoadedDice, Script
from campaignspec.simulate.simulate import Rehearsal, rehearse
from campaignspec.spec.case import TestCase

_AHEAD = 90 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One fact of a trial; see `campaignspec.engine.facts`.

    Attributes:
        at: When.
        customer: Whose.
        enrolment: In which of the customer's enrolments, counted from 1.
        key: Which order, parcel or cart it is about, in a campaign with one enrolment for each.
        kind: What happened.
        node: Where in the journey.
        edge: The way taken out of the node, if one was.
        channel: The channel, for messages and answers.
        reason: Why, where there is a reason.
        value: Micro-units of money, where the kind has a value.
    """

    at: Instant
    customer: str
    enrolment: int
    kind: Kind
    node: str
    key: str | None = None
    edge: str | None = None
    channel: str | None = None
    reason: str | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One campaign of a project, compiled once.

    Attributes:
        project: The project.
        campaign: The campaign's name.
        blueprint: What is the same in every trial.
    """

    project: Project
    campaign: str
    blueprint: Blueprint

    @classmethod
    def of(cls, project: Project, campaign: str) -> Bench:
        """Set up a campaign."""
        blueprint = blueprint_of(project, [campaign])
        return cls(project=project, campaign=campaign, blueprint=blueprint)

    @property
    def graph(self) -> JourneyGraph:
        """The campaign's journey."""
        return self.blueprint.graphs[self.campaign]

    def rehearse(self, lives: Sequence[Life], start: Instant, end: Instant) -> Rehearsal:
        """Let lives go by, and the campaign with them.

        Args:
            lives: In ascending order of their ids, each id once.
            start: Nobody enters at or before this instant.
            end: The last instant that counts.
        """
        zones = [life.zone(self.project) for life in lives]
        addresses = sorted(set(self.blueprint.address_kinds.values()))
        return rehearse(
            self.project,
            history_of_lives(self.project, lives, addresses),
            campaigns=[self.campaign],
            responses=Script(lives, zones),
            dice=LoadedDice(self.graph, lives),
            blueprint=self.blueprint,
            start=start,
            end=end,
        )

    def window(self, case: TestCase) -> tuple[Instant, Instant]:
        """Return the instant after which a case begins, and the last that counts in it."""
        zone, tick = self.zone(case), self.project.settings.tick.micros
        times = [instant_of(each.at, zone) for each in case.timeline]
        first = instant_of(case.from_, zone) if case.from_ else min(times, default=0)
        last = max([first, *times]) + _AHEAD
        end = instant_of(case.until, zone) if case.until else last
        return ceil_to_tick(first, tick) - tick, ceil_to_tick(end, tick)

    def zone(self, case: TestCase) -> str:
        """Return the zone on whose clock a case is written."""
        return life_of(self.project, case).zone(self.project)


def told(rehearsal: Rehearsal) -> tuple[Told, ...]:
    """Return the facts of a rehearsal, in order."""
    return tuple(_told(row) for row in rehearsal.facts.to_pylist())


def clock(at: Instant, zone: str) -> str:
    """Write an instant as a customer's clock shows it: ``2017-03-01 10:00``."""
    return format_instant(at, zone)


def _told(row: Mapping[str, Any]) -> Told:
    return Told(
        at=from_datetime(row["at"]),
        customer=row["customer"],
        enrolment=row["enrolment"],
        kind=Kind(row["kind"]),
        node=row["node"],
        key=row["key"],
        edge=row["edge"],
        channel=row["channel"],
        reason=row["reason"],
        value=row["value"],
    )
