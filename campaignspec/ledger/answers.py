"""Answers to messages become facts when their time comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.journal import Batch
from campaignspec.engine.messages import AnswerBatch


def settled(
    answers: Sequence[AnswerBatch], until: Instant
) -> tuple[list[Batch], list[AnswerBatch]]:
    """Split answers into facts up to ``until`` and answers still to come."""
    facts = [_fact(_take(batch, until, come=True)) for batch in answers]
    rest = [_take(batch, until, come=False) for batch in answers]
    return [batch for batch in facts if len(batch.rows)], [b for b in rest if len(b.rows)]


def _take(batch: AnswerBatch, until: Instant, *, come: bool) -> AnswerBatch:
    mask = (batch.at <= until) == come
    return replace(
        batch,
        rows=batch.rows[mask],
        at=batch.at[mask],
        enrolment=batch.enrolment[mask],
        keys=None if batch.keys is None else batch.keys[mask],
    )


def _fact(batch: AnswerBatch) -> Batch:
    return Batch(
        campaign=batch.campaign,
        kind=batch.kind,
        node=batch.node,
        channel=batch.channel,
        rows=batch.rows,
        keys=batch.keys,
        at=batch.at,
        enrolment=batch.enrolment,
        seq=np.full(batch.rows.shape, -1, np.int32),
    )
