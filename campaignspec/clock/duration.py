"""Durations as authors write them: one whole number and one unit, ``7d``, ``48h``, ``30m``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from campaignspec.clock.instant import DAY, HOUR, MINUTE, SECOND, WEEK

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
_TEXT = re.compile(r"([0-9]{1,5})([smhdw])")


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A physical length of time; ``1d`` is 24 hours.

    As text it has the largest whole unit up to days: ``14d``, ``36h``, ``90m``.

    Attributes:
        micros: The length in microseconds.
    """

    micros: int

    def __str__(self) -> str:
        if not self.micros:
            return "0m"
        for unit in "dhms":
            if self.micros % _UNITS[unit] == 0:
                return f"{self.micros // _UNITS[unit]}{unit}"
        return f"{self.micros / SECOND:f}s"


def parse_duration(text: str) -> Duration:
    """Read ``30m``, ``48h``, ``7d`` or ``2w``.

    Raises:
        ValueError: The text is not one whole number and one of the units s, m, h, d, w.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError("write a number and a unit without a space: 30m, 48h, 7d, 2w")
    return Duration(int(match[1]) * _UNITS[match[2]])
