"""Deeds in plain Python: what a journey does besides sending, and what is answered to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine_kit.story import PROPERTIES

from campaignspec.connector import Deed
from campaignspec.graph.nodes import ActNode, MarkNode, SendNode
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.history import ValueKind
from campaignspec.project import Project
from campaignspec.spec.acting import Task, Webhook
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.marks import Mark
from campaignspec.spec.sources import ColumnKind

if TYPE_CHECKING:
    from engine_kit.oracle import Enrolment, Walk
    from engine_kit.story import Event

_KINDS = {
    ColumnKind.TEXT: (ValueKind.TEXT, str),
    ColumnKind.NUMBER: (ValueKind.NUMBER, (int, float)),
    ColumnKind.BOOLEAN: (ValueKind.BOOLEAN, bool),
}
"""By what is kept of an answer to a call: what it holds, and what is taken for it."""


def act(node: ActNode, enrolment: Enrolment, walk: Walk) -> tuple[str, dict[str, Any]]:
    """Do what a step asks of a connector; return what is noted of it.

    Those are asked for their consent whom it reaches, if only by an advertisement.
    """
    touches = walk.life.touches
    if node.deed in {Deed.ADD, Deed.SHOW}:
        reason = touches.why_not(walk.graph.campaign, node, walk.now)
        if reason is not None:
            return "suppressed", {"channel": node.channel, "reason": reason}
    enrolment.answers["sent", node.id] = walk.now
    if isinstance(node.step, Webhook) and node.step.assume:
        enrolment.called[node.id] = walk.now + walk.tick
    cost = walk.life.project.channels[node.channel].cost
    return "done", {"channel": node.channel, "value": cost.micros if cost else 0}


def mark(node: MarkNode, walk: Walk) -> None:
    """Remember something about the customer."""
    walk.beholder.marks.update(node.marks)


def held(project: Project, name: str, marks: Mapping[str, Any]) -> tuple[ValueKind, Any] | None:
    """Say what a mark holds and what it is worth; None of what is no mark."""
    declared = project.traits.get(name)
    return (ValueKind[declared.mark.name], marks.get(name)) if isinstance(declared, Mark) else None


def is_answered(step: str, enrolment: Enrolment, walk: Walk) -> bool:
    """Say whether a step has been answered by now."""
    if _is_call(step, walk):
        return enrolment.called.get(step, walk.now + 1) <= walk.now
    return _reply(step, enrolment, walk) is not None


def replied(step: str, name: str, enrolment: Enrolment, walk: Walk) -> tuple[Any, Any]:
    """Say what a property of the first answer to a step holds, and what it is worth."""
    if _is_call(step, walk):
        return _told(walk.graph.nodes[step], name, is_come=is_answered(step, enrolment, walk))
    event = _reply(step, enrolment, walk)
    if event is None:
        return None, None
    return PROPERTIES[event.name][name], event.properties.get(name)


def _is_call(step: str, walk: Walk) -> bool:
    return isinstance(getattr(walk.graph.nodes[step], "step", None), Webhook)


def _told(node: Any, name: str, *, is_come: bool) -> tuple[Any, Any]:
    """Return what a call keeps of its assumed answer; what is of another kind is not kept."""
    kind, python = _KINDS[node.step.keep[name]]
    value = node.step.assume.get(name) if is_come else None
    is_wrong = not isinstance(value, python) or (
        isinstance(value, bool) and kind is not ValueKind.BOOLEAN
    )
    return kind, None if is_wrong else value


def _reply(step: str, enrolment: Enrolment, walk: Walk) -> Event | None:
    """Return the first event, up to now, that answers a step that was reached."""
    match walk.graph.nodes[step]:
        case ListenNode(happening=OnEvent() as on):
            asked = enrolment.asked.get(step)
        case SendNode(answer=OnEvent() as on) | ActNode(step=Task(answer=OnEvent() as on)):
            asked = enrolment.answers.get(("sent", step))
        case node:
            raise AssertionError(node)
    if asked is None:
        return None
    events = walk.events(on.event, on.where)
    return next((event for event in events if asked < event.at <= walk.now), None)
