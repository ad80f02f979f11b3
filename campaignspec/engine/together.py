"""Caps over customers who belong together: what each group was sent, and may still get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import zone_table
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.touch import Sent
from campaignspec.engine.world import World
from campaignspec.history import LONG_AGO
from campaignspec.policy.counts import counts_until
from campaignspec.policy.rulebook import counter_of
from campaignspec.spec.policy import Cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many messages a cap leaves to the groups of some customers.

    Attributes:
        group: The place of each customer's group in the columns below.
        free: How many messages each group may get now, at least 0.
        until: When each may get one more, once nothing is free.
    """

    group: Rows
    free: Rows
    until: Instants


def remember(state: State, world: World, rows: Rows, at: Instants, sent: Sent) -> None:
    """Remember messages that went out, for the groups of those who got them.

    Messages must come in the order of their instants.
    """
    for counter in world.rulebook.counters_together:
        if counter.by is None or not counter.counts(
            sent.message_class, sent.channel, sent.campaign
        ):
            continue
        latest = state.together.setdefault(counter, {})
        groups = world.groups(counter.by)[rows]
        for group, instant in zip(groups.tolist(), at.tolist(), strict=True):
            times = latest.setdefault(group, [])
            times.append(instant)
            del times[: -(counter.keep or 1)]


def room(state: State, world: World, cap: Cap, rows: Rows, at: Instants) -> Room:
    """Say what a cap leaves to the groups of customers, at one instant for each group.

    A message counts until its window is over, or the day, week or month of the project's zone.
    """
    counter, zone, most = counter_of(cap), zone_table(world.audience.zone), cap.at_most
    groups, first, group = np.unique(
        world.groups(counter.by or "")[rows], return_index=True, return_inverse=True
    )
    at = at[first]
    past = [
        stream.kth_latest(groups, at, nth)[:, None]
        for stream in world.past_messages(counter)
        for nth in range(1, most + 1)
    ]
    own = _latest(state.together.get(counter, {}), groups, most)
    latest = np.sort(np.concatenate([own, *past], axis=1), axis=1)[:, -most:]
    ends = counts_until(cap, latest, zone)
    counting = (latest > LONG_AGO) & (ends > at[:, None])
    return Room(
        group=group,
        free=most - counting.sum(axis=1),
        # Of a group that has had nothing yet the message of now is the first to be over.
        until=np.where(counting, ends, counts_until(cap, at, zone)[:, None]).min(axis=1),
    )


def _latest(known: Mapping[int, Sequence[int]], groups: Rows, most: int) -> Instants:
    """Return the latest own messages to each group, a row a group; long ago where there is none."""
    latest = np.full((len(groups), most), LONG_AGO, np.int64)
    for place, group in enumerate(groups.tolist()):
        times = known.get(group)
        if times is not None:
            latest[place, : len(times)] = times
    return latest
