"""Customers in parts: so many at a time that memory is bounded, however many there are.

Where nothing ties customers to each other, each walks alone, and the facts of a part are what they
are whoever else is in it. So a year of ten million customers is that of fifty parts, one after the
other or some at once, and nobody holds more than some parts' facts at a time. Those who are tied by
what they share are one part here; in several they walk in `campaignspec.simulate.apart`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.assembly import Assembly
from campaignspec.clock import Instant
from campaignspec.engine.driver import advance
from campaignspec.engine.program import Program
from campaignspec.engine.winning import undecided
from campaignspec.ledger import MemoryLedger

Rows: TypeAlias = npt.NDArray[np.int64]
Place = TypeVar("Place")
Found = TypeVar("Found")

AT_ONCE: Final = 100_000
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


def is_tied(assembly: Assembly, end: Instant) -> bool:
    """Say whether what one customer does may change what becomes of another.

    Customers are tied by what they share (codes, budgets, capacities) and by experiments whose
    winner is decided by ``end`` by what all of them did; by nothing else.
    """
    claims = any(program.claims.any() for program in assembly.programs)
    return claims or bool(undecided(assembly.programs, assembly.world, end))


def walk_in_parts(
    assembly: Assembly,
    rows: Rows,
    *,
    start: Instant,
    end: Instant,
    at_once: int = AT_ONCE,
    jobs: int = 1,
) -> Iterator[Part]:
    """Let customers take all steps that are due after ``start``, up to and including ``end``.

    Args:
        assembly: The campaigns.
        rows: The customers, ascending; those who are tied to each other are one part.
        start: The instant after which it begins.
        end: The last instant that counts.
        at_once: How many customers make a part.
        jobs: How many parts are walked at a time, each by a thread.

    Yields:
        The parts in the order of their customers. What was published for everybody is in the
        first; the facts of all parts, one behind the other, are in order.
    """
    size = max(len(rows), 1) if is_tied(assembly, end) else at_once
    others = tuple(silent(program) for program in assembly.programs)

    def walk(low: int) -> Part:
        mine = rows[low : low + size]
        programs = others if low else assembly.programs
        ledger = MemoryLedger(programs, assembly.world, start=start, rows=mine)
        advance(programs, assembly.world, ledger, end)
        return Part(facts=ledger.facts(), customers=len(mine))

    yield from in_order(walk, range(0, max(len(rows), 1), size), jobs)


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
