"""Journeys of other tools: from nodes that name the next ones to steps within steps.

Other tools draw a journey as boxes and arrows. Here steps stand in lists, and a step that parts
ways holds the steps of each. A box at which all ways of such a step meet again is written once,
behind it; one at which only some of them meet is written on each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from campaignspec.migrate.naming import name_like
from campaignspec.migrate.notes import LostError
from campaignspec.spec.acting import Webhook
from campaignspec.spec.journey import Branch, Case, Else, Send, Split, Step, Wait

Steps: TypeAlias = tuple[Step, ...]

_OUT: Final = ""
"""Where everybody is who has gone through."""
_MOST_STEPS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of a journey.

    Attributes:
        make: Makes its steps out of the steps of its ways; they are empty where there is only
            one way, whose steps follow.
        ways: The boxes that its arrows lead to, or None where one leads out.
    """

    make: Callable[[Sequence[Steps]], Steps]
    ways: tuple[str | None, ...]


def steps_of(boxes: Mapping[str, Box], entry: str | None) -> Steps:
    """Write boxes as steps.

    Raises:
        LostError: An arrow leads to no box, boxes go in a circle, or too many steps would have
            to be written.
    """
    written = _Writer(boxes, _meetings(boxes, entry)).between(entry or _OUT, _OUT)
    return _named_apart(written, set())


class _Writer:
    """Walks from box to box; counts what is written, since boxes may be written twice."""

    def __init__(self, boxes: Mapping[str, Box], meetings: Mapping[str, str]) -> None:
        self._boxes = boxes
        self._meetings = meetings
        self._written = 0

    def between(self, box: str, end: str) -> Steps:
        steps: list[Step] = []
        while box not in {end, _OUT}:
            self._written += 1
            if self._written > _MOST_STEPS:
                raise LostError("tangled", f"it would take more than {_MOST_STEPS} steps")
            ways = self._boxes[box].ways
            if len(ways) == 1:
                steps += self._boxes[box].make(())
                box = ways[0] or _OUT
                continue
            meeting = self._meetings[box]
            within = [self.between(way or _OUT, meeting) for way in ways]
            steps += self._boxes[box].make(within)
            box = meeting
        return tuple(steps)


def _meetings(boxes: Mapping[str, Box], entry: str | None) -> Mapping[str, str]:
    """Find, for each box, the first one through which everybody comes who leaves it.

    It is the immediate dominator in the graph turned round (Cooper, Harvey and Kennedy, "A
    Simple, Fast Dominance Algorithm", 2001).
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(_OUT)
    waiting = [entry] if entry else []
    while waiting:
        box = waiting.pop()
        if box not in boxes:
            raise LostError("broken", f"an arrow leads to {box!r}, and there is no such step")
        for way in boxes[box].ways or (None,):
            if way is not None and way not in graph:
                waiting.append(way)
            graph.add_edge(box, way or _OUT)
    if not nx.is_directed_acyclic_graph(graph):
        raise LostError("circle", "its steps go in a circle; write a `repeat` with a bound")
    found: Mapping[str, str] = nx.immediate_dominators(graph.reverse(copy=False), _OUT)
    return found


def _named_apart(steps: Steps, taken: set[str]) -> Steps:
    """Give a name of its own to whatever is sent, or called, more than once."""
    return tuple(_with_name(step, taken) for step in steps)


def _with_name(step: Step, taken: set[str]) -> Step:
    match step:
        case Send() | Webhook():
            called = step.send if isinstance(step, Send) else step.webhook
            name = name_like(called, taken)
            taken.add(name)
            return step if name == called else replace(step, name=name)
        case Wait():
            then = _named_apart(step.then, taken)
            return replace(step, then=then, otherwise=_named_apart(step.otherwise, taken))
        case Branch():
            return replace(step, branch=tuple(_way(way, taken) for way in step.branch))
        case Split():
            arms = {n: replace(a, do=_named_apart(a.do, taken)) for n, a in step.split.items()}
            return replace(step, split=arms)
        case _:
            return step


def _way(way: Case | Else, taken: set[str]) -> Case | Else:
    if isinstance(way, Case):
        return replace(way, do=_named_apart(way.do, taken))
    return replace(way, else_=_named_apart(way.else_, taken))
