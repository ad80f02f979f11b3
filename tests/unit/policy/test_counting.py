"""What the engine remembers of the messages that it sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import DAY, HOUR
from campaignspec.connector import MessageClass
from campaignspec.engine.state import State
from campaignspec.engine.touch import Sent, record_send
from campaignspec.history import LONG_AGO
from campaignspec.policy import Counter

SERVICE = Sent(campaign="care", channel="email", message_class=MessageClass.SERVICE)


def state(counter: Counter, size: int) -> State:
    """Return as much of a state as counting needs."""
    sends = [np.full((size, counter.keep or 1), LONG_AGO, np.int64)]
    return cast("State", SimpleNamespace(sends=sends))


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 30))
def test_all_messages_of_a_window_are_known_however_many(hours: list[int], window: int) -> None:
    counter = Counter(keep=None, within=window * HOUR)
    kept, at = state(counter, 2), DAY
    for gap in sorted(hours):
        at = DAY + gap * HOUR
        record_send(kept, [counter], np.array([1]), np.array([at]), SERVICE)

    known = kept.sends[0][1]
    within = [DAY + gap * HOUR for gap in hours if DAY + gap * HOUR > at - window * HOUR]
    assert sorted(known[known > at - window * HOUR].tolist()) == sorted(within)
    assert (kept.sends[0][0] == LONG_AGO).all()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=20), st.integers(1, 5))
def test_of_a_number_of_messages_the_latest_are_known(hours: list[int], keep: int) -> None:
    counter = Counter(keep=keep)
    kept = state(counter, 1)
    for gap in sorted(hours):
        record_send(kept, [counter], np.array([0]), gap * HOUR, SERVICE)

    latest = sorted(gap * HOUR for gap in hours)[-keep:]
    assert sorted(kept.sends[0][0])[-len(latest) :] == latest


def test_what_a_counter_does_not_count_is_forgotten() -> None:
    counters = [
        Counter(message_class=MessageClass.PROMOTIONAL),
        Counter(channel="sms"),
        Counter(campaign="news"),
        Counter(),
    ]
    kept = cast("State", SimpleNamespace(sends=[np.full((1, 1), LONG_AGO) for _ in counters]))

    record_send(kept, counters, np.array([0]), DAY, SERVICE)
    owed = Sent(campaign="news", channel="sms", message_class=MessageClass.TRANSACTIONAL)
    record_send(kept, counters, np.array([0]), 2 * DAY, owed)

    assert [int(each[0, 0]) for each in kept.sends] == [LONG_AGO, LONG_AGO, LONG_AGO, DAY]
