"""Gates: when each is decided for those who wait at it, and who goes through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask, Verdict
from campaignspec.graph.nodes import APPROVED, NOT_APPROVED
from campaignspec.graph.wait_nodes import GateNode


def decided_at(node: GateNode, walk: Walk, index: Rows) -> Instants:
    """Say when a gate is decided, or ``NEVER`` where nobody knows yet.

    A rehearsal knows no one who decides: it takes the gate for approved some time after each
    arrival, so that what happens to one customer depends on no other.
    """
    if walk.world.assumes:
        return walk.every.since[index] + node.assume.micros
    verdict = _verdict(node, walk)
    return np.full(index.shape, NEVER if verdict is None else verdict.at, np.int64)


def ways_out(node: GateNode, walk: Walk, index: Rows) -> Iterator[tuple[Mask, str, str | None]]:
    """Yield the ways out of a gate for those whose wait is over: who takes it, its edge, and why.

    There is no reason where the time was over before anybody decided.
    """
    in_time = walk.every.heard_at[index] <= walk.every.due[index]
    yield ~in_time, NOT_APPROVED, None
    verdict = None if walk.world.assumes else _verdict(node, walk)
    if verdict is None:
        yield in_time, APPROVED, node.by
    else:
        yield in_time, APPROVED if verdict.is_approved else NOT_APPROVED, verdict.by


def _verdict(node: GateNode, walk: Walk) -> Verdict | None:
    return walk.world.gates.get((walk.program.graph.campaign, node.id))
