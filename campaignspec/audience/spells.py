"""Spells: stretches of time in which something is true of customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.audience.values import Instants, Mask, Moments, Rows
from campaignspec.clock import NEVER
from campaignspec.history import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Stretches of time, each from its beginning up to and without its end; they may overlap.

    Attributes:
        begins: When they begin.
        ends: When they end; those that never do are not in it.
    """

    begins: Stream
    ends: Stream

    @classmethod
    def build(cls, rows: Rows, begins: Instants, ends: Instants, n_rows: int) -> Spells:
        """Make spells of their customers, beginnings and ends; empty ones are left out."""
        real = begins < ends
        rows, begins, ends = rows[real], begins[real], ends[real]
        over = ends != NEVER
        return cls(
            begins=Stream.build(rows, begins, n_rows),
            ends=Stream.build(rows[over], ends[over], n_rows),
        )

    def hold(self, rows: Rows, at: Moments) -> Mask:
        """Say of each customer whether it is in a spell at its instant, or at one for all."""
        begun = self.begins.index_after(rows, at) - self.begins.offsets[rows]
        ended = self.ends.index_after(rows, at) - self.ends.offsets[rows]
        return np.asarray(begun > ended)
