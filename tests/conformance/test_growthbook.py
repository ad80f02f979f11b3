"""GrowthBook's own cases for hashing and for dividing the buckets."""

from __future__ import annotations

import pytest
from conformance.folder import cases

from campaignspec.buckets import bucket_ranges, growthbook_bucket

CASES = cases("growthbook_buckets.json")


@pytest.mark.parametrize(("seed", "value", "version", "expected"), CASES["hash"])
def test_a_customer_falls_into_the_same_bucket(seed, value, version, expected):
    assert growthbook_bucket(seed, value, version) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [case[1:] for case in CASES["getBucketRange"]],
    ids=[case[0] for case in CASES["getBucketRange"]],
)
def test_the_buckets_are_divided_the_same_way(asked, expected):
    ranges = bucket_ranges(*asked)

    # The cases are rounded; a bucket is a whole number of ten-thousandths.
    assert [[round(part.start, 9), round(part.end, 9)] for part in ranges] == expected
