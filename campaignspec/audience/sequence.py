"""Sequences over everybody's events: from when until when each makes its segment true.

Forward through the steps every event keeps the best way to it: the one whose first event is the
latest, since it stays in the window longest. An event of the last step then makes the sequence
true from its own instant on, or from the end of an absence, until the first event of that way
is too old or an absence is broken. What is true at an instant depends on nothing later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from campaignspec.audience.spells import Spells
from campaignspec.audience.traits import Facts
from campaignspec.audience.values import Instants, Mask, Rows
from campaignspec.clock import NEVER, Instant
from campaignspec.history import LONG_AGO, Stream
from campaignspec.history.ranges import extremes, tabulate
from campaignspec.spec.conditions import Followed
from campaignspec.spec.rule import Rule
from campaignspec.spec.sequence import Absence, Following


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """The events by which customers came to a step, in order of customer and time.

    Attributes:
        name: The event's name.
        rows: The customers.
        at: The step's instants.
        places: Where the events are in the stream of their name.
        starts: When the best way to each began.
        broken: When each will have been broken; `NEVER` where it will not.
    """

    name: str
    rows: Rows
    at: Instants
    places: Rows
    starts: Instants
    broken: Instants

    def where(self, mask: Mask) -> _Ways:
        return replace(
            self,
            rows=self.rows[mask],
            at=self.at[mask],
            places=self.places[mask],
            starts=self.starts[mask],
            broken=self.broken[mask],
        )

    def stream(self, n_rows: int) -> Stream:
        return Stream.build(self.rows, self.at, n_rows)


def spells_of(condition: Followed, facts: Facts) -> Spells:
    """Return in which stretches of time a sequence is true of whom."""
    ways, until = _followed(condition, facts, after=LONG_AGO, last=NEVER)
    return Spells.build(ways.rows, ways.at, until, len(facts.history.customers))


def is_followed(condition: Followed, facts: Facts, rows: Rows, at: Instant) -> Mask:
    """Say of which customers a sequence is true at one instant for all.

    Only events of the window are looked at, so that the first question is quick.
    """
    after = LONG_AGO if condition.within is None else at - condition.within.micros
    ways, until = _followed(condition, facts, after=after, last=at)
    true = np.zeros(len(facts.history.customers), np.bool_)
    true[ways.rows[(ways.at <= at) & (at < until)]] = True
    found: Mask = true[rows]
    return found


def _followed(
    condition: Followed, facts: Facts, *, after: Instant, last: Instant
) -> tuple[_Ways, Instants]:
    """Return the ways to the last step, and until when each holds; some never hold."""
    first, *others = condition.steps
    assert isinstance(first, Following), "linked sequences begin with an event"  # noqa: S101
    ways = _events(facts, first.event, first.where, after, last)
    for step in others:
        match step:
            case Following():
                ways = _follow(facts, ways, step, after, last)
            case Absence():
                ways = _spare(facts, ways, step, after, last)
            case _:
                assert_never(step)
    if condition.within is None:
        return ways, ways.broken
    return ways, np.minimum(ways.broken, ways.starts + condition.within.micros)


def _events(facts: Facts, name: str, where: Rule | None, after: Instant, last: Instant) -> _Ways:
    stream = facts.events(name, None)
    inside = (stream.ts > after) & (stream.ts <= min(last, stream.horizon))
    if where is not None and len(stream.ts):  # an event that never happened has no properties
        inside &= np.diff(facts.fitting(stream, where)) > 0
    places = np.flatnonzero(inside)
    at = stream.ts[places]
    rows = np.searchsorted(stream.offsets, places, side="right") - 1
    never = np.full(at.shape, NEVER)
    return _Ways(name=name, rows=rows, at=at, places=places, starts=at, broken=never)


def _follow(facts: Facts, ways: _Ways, step: Following, after: Instant, last: Instant) -> _Ways:
    """Go on to the events that follow; each takes the way that began last."""
    events = _events(facts, step.event, step.where, after, last)
    before = ways.stream(len(facts.history.customers))
    end = before.index_after(events.rows, events.at)
    if ways.name == events.name:
        end = np.minimum(end, np.searchsorted(ways.places, events.places))
    begin = before.offsets[events.rows]
    if step.within is not None:
        begin = before.index_from(events.rows, events.at - step.within.micros)
    met = end > begin
    events, begin, end = events.where(met), begin[met], end[met]
    longest = int(np.max(end - begin, initial=1))
    table = tabulate(ways.starts, longest, least=False)
    return replace(events, starts=extremes(table, begin, end, least=False))


def _spare(facts: Facts, ways: _Ways, step: Absence, after: Instant, last: Instant) -> _Ways:
    """Keep the ways that no event breaks; or all, until it does."""
    events = _events(facts, step.not_, step.where, after, last)
    stream = events.stream(len(facts.history.customers))
    index = stream.index_from(ways.rows, ways.at)
    if ways.name == events.name:
        index = np.maximum(index, np.searchsorted(events.places, ways.places, side="right"))
    end = stream.offsets[ways.rows + 1]
    found = np.append(stream.ts, NEVER)[np.where(index < end, index, -1)]
    broken = np.where(found <= ways.at + step.within.micros, found, NEVER)
    if step.at_once:
        return replace(ways, broken=broken)
    return replace(ways, at=ways.at + step.within.micros).where(broken == NEVER)
