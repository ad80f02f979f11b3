from __future__ import annotations

import pytest

from campaignspec.measure.chi_square import chance_of_counts, upper_tail

# Critical values of the chi-square distribution, as every table of it prints them.
TABLE = {
    (3.841, 1): 0.05,
    (6.635, 1): 0.01,
    (5.991, 2): 0.05,
    (9.210, 2): 0.01,
    (7.815, 3): 0.05,
    (18.307, 10): 0.05,
    (24.996, 15): 0.05,
}


@pytest.mark.parametrize(("point", "tail"), TABLE.items())
def test_the_tail_is_the_one_in_the_tables(point: tuple[float, int], tail: float):
    assert upper_tail(*point) == pytest.approx(tail, rel=2e-3)


def test_a_draw_as_declared_is_likely_and_a_skewed_one_is_not():
    assert chance_of_counts([500, 500], [0.5, 0.5]) == 1.0
    assert chance_of_counts([510, 490], [0.5, 0.5]) == pytest.approx(0.527, abs=1e-3)
    skewed = chance_of_counts([600, 400], [0.5, 0.5])
    assert skewed is not None
    assert skewed < 1e-9


def test_too_few_people_tell_nothing():
    assert chance_of_counts([4, 5], [0.5, 0.5]) is None
    assert chance_of_counts([0, 0], [0.5, 0.5]) is None
