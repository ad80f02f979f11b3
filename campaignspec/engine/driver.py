"""One tick: load whom it concerns, sweep, commit. The same for a year and for an hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant
from campaignspec.engine.apart import Known
from campaignspec.engine.ports import Ledger
from campaignspec.engine.posting import due_posts, posted
from campaignspec.engine.present import united
from campaignspec.engine.program import Program
from campaignspec.engine.sweep import Outcome, sweep
from campaignspec.engine.winning import undecided, winner_of
from campaignspec.engine.world import World


def advance(
    programs: Sequence[Program],
    world: World,
    ledger: Ledger,
    until: Instant,
    known: Known | None = None,
) -> Outcome | None:
    """Do everything that is due after the ledger's watermark, up to and including ``until``.

    Where an experiment is decided in between, all that comes up to then is done first: its
    winner depends on what everybody did.

    Args:
        programs: The campaigns, in the order in which they go first at one instant.
        world: What they ask.
        ledger: Where everybody is.
        until: The last instant that counts.
        known: What is known of claims that are settled elsewhere; None to settle them here.

    Returns:
        What was done since the last decision, or None when nobody was concerned.
    """
    for at, program, node in undecided(programs, world, until):
        if at > ledger.watermark:
            _advance(programs, world, ledger, at, known)
        found = winner_of(program.graph, node, ledger.facts())
        world.winners[program.graph.campaign, node.id] = found
    return _advance(programs, world, ledger, until, known)


def _advance(
    programs: Sequence[Program],
    world: World,
    ledger: Ledger,
    until: Instant,
    known: Known | None,
) -> Outcome | None:
    after = ledger.watermark
    rows, size = ledger.awake(until), len(world.history.customers)
    if not ledger.wakes_all:
        moved = _moved(programs, world, after, until)
        rows = united([rows, ledger.enrolled(moved), *_entering(programs, after, until)], size)
    posts = [posted(*each) for each in due_posts(programs, after, until)]
    if not len(rows) and not posts:
        return None
    outcome = sweep(programs, world, ledger.load(rows, until), until, known)
    outcome.facts.extend(fact for fact, _ in posts)
    outcome.sends.extend(send for _, send in posts)
    ledger.commit(outcome, until)
    return outcome


def _entering(
    programs: Sequence[Program], after: Instant, until: Instant
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield who meets an entry."""
    for program in programs:
        yield program.customers(program.entries.events_between(after, until)[0])


def _moved(
    programs: Sequence[Program], world: World, after: Instant, until: Instant
) -> npt.NDArray[np.int64]:
    """Find to whom something happens that enrolled people and holders of offers wait for."""
    streams = {
        id(stream): (program, stream) for program in programs for stream in program.watched()
    }
    rows = [
        program.customers(stream.events_between(after, until)[0])
        for program, stream in streams.values()
    ]
    redemptions = [terms.redemption.stream for terms in world.offers.values() if terms.redemption]
    rows += [stream.events_between(after, until)[0] for stream in redemptions]
    return united(rows, len(world.history.customers))
