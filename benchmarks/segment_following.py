"""Who is in a segment on each of many days: by its changes, and anew for every day."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.reference_data import DAY, END
from benchmarks.segment_engines import Place, forgetful, opened
from campaignspec.assembly import audience_of
from campaignspec.audience.population import members, sizes
from campaignspec.clock import SECOND, Duration

SEGMENTS: Final = tuple(f"S{number}" for number in range(1, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of both ways.

    Attributes:
        days: How many days were looked at.
        by_changes: Seconds, by the changes.
        anew: Seconds, anew for every day.
        is_equal: Whether both found the same numbers on every day.
    """

    days: int
    by_changes: float
    anew: float
    is_equal: bool


def follow(place: Place, *, days: int) -> Followed:
    """Follow the six segments over the last days of the data, both ways."""
    project, history = opened(place)
    project = replace(project, settings=replace(project.settings, tick=Duration(DAY * SECOND)))
    at = [(END - day * DAY) * SECOND for day in range(days, -1, -1)]
    start = time.perf_counter()
    audience = audience_of(project, forgetful(history))
    changed = {name: list(sizes(audience, name, at)) for name in SEGMENTS}
    between = time.perf_counter()
    anew: dict[str, list[int]] = {name: [] for name in SEGMENTS}
    for instant in at:
        for name, mask in members(audience_of(project, forgetful(history)), SEGMENTS, instant):
            anew[name].append(int(mask.sum()))
    end = time.perf_counter()
    return Followed(
        days=days, by_changes=between - start, anew=end - between, is_equal=changed == anew
    )
