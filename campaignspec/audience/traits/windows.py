"""Windows: the stretch of time that a trait looks back on, and when that stretch moves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from campaignspec.audience.traits.computation import Asked, Facts, Points
from campaignspec.audience.values import Moments
from campaignspec.clock import DAY, Duration, Instant
from campaignspec.history import LONG_AGO, Stream, ValueKind
from campaignspec.spec.habits import PreferredChannel, ShareOf
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import verb_of
from campaignspec.spec.traits import EventTrait, PropertyTrait

CHANNEL: Final = "channel"
"""The property of messages and of their answers that names their channel."""


_MOST_DAYS: Final = 1_000_000
"""No event is older than that."""


class Windowed(Protocol):
    """A trait with a window."""

    @property
    def within(self) -> Duration | None:
        """How far it looks back; None is all of history."""


def window_start(trait: Windowed, at: Moments) -> Moments:
    """Return the instants after which events count."""
    return LONG_AGO if trait.within is None else at - trait.within.micros


def window_changes(trait: EventTrait, facts: Facts, _: Asked) -> Iterator[Points]:
    """Yield when events come into a trait's window, and when they leave it."""
    within: Duration | None = getattr(trait, "within", None)
    for rows, at in event_changes(trait, facts):
        yield rows, at
        if within is not None:
            yield rows, at + within.micros


def event_changes(trait: EventTrait, facts: Facts) -> Iterator[Points]:
    """Yield when a trait's events happen; and, where they hold dates, when those come."""
    stream, name = facts.events(event_name(trait), filter_of(trait)), property_of(trait)
    yield stream.rows(), stream.ts
    column = stream.properties.get(name) if name else None
    if column is not None and column.kind is ValueKind.DATE:
        yield stream.rows()[~column.missing], column.values[~column.missing] * DAY


def days_after(points: Points, asked: Asked) -> Iterator[Points]:
    """Yield instants, and when the days since then come to a number, and when they go past it."""
    rows, at = points
    yield rows, at
    for days in asked.numbers:
        if 0 <= days <= _MOST_DAYS:
            yield rows, at + math.ceil(days) * DAY
            yield rows, at + (math.floor(days) + 1) * DAY


def window_proof(
    trait: Windowed, _: Facts, stream: Stream, row: int, at: Instant
) -> tuple[int, int]:
    """Return where the events in a window begin and end."""
    end = index_after(stream, row, at)
    after = LONG_AGO if trait.within is None else at - trait.within.micros
    return min(index_after(stream, row, after), end), end


def latest_proof(
    _: EventTrait, _facts: Facts, stream: Stream, row: int, at: Instant
) -> tuple[int, int]:
    """Return where the latest event begins and ends."""
    end = index_after(stream, row, at)
    return max(int(stream.offsets[row]), end - 1), end


def first_proof(
    _: EventTrait, _facts: Facts, stream: Stream, row: int, at: Instant
) -> tuple[int, int]:
    """Return where the first event begins and ends."""
    begin = int(stream.offsets[row])
    return begin, min(begin + 1, index_after(stream, row, at))


def no_proof(_: object, _facts: Facts, stream: Stream, row: int, _at: Instant) -> tuple[int, int]:
    """Return no events."""
    begin = int(stream.offsets[row])
    return begin, begin


def index_after(stream: Stream, row: int, at: Instant) -> int:
    """Return the index of one customer's first event after an instant."""
    return int(stream.index_after(np.array([row]), np.array([at]))[0])


def event_name(trait: EventTrait) -> str:
    """Return the event that a trait looks at."""
    path = str(getattr(trait, verb_of(type(trait))))
    return path.rpartition(".")[0] if isinstance(trait, PropertyTrait) else path


def filter_of(trait: EventTrait) -> Rule | None:
    """Return the rule that events must fit to be looked at at all."""
    match trait:
        case ShareOf():
            return trait.among
        case PreferredChannel():
            return None
        case _:
            return trait.where


def property_of(trait: EventTrait) -> str | None:
    """Return the property that a trait looks at, if it looks at one."""
    if isinstance(trait, PreferredChannel):
        return CHANNEL
    return property_name(trait) if isinstance(trait, PropertyTrait) else None


def property_name(trait: PropertyTrait) -> str:
    """Return the property that a trait looks at."""
    return str(getattr(trait, verb_of(type(trait)))).rpartition(".")[2]
