"""The ledger port: where state and facts are kept between one sweep and the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.program import Program
from campaignspec.engine.state import State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.world import World


class Ledger(Protocol):
    """Keeps state and facts. Every commit is all or nothing."""

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""

    def awake(self, until: Instant) -> npt.NDArray[np.int64]:
        """Return the customers, as rows, whom a timer or an answer wakes up to ``until``."""

    def enrolled(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return those of the customers who have an open enrolment."""

    def load(self, rows: npt.NDArray[np.int64], until: Instant) -> State:
        """Return the customers' state; of answers to messages, those up to ``until``."""

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did, answers that came up to ``until``, and the watermark."""

    def facts(self) -> pa.Table:
        """Return all facts in order."""


def blank_state(
    programs: Sequence[Program], world: World, rows: npt.NDArray[np.int64], seen: Instant
) -> State:
    """Make the state of customers to whom nothing has happened yet."""
    channels = {node.channel for program in programs for node in program.send_nodes()}
    return State.blank(
        rows,
        [program.sends for program in programs],
        channels=sorted(channels),
        caps=world.policies.caps,
        seen=seen,
    )
