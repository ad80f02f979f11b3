"""The loop of a run: at each tick advance everybody, commit, deliver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campaignspec.clock import MINUTE, Clock, Instant, ceil_to_tick
from campaignspec.engine.driver import advance
from campaignspec.errors import HistoryError
from campaignspec.runner.live import Bench, Live

_PATIENCE = MINUTE
"""How long to wait, at most, before a source that cannot be read is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come.

    Attributes:
        at: The tick that is done.
        sent: How many messages were handed over at it.
        trouble: Why the tick is not done and will be tried again, or None.
    """

    at: Instant
    sent: int
    trouble: str | None = None


def run(
    live: Live, clock: Clock, *, tick: int, until: Instant, is_patient: bool
) -> Iterator[Progress]:
    """Do every tick after the ledger's watermark, up to and including ``until``.

    What the runner missed while it stood still is done first, tick by tick, as if at its
    time; messages that are late by then are judged once more before they go.

    Args:
        live: What the run works with.
        clock: What tells the time.
        tick: The length of a tick, microseconds.
        until: The last instant.
        is_patient: Whether to stand still while a source cannot be read, half-written
            perhaps, rather than to give up. Nothing is sent on half of the facts.
    """
    bench = live.bench()
    bench.delivery.recover(clock.now())
    at = ceil_to_tick(bench.ledger.watermark + 1, tick)
    while at <= until:
        clock.wait_until(at)
        try:
            bench = live.bench(at)
        except HistoryError as error:
            if not is_patient:
                raise
            yield Progress(at=at, sent=0, trouble=str(error))
            clock.wait_until(clock.now() + min(tick, _PATIENCE))
            continue
        is_more = _advanced(bench, at)
        yield Progress(at=at, sent=bench.delivery.dispatch(clock.now(), is_more=is_more))
        at += tick
    if until % tick:
        # The period ends between two ticks: what happens in the rest of it counts, too.
        advance(bench.assembly.programs, bench.assembly.world, bench.ledger, until)
    bench.ledger.skip(until)


def _advanced(bench: Bench, at: Instant) -> bool:
    """Do a tick, and say whether messages may have come of it."""
    world = bench.assembly.world
    decided = len(world.winners)
    outcome = advance(bench.assembly.programs, world, bench.ledger, at)
    # Of what comes before an experiment is decided, within the tick, the outcome does not tell.
    return len(world.winners) != decided or (outcome is not None and bool(outcome.sends))
