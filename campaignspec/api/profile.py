"""Say what a project's data are worth, and what its campaigns lack, without naming anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from campaignspec.api.data_tests import judged_data, now_of
from campaignspec.api.history import history_of
from campaignspec.api.names import environment_of
from campaignspec.api.period import instant_of, period_of
from campaignspec.assembly import assemble
from campaignspec.clock import NEVER, Clock, Instant, SystemClock
from campaignspec.connector import MessageClass
from campaignspec.content import Library
from campaignspec.errors import CampaignspecError
from campaignspec.history import History
from campaignspec.people import Resolution, write_lineage
from campaignspec.project import Project
from campaignspec.quality.lacks import CampaignLook, lacks_of
from campaignspec.quality.list_size import regime
from campaignspec.quality.outcome import Outcome
from campaignspec.quality.reach import Reach, reach_of, reachable
from campaignspec.quality.readiness import (
    AddressLook,
    AttributeLook,
    EventLook,
    IdentityLook,
    addresses_of,
    attributes_of,
    events_of,
    identity_of,
)
from campaignspec.quality.strangers import unknown_channels

PRESENT = "now"
"""What stands for the present, where an instant may be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What a project's data are worth at an instant.

    Attributes:
        at: The instant; nothing later is seen.
        zone: The project's time zone.
        currency: The project's currency.
        customers: How many customers there are.
        reachable: How many can be reached with promotional messages by any channel.
        list_size: What a list of that size is good for.
        events: Every event.
        attributes: Every attribute.
        addresses: Every kind of address.
        reach: Who can be reached, by channel and class.
        tests: What the data tests say.
        segments: How many match each segment.
        campaigns: What each campaign lacks.
        identity: How records became people; None where the project declares no identity.
        lineage: Every record and every rejected value, for files beside the report.
        replaced: How many rows of a table of orders a later row with their number replaced; only
            the tables that have such rows.
    """

    at: Instant
    zone: str
    currency: str
    customers: int
    reachable: int
    list_size: str
    events: tuple[EventLook, ...]
    attributes: tuple[AttributeLook, ...]
    addresses: tuple[AddressLook, ...]
    reach: tuple[Reach, ...]
    tests: tuple[Outcome, ...]
    segments: Mapping[str, int]
    campaigns: tuple[CampaignLook, ...]
    identity: IdentityLook | None = None
    lineage: Resolution | None = field(default=None, repr=False)
    replaced: Mapping[str, int] = field(default_factory=dict)


def look_at_data(
    project: Project,
    library: Library,
    *,
    at: str | None = None,
    environment: str | None = None,
    clock: Clock | None = None,
) -> Readiness:
    """Look at the data of a project.

    Args:
        project: The linked project.
        library: Its templates.
        at: A date, whose beginning is meant, a date and time, or ``now``; the end of the
            history's last day, if not given.
        environment: Whose last good run the volumes are held against.
        clock: What tells the real time; the machine's own clock, if not given.

    Raises:
        UsageError: A date or the environment does not exist.
        FindingsError: A data test names a column that is not there.
        HistoryError: A source cannot be read.
    """
    if environment is not None:
        environment_of(project, environment)
    clock = clock or SystemClock()
    history = history_of(project)
    now = _instant(project, history, at, clock)
    judged = judged_data(project, now_of(clock, now), environment=environment, history=history)
    world = assemble(project, history, campaigns=(), start=now, end=now).world
    rows = np.arange(len(history.customers))
    sizes = {
        name: int(world.audience.matches(name, rows, np.full(rows.shape, now)).sum())
        for name in sorted(project.segments)
    }
    reached = int(reachable(world, MessageClass.PROMOTIONAL, rows, now).sum())
    return Readiness(
        at=now,
        zone=project.settings.timezone,
        currency=project.settings.currency,
        customers=len(history.customers),
        reachable=reached,
        list_size=regime(reached),
        events=tuple(events_of(history, now)),
        attributes=tuple(attributes_of(history, now)),
        addresses=tuple(addresses_of(history)),
        reach=tuple(
            reach_of(world, channel, message_class, rows, now)
            for channel in project.channels
            for message_class in MessageClass
        ),
        tests=(*judged.outcomes, *unknown_channels(project, history)),
        segments=sizes,
        campaigns=tuple(lacks_of(project, library, world, now, sizes)),
        identity=None if history.resolution is None else identity_of(history.resolution),
        lineage=history.resolution,
        replaced={
            _from_root(project, table): rows for table, rows in history.replaced.items() if rows
        },
    )


def _from_root(project: Project, table: str) -> str:
    """Name a file as the project does; a database has its own name."""
    return table.removeprefix(f"{project.root}/")


def write_profile(look: Readiness, pages: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """Write pages of a profile into a folder, and beside them who was taken for whom.

    The two files about people hold personal data: what stands in the sources.

    Args:
        look: The profile.
        pages: Texts by the names of their files.
        folder: The folder; it is made where needed.

    Yields:
        Each file once it is written.

    Raises:
        CampaignspecError: A file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            path = folder / name
            path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
            yield path
        if look.lineage is not None:
            yield from write_lineage(look.lineage, folder)
    except OSError as error:
        raise CampaignspecError(f"{folder} cannot be written: {error.strerror or error}") from error


def _instant(project: Project, history: History, at: str | None, clock: Clock) -> Instant:
    if at == PRESENT or (at is None and history.first == NEVER):
        return clock.now()
    if at is not None:
        return instant_of(project, at)
    return period_of(project, history, first=None, last=None).end
