"""Customers in parts: so many at a time that memory is bounded, however many there are.

Where nothing ties customers to each other, each walks alone, and the facts of a part are what they
are whoever else is in it. So a year of ten million customers is that of forty parts, one after
the other or some at once, and nobody holds more than some parts' facts at a time.

Those who share something walk in parts, too, each part as far as it is known what is left
(`campaignspec.engine.apart`). When all have walked, their claims are looked through; whoever was
told wrongly walks again, and its facts take the place of those before. Who waits for its turn, or
for a winner that all decide together, is one part with everybody else.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.assembly import Assembly
from campaignspec.clock import Instant
from campaignspec.engine.apart import Known, Meeting
from campaignspec.engine.closing import Page
from campaignspec.engine.driver import advance
from campaignspec.engine.journal import Batch, to_table
from campaignspec.engine.program import Program
from campaignspec.ledger.memory import MemoryLedger
from campaignspec.simulate.pace import Pace, Watcher
from campaignspec.simulate.ties import is_apart, is_tied

Rows: TypeAlias = npt.NDArray[np.int64]
Place = TypeVar("Place")
Found = TypeVar("Found")

AT_ONCE: Final = 1 << 18
"""How many customers walk at a time. Fewer cost more for each, since a step costs the same for one
as for a thousand; more do not stay in a processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What became of some customers.

    Attributes:
        facts: What happened to them, in order.
        customers: How many they are.
    """

    facts: pa.Table
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What became of some customers, before it is put in order.

    Attributes:
        rows: The customers, as rows of the history, ascending.
        facts: What happened to them.
        claims: What they claimed, where claims are settled elsewhere.
    """

    rows: Rows
    facts: Sequence[Batch]
    claims: Sequence[Page] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """Campaigns and the time in which customers walk through them.

    Attributes:
        assembly: The campaigns.
        start: The instant after which it begins.
        end: The last instant that counts.
    """

    assembly: Assembly
    start: Instant
    end: Instant

    def walk(self, rows: Rows, *, publishes: bool, known: Known | None = None) -> Columns:
        """Let customers take all steps that are due.

        Args:
            rows: The customers, ascending.
            publishes: Whether what is published for everybody is published here.
            known: What is known of claims that are settled elsewhere; None to settle them here.
        """
        programs, world = self.assembly.programs, self.assembly.world
        if not publishes:
            programs = tuple(silent(program) for program in programs)
        ledger = MemoryLedger(programs, world, start=self.start, rows=rows)
        with _without_collector():
            outcome = advance(programs, world, ledger, self.end, known)
        claims = () if outcome is None else outcome.claims
        return Columns(rows=rows, facts=ledger.batches, claims=claims)


def walk_in_parts(
    assembly: Assembly,
    rows: Rows,
    *,
    start: Instant,
    end: Instant,
    at_once: int = AT_ONCE,
    jobs: int = 1,
    watch: Watcher | None = None,
) -> Iterator[Part]:
    """Let customers take all steps that are due after ``start``, up to and including ``end``.

    Args:
        assembly: The campaigns.
        rows: The customers, ascending.
        start: The instant after which it begins.
        end: The last instant that counts.
        at_once: How many customers make a part, where they need not be in one.
        jobs: How many parts are walked at a time, each by a thread.
        watch: Told how many customers are done with.

    Yields:
        The parts in the order of their customers. What was published for everybody is in the
        first; the facts of all parts, one behind the other, are in order.
    """

    def told(columns: Columns) -> Part:
        facts = to_table(columns.facts, assembly.world.history.ids)
        return Part(facts=facts, customers=len(columns.rows))

    outing = Outing(assembly=assembly, start=start, end=end)
    yield from each_part(outing, rows, told, at_once=at_once, jobs=jobs, watch=watch)


def each_part(
    outing: Outing,
    rows: Rows,
    then: Callable[[Columns], Found],
    *,
    at_once: int = AT_ONCE,
    jobs: int = 1,
    watch: Watcher | None = None,
) -> Iterator[Found]:
    """Yield what ``then`` makes of each part; see `walk_in_parts`.

    Args:
        outing: What customers walk through.
        rows: The customers, ascending.
        then: Called for each part by the thread that has it in hand.
        at_once: How many customers make a part.
        jobs: How many threads there are.
        watch: Told how many customers are done with.
    """
    ties = is_tied(outing.assembly, outing.end)
    meets = len(rows) > 0 and ties and is_apart(outing.assembly, outing.end)
    parts = _parted(rows, at_once if meets or not ties else max(len(rows), 1))
    pace = Pace(len(rows), 2 if meets else 1, watch)
    rounds = _meet(outing, parts, pace, at_once=at_once, jobs=jobs) if meets else None

    def walk(place: int) -> Found:
        if rounds is not None:
            return then(rounds.of(parts[place]))
        return then(outing.walk(parts[place], publishes=not place))

    made = in_order(walk, range(len(parts)), jobs)
    for part, found in zip(parts, made, strict=True):
        pace.did(len(part))
        yield found


def _meet(outing: Outing, parts: Sequence[Rows], pace: Pace, *, at_once: int, jobs: int) -> Rounds:
    """Let parts walk who share something, until nobody was told wrongly what is left of it."""
    programs, world = outing.assembly.programs, outing.assembly.world
    meeting = Meeting.of(programs, world, start=outing.start, end=outing.end)
    rounds = Rounds(len(world.history.customers))

    def walk(place: int) -> Columns:
        publishes = rounds.is_first and not place
        return outing.walk(parts[place], publishes=publishes, known=meeting.known)

    with _without_collector():
        while any(len(part) for part in parts):
            for found in in_order(walk, range(len(parts)), jobs):
                meeting.hear(found.claims)
                rounds.add(found)
                if rounds.is_first:
                    pace.did(len(found.rows))
            parts = _parted(wronged := meeting.wronged(), at_once)
            rounds.next(wronged)
    return rounds


class Rounds:
    """What came of customers who walked again and again, until each was told right.

    Args:
        customers: How many customers the history has.
    """

    def __init__(self, customers: int) -> None:
        self._found: list[tuple[int, Columns]] = []
        self._round = 0
        # The last place is nobody's: what is done for everybody is done in the first round.
        self._latest = np.zeros(customers + 1, np.int32)

    @property
    def is_first(self) -> bool:
        """Whether nobody walks again by now."""
        return not self._round

    def add(self, found: Columns) -> None:
        """Note what came of some customers in this round."""
        self._found.append((self._round, found))

    def next(self, rows: Rows) -> None:
        """Begin the next round, in which some customers walk again."""
        self._round += 1
        self._latest[rows] = self._round

    def of(self, part: Rows) -> Columns:
        """Return what came of all customers of a part in the last round of each."""
        first, last = (int(part[0]), int(part[-1])) if len(part) else (0, -1)
        facts = [
            self._last(batch, number, first, last)
            for number, found in self._found
            if len(found.rows) and found.rows[0] <= last and found.rows[-1] >= first
            for batch in found.facts
        ]
        return Columns(rows=part, facts=[batch for batch in facts if len(batch.rows)])

    def _last(self, batch: Batch, number: int, first: int, last: int) -> Batch:
        """Return what is the last of it, of the customers from the first to the last."""
        counts = self._latest.take(batch.rows) == number
        if number:
            counts &= (batch.rows >= first) & (batch.rows <= last)
        return batch if counts.all() else batch.only(counts)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Look for no garbage: nothing that a walk lets go is circular, and looking takes a while."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _parted(rows: Rows, size: int) -> list[Rows]:
    """Part customers into so many at a time; nobody is one part."""
    return [rows[low : low + size] for low in range(0, max(len(rows), 1), size)]


def silent(program: Program) -> Program:
    """Return a program that publishes nothing: what is for everybody is published once."""
    return replace(program, graph=replace(program.graph, posts=()))


def in_order(walk: Callable[[Place], Found], places: Sequence[Place], jobs: int) -> Iterator[Found]:
    """Walk parts, up to ``jobs`` at a time and no further ahead, and yield them in order."""
    if min(jobs, len(places)) <= 1:
        yield from map(walk, places)
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[Future[Found]] = deque()
        try:
            for place in places:
                waiting.append(pool.submit(walk, place))
                if len(waiting) > jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
