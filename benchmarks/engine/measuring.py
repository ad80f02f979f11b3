"""What is measured of a run: time, memory, and what happened."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass

from benchmarks.engine.facts import Digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One part of a run.

    Attributes:
        seconds: How long it took.
        cpu: How long processors worked on it.
    """

    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run.

    Attributes:
        runner: Who walked, one of `RUNNERS`.
        prepared: From arrays on the disk to all that is wanted before the walk.
        walked: From there to the last fact held in columns.
        extra: Parts of them, and what comes after, by name.
        data_mb: What the process held at most before the walk.
        peak_mb: What it held at most up to the walk's end.
        facts: How many facts there are.
        digests: What they are.
    """

    runner: str
    prepared: Phase
    walked: Phase
    extra: dict[str, Phase]
    data_mb: float
    peak_mb: float
    facts: int
    digests: Digests


class Stopwatch:
    """Times parts of a run, one after the other."""

    def __init__(self) -> None:
        self._at = (time.perf_counter(), time.process_time())

    def lap(self) -> Phase:
        """Return what passed since the lap before."""
        before, self._at = self._at, (time.perf_counter(), time.process_time())
        return Phase(seconds=self._at[0] - before[0], cpu=self._at[1] - before[1])


def peak_mb() -> float:
    """Return the most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
