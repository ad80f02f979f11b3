"""Running a case through the engine: in one sweep, in windows, in a ledger on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
from engine_kit.answers import People
from engine_kit.cases import Case
from engine_kit.oracle import Fact, oracle_facts
from engine_kit.story import Story, history_of, until

from campaignspec.assembly import Assembly, assemble
from campaignspec.engine.driver import advance
from campaignspec.graph.compile import compile_campaign
from campaignspec.ledger.book import Book
from campaignspec.ledger.memory import MemoryLedger
from campaignspec.ledger.opening import LedgerPlace, open_ledger
from campaignspec.ledger.sql import SqlLedger
from campaignspec.ledger.sqlite import SqliteStore
from campaignspec.simulate.parts import walk_in_parts


def set_up(case: Case, story: Story | None = None, end: int | None = None) -> Assembly:
    """Set a case up, on its own story if no other is given."""
    history = history_of(case.story if story is None else story)
    return assemble(
        case.project,
        history,
        campaigns=tuple(case.project.campaigns),
        responses=People(case.salt, history.customers),
        assumes=True,
        start=case.start,
        end=case.end if end is None else end,
    )


def swept(case: Case, cuts: Sequence[int] = ()) -> pa.Table:
    """Return the facts of one sweep, or of one sweep a window."""
    assembly = set_up(case)
    ledger = MemoryLedger(assembly.programs, assembly.world, start=case.start)
    for instant in (*cuts, case.end):
        advance(assembly.programs, assembly.world, ledger, instant)
    return ledger.facts()


def walked(case: Case, at_once: int = 7) -> pa.Table:
    """Return the facts of a rehearsal: of customers in parts, who claim apart from each other."""
    assembly = set_up(case)
    everybody = np.arange(len(assembly.world.history.customers), dtype=np.int64)
    parts = walk_in_parts(assembly, everybody, start=case.start, end=case.end, at_once=at_once)
    return pa.concat_tables([part.facts for part in parts])


def ticked(
    case: Case, instants: Sequence[int], place: LedgerPlace, *, restarts: bool
) -> tuple[pa.Table, Sequence[int]]:
    """Advance a ledger in a database to each instant.

    Args:
        case: What to run.
        instants: Ascending; the last is the case's end.
        place: Where the ledger lies.
        restarts: Whether the runner is started anew at each instant, and knows only the
            history up to then, as in life.

    Returns:
        The facts, and how many there were after each instant.
    """
    counts = []
    with _opened(place, case) as book:
        assembly = set_up(case)
        ledger = SqlLedger(book, assembly.programs, assembly.world)
        for instant in instants:
            if restarts:
                assembly = set_up(case, until(case.story, instant), instant)
                ledger = SqlLedger(book, assembly.programs, assembly.world)
            advance(assembly.programs, assembly.world, ledger, instant)
            counts.append(book.store.query("SELECT count(*) FROM fact")[0][0])
        return ledger.facts(), counts


@contextmanager
def _opened(place: LedgerPlace, case: Case) -> Iterator[Book]:
    names = case.project.campaigns
    steps = {name: tuple(compile_campaign(case.project, name).nodes) for name in names}
    with open_ledger(place) as book:
        no_disk = isinstance(book.store, SqliteStore)
        book.store.query(f"{'PRAGMA synchronous =' if no_disk else 'SET synchronous_commit ='} OFF")
        book.begin(start=case.start, campaigns=dict.fromkeys(names, "same"), steps=steps)
        yield book


def due(facts: pa.Table, instants: Sequence[int]) -> Sequence[int]:
    """Return how many facts there are up to each instant."""
    at = np.sort(facts.column("at").cast(pa.int64()).to_numpy())
    return [int(n) for n in np.searchsorted(at, instants, side="right")]


def expected(case: Case) -> list[Fact]:
    """Return the facts that the semantics ask for."""
    campaigns = case.project.campaigns
    names = sorted(
        campaigns,
        key=lambda name: (-campaigns[name].priority, campaigns[name].seed or name, name),
    )
    return oracle_facts(
        case.project,
        [compile_campaign(case.project, name) for name in names],
        case.story,
        People(case.salt).answers_of,
        start=case.start,
        end=case.end,
    )


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return a table of facts row by row, instants as microseconds."""
    at = table.column("at").cast(pa.int64())
    return table.set_column(0, "at", at).to_pylist()


def differs(case: Case, right: list[Fact]) -> bool:
    """Say whether the engine, as it is now, writes other facts of a case than the right ones."""
    return rows(swept(case)) != right


def differs_apart(case: Case, right: list[Fact]) -> bool:
    """Say the same of the engine whose customers claim apart from each other."""
    return rows(walked(case)) != right
