"""Buckets, held against a hash that is written byte by byte."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.buckets import (
    Range,
    bucket_ranges,
    choose_variations,
    growthbook_bucket,
    growthbook_buckets,
    growthbook_buckets_v1,
)

IDS = st.text(max_size=12)


def fnv(text: str) -> int:
    found = 2166136261
    for byte in text.encode():
        found = (found ^ byte) * 16777619 % 2**32
    return found


def test_the_hash_is_fnv_1a():
    # The published test vectors of FNV: draft-eastlake-fnv, 32 bits.
    assert [fnv(text) for text in ("", "a", "foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]


@given(st.text(max_size=8), st.lists(IDS, max_size=20))
def test_many_customers_at_once_get_what_each_gets_alone(seed, customers):
    second = [fnv(str(fnv(seed + customer))) % 10_000 / 10_000 for customer in customers]
    first = [fnv(customer + seed) % 1_000 / 1_000 for customer in customers]

    assert growthbook_buckets(seed, customers).tolist() == second
    assert growthbook_buckets_v1(seed, iter(customers)).tolist() == first


def test_customers_whose_ids_are_of_very_different_length_are_kept_apart():
    customers = ["x" * length for length in (3, 0, 1000, 1, 3)]

    buckets = growthbook_buckets("seed", customers)

    assert buckets.tolist() == [growthbook_bucket("seed", one, 2) for one in customers]


def test_a_version_that_growthbook_does_not_have_draws_nothing():
    assert growthbook_bucket("seed", "a", 3) is None


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.integers(1, 9), min_size=n, max_size=n).map(
            lambda parts: [part / sum(parts) for part in parts]
        )
    ),
    st.floats(0, 1),
)
def test_more_coverage_adds_customers_and_moves_none(weights, coverage):
    buckets = np.arange(10_000) / 10_000

    some = choose_variations(buckets, bucket_ranges(len(weights), coverage, weights))
    everybody = choose_variations(buckets, bucket_ranges(len(weights), 1, weights))

    assert set(some[some >= 0] - everybody[some >= 0]) <= {0}


def test_whoever_is_in_no_range_gets_no_variation():
    ranges = (Range(start=0.2, end=0.4), Range(start=0.4, end=0.4))

    chosen = choose_variations(np.array([0.1999, 0.2, 0.3999, 0.4]), ranges)

    assert chosen.tolist() == [-1, 0, 0, -1]


@pytest.mark.parametrize(
    ("weights", "used"),
    [([0.5, 0.5], True), ([0.5, 0.48], False), ([0.5, 0.52], False), ([1.0], False)],
)
def test_weights_that_do_not_sum_to_one_are_not_used(weights, used):
    equal = bucket_ranges(2, 1)

    found = bucket_ranges(2, 1, [weights[0] - 0.1, *(w + 0.1 for w in weights[1:])])

    assert (found != equal) is used
