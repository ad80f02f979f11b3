"""Rules, traits and segments, read off one customer's list of events."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from engine_kit import habits, machines
from engine_kit.deeds import held
from engine_kit.story import ATTRIBUTES, PROPERTIES, VIPS, Customer, Event

from campaignspec.clock import Duration
from campaignspec.history import ValueKind
from campaignspec.project import Project
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import Followed
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.rfm import Facet, Rfm
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Not,
    Offered,
    OneOf,
    Operator,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.sequence import Following
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Sum,
    Trait,
)

DAY = 86_400_000_000
MICROS = 1_000_000

Worth = tuple[ValueKind | None, Any]
"""What a fact holds, and what it is worth; an instant's kind is None."""

Answering = Callable[[str, str], Any]
"""Says whether the message of a step was sent, opened or clicked, and what was replied."""

_COMPARISONS = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


class Beholder:
    """Knows what is true of one customer at an instant."""

    def __init__(self, project: Project, person: Customer, crowd: Sequence[Customer]) -> None:
        self._project = project
        self._zone = project.settings.timezone
        self._person = person
        self._crowd = crowd
        self._stages: dict[Lifecycle, list[tuple[int, str]]] = {}
        self._scores: dict[tuple[Any, ...], tuple[int, int, int] | None] = {}
        self._matched: dict[tuple[str, int], bool] = {}
        self._picked: dict[tuple[str, Term | None], Sequence[Event]] = {}
        self.marks: dict[str, Any] = {}

    def matches(self, segment: str, now: int) -> bool:
        """Say whether the customer is in a segment."""
        if (segment, now) not in self._matched:
            asked = self._project.segments[segment]
            self._matched[segment, now] = (
                self.holds(asked.where, now)
                and (not asked.sequence or self._is_followed(asked, now))
                and (asked.listed is None or self._person.id in VIPS)
                and not any(self.matches(other, now) for other in asked.exclude)
            )
        return self._matched[segment, now]

    def _is_followed(self, segment: Segment, now: int) -> bool:
        steps = tuple(
            Following(event=step) if isinstance(step, str) else step for step in segment.sequence
        )
        condition = Followed(steps=steps, within=segment.within)
        return machines.is_followed(condition, self.events, now)

    def _has_lasted(self, segment: str, length: int, now: int) -> bool:
        """Say whether the customer matched at a tick so long ago and at every tick since."""
        tick = self._project.settings.tick.micros
        then = now // tick * tick
        while self.matches(segment, then):
            if then <= now - length:
                return True
            then -= tick
        return False

    def joins(self, segment: str, tick: int, now: int) -> bool:
        """Say whether the customer is in a segment now and was not one tick before."""
        return (
            now % tick == 0 and self.matches(segment, now) and not self.matches(segment, now - tick)
        )

    def holds(self, rule: Rule | None, now: int, answered: Answering | None = None) -> bool:
        """Say whether a rule holds."""
        return rule is None or self._holds(rule.term, now, None, answered)

    def worth(self, fact: Fact, now: int) -> Any:
        """Say what a fact is worth: None where it is missing."""
        return self._fact(fact, now)[1]

    def amount(self, fact: Fact, now: int) -> float | None:
        """Say what a number or an amount is worth, in whole units; None where it is missing."""
        kind, value = self._fact(fact, now)
        if value is None:
            return None
        return value / MICROS if kind is ValueKind.MONEY else float(value)

    def events(self, name: str, where: Rule | None) -> Sequence[Event]:
        """Return the events of one name that fit a rule, each judged at its own instant."""
        key = (name, where.term if where else None)
        if key not in self._picked:
            self._picked[key] = sorted(
                (
                    event
                    for event in self._person.events
                    if event.name == name
                    and (where is None or self._holds(where.term, event.at, event, None))
                ),
                key=lambda event: event.at,
            )
        return self._picked[key]

    def _holds(  # noqa: C901 - one case a kind of term
        self, term: Term, now: int, event: Event | None, answered: Answering | None
    ) -> bool:
        match term:
            case Compare() | OneOf() | Known():
                return _asked(term, *self._fact(term.fact, now, event))
            case Age():
                kind, value = self._fact(term.fact, now, event)
                if value is None:
                    return False
                happened = value * DAY if kind is ValueKind.DATE else value
                edge = now - term.duration.micros
                return happened <= edge if term.older else edge < happened <= now
            case InSegment(lasting=Duration() as lasting):
                lasted = self._has_lasted(term.segment, lasting.micros, now)
                return lasted and self.matches(term.segment, now)
            case InSegment():
                return self.matches(term.segment, now)
            case Answered():
                assert answered is not None
                return answered(term.answer.value, term.step)
            case Replied():
                assert answered is not None
                kind, value = answered(f"reply {term.asked.fact.name}", term.step)
                return _asked(term.asked, kind, value)
            case Offered():
                assert answered is not None
                return answered(term.asked.value, term.offer)
            case Not():
                return not self._holds(term.term, now, event, answered)
            case AllOf():
                return all(self._holds(part, now, event, answered) for part in term.terms)
            case AnyOf():
                return any(self._holds(part, now, event, answered) for part in term.terms)

    def _fact(self, fact: Fact, now: int, event: Event | None = None) -> Worth:
        name = fact.name
        if event is not None and name in PROPERTIES[event.name]:
            return PROPERTIES[event.name][name], event.properties.get(name)
        if (marked := held(self._project, name, self.marks)) is not None:
            return marked
        if name in self._project.traits:
            trait: Any = self._project.traits[name]
            if fact.key is None:
                return self._trait(trait, now)
            return self._of_key(trait.by, fact.key)._trait(replace(trait, by=None), now)
        return ATTRIBUTES[name], self._person.attributes.get(name)

    def _of_key(self, name: str, value: str) -> Beholder:
        """Return who sees only the events that have a value of a property."""
        seen = [event for event in self._person.events if event.properties.get(name) == value]
        return Beholder(self._project, replace(self._person, events=seen), self._crowd)

    def _rfm(self, trait: Rfm, now: int) -> Worth:
        """Return one of the facts of an RFM trait."""
        at = now if trait.cut_offs else machines.latest_midnight(now, self._zone)
        key = (trait.rfm, trait.where, trait.within, trait.bins, trait.cut_offs, at)
        if key not in self._scores:
            event = trait.rfm.rpartition(".")[0]
            people = [
                Beholder(self._project, each, ()).events(event, trait.where) for each in self._crowd
            ]
            me = [each.id for each in self._crowd].index(self._person.id)
            self._scores[key] = machines.rfm_scores(trait, people, me, at)
        scores = self._scores[key]
        if trait.facet is not Facet.CELL:
            place = "rfm".index(str(trait.facet))
            return ValueKind.NUMBER, scores and scores[place]
        return ValueKind.TEXT, scores and self._cell(trait, scores)

    def _cell(self, trait: Rfm, scores: tuple[int, int, int]) -> str | None:
        known = dict(zip("rfm", scores, strict=True))
        for name, rule in trait.cells.items():
            assert isinstance(rule.term, Compare)
            value = known[rule.term.fact.name]
            literal = rule.term.literal.value
            if _compare(ValueKind.NUMBER, value, rule.term.operator, literal):
                return name
        return None

    def _stage(self, trait: Lifecycle, now: int) -> Worth:
        """Return the stage after the latest tick, going through all ticks from the first event."""
        tick = self._project.settings.tick.micros
        happened = [event.at for person in self._crowd for event in person.events]
        origin = min(happened, default=now) // tick * tick - tick
        lived = self._stages.get(trait, [])
        if not lived or lived[-1][0] < now // tick * tick:
            end = max(now // tick * tick, origin)
            ticks = iter(range(origin, end + 1, tick))
            lived = list(machines.stages(trait, self.holds, ticks))
            self._stages[trait] = lived
        past = [stage for at, stage in lived if at <= now]
        return ValueKind.TEXT, past[-1] if past else lived[0][1]

    def _trait(  # noqa: C901, PLR0912 - one case a kind of trait
        self, trait: Trait, now: int
    ) -> Worth:
        match trait:
            case Count():
                return ValueKind.NUMBER, len(self._within(trait.count, trait, now))
            case Sum():
                kind, values = self._values(trait.sum, trait, now)
                return kind, sum(values)
            case Average():
                kind, values = self._values(trait.average, trait, now)
                return kind, sum(values) / len(values) if values else None
            case Latest():
                happened = [e.at for e in self.events(trait.latest, trait.where) if e.at <= now]
                return None, max(happened, default=None)
            case First():
                happened = [e.at for e in self.events(trait.first, trait.where) if e.at <= now]
                return None, min(happened, default=None)

            case Minimum():
                kind, values = self._values(trait.minimum, trait, now)
                return kind, min(values, default=None)
            case Maximum():
                kind, values = self._values(trait.maximum, trait, now)
                return kind, max(values, default=None)
            case Distinct():
                _, values = self._values(trait.distinct, trait, now)
                return ValueKind.NUMBER, len(set(values))
            case MostFrequent():
                kind, values = self._values(trait.most_frequent, trait, now)
                return kind, max(reversed(values), key=values.count, default=None)
            case LastValue():
                kind, values = self._values(trait.last_value, trait, now)
                return kind, values[-1] if values else None
            case FirstValue():
                kind, values = self._values(trait.first_value, trait, now)
                return kind, values[0] if values else None
            case DaysSince():
                happened = [event.at for event in self._within(trait.days_since, trait, now)]
                return ValueKind.NUMBER, (now - happened[-1]) // DAY if happened else None
            case MedianGap(by=str() as by):
                found = habits.gap_of_likes(self._within(trait.median_gap, trait, now), by)
                return ValueKind.NUMBER, None if found is None else found / DAY
            case MedianGap():
                happened = [event.at for event in self._within(trait.median_gap, trait, now)]
                gaps = [later - earlier for earlier, later in pairwise(happened)]
                return ValueKind.NUMBER, median(gaps) / DAY if gaps else None
            case Tenure(tenure="day"):
                day = self._person.attributes.get("day")
                known = day is not None and day * DAY <= now
                return ValueKind.NUMBER, (now - day * DAY) // DAY if known else None
            case Tenure():
                happened = [event.at for event in self._within(trait.tenure, trait, now)]
                return ValueKind.NUMBER, (now - happened[0]) // DAY if happened else None
            case Streak():
                events = self._within(trait.streak, trait, now)
                return ValueKind.NUMBER, habits.streak(events, trait.per, self._zone, now)
            case ShareOf():
                events = self._within(trait.share, replace(trait, where=trait.among), now)
                fitting = [e for e in events if self._holds(trait.where.term, e.at, e, None)]
                return ValueKind.NUMBER, len(fitting) / len(events) if events else None
            case NewOrReturning():
                recent = self._within(trait.new_or_returning, trait, now)
                ever = self._within(trait.new_or_returning, replace(trait, within=None), now)
                known = "new" if len(recent) == len(ever) else "returning"
                return ValueKind.TEXT, known if recent else None
            case Nps():
                _, values = self._values(trait.nps, trait, now)
                return ValueKind.TEXT, habits.promoter_or_not(values[-1]) if values else None
            case Affinity():
                kind, values = self._values(trait.affinity, trait, now)
                return kind, habits.affinity(values, trait.at_least.fraction)
            case Interest():
                kind, seen = self._values(trait.interest, trait, now)
                _, ended = self._values(trait.without, replace(trait, where=None), now)
                return kind, habits.interest(seen, ended, trait.at_least)
            case PreferredChannel():
                answer = f"{trait.preferred_channel}.channel"
                _, answers = self._values(answer, trait, now)
                _, sent = self._values("message.sent.channel", trait, now)
                return ValueKind.TEXT, habits.preferred_channel(answers, sent)
            case PreferredHour():
                events = self._within(trait.preferred_hour, trait, now)
                hours = [habits.local(event.at, self._person.zone).hour for event in events]
                return ValueKind.NUMBER, habits.favourite(hours)
            case Bucket():
                return ValueKind.NUMBER, habits.bucket(trait, self._person.id)
            case ValueAgo():
                return self._fact(Fact(name=trait.value), now - trait.ago.micros)
            case Rfm():
                return self._rfm(trait, now)
            case Lifecycle():
                return self._stage(trait, now)
            case Ratio():
                above_kind, above = self._trait(self._project.traits[trait.ratio], now)
                below_kind, below = self._trait(self._project.traits[trait.to], now)
                if above is None or not below:
                    return ValueKind.NUMBER, None
                if above_kind is below_kind:
                    return ValueKind.NUMBER, above / below
                if above_kind is ValueKind.MONEY:
                    return ValueKind.MONEY, above / below
                return ValueKind.NUMBER, above / below * MICROS

    def _within(self, name: str, trait: Any, now: int) -> Sequence[Event]:
        where = getattr(trait, "where", None)
        events = [event for event in self.events(name, where) if event.at <= now]
        within = getattr(trait, "within", None)
        if within is None:
            return events
        return [event for event in events if event.at > now - within.micros]

    def _values(self, path: str, trait: Any, now: int) -> tuple[ValueKind, list[Any]]:
        name, prop = path.rsplit(".", 1)
        found = [event.properties.get(prop) for event in self._within(name, trait, now)]
        return PROPERTIES[name][prop], [value for value in found if value is not None]


def _compare(kind: ValueKind | None, value: Any, by: Operator, literal: Any) -> bool:
    """Compare with two-valued logic: false where the value is missing, and != turns = round."""
    if by is Operator.NOT_EQUAL:
        return not _compare(kind, value, Operator.EQUAL, literal)
    if value is None:
        return False
    return bool(_COMPARISONS[by](value, _READ.get(kind, lambda it: it)(literal)))


_READ: Mapping[ValueKind | None, Callable[[Any], Any]] = {
    ValueKind.MONEY: lambda it: round(it * MICROS),
    ValueKind.DATE: lambda it: (date.fromisoformat(it) - date(1970, 1, 1)).days,
    ValueKind.BOOLEAN: lambda it: it in {"yes", "true"},
}


def _asked(term: Compare | OneOf | Known, kind: ValueKind | None, value: Any) -> bool:
    """Say whether a value is what a term asks of it."""
    match term:
        case Compare():
            return _compare(kind, value, term.operator, term.literal.value)
        case OneOf():
            return any(_compare(kind, value, Operator.EQUAL, each.value) for each in term.literals)
        case Known():
            return (value is not None) == term.known
