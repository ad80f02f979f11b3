"""Circles: customers who decide over each other's messages, and over nobody else's.

A cap over those who belong together ties the contacts of a firm to each other, and no firm to
another. So it is enough that claims within a circle are settled in their order: every circle
settles its own earliest claim at a time, whatever the clocks of the others show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.crowd import Crowd
from campaignspec.engine.program import Program
from campaignspec.engine.state import Rows
from campaignspec.engine.world import World
from campaignspec.graph.nodes import SendNode
from campaignspec.history.sorting import distinct
from campaignspec.policy.sharing import caps_together, shared_by


def circles_of(programs: Sequence[Program], world: World) -> Rows | None:
    """Return the number of each customer's circle.

    Returns:
        A number for each row of the history; None where claims tie everybody to everybody, or
        there are none.
    """
    ties: dict[str, None] = {}
    for program, node in _claiming(programs):
        if node is None or (node.mix is not None and node.mix.mix.limits):
            return None
        asked = (world.rulebook, program.graph.campaign)
        for channel in node.channels:
            if shared_by(*asked, channel, node.message_class):
                return None
            caps = caps_together(*asked, channel, node.message_class)
            ties.update((str(cap.by), None) for cap in caps)
    return _joined([world.groups(by) for by in ties]) if ties else None


def settle_in_circles(crowd: Crowd, circle: Rows, horizon: Instant) -> None:
    """Let everybody walk, and settle the claims of each circle, the earliest first.

    At one instant the claims of the first campaign come first; whoever then claims again stands
    in line anew.

    Args:
        crowd: The customers.
        circle: The circle of each, by its place in the state.
        horizon: The last instant that counts.
    """
    circle = np.unique(circle, return_inverse=True)[1].astype(np.int64)
    size = int(circle.max(initial=-1)) + 1
    claiming = crowd.walk(crowd.everybody, horizon)
    while len(claiming):
        due, mine = crowd.due(claiming), circle[claiming]
        first = np.full(size, NEVER, np.int64)
        np.minimum.at(first, mine, due)
        places = crowd.first_places(claiming).astype(np.int64)
        # A place among those that are due later never comes first.
        ranks = np.where(due == first[mine], places, NEVER)
        least = np.full(size, NEVER, np.int64)
        np.minimum.at(least, mine, ranks)
        turn = ranks == least[mine]
        for place in distinct(places[turn]).tolist():
            crowd.step(place, claiming[turn & (places == place)])
        again = crowd.walk(claiming[turn], horizon)
        claiming = np.sort(np.concatenate([claiming[~turn], again]))


def _claiming(programs: Sequence[Program]) -> Iterator[tuple[Program, SendNode | None]]:
    """Yield the steps that claim; None stands for one that sends nothing."""
    for program in programs:
        for place in np.flatnonzero(program.claims):
            node = program.nodes[place]
            yield program, node if isinstance(node, SendNode) else None


def _joined(ties: Sequence[Rows]) -> Rows:
    """Join groups that have a customer in common, directly or by others."""
    circle = np.arange(len(ties[0]), dtype=np.int64)
    while True:
        before = circle
        for groups in ties:
            least = np.full(int(groups.max(initial=-1)) + 1, NEVER, np.int64)
            np.minimum.at(least, groups, circle)
            circle = least[groups]
        if (circle == before).all():
            return circle
