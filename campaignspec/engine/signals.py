"""Signals: events that journeys emit. Whoever listens hears one a tick after it was emitted.

Steps act on ticks, so one customer has at most one signal of an event still to be heard: that of
the tick to come. What was heard has moved whom it concerns by then, and need not be known any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.graph.nodes import EmitNode, Node
from campaignspec.history import LONG_AGO

Instants: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Signals:
    """The latest signals of the customers of a state.

    Attributes:
        heard: By event, when each customer's latest signal is heard, or was; long ago where none
            was emitted.
    """

    heard: dict[str, Instants]

    @classmethod
    def blank(cls, events: Iterable[str], size: int) -> Signals:
        """Make the signals of customers for whom nothing was emitted."""
        return cls({event: np.full(size, LONG_AGO, np.int64) for event in events})

    def next_after(self, event: str, people: Rows, since: Instants | Instant) -> Instants:
        """Return when customers hear an event, strictly after an instant, or ``NEVER``."""
        if event not in self.heard:
            return np.full(people.shape, NEVER, np.int64)
        heard = self.heard[event][people]
        return np.where(heard > since, heard, NEVER)


def events_emitted(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the events that journeys emit."""
    return tuple(sorted({node.event for node in nodes if isinstance(node, EmitNode)}))
