"""Running a case through the engine: in one sweep, in windows, in a ledger on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
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
from campaignspec.ledger import MemoryLedger, SqliteLedger
from campaignspec.ledger.file import LedgerFile


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


def ticked(
    case: Case, instants: Sequence[int], folder: Path, *, restarts: bool
) -> tuple[pa.Table, Sequence[int]]:
    """Advance a ledger on the disk to each instant.

    Args:
        case: What to run.
        instants: Ascending; the last is the case's end.
        folder: Where the ledger lies.
        restarts: Whether the runner is started anew at each instant, and knows only the
            history up to then, as in life.

    Returns:
        The facts, and how many there were after each instant.
    """
    counts = []
    with _opened(folder, case) as file:
        assembly = set_up(case)
        ledger = SqliteLedger(file, assembly.programs, assembly.world)
        for instant in instants:
            if restarts:
                assembly = set_up(case, until(case.story, instant), instant)
                ledger = SqliteLedger(file, assembly.programs, assembly.world)
            advance(assembly.programs, assembly.world, ledger, instant)
            counts.append(file.db.execute("SELECT count(*) FROM fact").fetchone()[0])
        return ledger.facts(), counts


@contextmanager
def _opened(folder: Path, case: Case) -> Iterator[LedgerFile]:
    file = LedgerFile(folder / "ledger.db")
    names = case.project.campaigns
    steps = {name: tuple(compile_campaign(case.project, name).nodes) for name in names}
    try:
        file.db.execute("PRAGMA synchronous = OFF")
        file.begin(start=case.start, campaigns=dict.fromkeys(names, "same"), steps=steps)
        yield file
    finally:
        file.close()


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
