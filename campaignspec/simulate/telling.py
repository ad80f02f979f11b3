"""Facts of a test in words."""

from __future__ import annotations

from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import ENTRY, NEXT
from campaignspec.simulate.bench import Told


def tell(fact: Told) -> str:
    """Say what happened: ``sent welcome``, ``suppressed welcome: consent``, ``wait-7d``.

    The way that was taken, or the reason, stands behind a colon.
    """
    verb = _WORDS.get(fact.kind, fact.kind.value)
    where = "" if fact.node == ENTRY or fact.kind in _WHEREVER else fact.node
    way = fact.edge if fact.edge not in {None, NEXT} else None
    why = fact.reason or way
    return " ".join(filter(None, (verb, where))) + (f": {why}" if why else "")


_WORDS = {
    Kind.HELD_OUT: "held out",
    Kind.CONVERTED: "goal",
    # What a step without a message does is said by its name and the way out of it.
    Kind.WAITED: "",
    Kind.BRANCHED: "",
    Kind.ASSIGNED: "",
}
_WHEREVER = (Kind.HELD_OUT, Kind.CONVERTED, Kind.LEFT, Kind.COMPLETED, Kind.EXPIRED)
"""What ends an enrolment, or does without steps, is told without the step."""
