"""Promises that cannot both be kept: levels, and growths from a baseline that is stated or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_kit import warnings
from tiny_project import CAMPAIGN

HEAD = """\
enter: {on: {event: order.placed}, holdout: 10%}
goal: {event: order.placed, within: 30d, value: amount}
journey:
  - {send: hello, via: email}
kpis:
"""
STATED = "baseline: {value: 20%, from: 2016-01-01, to: 2016-12-31, source: a report}"
COUNTED = "baseline: {from: 2016-01-01, to: 2016-12-31}"


def campaign(name: str, kpi: str, says: str) -> str:
    return f"campaign: {name}\n{HEAD}  {kpi}: {{{says}}}\n"


@pytest.mark.parametrize(
    ("says", "number"),
    [
        ('target: ">= 10%", guardrail: "<= 8%"', 1),
        ('target: ">= 10%", guardrail: "<= 12%"', 0),
        (f'target: ">= x1.3", guardrail: "<= 25%", {STATED}', 1),
        (f'target: ">= x1.3", guardrail: "<= 27%", {STATED}', 0),
        (f'target: ">= +3 pp", guardrail: "<= 22%", {STATED}', 1),
        (f'target: ">= +14%", unit: relative, guardrail: "<= 22%", {STATED}', 1),
        (f'target: ">= +14%", unit: relative, guardrail: "<= 23%", {STATED}', 0),
        (f'target: ">= x1.3", guardrail: "<= 1%", {COUNTED}', 0),
        (f'target: ">= x1.3", guardrail: "<= x1.1", {COUNTED}', 1),
    ],
)
def test_a_target_behind_its_guardrail_is_found(tmp_path: Path, says: str, number: int) -> None:
    files = {CAMPAIGN: campaign("win-back", "conversion_rate", says)}

    assert len(warnings(tmp_path, "MSR643", files)) == number


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ('target: ">= 10%"', 'guardrail: "<= 5%"', 1),
        ('target: ">= 10%"', 'target: ">= 20%"', 0),
        (f'target: ">= x1.3", {STATED}', 'guardrail: "<= 5%"', 1),
        (f'target: ">= x1.3", {COUNTED}', 'guardrail: "<= 5%"', 0),
        ('kpi: conversion_rate, target: ">= 10%"', 'guardrail: "<= 5%"', 1),
        ('window: 9d, target: ">= 10%"', 'guardrail: "<= 5%"', 0),
    ],
)
def test_campaigns_that_want_the_opposite_are_found_if_that_can_be_said(
    tmp_path: Path, one: str, other: str, number: int
) -> None:
    kpi = "won" if "kpi:" in one else "conversion_rate"
    files = {
        CAMPAIGN: campaign("win-back", kpi, one),
        "second/campaign.yaml": campaign("second", "conversion_rate", other),
    }

    assert len(warnings(tmp_path, "MSR644", files)) == number
