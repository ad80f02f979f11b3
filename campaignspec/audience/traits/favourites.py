"""Favourites: what a customer chooses most, looks at without buying, and answers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from campaignspec.audience.memo import remembered
from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.groups import Candidates, Groups, candidates, recode
from campaignspec.audience.traits.windows import (
    CHANNEL,
    property_name,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import Moments, Rows, Values, number, picked
from campaignspec.clock import DAY, HOUR, zone_table
from campaignspec.history import NO_EVENT, Column, History, Stream, ValueKind
from campaignspec.spec.habits import Affinity, Interest, PreferredChannel, PreferredHour
from campaignspec.spec.sources import SENT

_HOURS: Final = 24


def _affinity(trait: Affinity, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream, name = facts.counted(trait), property_name(trait)

    def most(found: Candidates) -> Candidates:
        best = found.most_frequent()
        return best.where(best.count / found.totals() >= trait.at_least.fraction)

    return _text(trait, stream, name, rows, at, most)


def _interest(trait: Interest, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream, name = facts.counted(trait), property_name(trait)
    event, _, other = str(trait.without).rpartition(".")

    def most(found: Candidates) -> Candidates:
        often = found.where(found.count >= trait.at_least)
        ended = _beside(stream, name, facts, event, other)
        open_ = often.where(ended.count(often.group, often.after, often.until) == 0)
        return open_.most_frequent()

    return _text(trait, stream, name, rows, at, most)


def _preferred_channel(trait: PreferredChannel, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)

    def most(found: Candidates) -> Candidates:
        messages = _beside(stream, CHANNEL, facts, SENT, CHANNEL)
        asked = messages.count(found.group, found.after, found.until)
        share = (found.count + 1) / (asked + 2)
        # Groups of a customer are in the order of the channels' names: the first is the least.
        return found.best(share, found.count, -found.group)

    return _text(trait, stream, CHANNEL, rows, at, most)


def _preferred_hour(trait: PreferredHour, facts: Facts, rows: Rows, at: Moments) -> Values:
    stream = facts.counted(trait)
    groups = remembered(
        stream.memo,
        "groups by hour",
        lambda: Groups.of(stream, _local_hours(stream, facts.history), _HOURS),
    )
    hours = np.full(rows.shape, NO_EVENT)
    for found in candidates(groups, stream.horizon, rows, window_start(trait, at), at):
        best = found.most_frequent()
        hours[best.asked] = groups.code(best.group)
    return number(hours, hours == NO_EVENT)


def _text(
    trait: Affinity | Interest | PreferredChannel,
    stream: Stream,
    name: str,
    rows: Rows,
    at: Moments,
    choose: Callable[[Candidates], Candidates],
) -> Values:
    """Return the text that is chosen for each customer out of those in the window."""
    places = np.full(rows.shape, NO_EVENT)
    if name not in stream.properties:
        return picked(Column.absent(ValueKind.TEXT, 0), places)
    groups = _by_text(stream, name)
    for found in candidates(groups, stream.horizon, rows, window_start(trait, at), at):
        best = choose(found)
        places[best.asked] = best.latest
    return picked(stream.properties[name], places)


def _by_text(stream: Stream, name: str) -> Groups:
    """Part a stream, in which the text is always known, by that text."""
    column = stream.properties[name]
    return remembered(
        stream.memo,
        f"groups by {name}",
        lambda: Groups.of(stream, column.values, len(column.words)),
    )


def _beside(stream: Stream, name: str, facts: Facts, event: str, other: str) -> Stream:
    """Return the events of another name by the customer and the text of this stream's groups."""
    groups, events = _by_text(stream, name), facts.events(event, None)
    column = events.properties.get(other)
    if column is None:
        return Stream.empty(len(groups.keys))
    words = stream.properties[name].words
    found = remembered(
        stream.memo,
        f"{event}.{other} beside {name}",
        lambda: groups.beside(events, recode(column, words)),
    )
    return found.until(events.horizon)


def _local_hours(stream: Stream, history: History) -> npt.NDArray[np.int64]:
    """Return the hour of each event on its customer's clock."""
    hours = np.empty(len(stream.ts), np.int64)
    zone_of = history.zone_of[stream.rows()]
    for zone, name in enumerate(history.zones):
        here = zone_of == zone
        hours[here] = zone_table(name).to_local(stream.ts[here]) % DAY // HOUR
    return hours


def _interest_changes(trait: Interest, facts: Facts, asked: Asked) -> Iterator[Points]:
    yield from window_changes(trait, facts, asked)
    yield from _moves_of(trait, facts.events(str(trait.without).rpartition(".")[0], None))


def _channel_changes(trait: PreferredChannel, facts: Facts, asked: Asked) -> Iterator[Points]:
    yield from window_changes(trait, facts, asked)
    yield from _moves_of(trait, facts.events(SENT, None))


def _moves_of(trait: Interest | PreferredChannel, stream: Stream) -> Iterator[Points]:
    """Yield when the events beside come into the window, and when they leave it."""
    yield stream.rows(), stream.ts
    if trait.within is not None:
        yield stream.rows(), stream.ts + trait.within.micros


FAVOURITES: Final[Mapping[type, Computation[Any]]] = {
    Affinity: Computation(values=_affinity, changes=window_changes, proof=window_proof),
    Interest: Computation(values=_interest, changes=_interest_changes, proof=window_proof),
    PreferredChannel: Computation(
        values=_preferred_channel, changes=_channel_changes, proof=window_proof
    ),
    PreferredHour: Computation(values=_preferred_hour, changes=window_changes, proof=window_proof),
}
