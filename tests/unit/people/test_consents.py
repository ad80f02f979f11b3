"""A refusal wins: nobody is written to whom any of their records refuses."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.people import inherited

Decision = tuple[int, int, int, bool]
"""Person, customer, instant, and whether it is granted."""


def states(decisions: list[Decision]) -> list[tuple[int, int, bool]]:
    """Person, instant and state after each decision, as `inherited` has it."""
    person, customer, at, granted = (
        np.array([each[n] for each in decisions], np.int64) for n in range(4)
    )
    order, standing = inherited(person, customer, at, granted.astype(np.bool_))
    return [(int(person[n]), int(at[n]), bool(s)) for n, s in zip(order, standing, strict=True)]


def state_at(decisions: list[Decision], person: int, at: int) -> bool:
    """Whether a person stands consented at an instant: by the last state up to it."""
    known = [s for who, when, s in states(decisions) if who == person and when <= at]
    return bool(known) and known[-1]


def test_one_record_that_refuses_refuses_for_the_person() -> None:
    decisions = [(0, 1, 10, True), (0, 2, 20, False)]

    assert state_at(decisions, 0, 15)
    assert not state_at(decisions, 0, 25)


def test_another_records_later_grant_does_not_lift_a_refusal() -> None:
    assert not state_at([(0, 1, 10, False), (0, 2, 20, True)], 0, 30)


def test_the_record_that_refused_can_take_it_back() -> None:
    decisions = [(0, 1, 10, True), (0, 2, 20, False), (0, 2, 30, True)]

    assert not state_at(decisions, 0, 29)
    assert state_at(decisions, 0, 30)


def test_of_two_decisions_at_one_instant_the_refusal_counts() -> None:
    assert not state_at([(0, 1, 10, False), (0, 1, 10, True)], 0, 10)


_DECISIONS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 4), st.booleans()).map(
        # A customer belongs to one person: number them apart.
        lambda drawn: (drawn[0], drawn[0] * 10 + drawn[1], drawn[2], drawn[3])
    ),
    min_size=1,
    max_size=10,
)


def _last_of(decisions: list[Decision], customer: int, at: int) -> bool | None:
    """What a customer last decided up to an instant; a refusal before a grant of one instant."""
    mine = [(when, granted) for _, who, when, granted in decisions if who == customer]
    known = [each for each in mine if each[0] <= at]
    if not known:
        return None
    latest = max(when for when, _ in known)
    return all(granted for when, granted in known if when == latest)


@given(_DECISIONS, st.integers(0, 1), st.integers(0, 5))
def test_no_person_is_consented_while_any_of_their_records_refuses(
    decisions: list[Decision], person: int, at: int
) -> None:
    customers = {who for owner, who, _, _ in decisions if owner == person}
    stands = [_last_of(decisions, customer, at) for customer in customers]

    allowed = state_at(decisions, person, at)

    assert allowed == (True in stands and False not in stands)


@given(_DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(decisions: list[Decision], dice: object) -> None:
    shuffled = sorted(decisions, key=lambda _: dice.random())  # type: ignore[attr-defined]

    for person in (0, 1):
        for at in range(6):
            assert state_at(decisions, person, at) == state_at(shuffled, person, at)
