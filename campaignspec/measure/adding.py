"""The numbers of a campaign, counted while facts come, some customers at a time.

How many got how far, what was sent and what it cost are sums over customers: those of some and
those of others make those of both. So they are known when the last facts are written, and no fact
needs to be kept for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.facts import SCHEMA
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.channels import ChannelUse, channels_of
from campaignspec.measure.cohort import cohort_of
from campaignspec.measure.funnel import Funnel, funnel_of
from campaignspec.measure.lift import lift_of
from campaignspec.measure.summary import Assumption, Summary

Value = TypeVar("Value")


class Adder:
    """Adds up what facts say.

    Args:
        graphs: The campaigns, compiled.
        start: Enrolments that began after this instant count,
        end: up to and including this one.
    """

    def __init__(self, graphs: Mapping[str, JourneyGraph], *, start: Instant, end: Instant) -> None:
        self._graphs = graphs
        self._start, self._end = start, end
        self._funnels: dict[str, Funnel] = {}
        self._channels: dict[str, dict[str, ChannelUse]] = {}
        self.add(SCHEMA.empty_table())

    def add(self, facts: pa.Table) -> None:
        """Count the facts of customers of whom none was counted before."""
        for name, graph in self._graphs.items():
            cohort = cohort_of(facts, name, start=self._start, end=self._end)
            funnel = funnel_of(cohort, graph.goal)
            known = self._funnels.get(name)
            self._funnels[name] = funnel if known is None else sum_of(known, funnel)
            channels = self._channels.setdefault(name, {})
            for use in channels_of(cohort, graph):
                before = channels.get(use.channel)
                channels[use.channel] = use if before is None else sum_of(before, use)

    def summary(self, name: str, *, currency: str, assumptions: tuple[Assumption, ...]) -> Summary:
        """Return the numbers of a rehearsed campaign."""
        funnel = self._funnels[name]
        has_goal = self._graphs[name].goal is not None
        return Summary(
            campaign=name,
            start=self._start,
            end=self._end,
            currency=currency,
            simulated=True,
            assumptions=assumptions,
            funnel=funnel,
            channels=tuple(self._channels[name].values()),
            lift=lift_of(funnel.treated, funnel.held_out) if has_goal else None,
        )


def sum_of(one: Value, other: Value) -> Value:
    """Add numbers, tallies, and values made of these; names must be the same in both."""
    added: Value = _sum(one, other)
    return added


def _sum(one: Any, other: Any) -> Any:
    if is_dataclass(one):
        names = [each.name for each in fields(one)]
        sums = {name: _sum(getattr(one, name), getattr(other, name)) for name in names}
        return type(one)(**sums)  # type: ignore[misc] # a value, not its class
    match one:
        case tuple():
            counts = Counter(dict(one))
            counts.update(dict(other))
            return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        case int():
            return one + other
        case _:
            assert one == other, f"{one!r} and {other!r} are no numbers to add"  # noqa: S101
            return one
