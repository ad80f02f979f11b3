"""Rehearse campaigns over a stretch of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from campaignspec.assembly import Assembly, Blueprint, assemble
from campaignspec.clock import Instant
from campaignspec.engine.dice import Dice
from campaignspec.engine.driver import advance
from campaignspec.engine.world import Responses
from campaignspec.history import History
from campaignspec.ledger import MemoryLedger
from campaignspec.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a rehearsal brought about.

    Attributes:
        assembly: What was rehearsed.
        facts: What happened, in order.
        start: The instant after which it began.
        end: The last instant that counted.
    """

    assembly: Assembly
    facts: pa.Table
    start: Instant
    end: Instant


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
) -> Rehearsal:
    """Run campaigns over the history after ``start``, up to and including ``end``.

    The history before ``start`` is known, but nobody enters by it. With a ``blueprint`` the
    campaigns are not compiled again.
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
    ledger = MemoryLedger(assembly.programs, assembly.world, start=start)
    advance(assembly.programs, assembly.world, ledger, end)
    return Rehearsal(assembly=assembly, facts=ledger.facts(), start=start, end=end)
