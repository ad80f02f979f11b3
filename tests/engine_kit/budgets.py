"""Budgets and capacities in plain Python: a till that all customers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine_kit.wall_clock import instant_of, local_date

from campaignspec.clock import HOUR
from campaignspec.graph.nodes import SendNode
from campaignspec.project import Project
from campaignspec.spec.policy import Every, WhenOut


@dataclass(frozen=True)
class _Pot:
    """Something of which there is only so much in a period."""

    key: Any
    most: int
    takes: int
    every: Every | None
    reason: str
    when_out: WhenOut


class Till:
    """Knows what is left of what messages take of."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._zone = project.settings.timezone
        self._taken: Counter[Any] = Counter()

    def is_asked(self, campaign: str, node: SendNode) -> bool:
        """Say whether a step's messages take of anything."""
        return any(self._pots(campaign, node))

    def pay(self, campaign: str, node: SendNode, now: int) -> tuple[str, str, int] | None:
        """Take all that a message needs, or say what becomes of it, why, and until when."""
        pots = list(self._pots(campaign, node))
        for pot in pots:
            if self._taken[pot.key, self._period(pot, now)] + pot.takes > pot.most:
                if pot.when_out is WhenOut.WAIT and pot.every is not None:
                    return "defer", pot.reason, self._next(pot.every, now)
                leaves = pot.when_out is WhenOut.LEAVE
                return "leave" if leaves else "suppress", pot.reason, 0
        self._taken.update({(pot.key, self._period(pot, now)): pot.takes for pot in pots})
        return None

    def _pots(self, campaign: str, node: SendNode) -> Iterator[_Pot]:
        if node.message_class == "transactional":
            return
        channel = self._project.channels[node.channel]
        cost = channel.cost.micros if channel.cost else 0
        own = self._project.campaigns[campaign].budget
        if own is not None and own.total is not None:
            key = ("total", campaign)
            yield _Pot(key, own.total.micros, cost, None, "budget", own.when_out)
        if own is not None and own.per_day is not None:
            key = ("day", campaign)
            yield _Pot(key, own.per_day.micros, cost, Every.DAY, "budget", own.when_out)
        for number, limit in enumerate(self._project.policies.budgets):
            fits = limit.class_ in (None, node.message_class)
            if fits and limit.channel in (None, node.channel):
                most = limit.at_most.micros
                yield _Pot(number, most, cost, limit.per, "budget", limit.when_out)
        capacity = channel.capacity
        if capacity is not None:
            for every, most in ((Every.HOUR, capacity.per_hour), (Every.DAY, capacity.per_day)):
                if most is not None:
                    yield _Pot((node.channel, every), most, 1, every, "capacity", WhenOut.WAIT)

    def _period(self, pot: _Pot, now: int) -> Any:
        return None if pot.every is None else _number(pot.every, now, self._zone)

    def _next(self, every: Every, now: int) -> int:
        """Return when the next period begins, day by day."""
        if every is Every.HOUR:
            return now - now % HOUR + HOUR
        mine, day = _number(every, now, self._zone), local_date(now, self._zone)
        while _of_day(every, day) == mine:
            day += timedelta(days=1)
        return instant_of(datetime.combine(day, time()), self._zone)


def _number(every: Every, now: int, zone: str) -> Any:
    return now // HOUR if every is Every.HOUR else _of_day(every, local_date(now, zone))


_OF_DAY: dict[Every, Callable[[date], Any]] = {
    Every.DAY: lambda day: day,
    Every.WEEK: lambda day: day.isocalendar()[:2],
    Every.MONTH: lambda day: (day.year, day.month),
}


def _of_day(every: Every, day: date) -> Any:
    return _OF_DAY[every](day)
