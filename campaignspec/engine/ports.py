"""The ledger port: where state and facts are kept between one sweep and the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import Instant
from campaignspec.engine.marks import vocabulary
from campaignspec.engine.program import Program
from campaignspec.engine.seats import Seating
from campaignspec.engine.signals import events_emitted
from campaignspec.engine.state import State
from campaignspec.engine.sweep import Outcome
from campaignspec.engine.world import World
from campaignspec.graph.nodes import GrantNode


class Ledger(Protocol):
    """Keeps state and facts. Every commit is all or nothing."""

    @property
    def watermark(self) -> Instant:
        """Everything up to and including this instant is done."""

    @property
    def wakes_all(self) -> bool:
        """Whether `awake` returns everybody whom the ledger is about, so that nobody is missed."""

    def awake(self, until: Instant) -> npt.NDArray[np.int64]:
        """Return the customers, as rows, whom a timer, an answer or an offer wakes."""

    def enrolled(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return those of the customers who have an open enrolment or hold an offer."""

    def load(self, rows: npt.NDArray[np.int64], until: Instant) -> State:
        """Return the customers' state; of answers to messages, those up to ``until``."""

    def commit(self, outcome: Outcome, until: Instant) -> None:
        """Keep what a sweep did, answers that came up to ``until``, and the watermark."""

    def facts(self) -> pa.Table:
        """Return all facts in order."""


def granted_offers(programs: Sequence[Program]) -> tuple[str, ...]:
    """Return the offers that campaigns give."""
    nodes = (node for program in programs for node in program.nodes)
    return tuple(sorted({node.offer for node in nodes if isinstance(node, GrantNode)}))


def blank_state(
    programs: Sequence[Program], world: World, rows: npt.NDArray[np.int64], seen: Instant
) -> State:
    """Make the state of customers to whom nothing has happened yet."""
    channels = {channel for program in programs for channel in program.channels()}
    return State.blank(
        rows,
        [program.sends for program in programs],
        [Seating.of(program.seats, rows) for program in programs],
        asking=[program.waits_that_ask() for program in programs],
        stages=[len(program.stages) for program in programs],
        calling=[program.calls() for program in programs],
        mixed=[tuple(program.mixes()) for program in programs],
        channels=sorted(channels),
        counters=world.rulebook.counters,
        marks=vocabulary(node for program in programs for node in program.nodes),
        signals=events_emitted(node for program in programs for node in program.nodes),
        seen=seen,
        offers=granted_offers(programs),
    )
