"""Gathering what a story is told from: the person's facts, and those that count together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from campaignspec.assembly import Assembly
from campaignspec.clock import Instant
from campaignspec.project import Project
from campaignspec.story.lore import Lore
from campaignspec.story.record import Record, in_order, records_of, sent_to

if TYPE_CHECKING:
    import pyarrow as pa


def lore_of(
    project: Project,
    assembly: Assembly,
    facts: pa.Table,
    *,
    row: int,
    start: Instant,
    end: Instant,
    utc: bool = False,
) -> Lore:
    """Gather what is known of a person.

    Args:
        project: The linked project.
        assembly: Its campaigns, set up on the history; those that the facts name among them.
        facts: What happened; of all campaigns, since caps count what any of them sent.
        row: The person, as a row of the history.
        start: Nobody entered at or before this instant.
        end: Nothing later is known.
        utc: Whether instants are told in UTC, and not by the person's own clock.
    """
    history = assembly.world.history
    customer = str(history.customers[row])
    return Lore(
        project=project,
        assembly=assembly,
        row=row,
        records=in_order(records_of(facts, customer), assembly.graphs),
        zone="UTC" if utc else str(history.zones[history.zone_of[row]]),
        start=start,
        end=end,
        together=_together(project, assembly, facts, row),
    )


def _together(
    project: Project, assembly: Assembly, facts: pa.Table, row: int
) -> dict[str, tuple[tuple[str, Record], ...]]:
    """Return the messages to others that caps count together with the person's own."""
    customers, found = assembly.world.history.customers, {}
    for by in sorted({str(cap.by) for cap in project.policies.caps if cap.by}):
        groups = assembly.world.groups(by)
        mates = np.flatnonzero(groups == groups[row])
        found[by] = sent_to(facts, {str(customers[mate]) for mate in mates if mate != row})
    return found
