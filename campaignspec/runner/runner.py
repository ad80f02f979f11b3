"""The loop of a run: at each tick advance everybody, commit, deliver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campaignspec.clock import Clock, Instant, ceil_to_tick
from campaignspec.engine.driver import advance
from campaignspec.runner.live import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come.

    Attributes:
        at: The tick that is done.
        sent: How many messages were handed over at it.
    """

    at: Instant
    sent: int


def run(live: Live, clock: Clock, *, tick: int, until: Instant) -> Iterator[Progress]:
    """Do every tick after the ledger's watermark, up to and including ``until``.

    What the runner missed while it stood still is done first, tick by tick, as if at its
    time; messages that are late by then are judged once more before they go.
    """
    bench = live.bench()
    bench.delivery.recover(clock.now())
    at = bench.ledger.watermark
    while (at := ceil_to_tick(at + 1, tick)) <= until:
        clock.wait_until(at)
        bench = live.bench()
        advance(bench.assembly.programs, bench.assembly.world, bench.ledger, at)
        yield Progress(at=at, sent=bench.delivery.dispatch(clock.now()))
    bench.ledger.skip(until)
