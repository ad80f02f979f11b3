"""A line of customers: each is served of what those before it have left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.engine.line import NONE, WHOLE, Line, Served, serve


def line(
    wishes: Sequence[Sequence[int]],
    *,
    parts: Sequence[int | None],
    sent: Sequence[int] | None = None,
    forbidden: Sequence[tuple[int, int]] = (),
    rooms: Sequence[int] | None = None,
    takes: Sequence[Sequence[tuple[int, int]]] | None = None,
    left: Sequence[int] = (),
) -> Line:
    """Put customers in line, each with its channels; ``rooms`` are pots that all channels take."""
    channels, people = len(parts), len(wishes)
    allowed = np.ones((channels, people), np.bool_)
    for channel, customer in forbidden:
        allowed[channel, customer] = False
    mine = [] if rooms is None else [np.array(rooms)]
    padded = [[*each, *[NONE] * (channels - len(each))] for each in wishes]
    return Line(
        wishes=np.array(padded, np.int64).T,
        allowed=allowed,
        rooms=[mine] * channels,
        takes=takes or [()] * channels,
        left=left,
        parts=parts,
        sent=sent or [0] * channels,
    )


def ways(served: Served) -> list[tuple[int, int]]:
    return list(zip(served.channel.tolist(), served.lacks.tolist(), strict=True))


@pytest.mark.parametrize(
    ("share", "people"),
    [(0.3, 10), (0.29, 100), (0.57, 100), (0.5, 2), (0.0001, 10_000), (0.9999, 10_000)],
)
def test_a_share_is_reached_to_the_last_message_whatever_floats_make_of_it(
    share: float, people: int
) -> None:
    served = serve(line([[0, 1]] * people, parts=[round(share * WHOLE), None]))

    assert served.sent == [round(share * people), people - round(share * people)]


def test_the_first_message_goes_by_a_channel_without_a_limit() -> None:
    served = serve(line([[0, 1], [0, 1]], parts=[WHOLE // 2, None]))

    assert served.channel.tolist() == [1, 0]


def test_who_has_no_other_channel_gets_none_while_the_share_is_used_up() -> None:
    served = serve(line([[0], [1], [0], []], parts=[WHOLE // 2, None]))

    assert served.channel.tolist() == [NONE, 1, 0, NONE]


def test_what_policy_holds_back_neither_counts_nor_takes() -> None:
    waiting = line(
        [[1], [1], [0]],
        parts=[WHOLE // 2, None],
        forbidden=[(1, 0), (1, 1)],
        takes=[(), [(0, 1)]],
        left=[2],
    )

    served = serve(waiting)

    assert (served.sent, served.left) == ([0, 0], [2])
    assert ways(served) == [(1, NONE), (1, NONE), (NONE, NONE)]


def test_a_message_takes_of_all_its_pots_or_of_none() -> None:
    served = serve(line([[0]] * 3, parts=[None], takes=[[(0, 1), (1, 5)]], left=[9, 7]))

    assert ways(served) == [(0, NONE), (0, 1), (0, 1)]
    assert served.left == [8, 2]


def test_the_room_of_a_group_is_asked_for_before_money() -> None:
    told = line([[0]] * 3, parts=[None], rooms=[1, 1, 2], takes=[[(0, 1)]], left=[1, 1, 1])

    served = serve(told)

    assert ways(served) == [(0, NONE), (0, 1), (0, 0)]


@given(
    st.lists(st.permutations([0, 1, 2]), max_size=60),
    st.lists(st.integers(1, 99), min_size=2, max_size=2),
    st.data(),
)
def test_no_channel_ever_has_more_than_its_share(
    wishes: list[list[int]], percents: list[int], data: st.DataObject
) -> None:
    places = st.tuples(st.integers(0, 2), st.integers(0, max(len(wishes) - 1, 0)))
    forbidden = data.draw(st.lists(places, max_size=20)) if wishes else []
    parts = [*(percent * WHOLE // 100 for percent in percents), None]

    served = serve(line(wishes, parts=parts, forbidden=forbidden))

    sent, total = [0, 0, 0], 0
    for customer, channel in enumerate(served.channel.tolist()):
        if (channel, customer) not in forbidden:
            sent[channel] += 1
            total += 1
        assert all(sent[n] * 100 <= percents[n] * total for n in range(2))
    assert served.sent == sent
