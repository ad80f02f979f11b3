"""The nodes of what a journey does besides sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from campaignspec.clock import SECOND
from campaignspec.connector import MessageClass, Value
from campaignspec.graph.nodes import ActNode, NodeId
from campaignspec.project import Project
from campaignspec.project.doing import DEEDS
from campaignspec.project.walk import message_of
from campaignspec.spec.acting import Acting, AddTo, RemoveFrom, Show, Task, Webhook, WriteBack


def act_node(step: Acting, node_id: NodeId, channel: str, project: Project) -> ActNode:
    """Return the node of an acting step."""
    return ActNode(
        id=node_id,
        deed=DEEDS[type(step)],
        what=_what(step),
        channel=channel,
        message_class=_class(step, project),
        details=_details(step, project),
        step=step,
    )


def name_of_deed(step: Acting) -> str:
    """Name a step that has no name of its own after what it does."""
    match step:
        case AddTo():
            return f"add-to-{step.add_to}"
        case RemoveFrom():
            return f"remove-from-{step.remove_from}"
        case WriteBack():
            return f"write-{'-'.join(step.write_back)}"
        case Task() | Webhook() | Show():
            return _what(step)
        case _:
            assert_never(step)


def _what(step: Acting) -> str:
    match step:
        case Task() | Show():
            return message_of(step)
        case Webhook():
            return step.webhook
        case WriteBack():
            return ", ".join(f"{field}: {value}" for field, value in step.write_back.items())
        case AddTo():
            return step.add_to
        case RemoveFrom():
            return step.remove_from
        case _:
            assert_never(step)


def _details(step: Acting, project: Project) -> Mapping[str, Value]:
    match step:
        case Task():
            return {}
        case Webhook():
            return {"call": step.webhook}
        case WriteBack():
            return {str(name): value for name, value in step.write_back.items()}
        case AddTo() | RemoveFrom():
            return _audience(_what(step), project)
        case Show():
            return {"slot": step.slot, "seconds": step.for_.micros // SECOND}
        case _:
            assert_never(step)


def _audience(name: str, project: Project) -> Mapping[str, Value]:
    destination = project.destinations[name]
    details: dict[str, Value] = {"audience": name}
    if destination.minimum is not None:
        details["minimum"] = destination.minimum
    if destination.lookalike is not None:
        details["lookalike"] = str(destination.lookalike.size)
        if destination.lookalike.region is not None:
            details["region"] = destination.lookalike.region
    return details


def _class(step: Acting, project: Project) -> MessageClass:
    match step:
        case Show():
            return step.class_
        case AddTo() | RemoveFrom():
            return project.destinations[_what(step)].class_
        case _:
            return MessageClass.SERVICE
