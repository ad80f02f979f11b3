from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.measure.arm import Arm
from campaignspec.measure.lift import Rate, lift_of, newcombe, wilson


@pytest.mark.parametrize(
    ("ours", "theirs", "low", "high"),
    [
        # Table II of Newcombe (1998), method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_paper(ours, theirs, low, high):
    interval = newcombe(Rate(hits=ours[0], trials=ours[1]), Rate(hits=theirs[0], trials=theirs[1]))

    assert interval == pytest.approx((low, high), abs=0.0001)


def test_the_interval_of_a_share_is_wilsons():
    # Hillstrom's control group: 2,262 of 21,306 visited.
    assert wilson(Rate(hits=2262, trials=21306)) == pytest.approx((0.1021, 0.1104), abs=0.0001)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_intervals_hold_what_they_are_about(n, m, data):
    ours = Rate(hits=data.draw(st.integers(0, n)), trials=n)
    theirs = Rate(hits=data.draw(st.integers(0, m)), trials=m)

    low, high = newcombe(ours, theirs)

    assert -1 - 1e-9 <= low <= ours.value - theirs.value <= high <= 1 + 1e-9
    assert 0 <= wilson(ours)[0] <= ours.value + 1e-12
    assert ours.value - 1e-12 <= wilson(ours)[1] <= 1


def test_both_sides_are_compared_by_their_mature_entries():
    lift = lift_of(_arm(entries=90, mature=80, hits=16), _arm(entries=30, mature=20, hits=2))

    assert lift.difference == pytest.approx(0.1)
    assert lift.interval is not None
    assert lift.interval[0] < 0.1 < lift.interval[1]
    assert lift.treated_value == pytest.approx(16 * 5 / 80)
    assert lift.held_out_value == pytest.approx(2 * 5 / 20)


def test_there_is_no_difference_from_nobody():
    lift = lift_of(_arm(entries=90, mature=80, hits=16), _arm(entries=0, mature=0, hits=0))

    assert lift.treated.value == 0.2
    assert lift.held_out.value is None
    assert lift.held_out.interval is None
    assert lift.difference is None
    assert lift.interval is None
    assert lift.held_out_value is None


def _arm(*, entries: int, mature: int, hits: int) -> Arm:
    return Arm(
        entries=entries,
        customers=entries,
        mature=mature,
        mature_conversions=hits,
        mature_value=hits * 5_000_000,
        converted=hits,
        left=0,
        ended=mature - hits,
        open=entries - mature,
    )
