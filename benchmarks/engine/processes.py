"""The eight-node journey written by hand for simpy: one process a customer."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final, TypeAlias

import simpy

from benchmarks.engine.by_hand import (
    BEFORE_THE_COUPON,
    CONVERTED,
    ONE,
    PATIENCE,
    Book,
    Crowd,
    Node,
    What,
    names_of,
)
from benchmarks.engine.facts import Facts
from benchmarks.engine.made import END, START

Process: TypeAlias = Generator[simpy.Event, Any, None]

_LAST: Final = 2
"""Below simpy's own priorities: what comes when all else of an instant is done."""


class Over(Exception):  # noqa: N818 - it is how a journey ends, not an error
    """The goal is reached: the journey is over, wherever the customer was."""


class Pool:
    """Coupons, given out at the end of each instant in the order of the customers' turns."""

    def __init__(self, environment: simpy.Environment, coupons: int) -> None:
        self._environment = environment
        self._left = coupons
        self._asking: list[tuple[int, simpy.Event]] = []

    def ask(self, turn: int) -> simpy.Event:
        """Return what will say whether a coupon was given."""
        if not self._asking:
            closing = simpy.Event(self._environment)
            closing._ok, closing._value = True, None  # noqa: SLF001 - simpy has no other way
            closing.callbacks = [self._serve]
            self._environment.schedule(closing, priority=_LAST)  # type: ignore[arg-type]
        answer = self._environment.event()
        self._asking.append((turn, answer))
        return answer

    def _serve(self, closing: simpy.Event) -> None:
        del closing
        asking, self._asking = sorted(self._asking, key=lambda each: each[0]), []
        for _, answer in asking:
            answer.succeed(self._left > 0)
            self._left -= self._left > 0


def walk(crowd: Crowd, customers: int) -> Facts:
    """Walk everybody through the journey, and return what happened."""
    crowd.draw(ONE.coupon)
    environment = simpy.Environment(initial_time=START)
    journey = _Journey(environment, crowd, Pool(environment, ONE.coupons(customers)))
    for who in range(len(crowd.rows)):
        environment.process(journey.customer(who))
    environment.run(until=END + 1)
    return journey.book.facts(crowd.rows)


class _Journey:
    """The journey's rules and steps."""

    def __init__(self, environment: simpy.Environment, crowd: Crowd, pool: Pool) -> None:
        self.book = Book(names_of(ONE))
        self._note = self.book.note
        self._environment = environment
        self._crowd = crowd
        self._pool = pool

    @property
    def _now(self) -> int:
        return self._environment.now  # type: ignore[return-value] # whole microseconds here

    def customer(self, who: int) -> Process:
        """Let a customer in, and watch for the goal to the end."""
        yield self._environment.timeout(self._crowd.entered[who] - self._now)
        self._note(self._now, who, What.ENTERED)
        try:
            yield from self._steps(who)
        except Over:
            return

    def _steps(self, who: int) -> Process:
        yield from self._send(who, Node.HELLO, What.HELLO)
        now, arm = self._now, self._crowd.arm[who]
        self._note(now, who, What.TWO_DAYS + arm)
        back, latest = self._crowd.back_at(who, now), now + PATIENCE[arm]
        yield from self._sleep(who, min(back, latest), Node.VISIT_IN_TWO_DAYS + arm)
        if back <= latest:
            self._note(self._now, who, What.BACK_IN_TWO + arm)
            yield from self._sleep(who, self._now + BEFORE_THE_COUPON, Node.THINKING)
            self._note(self._now, who, What.THOUGHT)
            yield from self._offer(who)
        else:
            self._note(self._now, who, What.NOT_BACK_IN_TWO + arm)
            yield from self._remind(who)

    def _offer(self, who: int) -> Process:
        is_given = yield self._pool.ask(self._crowd.turn[who])
        if not is_given:
            self._note(self._now, who, What.NONE_LEFT)
            self._note(self._now, who, What.NO_COUPON)
            yield from self._sleep(who, None, Node.NO_COUPON)
        self._note(self._now, who, What.GRANTED)
        yield from self._send(who, Node.WITH_COUPON, What.OFFER)
        self._note(self._now, who, What.HAS_COUPON)
        yield from self._sleep(who, None, Node.HAS_COUPON)

    def _remind(self, who: int) -> Process:
        if self._crowd.agrees_to_sms[who]:
            yield from self._send(who, Node.REMINDER, What.REMINDER)
        else:
            self._note(self._now, who, What.REMINDER_REFUSED)
        self._note(self._now, who, What.COMPLETED)
        yield from self._sleep(who, None, Node.END)

    def _send(self, who: int, node: Node, sent: What) -> Process:
        """Send a message as soon as it may go; before what is sent stands why it may wait."""
        while True:
            now = self._now
            until, why = self._crowd.end_of_quiet(who, now), sent - 2
            if until == now:
                until, why = self._crowd.end_of_cap(who, now), sent - 1
            if until == now:
                break
            self._note(now, who, why)
            yield from self._sleep(who, until, node)
        self._note(now, who, sent)
        self._crowd.sent[who].append(now)

    def _sleep(self, who: int, until: int | None, node: int) -> Process:
        """Sleep, but not beyond the goal; for ever without an instant."""
        goal = self._crowd.goal[who]
        if until is not None and until < goal:
            yield self._environment.timeout(until - self._now)
            return
        if goal <= END:
            yield self._environment.timeout(goal - self._now)
            self._note(goal, who, CONVERTED + node)
        raise Over
