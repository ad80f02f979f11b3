"""Rehearse campaigns over a stretch of history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.assembly import Assembly, Blueprint, blueprint_of
from campaignspec.clock import Instant
from campaignspec.engine.dice import Dice
from campaignspec.engine.world import Responses
from campaignspec.history import History
from campaignspec.ledger.facts_file import read_facts, writing_facts
from campaignspec.project import Project
from campaignspec.simulate.apart import Errand, set_up
from campaignspec.simulate.pace import Watcher
from campaignspec.simulate.parts import AT_ONCE, Part, walk_in_parts
from campaignspec.simulate.sample import Sample, cautions_of, limited

Listener: TypeAlias = Callable[[pa.Table], None]
"""Told facts as they come, those of some customers at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a rehearsal is carried out; but for a sample, what comes of it is the same.

    Attributes:
        sample: Who is rehearsed; None for everybody.
        into: A file for the facts, which then are never all in memory.
        keeps: Whether facts are kept in memory where there is no file for them.
        at_once: How many customers walk at a time.
        jobs: How many threads walk.
        spark: The Spark cluster as whose tasks they walk; None for this machine.
        watch: Told how far it is.
    """

    sample: Sample | None = None
    into: Path | None = None
    keeps: bool = True
    at_once: int = AT_ONCE
    jobs: int = 1
    spark: str | None = None
    watch: Watcher | None = None


USUAL: Final = Manner()
"""Everybody, facts in memory, and nobody watching."""


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
    manner: Manner = USUAL,
    listener: Callable[[Assembly], Listener] | None = None,
) -> Rehearsal:
    """Run campaigns over a stretch of history; what was before is known, but lets nobody in.

    Args:
        project: The linked project.
        history: What is known of the customers.
        campaigns: The campaigns' names.
        responses: Who answers messages.
        start: The instant after which it begins.
        end: The last instant that counts.
        dice: Chance; keyed draws, if not given.
        blueprint: What was made of the campaigns before; they are compiled here, if not given.
        manner: Who is rehearsed, how many at a time, and where facts go.
        listener: Makes of the campaigns who is told facts as they come.
    """
    errand = Errand(
        project=project,
        history=history,
        blueprint=blueprint or blueprint_of(project, campaigns),
        responses=responses,
        dice=dice,
        sample=manner.sample,
        start=start,
        end=end,
    )
    assembly = set_up(errand)
    rows, sample = np.arange(len(history.customers), dtype=np.int64), manner.sample
    cautions: tuple[str, ...] = ()
    if sample is not None:
        cautions = cautions_of(project, assembly, sample, end)
        assembly, rows = limited(assembly, sample), sample.rows(history)
    parts = _parts(errand, assembly, rows, manner)
    if listener is not None:
        parts = _told(parts, listener(assembly))
    kept, number = _kept(parts, manner)
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


def _parts(
    errand: Errand, assembly: Assembly, rows: npt.NDArray[np.int64], manner: Manner
) -> Iterator[Part]:
    """Let customers walk, here or elsewhere."""
    if manner.spark is not None:
        from campaignspec.simulate.spark import walk_on_spark

        return walk_on_spark(
            manner.spark, errand, assembly, rows, at_once=manner.at_once, watch=manner.watch
        )
    return walk_in_parts(
        assembly,
        rows,
        start=errand.start,
        end=errand.end,
        at_once=manner.at_once,
        jobs=manner.jobs,
        watch=manner.watch,
    )


def _told(parts: Iterator[Part], listener: Listener) -> Iterator[Part]:
    for part in parts:
        listener(part.facts)
        yield part


def _kept(parts: Iterator[Part], manner: Manner) -> tuple[pa.Table | Path | None, int]:
    """Keep facts in a file, in memory or not at all; say how many there are."""
    if manner.into is not None:
        with writing_facts(manner.into) as writer:
            for part in parts:
                writer.add(part.facts)
        return manner.into, writer.facts
    if not manner.keeps:
        return None, sum(part.facts.num_rows for part in parts)
    table = pa.concat_tables([part.facts for part in parts]).combine_chunks()
    return table, table.num_rows
