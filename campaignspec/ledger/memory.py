"""A ledger that lasts as long as the process: for rehearsals and tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.journal import Batch, to_table
from campaignspec.engine.messages import AnswerBatch
from campaignspec.engine.ports import blank_state
from campaignspec.engine.program import Program
from campaignspec.engine.state import State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.world import World
from campaignspec.ledger.answers import settled


class MemoryLedger:
    """Holds customers' columns, and hands them all out at each load.

    Args:
        programs: The campaigns.
        world: What they ask.
        start: The instant after which the ledger begins.
        rows: The customers whom it is about, ascending; everybody, if not given.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        world: World,
        *,
        start: Instant,
        rows: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self._ids = world.history.ids
        self._people = np.arange(len(self._ids)) if rows is None else rows
        self._state = blank_state(programs, world, self._people, start)
        self._facts: list[Batch] = []
        self._answers: list[AnswerBatch] = []

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""
        return self._state.seen

    @property
    def wakes_all(self) -> bool:
        """It does: a sweep finds out by itself who is concerned."""
        return True

    def awake(self, until: Instant) -> npt.NDArray[np.int64]:
        """Return all customers."""
        del until
        return self._people

    def enrolled(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the customers as they are: everybody is awake anyhow."""
        return rows

    def load(self, rows: npt.NDArray[np.int64], until: Instant) -> State:
        """Return all customers' state."""
        del rows, until
        return self._state

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did."""
        facts, self._answers = settled([*self._answers, *outcome.answers], until)
        self._facts += [*outcome.facts, *facts]
        self._state = outcome.state

    @property
    def batches(self) -> Sequence[Batch]:
        """All facts, before they are put in order."""
        return self._facts

    def facts(self) -> pa.Table:
        """Return all facts in order."""
        return to_table(self._facts, self._ids)
