"""What campaigns publish for everybody, by their content plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from campaignspec.clock import Instant
from campaignspec.connector import Deed, MessageClass
from campaignspec.engine.facts import Kind
from campaignspec.engine.journal import NOBODY, Batch
from campaignspec.engine.messages import SendBatch
from campaignspec.engine.program import Program
from campaignspec.engine.world import SentBatch
from campaignspec.graph.nodes import Planned


def due_posts(
    programs: Sequence[Program], after: Instant, until: Instant
) -> Iterator[tuple[Program, Planned]]:
    """Yield what is published after one instant, up to and including another."""
    for program in programs:
        for post in program.graph.posts:
            if after < post.at <= until:
                yield program, post


def posted(program: Program, post: Planned) -> tuple[Batch, SendBatch]:
    """Return the fact of a post, and what is to be handed to its platform."""
    nobody, at = np.array([NOBODY], np.int64), np.array([post.at], np.int64)
    number = np.array([post.round], np.int32)
    fact = Batch(
        campaign=program.graph.campaign,
        kind=Kind.PUBLISHED,
        node=post.id,
        channel=post.channel,
        rows=nobody,
        at=at,
        enrolment=number,
        seq=np.array([-1], np.int32),
        value=np.array([post.cost], np.int64),
    )
    batch = SentBatch(
        campaign=program.graph.campaign,
        seed=program.graph.seed,
        node=post.id,
        channel=post.channel,
        rows=nobody,
        at=at,
        enrolment=number,
    )
    return fact, SendBatch(
        batch=batch, message_class=MessageClass.SERVICE, message=post.message, deed=Deed.POST
    )
