"""The campaign ``win-back`` written by hand for simpy: one process a customer.

It is what a careful programmer would write for this one campaign, and no more: lists and
bisection for the history, numbers of microseconds for time, constants for the campaign's
texts. Chance comes from the same keyed draws as in the engine, a column at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import simpy

from benchmarks.synthetic_history import FIRST
from campaignspec.clock import DAY, HOUR, MINUTE, NEVER, Instant, zone_table
from campaignspec.engine.world import Responses, SentBatch
from campaignspec.history import History, Stream
from campaignspec.identity import draws, threshold

Row: TypeAlias = tuple[Instant, int, int, str, str]
"""At, customer, enrolment, kind and node of one fact."""

Process: TypeAlias = Generator[simpy.Event, Any, None]

_CAMPAIGN: Final = "win-back"
_SEED: Final = "win-back-2017"
_HOLDOUT: Final = 0.1
_QUIET_FOR: Final = 28 * DAY
_GOAL_WITHIN: Final = 28 * DAY
_TUESDAY_TO_THURSDAY: Final = frozenset({1, 2, 3})
_MESSAGES: Final = ("we-miss-you", "whats-new", "coupon")
_GOOD_SPENDER: Final = 150_000_000


class Ended(Exception):  # noqa: N818 - it is how an enrolment ends, not an error
    """The enrolment is over, wherever the customer was."""


@dataclass(slots=True)
class Zone:
    """Local time by bisection."""

    starts: list[int]
    offsets: list[int]

    def to_local(self, at: Instant) -> int:
        """Return what the wall clock shows."""
        return at + self.offsets[max(bisect_right(self.starts, at) - 1, 0)]

    def to_instant(self, local: int) -> Instant:
        """Return when the wall clock shows this; nothing here falls into a change of offset."""
        for start, offset in zip(reversed(self.starts), reversed(self.offsets), strict=True):
            if local - offset >= start:
                return local - offset
        return local - self.offsets[0]


@dataclass(slots=True)
class Person:
    """What is known of one customer."""

    row: int
    zone: Zone
    has_address: bool
    baskets: list[int]
    amounts: list[int]
    shopping_days: list[int]
    consents: list[int]
    granted: list[bool]
    messages: list[int]
    unsubscribed_at: Instant = NEVER


@dataclass(slots=True)
class Chance:
    """All that is drawn.

    Attributes:
        held_out: By customer, who is kept from all treatment.
        answers: By message and enrolment number, how long after sending each customer opens,
            clicks and opts out.
    """

    held_out: memoryview
    answers: dict[tuple[str, int], tuple[memoryview, memoryview, memoryview]]


@dataclass(slots=True)
class Enrolment:
    """One customer's way through the campaign."""

    person: Person
    number: int
    entered_at: Instant
    goal_at: Instant
    node: str = "entry"
    opened_at: dict[str, Instant] = field(default_factory=dict)


def prepare(history: History) -> list[Person]:
    """Turn a history into lists: those who ever bought something; nobody else can enter."""
    zones = [_zone(name) for name in history.zones]
    messages, consents = history.messages["email"], history.consents["email", "promotional"]
    baskets, shopping_days = history.streams["basket"], history.streams["shopping.day"]
    granted = consents.properties["granted"].values
    amounts = baskets.properties["amount"].values
    return [
        Person(
            row=row,
            zone=zones[history.zone_of[row]],
            has_address=history.addresses["email"][row] is not None,
            baskets=_part(baskets, row, baskets.ts),
            amounts=_part(baskets, row, amounts),
            shopping_days=_part(shopping_days, row, shopping_days.ts),
            consents=_part(consents, row, consents.ts),
            granted=_part(consents, row, granted),
            messages=_part(messages, row, messages.ts),
        )
        for row in range(len(history.customers))
        if baskets.offsets[row] < baskets.offsets[row + 1]
    ]


def simulate(
    people: Sequence[Person],
    customers: Sequence[str],
    responses: Responses,
    *,
    start: Instant,
    end: Instant,
) -> list[Row]:
    """Run the campaign after ``start``, up to and including ``end``."""
    environment = simpy.Environment(initial_time=start)
    numbers = range(1, (end - start) // _QUIET_FOR + 3)
    journey = Journey(environment, _draw(customers, responses, numbers), start=start, end=end)
    for person in people:
        environment.process(journey.customer(person))
    environment.run(until=end + 1)
    return journey.rows


class Journey:
    """The campaign's rules and steps."""

    def __init__(
        self, environment: simpy.Environment, chance: Chance, *, start: Instant, end: Instant
    ) -> None:
        self.rows: list[Row] = []
        self._environment = environment
        self._chance = chance
        self._start = start
        self._end = end

    @property
    def _now(self) -> Instant:
        return self._environment.now  # type: ignore[return-value] # whole microseconds here

    def customer(self, person: Person) -> Process:
        """Enrol a customer whenever four weeks have passed without a basket."""
        number = 0
        for day, following in pairwise([*person.shopping_days, NEVER]):
            lapses_at = _on_tick(day + _QUIET_FOR)
            if following <= lapses_at or lapses_at <= self._start:
                continue
            if lapses_at > self._end:
                return
            yield self._environment.timeout(lapses_at - self._now)
            number += 1
            basket = bisect_right(person.baskets, lapses_at)
            enrolment = Enrolment(
                person=person,
                number=number,
                entered_at=lapses_at,
                goal_at=person.baskets[basket] if basket < len(person.baskets) else NEVER,
            )
            try:
                yield from self._journey(enrolment)
            except Ended:
                continue

    def _journey(self, here: Enrolment) -> Process:
        self._note(here, "entered")
        if self._chance.held_out[here.person.row]:
            here.node = "holdout"
            self._note(here, "held_out")
            yield from self._sleep(here, NEVER)
        yield from self._wait(here, "until-10:00", self._tuesday_to_thursday(here, 10 * 60))
        yield from self._send(here, "we-miss-you")
        here.node = "wait-for-we-miss-you-opened"
        latest = self._now + 3 * DAY
        opened = _on_tick(here.opened_at.get("we-miss-you", NEVER))
        yield from self._sleep(here, min(opened, latest))
        self._note(here, "waited")
        if opened <= latest:
            yield from self._wait(here, "wait-2d", self._now + 2 * DAY)
            yield from self._send(here, "whats-new")
            yield from self._wait(here, "wait-2d-2", self._now + 2 * DAY)
        else:
            yield from self._wait(here, "wait-4d", self._now + 4 * DAY)
        here.node = "branch"
        self._note(here, "branched")
        spent, baskets = self._last_90_days(here.person)
        if spent >= _GOOD_SPENDER:
            yield from self._send(here, "coupon")
        elif baskets <= 1:
            here.node = "leave-long-gone"
            self._note(here, "left")
            yield from self._sleep(here, NEVER)
        yield from self._wait(here, "wait-7d", self._now + 7 * DAY)
        here.node = "end"
        self._note(here, "completed")
        yield from self._sleep(here, NEVER)

    def _wait(self, here: Enrolment, node: str, until: Instant) -> Process:
        here.node = node
        yield from self._sleep(here, until)
        self._note(here, "waited")

    def _sleep(self, here: Enrolment, until: Instant) -> Process:
        """Sleep, but not beyond the goal, nor beyond the end of its window."""
        window_end = here.entered_at + _GOAL_WITHIN
        ends_at = min(here.goal_at, window_end)
        if until < ends_at:
            if until > self._now:
                yield self._environment.timeout(until - self._now)
            return
        yield self._environment.timeout(ends_at - self._now)
        self._note(here, "converted" if here.goal_at == ends_at else "expired")
        raise Ended

    def _send(self, here: Enrolment, message: str) -> Process:
        here.node = message
        while (until := self._end_of_quiet_hours(here)) > self._now:
            self._note(here, "deferred")
            yield from self._sleep(here, until)
        now, person = self._now, here.person
        if self._may_send(person, now):
            self._note(here, "sent")
            insert = bisect_right(person.messages, now)
            person.messages.insert(insert, now)
            self._hear_back(here, message, now)
        else:
            self._note(here, "suppressed")

    def _may_send(self, person: Person, now: Instant) -> bool:
        if not _can_be_asked(person, now):
            return False
        sent = bisect_right(person.messages, now)
        if sent and now < self._next_midnight(person, person.messages[sent - 1]):
            return False
        return sent < 3 or person.messages[sent - 3] + 7 * DAY <= now

    def _end_of_quiet_hours(self, here: Enrolment) -> Instant:
        """Return when a message may go out; one that is suppressed anyway does not wait."""
        now, person = self._now, here.person
        if not _can_be_asked(person, now):
            return now
        local = person.zone.to_local(now)
        time = local % DAY
        if 9 * HOUR <= time < 21 * HOUR:
            return now
        nine = local - time + 9 * HOUR + (DAY if time >= 21 * HOUR else 0)
        return _on_tick(person.zone.to_instant(nine))

    def _hear_back(self, here: Enrolment, message: str, now: Instant) -> None:
        person = here.person
        delays = self._chance.answers[message, here.number]
        moments = [now + d[person.row] if d[person.row] != NEVER else NEVER for d in delays]
        for kind, at in zip(("opened", "clicked", "unsubscribed"), moments, strict=True):
            if at <= self._end:
                self.rows.append((at, person.row, here.number, kind, message))
        here.opened_at[message] = moments[0]
        person.unsubscribed_at = min(person.unsubscribed_at, moments[2])

    def _tuesday_to_thursday(self, here: Enrolment, minute: int) -> Instant:
        zone, now = here.person.zone, self._now
        local = zone.to_local(now)
        day = local // DAY + (local % DAY > minute * MINUTE)
        while (day + 3) % 7 not in _TUESDAY_TO_THURSDAY:
            day += 1
        return max(_on_tick(zone.to_instant(day * DAY + minute * MINUTE)), now)

    def _next_midnight(self, person: Person, at: Instant) -> Instant:
        return person.zone.to_instant((person.zone.to_local(at) // DAY + 1) * DAY)

    def _last_90_days(self, person: Person) -> tuple[int, int]:
        now = self._now
        first = bisect_right(person.baskets, now - 90 * DAY)
        last = bisect_right(person.baskets, now)
        return sum(person.amounts[first:last]), last - first

    def _note(self, here: Enrolment, kind: str) -> None:
        self.rows.append((self._now, here.person.row, here.number, kind, here.node))


def _can_be_asked(person: Person, now: Instant) -> bool:
    """Say whether the customer can be reached, did not opt out, and agreed."""
    if not person.has_address or person.unsubscribed_at <= now:
        return False
    asked = bisect_right(person.consents, now)
    return asked > 0 and person.granted[asked - 1]


def _on_tick(at: Instant) -> Instant:
    return at if at == NEVER else -(-at // HOUR) * HOUR


def _zone(name: str) -> Zone:
    table = zone_table(name)
    around = bisect_right(table.starts.tolist(), FIRST) - 1
    return Zone(starts=table.starts[around:].tolist(), offsets=table.offsets[around:].tolist())


def _part(stream: Stream, row: int, values: np.ndarray[Any, Any]) -> list[Any]:
    part: list[Any] = values[stream.offsets[row] : stream.offsets[row + 1]].tolist()
    return part


def _draw(customers: Sequence[str], responses: Responses, numbers: Sequence[int]) -> Chance:
    held_out = draws(f"{_SEED}:holdout", customers) < threshold(_HOLDOUT)
    answers = {
        (message, number): _answers(responses, message, number, len(customers))
        for message in _MESSAGES
        for number in numbers
    }
    return Chance(held_out=held_out.data, answers=answers)


def _answers(
    responses: Responses, message: str, number: int, size: int
) -> tuple[memoryview, memoryview, memoryview]:
    answers = responses.answer(
        SentBatch(
            campaign=_CAMPAIGN,
            seed=_SEED,
            node=message,
            channel="email",
            rows=np.arange(size),
            at=np.zeros(size, np.int64),
            enrolment=np.full(size, number, np.int32),
        )
    )
    assert answers is not None, "the model answers e-mails"
    return answers.opened.data, answers.clicked.data, answers.unsubscribed.data


def columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Return the facts by column."""
    names = ("at", "customer", "enrolment", "kind", "node")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
