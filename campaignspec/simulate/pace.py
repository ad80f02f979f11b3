"""How far a rehearsal is, in customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Watcher: TypeAlias = Callable[[int, int], None]
"""Told how many customers have been rehearsed, and of how many."""


class Pace:
    """Tells a watcher how far a rehearsal is.

    Args:
        customers: How many are rehearsed.
        times: How often each has to be done with: those who are tied walk, and then are told of.
        watch: Whom to tell; nobody, if not given.
    """

    def __init__(self, customers: int, times: int, watch: Watcher | None) -> None:
        self._customers = customers
        self._times = times
        self._watch = watch
        self._done = 0
        self.did(0)

    def did(self, customers: int) -> None:
        """Count some who have been done with once more."""
        self._done += customers
        if self._watch is not None:
            self._watch(self._done // self._times, self._customers)
