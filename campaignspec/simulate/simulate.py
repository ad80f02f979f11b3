"""Rehearse campaigns over a stretch of history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from campaignspec.assembly import Assembly, Blueprint, assemble
from campaignspec.clock import Instant
from campaignspec.engine.dice import Dice
from campaignspec.engine.world import Responses
from campaignspec.history import History
from campaignspec.ledger.facts_file import read_facts, writing_facts
from campaignspec.project import Project
from campaignspec.simulate.parts import AT_ONCE, Part, walk_in_parts
from campaignspec.simulate.sample import Sample, cautions_of, limited

Watcher: TypeAlias = Callable[[int, int], None]
"""Told how many customers have been rehearsed, and of how many."""

Listener: TypeAlias = Callable[[pa.Table], None]
"""Told facts as they come, those of some customers at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a rehearsal brought about.

    Attributes:
        assembly: What was rehearsed.
        kept: What happened, in order: as a table, or in the file to which it was written; None
            where nothing was to be kept.
        number: How many facts there are.
        start: The instant after which it began.
        end: The last instant that counted.
        sample: Who was rehearsed; None for everybody.
        sampled: How many were rehearsed.
        cautions: Where the sample may mislead, a sentence each.
    """

    assembly: Assembly
    kept: pa.Table | Path | None
    number: int
    start: Instant
    end: Instant
    sampled: int
    sample: Sample | None = None
    cautions: tuple[str, ...] = ()

    @property
    def facts(self) -> pa.Table:
        """What happened, in order."""
        assert self.kept is not None, "facts were not to be kept"  # noqa: S101
        return read_facts(self.kept) if isinstance(self.kept, Path) else self.kept

    def facts_of(self, campaign: str) -> pa.Table:
        """What happened in one campaign, in order; facts of others may be among it."""
        return read_facts(self.kept, campaign) if isinstance(self.kept, Path) else self.facts


def rehearse(
    project: Project,
    history: History,
    *,
    campaigns: Sequence[str],
    responses: Responses,
    start: Instant,
    end: Instant,
    dice: Dice | None = None,
    blueprint: Blueprint | None = None,
    sample: Sample | None = None,
    into: Path | None = None,
    keeps: bool = True,
    listener: Callable[[Assembly], Listener] | None = None,
    at_once: int = AT_ONCE,
    jobs: int = 1,
    watch: Watcher | None = None,
) -> Rehearsal:
    """Run campaigns over the history after ``start``, up to and including ``end``.

    The history before ``start`` is known, but nobody enters by it.

    Args:
        project: The linked project.
        history: What is known of the customers.
        campaigns: The campaigns' names.
        responses: Who answers messages.
        start: The instant after which it begins.
        end: The last instant that counts.
        dice: Chance; keyed draws, if not given.
        blueprint: What was made of the campaigns before; they are compiled here, if not given.
        sample: Who is rehearsed; everybody, if not given.
        into: A file for the facts, which then are never all in memory.
        keeps: Whether facts are kept in memory where there is no file for them.
        listener: Makes of the campaigns who is told facts as they come.
        at_once: How many customers walk at a time.
        jobs: How many threads walk.
        watch: Told how far it is.
    """
    assembly = assemble(
        project,
        history,
        campaigns=campaigns,
        responses=responses,
        dice=dice,
        blueprint=blueprint,
        assumes=True,
        start=start,
        end=end,
    )
    rows = np.arange(len(history.customers), dtype=np.int64)
    cautions: tuple[str, ...] = ()
    if sample is not None:
        cautions = cautions_of(project, assembly, sample, end)
        assembly, rows = limited(assembly, sample), sample.rows(history)
    parts = walk_in_parts(assembly, rows, start=start, end=end, at_once=at_once, jobs=jobs)
    if listener is not None:
        parts = _told(parts, listener(assembly))
    if watch is not None:
        parts = _watched(parts, len(rows), watch)
    kept, number = _kept(parts, into) if keeps or into else _forgotten(parts)
    return Rehearsal(
        assembly=assembly,
        kept=kept,
        number=number,
        start=start,
        end=end,
        sample=sample,
        sampled=len(rows),
        cautions=cautions,
    )


def _told(parts: Iterator[Part], listener: Listener) -> Iterator[Part]:
    for part in parts:
        listener(part.facts)
        yield part


def _watched(parts: Iterator[Part], customers: int, watch: Watcher) -> Iterator[Part]:
    done = 0
    watch(done, customers)
    for part in parts:
        yield part
        done += part.customers
        watch(done, customers)


def _kept(parts: Iterator[Part], into: Path | None) -> tuple[pa.Table | Path, int]:
    """Keep facts in memory or in a file; say how many there are."""
    if into is None:
        table = pa.concat_tables([part.facts for part in parts]).combine_chunks()
        return table, table.num_rows
    with writing_facts(into) as writer:
        for part in parts:
            writer.add(part.facts)
    return into, writer.facts


def _forgotten(parts: Iterator[Part]) -> tuple[None, int]:
    """Keep nothing; say how many facts there were."""
    return None, sum(part.facts.num_rows for part in parts)
