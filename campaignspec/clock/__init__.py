"""Time as small values: instants, durations, zones, ticks, and the clock that is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaignspec.clock.choice import chosen
from campaignspec.clock.clocks import Clock, SystemClock, VirtualClock
from campaignspec.clock.duration import Duration, parse_duration
from campaignspec.clock.instant import (
    DAY,
    HOUR,
    MICROSECOND,
    MINUTE,
    NEVER,
    SECOND,
    WEEK,
    Instant,
    ceil_to_tick,
    format_instant,
    from_datetime,
    parse_instant,
    to_datetime,
)
from campaignspec.clock.zone_names import is_known_zone

if TYPE_CHECKING:
    from campaignspec.clock.zone import Columns, ZoneTable, local_day, zone_table
    from campaignspec.clock.zone_column import Wall, ZoneColumn

__all__ = [
    "DAY",
    "HOUR",
    "MICROSECOND",
    "MINUTE",
    "NEVER",
    "SECOND",
    "WEEK",
    "Clock",
    "Columns",
    "Duration",
    "Instant",
    "SystemClock",
    "VirtualClock",
    "Wall",
    "ZoneColumn",
    "ZoneTable",
    "ceil_to_tick",
    "chosen",
    "format_instant",
    "from_datetime",
    "is_known_zone",
    "local_day",
    "parse_duration",
    "parse_instant",
    "to_datetime",
    "zone_table",
]

_IN_COLUMNS = {
    "Columns": "zone",
    "Wall": "zone_column",
    "ZoneColumn": "zone_column",
    "ZoneTable": "zone",
    "local_day": "zone",
    "zone_table": "zone",
}


def __getattr__(name: str) -> Any:
    # What converts columns needs numpy, which takes longer to import than a campaign to be checked.
    from importlib import import_module

    if name not in _IN_COLUMNS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_IN_COLUMNS[name]}"), name)
