"""Time as small values: instants, durations, zones, ticks, and the clock that is handed in."""

from __future__ import annotations

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
from campaignspec.clock.zone import Columns, ZoneTable, is_known_zone, local_day, zone_table
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
    "format_instant",
    "from_datetime",
    "is_known_zone",
    "local_day",
    "parse_duration",
    "parse_instant",
    "to_datetime",
    "zone_table",
]
