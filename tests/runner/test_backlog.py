"""Who matches a segment when a campaign begins: taken once, whenever the campaign came."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.run import opened_run
from campaignspec.clock import format_instant

OLD = "enter: {on: {segment: quiet}, again: 10d}"
NEW = "enter: {on: {segment: quiet}, again: 10d, backlog: everybody}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = write_shop(tmp_path / "shop")
    path = root / "come-back" / "campaign.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    return root


def entries(root: Path, *, campaigns: list[str], last: str, adopt: bool = False) -> list[str]:
    """Run up to a day, and return when people entered the second campaign."""
    project, library = opened(root)
    with opened_run(
        project, library, environment="rehearsal", campaigns=campaigns,
        first="2025-03-01", last=last, adopt=adopt,
    ) as run:  # fmt: skip
        list(run.progress())
        facts = run.facts().to_pylist()
    return [
        format_instant(int(fact["at"].timestamp() * 1e6), "Europe/Moscow")
        for fact in facts
        if fact["campaign"] == "come-back" and fact["kind"] == "entered"
    ]


def test_a_backlog_enters_at_the_first_tick_and_not_again(shop: Path) -> None:
    first = entries(shop, campaigns=["come-back"], last="2025-03-02")

    assert first.count("2025-03-01 01:00") == 3
    assert entries(shop, campaigns=["come-back"], last="2025-03-02") == first


def test_a_campaign_that_comes_later_takes_its_backlog_when_it_comes(shop: Path) -> None:
    entries(shop, campaigns=["welcome"], last="2025-03-02")

    later = entries(shop, campaigns=["come-back", "welcome"], last="2025-03-04", adopt=True)

    assert min(later) == "2025-03-03 01:00"
    assert later.count("2025-03-03 01:00") == 3
    again = entries(shop, campaigns=["come-back", "welcome"], last="2025-03-04")
    assert again == later
