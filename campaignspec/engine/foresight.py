"""Foresight: which claims must be settled in their turn, and of what claims take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaignspec.engine.program import Program, takes_turns
from campaignspec.engine.world import World
from campaignspec.graph.nodes import GrantNode, Node, SendNode
from campaignspec.policy.sharing import shared_by


def waiting_for_turns(programs: Sequence[Program], world: World) -> Iterator[tuple[Program, Node]]:
    """Yield the steps whose claims must wait for their turn, with their campaigns.

    They do where more than how much is left decides what becomes of the next: the share of a
    channel so far, or which code a customer was given, by which an event redeems it later.
    """
    for program, node in _claiming(programs):
        if not _is_foreseeable(node, program, world):
            yield program, node


def limits_taken(programs: Sequence[Program], world: World) -> tuple[str, ...]:
    """Return the names of the limits of which claims take."""
    found: dict[str, None] = {}
    for program, node in _claiming(programs):
        if isinstance(node, GrantNode):
            found.update(dict.fromkeys(world.offers[node.offer].limits))
        elif isinstance(node, SendNode):
            campaign, book = program.graph.campaign, world.rulebook
            for channel in node.channels:
                shared = shared_by(book, campaign, channel, node.message_class)
                found.update((each.name, None) for each in shared)
    return tuple(found)


def _claiming(programs: Sequence[Program]) -> Iterator[tuple[Program, Node]]:
    for program in programs:
        for place in program.claims.nonzero()[0]:
            yield program, program.nodes[place]


def _is_foreseeable(node: Node, program: Program, world: World) -> bool:
    if isinstance(node, SendNode):
        return not takes_turns(node, program.graph.campaign, world.rulebook)
    if isinstance(node, GrantNode):
        terms = world.offers[node.offer]
        return terms.pool is None or terms.redemption is None or terms.redemption.code is None
    return True
