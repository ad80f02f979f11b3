"""Entries the slow way: one customer, one instant, and what stands on the wall calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from engine_kit.rules import Beholder
from engine_kit.story import Customer, Event
from engine_kit.wall_clock import EPOCH, instant_of, shown

from campaignspec.graph.nodes import JourneyGraph
from campaignspec.spec.entering import (
    Backlog,
    Leap,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
    Whose,
)
from campaignspec.spec.rule import Rule

_DAY = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CRON_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}


def keys_of(graph: JourneyGraph, beholder: Beholder) -> Sequence[str | None]:
    """Return the keys by which a customer may enter, in the order of their first events.

    A journey without a key has the one key None.
    """
    if graph.enter.key_ is None:
        return [None]
    first: dict[str, int] = {}
    for event in _events(graph, beholder):
        key = key_of(event, graph)
        if key is not None:
            first.setdefault(key, event.at)
    return sorted(first, key=lambda key: (first[key], key))


def key_of(event: Event, graph: JourneyGraph) -> str | None:
    """Return what tells an event's enrolment apart, as people write it."""
    value = event.properties.get(str(graph.enter.key_))
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return None if value is None else str(value)


class Door:
    """The entry of one journey, for one customer and one key."""

    def __init__(
        self,
        graph: JourneyGraph,
        person: Customer,
        beholder: Beholder,
        events: Callable[[str, Rule | None], Sequence[Event]],
        *,
        key: str | None,
        tick: int,
        zone: str,
        start: int,
        end: int,
    ) -> None:
        self._graph, self._person, self._beholder = graph, person, beholder
        self._events = events
        self._key, self._tick, self._start, self._end = key, tick, start, end
        on = graph.enter.on
        local = isinstance(on, OnSchedule | OnOnce | OnPhase) and on.clock is Whose.PROJECT
        self._zone = zone if local else person.zone
        self._ticks = {-(-at // tick) * tick for at in self._instants()}

    def opens(self, now: int) -> bool:
        """Say whether the entry is met at a tick."""
        on = self._graph.enter.on
        match on:
            case OnEvent():
                return self._came(self._events(on.event, on.where), now)
            case OnCall():
                return self._came(self._events(on.call, None), now)
            case OnSegment():
                return self._beholder.joins(on.segment, self._tick, now) or (
                    self._graph.enter.backlog is Backlog.EVERYBODY
                    and now - self._tick <= self._start < now
                    and self._beholder.matches(on.segment, now)
                )
            case OnLeft():
                before = self._beholder.matches(on.left, now - self._tick)
                return before and not self._beholder.matches(on.left, now)
            case OnDate():
                return now in self._ticks
            case OnSchedule() | OnOnce() | OnPhase():
                lets_in = on.who is None or self._beholder.matches(on.who, now)
                return now in self._ticks and lets_in

    def _came(self, events: Sequence[Event], now: int) -> bool:
        mine = (e for e in events if self._key in {None, key_of(e, self._graph)})
        return any(now - self._tick < event.at <= now for event in mine)

    def _instants(self) -> Iterator[int]:
        """Yield the instants that come by the clock, whoever is let in."""
        on = self._graph.enter.on
        match on:
            case OnDate():
                yield from self._dates(on)
            case OnSchedule():
                comes = _cron(on.schedule) if on.at is None else _rule(on.schedule, on.from_)
                for day in self._days():
                    for clock in _times(on.schedule) if on.at is None else [_clock(on.at.minutes)]:
                        if comes(day):
                            yield instant_of(datetime.combine(day, clock), self._zone)
            case OnOnce():
                yield _moment(on.once, self._zone)
            case OnPhase():
                for number in self._graph.phase_days:
                    day = date(1970, 1, 1) + number * _DAY
                    clock = _clock(on.at.minutes)
                    yield instant_of(datetime.combine(day, clock), self._zone)
            case _:
                return

    def _days(self) -> Iterator[date]:
        day = shown(self._start, "UTC").date() - 2 * _DAY
        while day <= shown(self._end, "UTC").date() + 2 * _DAY:
            yield day
            day += _DAY

    def _dates(self, on: OnDate) -> Iterator[int]:
        number = self._person.attributes.get(on.date)
        if number is None:
            return
        known = date(1970, 1, 1) + number * _DAY
        for year in range(1990, 2040) if on.every else [known.year]:
            day = _in_year(known, year, on.leap) + on.offset.days * _DAY
            yield instant_of(datetime.combine(day, _clock(on.at.minutes)), self._person.zone)


def _events(graph: JourneyGraph, beholder: Beholder) -> Sequence[Event]:
    on = graph.enter.on
    match on:
        case OnEvent():
            return beholder.events(on.event, on.where)
        case OnCall():
            return beholder.events(on.call, None)
        case _:
            return []


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _moment(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return instant_of(moment, zone)
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def _in_year(known: date, year: int, leap: Leap) -> date:
    """Return the same day of another year; 29 February on the day before or after it."""
    try:
        return known.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if leap is Leap.FEB_28 else date(year, 3, 1)


@cache
def _numbers(field: str, least: int, most: int) -> frozenset[int]:
    """Return the numbers that one field of cron names."""
    found: set[int] = set()
    for part in field.split(","):
        stretch, _, step = part.partition("/")
        first, _, last = stretch.partition("-")
        low = least if stretch == "*" else _number(first)
        high = most if stretch == "*" else _number(last or first)
        found |= set(range(low, high + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str) -> int:
    return _CRON_DAYS.get(word, -1) if word in _CRON_DAYS else int(word)


def _times(schedule: str) -> list[time]:
    minutes, hours, *_ = schedule.split()
    return [
        time(hour, minute)
        for hour in sorted(_numbers(hours, 0, 23))
        for minute in sorted(_numbers(minutes, 0, 59))
    ]


def _cron(schedule: str) -> Callable[[date], bool]:
    _, _, of_month, months, of_week = schedule.split()

    def comes(day: date) -> bool:
        in_month = day.day in _numbers(of_month, 1, 31)
        in_week = day.isoweekday() % 7 in _numbers(of_week, 0, 6)
        both = of_month.startswith("*") or of_week.startswith("*")
        fits = (in_month and in_week) if both else (in_month or in_week)
        return day.month in _numbers(months, 1, 12) and fits

    return comes


def _rule(schedule: str, first: date | None) -> Callable[[date], bool]:
    """Read the rules for days that the author writes: weekly, monthly and every few days."""
    parts = dict(part.split("=") for part in schedule.removeprefix("RRULE:").split(";"))
    every = int(parts.get("INTERVAL", "1"))
    begin = first or date(1970, 1, 1)

    def comes(day: date) -> bool:
        if day < begin:
            return False
        match parts["FREQ"]:
            case "DAILY":
                return (day - begin).days % every == 0
            case "WEEKLY":
                weeks = (day - day.weekday() * _DAY) - (begin - begin.weekday() * _DAY)
                named = _WEEKDAYS[day.weekday()] in parts["BYDAY"].split(",")
                return named and weeks.days // 7 % every == 0
            case _:
                return _is_monthly(day, parts)

    return comes


def _is_monthly(day: date, parts: dict[str, str]) -> bool:
    last = (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
    if "BYMONTHDAY" in parts:
        wanted = int(parts["BYMONTHDAY"])
        return day.day == (wanted if wanted > 0 else last.day + 1 + wanted)
    wanted, weekday = int(parts["BYDAY"][:-2]), parts["BYDAY"][-2:]
    nth = (day.day - 1) // 7 + 1 if wanted > 0 else -((last.day - day.day) // 7 + 1)
    return _WEEKDAYS[day.weekday()] == weekday and nth == wanted
