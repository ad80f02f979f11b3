"""What each campaign rests on and does not find in the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import Instant
from campaignspec.content import Library
from campaignspec.engine.world import World
from campaignspec.history import History
from campaignspec.project import Project
from campaignspec.quality.reach import reach_of
from campaignspec.quality.uses import Uses, uses_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that a campaign rests on, and that is not there.

    Attributes:
        sort: What it is: ``event``, ``property``, ``attribute``, ``segment`` or ``channel``.
        name: What it is called.
        found: What was found in its place, in a few words.
    """

    sort: str
    name: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLook:
    """A campaign and what it lacks; nothing, if it finds all that it rests on."""

    campaign: str
    lacks: tuple[Lack, ...]


def lacks_of(
    project: Project,
    library: Library,
    world: World,
    at: Instant,
    sizes: Mapping[str, int],
) -> Iterator[CampaignLook]:
    """Say of every campaign what it lacks at an instant.

    Args:
        project: The linked project.
        library: Its templates.
        world: The history, and the rules for every message.
        at: The instant; nothing later is seen.
        sizes: How many match each segment then.
    """
    history = world.history.until(at)
    known = {name: frozenset(stream.properties) for name, stream in history.streams.items()}
    for campaign in project.campaigns:
        uses = uses_of(
            project,
            library,
            campaign,
            attributes=frozenset(history.attributes),
            properties=known,
        )
        yield CampaignLook(
            campaign=campaign,
            lacks=(
                *_events(history, uses, at),
                *_properties(history, uses),
                *_attributes(history, uses),
                *_segments(uses, sizes),
                *_channels(world, uses, at),
            ),
        )


def _events(history: History, uses: Uses, at: Instant) -> Iterator[Lack]:
    for name in sorted(uses.events):
        stream = history.streams.get(name)
        if stream is None or not (stream.ts <= at).any():
            yield Lack(sort="event", name=name, found="never happened")


def _properties(history: History, uses: Uses) -> Iterator[Lack]:
    for event, name in sorted(uses.properties):
        stream = history.streams.get(event)
        if stream is None or not len(stream.ts):
            continue  # that the event never happened is said already
        column = stream.properties.get(name)
        if column is None or column.missing.all():
            yield Lack(sort="property", name=f"{event}.{name}", found="is always empty")


def _attributes(history: History, uses: Uses) -> Iterator[Lack]:
    for name in sorted(uses.attributes):
        column = history.attributes.get(name)
        if column is None or column.missing.all():
            yield Lack(sort="attribute", name=name, found="is empty for everybody")


def _segments(uses: Uses, sizes: Mapping[str, int]) -> Iterator[Lack]:
    for name in sorted(uses.segments):
        if not sizes.get(name):
            yield Lack(sort="segment", name=name, found="matches nobody")


def _channels(world: World, uses: Uses, at: Instant) -> Iterator[Lack]:
    rows: Sequence[int] = range(len(world.history.customers))
    for channel, message_class in sorted(uses.sends):
        reach = reach_of(world, channel, message_class, np.asarray(rows, np.int64), at)
        if not reach.both:
            yield Lack(
                sort="channel",
                name=channel,
                found=f"reaches nobody with {message_class} messages: {reach.addressed:,} have "
                f"an address, {reach.agreed:,} consent",
            )
