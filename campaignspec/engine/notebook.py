"""Writing down what happens to enrolments, fact by fact, in columns."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.engine.facts import Kind
from campaignspec.engine.journal import Batch
from campaignspec.engine.present import lean, parted, repeated
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk

Money = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

_FIRST: Final = np.array([1], np.int32)


class Notebook:
    """The facts of one campaign's steps."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._has_later = bool((walk.every.number > 1).any())

    def begin(self, numbers: Numbers) -> None:
        """Hear of enrolments that begin: which of its customer's each is."""
        self._has_later = self._has_later or bool((numbers > 1).any())

    def numbers(self, index: Rows) -> Numbers:
        """Return the numbers of enrolments, to be kept; mostly, each is its customer's first."""
        if not self._has_later:
            return repeated(_FIRST, len(index))
        return lean(self._walk.every.number.take(index))

    def here(
        self,
        kind: Kind,
        index: Rows,
        at: Instants,
        *,
        edge: str | None = None,
        reason: str | None = None,
        value: Money | None = None,
    ) -> None:
        """Note a step at the node where each customer is."""
        columns = (index, at) if value is None else (index, at, value)
        for place, (who, when, *worth) in parted(self._walk.every.node.take(index), *columns):
            self.step(
                kind,
                self._walk.program.nodes[place].id,
                who,
                when,
                edge,
                reason=reason,
                value=worth[0] if worth else None,
            )

    def step(
        self,
        kind: Kind,
        node: str,
        index: Rows,
        at: Instants,
        edge: str | None = None,
        *,
        channel: str | None = None,
        reason: str | None = None,
        value: Money | None = None,
    ) -> None:
        """Note a step of each enrolment, and count it."""
        if not len(index):
            return
        every = self._walk.every
        seq = every.seq.take(index)
        self._walk.diary.facts.append(
            Batch(
                campaign=self._walk.program.graph.campaign,
                kind=kind,
                node=node,
                edge=edge,
                channel=channel,
                reason=reason,
                rows=self._walk.rows(index),
                keys=self._walk.keys(index),
                at=lean(at),
                enrolment=self.numbers(index),
                seq=lean(seq),
                value=value,
            )
        )
        every.seq[index] = seq + 1

    def refusal(self, node: str, index: Rows, at: Instants, reason: str) -> None:
        """Note that customers may not enter; it belongs to no enrolment, and is no step."""
        if not len(index):
            return
        self._walk.diary.facts.append(
            Batch(
                campaign=self._walk.program.graph.campaign,
                kind=Kind.REFUSED,
                node=node,
                reason=reason,
                rows=self._walk.rows(index),
                keys=self._walk.keys(index),
                at=at,
                enrolment=self._walk.every.number[index],
                seq=np.full(index.shape, -1, np.int32),
            )
        )
