"""Segments that are too large, too small, or not apart."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_project import load_files

from campaignspec.assembly import audience_of
from campaignspec.clock import parse_instant
from campaignspec.history.declared import load_declared
from campaignspec.quality.expectations import expectations_met
from campaignspec.quality.outcome import Verdict

SETTINGS = """\
spec: 1
project: shop
timezone: UTC
currency: USD
sources:
  - {customers: customers.csv, attributes: {age: number}}
"""
NOW = parse_instant("2025-03-10")


def outcomes_of(root, audiences: str):
    ages = "".join(f"c{n},{n}\n" for n in range(10))
    (root / "customers.csv").write_text(f"customer,age\n{ages}", encoding="utf-8")
    loaded = load_files(root, {"campaignspec.yaml": SETTINGS, "audiences.yaml": audiences})
    assert loaded.project is not None, loaded.diagnostics
    history = load_declared(loaded.project.settings, root=root, cache=None)
    audience = audience_of(loaded.project, history)
    assert np.array_equal(history.customers, [f"c{n}" for n in range(10)])
    return list(expectations_met(audience, loaded.project.exclusive, NOW))


LIMITS = {
    "as large as the limit": ("size", ">= 4", Verdict.PASSED, "4 customers"),
    "too small": ("size", "> 4", Verdict.FAILED, "4 customers"),
    "a share that is met": ("share", "<= 40%", Verdict.PASSED, "4 of 10 customers (40.0%)"),
    "too large a share": ("share", "< 40%", Verdict.FAILED, "4 of 10 customers (40.0%)"),
}


@pytest.mark.parametrize(("what", "limit", "verdict", "found"), LIMITS.values(), ids=LIMITS)
def test_a_segment_is_held_against_its_expected_size(tmp_path, what, limit, verdict, found):
    (outcome,) = outcomes_of(
        tmp_path, f'segments:\n  old: {{where: age >= 6, expect: {{{what}: "{limit}"}}}}\n'
    )

    assert (outcome.verdict, outcome.found) == (verdict, found)
    assert (outcome.subject, outcome.test) == ("segment old", f"expect {what} {limit}")


APART = {"apart": ("age < 5", Verdict.PASSED), "not apart": ("age < 7", Verdict.FAILED)}


@pytest.mark.parametrize(("young", "verdict"), APART.values(), ids=APART)
def test_segments_that_exclude_each_other_share_nobody(tmp_path, young, verdict):
    (outcome,) = outcomes_of(
        tmp_path,
        "segments:\n"
        f"  young: {{where: {young}}}\n"
        "  old: {where: age >= 5}\n"
        "exclusive:\n  - [young, old]\n",
    )

    assert outcome.verdict is verdict
    assert outcome.failing == (0 if verdict is Verdict.PASSED else 2)


def test_segments_of_which_nothing_is_expected_are_left_alone(tmp_path):
    assert outcomes_of(tmp_path, "segments:\n  old: {where: age >= 6}\n") == []
