"""How small an effect a test could see: against numbers from books."""

from __future__ import annotations

import pytest

from campaignspec.lint.power import smallest_difference


def test_five_per_cent_in_two_groups_of_a_thousand():
    assert smallest_difference(1000, 1000) == pytest.approx(0.0273, abs=0.0001)


def test_four_times_the_people_see_half_the_difference():
    few, many = smallest_difference(250, 250), smallest_difference(1000, 1000)

    assert few == pytest.approx(2 * many)


def test_a_small_group_beside_a_large_one_is_what_counts():
    assert smallest_difference(100, 1_000_000) == pytest.approx(
        2.801581 * (0.05 * 0.95 / 100) ** 0.5, rel=1e-3
    )
