"""What a test decides that the world decides otherwise: answers to messages, and chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.digests import Ids
from campaignspec.engine.dice import KeyedDice, Rows
from campaignspec.engine.state import Answers
from campaignspec.engine.world import SentBatch
from campaignspec.graph.nodes import ExperimentNode, JourneyGraph, SplitNode
from campaignspec.identity import threshold
from campaignspec.simulate.person import Life, instant_of
from campaignspec.spec.case import Clicks, Opens
from campaignspec.spec.kinds import Name

_HIGHEST = 2**32 - 1


class Script:
    """Answers messages as timelines say: by the first answer after a message was sent."""

    def __init__(self, lives: Sequence[Life], zones: Sequence[str]) -> None:
        self._opened: dict[tuple[int, str], list[Instant]] = {}
        self._clicked: dict[tuple[int, str], list[Instant]] = {}
        for row, (life, zone) in enumerate(zip(lives, zones, strict=True)):
            for each in life.timeline:
                match each:
                    case Opens():
                        at = instant_of(each.at, zone)
                        self._opened.setdefault((row, each.opened), []).append(at)
                    case Clicks():
                        at = instant_of(each.at, zone)
                        self._clicked.setdefault((row, each.clicked), []).append(at)
                    case _:
                        continue

    def answer(self, batch: SentBatch) -> Answers:
        """Say when each message is opened and clicked; a click opens it, too."""
        sent = list(zip(batch.rows.tolist(), batch.at.tolist(), strict=True))
        clicked = np.array([self._first(self._clicked, r, batch.node, at) for r, at in sent])
        opened = np.array([self._first(self._opened, r, batch.node, at) for r, at in sent])
        return replace(
            Answers.none(len(sent)),
            opened=np.minimum(opened, clicked).astype(np.int64),
            clicked=clicked.astype(np.int64),
        )

    def _first(
        self, answers: dict[tuple[int, str], list[Instant]], row: int, node: str, sent: Instant
    ) -> Instant:
        return min((at for at in answers.get((row, node), ()) if at > sent), default=NEVER)


class LoadedDice:
    """Draws what lives say, and by the customer's id where they say nothing.

    Nobody is held out unless a life says so; an experiment or split draws the arm that it names.
    """

    def __init__(self, graph: JourneyGraph, lives: Sequence[Life]) -> None:
        self._keyed = KeyedDice(Ids(tuple(life.id for life in lives)))
        self._fixed = dict(_fixed(graph, lives))

    def shares(self, seed: str, rows: Rows) -> npt.NDArray[np.uint32]:
        """Return one draw for each row of a customer."""
        keyed = self._keyed.shares(seed, rows)
        if seed not in self._fixed:
            return keyed
        fixed = self._fixed[seed][rows]
        return np.where(fixed < 0, keyed, fixed).astype(np.uint32)


def _fixed(
    graph: JourneyGraph, lives: Sequence[Life]
) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
    """Yield by seed the draws that lives fix; -1 where one does not."""
    held_out = [0 if life.person.held_out else _HIGHEST for life in lives]
    yield f"{graph.seed}:holdout", np.array(held_out, np.int64)
    for node in graph.nodes.values():
        if isinstance(node, ExperimentNode | SplitNode):
            ways = node.arms if isinstance(node, ExperimentNode) else node.ways
            arms = [life.person.arms.get(Name(node.id)) for life in lives]
            fixed = [-1 if arm is None else _draw_of(ways, arm) for arm in arms]
            yield node.seed, np.array(fixed, np.int64)


def _draw_of(ways: Sequence[tuple[str, float]], wanted: str) -> int:
    """Return the lowest draw that leads into an arm, of ways with their cumulated shares."""
    low = 0
    for arm, below in ways:
        if arm == wanted:
            return low
        low = threshold(below)
    raise KeyError(wanted)
