"""Audiences of advertising systems for which there are too few people."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_kit import warnings
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN

ADS = "  email: {connector: outbox}\n  ads: {connector: audience-file, with: {path: build}}\n"


def project(trigger: str, size: int, destination: str) -> dict[str, str]:
    """Return a campaign that adds people of a segment of some size to an audience."""
    lapsed = "  lapsed: {where: orders_total >= 1 and last_order older than 60d"
    sized = f"{lapsed}, expect: {{size: '>= {size}'}}"
    channels = f"channels:\n{ADS}destinations:\n  quiet: {{via: ads{destination}}}\n"
    journey = "journey:\n  - add_to: quiet\n"
    return {
        AUDIENCES: CLEAN[AUDIENCES].replace(lapsed, sized),
        CHANNELS: channels,
        CAMPAIGN: f"campaign: win-back\nenter: {{on: {{{trigger}}}}}\n{journey}",
    }


@pytest.mark.parametrize(
    ("trigger", "size", "destination", "words"),
    [
        ("segment: lapsed", 99, ", minimum: 100", ["only 99 come in 90 days"]),
        ("segment: lapsed", 100, ", minimum: 100", []),
        ("event: order.placed", 99, ", minimum: 100", []),
    ],
    ids=["too few", "enough", "nobody knows"],
)
def test_an_audience_that_a_journey_fills_needs_people(
    tmp_path: Path, trigger: str, size: int, destination: str, words: list[str]
) -> None:
    found = warnings(tmp_path, "DAT814", project(trigger, size, destination))

    assert len(found) == len(words)
    assert all(word in finding.message for word, finding in zip(words, found, strict=True))
