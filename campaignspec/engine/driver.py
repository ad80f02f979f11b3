"""One tick: load whom it concerns, sweep, commit. The same for a year and for an hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant
from campaignspec.engine.ports import Ledger
from campaignspec.engine.program import Program
from campaignspec.engine.sweep import Outcome, sweep
from campaignspec.engine.world import World


def advance(
    programs: Sequence[Program], world: World, ledger: Ledger, until: Instant
) -> Outcome | None:
    """Do everything that is due after the ledger's watermark, up to and including ``until``.

    Returns:
        What was done, or None when nobody was concerned.
    """
    after = ledger.watermark
    moved = _moved(programs, after, until)
    entering = _entering(programs, after, until)
    rows = np.unique(np.concatenate([ledger.awake(until), ledger.enrolled(moved), entering]))
    if not len(rows):
        return None
    outcome = sweep(programs, world, ledger.load(rows, until), until)
    ledger.commit(outcome, until)
    return outcome


def _entering(programs: Sequence[Program], after: Instant, until: Instant) -> npt.NDArray[np.int64]:
    """Find who meets an entry."""
    rows = [program.entries.events_between(after, until)[0] for program in programs]
    return np.unique(np.concatenate([np.empty(0, np.int64), *rows]))


def _moved(programs: Sequence[Program], after: Instant, until: Instant) -> npt.NDArray[np.int64]:
    """Find to whom something happens that enrolled people are watched for."""
    streams = {id(stream): stream for program in programs for stream in program.watched()}
    rows = [stream.events_between(after, until)[0] for stream in streams.values()]
    return np.unique(np.concatenate([np.empty(0, np.int64), *rows]))
