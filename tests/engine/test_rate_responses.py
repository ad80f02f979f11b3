"""The response model draws what a plain computation draws, one message at a time."""

from __future__ import annotations

import hashlib

import numpy as np
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import HOUR, NEVER, Duration
from campaignspec.digests import Ids
from campaignspec.engine.world import SentBatch
from campaignspec.forecast.rates import RateResponses
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.project import ChannelResponse, ResponseModel

GOLDEN = 0x9E3779B97F4A7C15
MASK = 2**64 - 1
WITHIN = 48 * HOUR

RATES = ChannelResponse(
    opened=Share(0.6),
    clicked=Share(0.5),
    unsubscribed=Share(0.3),
    within=Duration(WITHIN),
    basis="a guess",
)
MODEL = ResponseModel(seed="model", channels={Name("mail"): RATES})
CUSTOMERS = tuple(f"c{number}" for number in range(50))


def key(text: str) -> int:
    return int(hashlib.md5(text.encode()).hexdigest()[:16], 16)  # noqa: S324 - a draw


def mixed(key: int) -> int:
    key = (key + GOLDEN) & MASK
    key = ((key ^ key >> 30) * 0xBF58476D1CE4E5B9) & MASK
    key = ((key ^ key >> 27) * 0x94D049BB133111EB) & MASK
    return key ^ key >> 31


def answers(customer: str, node: str, enrolment: int, at: int) -> tuple[int, int, int]:
    message = mixed(key(f"model:{customer}") ^ key(f"seed:{node}"))
    base = mixed((message + enrolment * GOLDEN) & MASK)
    draws = [(mixed((base + n * GOLDEN) & MASK) >> 11) / 2**53 for n in range(6)]
    delays = [1 + int(WITHIN * draw * draw) for draw in draws]
    if draws[0] >= 0.6:
        return NEVER, NEVER, NEVER
    opened = at + delays[1]
    clicked = opened + delays[4] // 8 if draws[2] < 0.5 else NEVER
    return opened, clicked, opened + delays[5] // 8 if draws[3] < 0.3 else NEVER


@examples(25)
@given(
    rows=st.sets(st.integers(0, 49)).map(sorted),
    node=st.sampled_from(("hello", "напоминание")),
    enrolment=st.integers(1, 9),
    at=st.integers(0, 2**51),
)
def test_answers_are_drawn_by_key_alone(
    rows: list[int], node: str, enrolment: int, at: int
) -> None:
    size = len(rows)
    batch = SentBatch(
        campaign="alpha",
        seed="seed",
        node=node,
        channel="mail",
        rows=np.array(rows, np.int64),
        at=np.full(size, at),
        enrolment=np.full(size, enrolment, np.int32),
    )

    found = RateResponses(MODEL, Ids(CUSTOMERS)).answer(batch)

    columns = (found.opened, found.clicked, found.unsubscribed)
    together = list(zip(*(column.tolist() for column in columns), strict=True))
    assert together == [answers(CUSTOMERS[row], node, enrolment, at) for row in rows]
