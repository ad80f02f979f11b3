"""The benchmark of the example campaigns measures all of them, and says which is too slow."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import campaigns as benchmark
from benchmarks.campaigns import MOST_SECONDS, Measured, Phases
from scripts.stories.freight import freight

ROOT = Path(__file__).parents[3]
ALL = {file.parent.name for file in (ROOT / "campaigns").rglob("campaign.yaml")}


def taking(monkeypatch: pytest.MonkeyPatch, seconds: dict[str, float]) -> None:
    """Let campaigns take so long, others a second."""

    def measure(project: str, campaign: str) -> Measured:
        phases = Phases(seconds={"history": 0.25, "rehearse": 0.5}, customers=2469, facts=28911)
        took = seconds.get(campaign, 1.0)
        return Measured(project=project, campaign=campaign, seconds=took, cpu=0.9, phases=phases)

    monkeypatch.setattr(benchmark, "_measure", measure)


def test_every_campaign_of_the_examples_is_measured_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taking(monkeypatch, {})

    code = benchmark.main([])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert sorted(line.split()[0] for line in lines[2:-1]) == sorted(ALL)
    assert " ".join(lines[2].split()[1:]) == "1.00 0.90 2,469 28,911 rehearse 0.5 s, history 0.2 s"
    assert lines[-1].endswith("none above 10 s")


def test_a_campaign_that_takes_too_long_is_named_and_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taking(monkeypatch, {"win-back": MOST_SECONDS + 0.1, "loyalty": MOST_SECONDS})

    code = benchmark.main([])

    assert code == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert "the longest 10.1 s (win-back)" in last
    assert last.endswith("more than 10 s: win-back")


@pytest.fixture
def drawn() -> None:
    """Draw the freight company's history where its project reads it, if nobody has."""
    folder = ROOT / ".history" / "freight"
    if not folder.is_dir():
        freight().write(folder)


@pytest.mark.usefixtures("drawn")
def test_a_campaign_is_rehearsed_in_a_process_of_its_own_part_by_part() -> None:
    run = benchmark._measure("campaigns/freight", "b2b-long-cycle")

    assert set(run.phases.seconds) == {"libraries", "project", "history", "compile", "rehearse"}
    assert run.seconds > sum(run.phases.seconds.values())
    assert run.cpu > 0
    assert (run.phases.customers, run.phases.facts > 10_000) == (1800, True)
