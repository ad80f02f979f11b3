"""Instants: whole microseconds since 1970-01-01 UTC, in Python as ``int``, in columns as int64."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from campaignspec.clock.choice import chosen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Instant: TypeAlias = int

MICROSECOND: Final = 1
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

NEVER: Final = 2**63 - 1
"""The instant that no clock reaches: "no such event", "no deadline"."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)

Ticks = TypeVar("Ticks", int, "npt.NDArray[np.int64]")


def from_datetime(moment: datetime) -> Instant:
    """Turn an aware datetime into an instant."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: Instant, zone: str = "UTC") -> datetime:
    """Turn an instant into an aware datetime in ``zone``."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))


def parse_instant(text: str, zone: str = "UTC") -> Instant:
    """Read ``2017-03-01``, ``2017-03-01 12:00`` or an ISO 8601 instant.

    Args:
        text: The date, or date and time; an explicit offset or ``Z`` wins over ``zone``.
        zone: Where a time without an offset is meant. As in a `ZoneTable`, a local time that
            daylight saving skips becomes the instant of the jump; a repeated one is the first.

    Raises:
        ValueError: The text is none of these.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError("write a date or a date and time: 2017-03-01, 2017-03-01 12:00")
    moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{match[3] or ''}")
    if moment.tzinfo is not None:
        return from_datetime(moment)
    if zone == "UTC":  # no clock is ever put forward there, and none need be looked at
        return from_datetime(moment.replace(tzinfo=UTC))
    return _from_local(moment, ZoneInfo(zone))


def _from_local(moment: datetime, zone: ZoneInfo) -> Instant:
    """Find the first instant at which the wall clock shows ``moment`` or more.

    In a gap the two folds give the offsets before and after the jump, and the jump itself is
    where the wall clock passes ``moment``: between the two, found by bisection.
    """
    folds = (from_datetime(moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    first, last = sorted(folds)
    wanted = from_datetime(moment.replace(tzinfo=UTC))
    if _wall_clock(first, zone) == wanted:
        return first
    while last - first > 1:
        middle = (first + last) // 2
        if _wall_clock(middle, zone) < wanted:
            first = middle
        else:
            last = middle
    return last


def _wall_clock(instant: Instant, zone: ZoneInfo) -> int:
    local = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)
    return from_datetime(local.replace(tzinfo=UTC))


def format_instant(instant: Instant, zone: str = "UTC") -> str:
    """Write an instant as people read it, ``2017-03-01 12:00``, seconds only where needed."""
    moment = to_datetime(instant, zone)
    if moment.microsecond:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


def ceil_to_tick(instant: Ticks, tick: int) -> Ticks:
    """Move an instant, or a column of instants, up to the next multiple of ``tick``.

    ``NEVER`` stays ``NEVER``: rounding it up would overflow.
    """
    if isinstance(instant, int):
        return instant if instant == NEVER else -(-instant // tick) * tick
    if not instant.size or instant.max() < NEVER - tick:
        return (instant + (tick - 1)) // tick * tick
    import numpy as np

    rounded = (np.minimum(instant, NEVER - tick) + (tick - 1)) // tick * tick
    return chosen(instant != NEVER, rounded, NEVER)
