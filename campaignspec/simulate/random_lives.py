"""Random customers and timelines in a campaign's own words, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, TypeVar

from campaignspec.clock import DAY, MINUTE, Instant, format_instant, parse_instant, to_datetime
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.project import Project
from campaignspec.simulate.vocabulary import Vocabulary
from campaignspec.spec.case import (
    Calls,
    Clicks,
    Happens,
    Occurrence,
    Opens,
    OptsOut,
    Person,
    TestCase,
)
from campaignspec.spec.channel import Scalar
from campaignspec.spec.entering import OnCall, OnEvent
from campaignspec.spec.kinds import Moment, Name, ZoneName
from campaignspec.spec.sources import ColumnKind

_FAR: Final = ("Pacific/Auckland", "America/Los_Angeles")
"""Zones in which it is another day for much of the day."""
_MOST_EVENTS: Final = 8
_SOME_DAY: Final = Moment("2025-01-06")
"""When random lives begin where no test says when the campaign makes sense: a Monday."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What random lives of a campaign are drawn from.

    Attributes:
        words: What may happen.
        entry: The event or call by which people enter, if it is one.
        call: The call by which people enter, if it is one.
        zone: The project's zone.
        tick: The length of a tick, microseconds.
        first: When lives begin.
    """

    words: Vocabulary
    entry: str | None
    call: str | None
    zone: str
    tick: int
    first: Moment


def nature_of(project: Project, graph: JourneyGraph, words: Vocabulary) -> Nature:
    """Return what lives are drawn from; they begin when the campaign's first test does."""
    cases = project.tests.get(graph.campaign, ())
    begins = [Moment(each.at[:10]) for case in cases for each in case.timeline]
    begins += [Moment(case.from_[:10]) for case in cases if case.from_]
    on = graph.enter.on
    call = on.call if isinstance(on, OnCall) else None
    return Nature(
        words=words,
        entry=on.event if isinstance(on, OnEvent) else call,
        call=call,
        zone=project.settings.timezone,
        tick=project.settings.tick.micros,
        first=min(begins, default=_SOME_DAY),
    )


def random_case(nature: Nature, number: int, seed: str) -> TestCase:
    """Draw one customer and a timeline.

    Args:
        nature: What may be drawn.
        number: Which of the random customers; it is a part of the customer's id.
        seed: The same seed and number give the same case.
    """
    return _Drawing(nature, Random(f"{seed}:{number}")).case(f"c{number:06}")  # noqa: S311 - no secret depends on it


class _Drawing:
    """The choices of one case."""

    def __init__(self, nature: Nature, dice: Random) -> None:
        self._nature = nature
        self._words = nature.words
        self._dice = dice
        self._zone = dice.choice((nature.zone, nature.zone, *_FAR))
        self._begin = parse_instant(nature.first, self._zone)

    def case(self, identity: str) -> TestCase:
        events = self._events()
        last = max((at for at, _ in events), default=self._begin) + self._length()
        happenings: list[tuple[Instant, Occurrence]] = [
            *((at, self._happens(event, at)) for at, event in events),
            *self._answers(last),
            *self._opt_outs(last),
        ]
        happenings.sort(key=lambda each: each[0])
        return TestCase(
            test="a random customer",
            customer=self._person(identity),
            timeline=tuple(each for _, each in happenings),
            from_=self._nature.first,
            until=self._moment(last + 90 * DAY),
        )

    def _chance(self, share: float) -> bool:
        return self._dice.random() < share

    def _pick(self, choices: Sequence[T]) -> T:
        return self._dice.choice(choices)

    def _length(self) -> int:
        """Draw a time that makes a difference, or one just beside it."""
        beside = self._pick((0, 0, self._nature.tick, -self._nature.tick, MINUTE, -MINUTE))
        return max(self._pick(self._words.lengths) + beside, 0)

    def _moment(self, at: Instant) -> Moment:
        return Moment(format_instant(at // MINUTE * MINUTE, self._zone))

    # --- who ---

    def _person(self, identity: str) -> Person:
        words = self._words
        attributes = {
            Name(name): self._value(name, kind)
            for name, kind in words.attributes.items()
            if self._chance(0.8)
        }
        return Person(
            id=identity,
            timezone=None if self._zone == self._nature.zone else ZoneName(self._zone),
            attributes=attributes,
            consent={Name(channel): False for channel in words.channels if self._chance(0.1)},
            held_out=words.holdout and self._chance(0.05),
            arms={
                Name(experiment): Name(self._pick(arms)) for experiment, arms in words.arms.items()
            },
        )

    # --- what happens ---

    def _events(self) -> list[tuple[Instant, str]]:
        """Draw when which event happens; who enters by an event mostly begins with it."""
        names = (*self._words.events, *filter(None, (self._nature.call,)))
        if not names:
            return []
        at = self._begin + self._dice.randrange(DAY // MINUTE) * MINUTE
        first = self._nature.entry if self._nature.entry and self._chance(0.7) else None
        found = [(at, first or self._pick(names))]
        for _ in range(self._dice.randrange(_MOST_EVENTS)):
            at += self._length() if self._chance(0.7) else self._dice.randrange(DAY)
            found.append((at, self._pick(names)))
        return found

    def _happens(self, event: str, at: Instant) -> Happens | Calls:
        if event == self._nature.call:
            return Calls(call=Name(event), at=self._moment(at))
        properties = {
            Name(name): self._value(name, kind)
            for name, kind in self._words.events[event].items()
            if self._chance(0.8)
        }
        return Happens(event=Name(event), at=self._moment(at), properties=properties)

    def _answers(self, last: Instant) -> list[tuple[Instant, Occurrence]]:
        found: list[tuple[Instant, Occurrence]] = []
        for step in self._words.sends:
            for _ in range(self._pick((0, 0, 1, 2, 4))):
                at = self._some_time(last)
                if self._chance(0.5):
                    found.append((at, Opens(opened=Name(step), at=self._moment(at))))
                else:
                    found.append((at, Clicks(clicked=Name(step), at=self._moment(at))))
        return found

    def _opt_outs(self, last: Instant) -> list[tuple[Instant, Occurrence]]:
        moments = [(channel, self._some_time(last)) for channel in self._words.channels]
        return [
            (at, OptsOut(unsubscribed=Name(channel), at=self._moment(at)))
            for channel, at in moments
            if self._chance(0.1)
        ]

    def _some_time(self, last: Instant) -> Instant:
        minutes = (last - self._begin) // MINUTE + 1
        return self._begin + self._dice.randrange(minutes) * MINUTE

    # --- values ---

    def _value(self, name: str, kind: ColumnKind) -> Scalar:
        said = self._words.values.get(name, ())
        match kind:
            case ColumnKind.TEXT:
                return str(self._pick((*said, "other", "another")))
            case ColumnKind.BOOLEAN:
                return self._chance(0.5)
            case ColumnKind.DATE:
                return str(self._pick((*said, *self._days())))
            case ColumnKind.NUMBER | ColumnKind.MONEY:
                return self._number([each for each in said if not isinstance(each, str)])

    def _number(self, said: Sequence[float]) -> float:
        """Draw a number that makes a difference, one just beside it, or a part of it."""
        number = float(self._pick((*said, *self._words.numbers, 1.0, 10.0, 100.0)))
        number = self._pick((number, number, number + 1, max(number - 1, 0), number / 2))
        return int(number) if number == int(number) else round(number, 2)

    def _days(self) -> tuple[date, ...]:
        """Draw days about the time of the life, of this year and of others."""
        today = to_datetime(self._begin, self._zone).date()
        near = today + timedelta(days=self._dice.randrange(-30, 60))
        years = [(near - timedelta(days=round(365.25 * ago))) for ago in (0, 1, 30)]
        return tuple(years)
