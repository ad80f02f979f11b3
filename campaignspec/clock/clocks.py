"""The clock port: who is asked for the time, and who waits."""

from __future__ import annotations

import time
from typing import Protocol

from campaignspec.clock.instant import Instant


class Clock(Protocol):
    """Tells the time and lets it pass. The engine never asks; drivers do, and hand it on."""

    def now(self) -> Instant:
        """Return the present instant."""

    def wait_until(self, instant: Instant) -> None:
        """Return once ``now()`` has reached ``instant``."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Instant:
        """Return the present instant by the machine's clock."""
        return time.time_ns() // 1000

    def wait_until(self, instant: Instant) -> None:
        """Sleep, a second at a time at most, so that signals are answered at once."""
        while (left := instant - self.now()) > 0:
            time.sleep(min(left / 1_000_000, 1.0))


class VirtualClock:
    """A clock that stands still until it is told to go on: a year passes in no time."""

    def __init__(self, start: Instant) -> None:
        self._now = start

    def now(self) -> Instant:
        """Return the instant the clock was last set to."""
        return self._now

    def wait_until(self, instant: Instant) -> None:
        """Jump to ``instant``; a virtual clock never goes back."""
        self._now = max(self._now, instant)
