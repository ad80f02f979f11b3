"""From a message by a mix to its nodes: a send, and another one for who does not answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from campaignspec.graph.nodes import Mixed, NodeId, SendNode
from campaignspec.graph.wait_nodes import ListenNode
from campaignspec.project import Project
from campaignspec.project.walk import Sending, send_name
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Send
from campaignspec.spec.kinds import Name
from campaignspec.spec.mix import Fallback, Unless
from campaignspec.spec.waiting import OnClicked, OnOpened


def mixed_of(project: Project, campaign: Campaign, step: Sending) -> Mixed | None:
    """Return how the channel of a step is chosen; None where the step names one, or none."""
    if not isinstance(step, Send) or step.mix is None:
        return None
    mix = project.mixes[step.mix]
    return Mixed(
        name=step.mix,
        mix=mix,
        channels=tuple(mix.from_),
        seed=f"{campaign.seed or campaign.campaign}:{send_name(step)}",
    )


def answer_wait(node: SendNode, fallback: Fallback, wait: NodeId) -> ListenNode:
    """Make the wait for the answer that makes a fallback needless."""
    step = Name(node.id)
    match fallback.unless:
        case Unless.OPENED:
            happening: OnOpened | OnClicked = OnOpened(opened=step)
        case Unless.CLICKED:
            happening = OnClicked(clicked=step)
        case _:
            assert_never(fallback.unless)
    return ListenNode(id=wait, happening=happening, at_most=fallback.after)


def fallback_of(node: SendNode, mixed: Mixed, second: NodeId) -> SendNode:
    """Make the message that follows: the same one, by another channel of the mix."""
    seed = f"{mixed.seed}:fallback"
    return replace(node, id=second, mix=replace(mixed, seed=seed, instead_of=node.id))
