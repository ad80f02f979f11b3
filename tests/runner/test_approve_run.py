"""Gates in a run: everybody waits, somebody decides once, and the next tick notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.approve import approve
from campaignspec.api.check import opened
from campaignspec.api.run import opened_run
from campaignspec.api.simulate import simulate
from campaignspec.cli import main
from campaignspec.clock import format_instant
from campaignspec.errors import LedgerError, UsageError
from campaignspec.project import Project

FIRST = "2025-03-01"
ZONE = "Europe/Moscow"
GATE = "approve: go\n    by: legal"
SEND = "send: miss-you"

Told = tuple[str, str, str, str | None]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = write_shop(tmp_path / "shop", customers=12)
    settings = root / "campaignspec.yaml"
    production = "  production: {ledger: build/production.sqlite, campaigns: [come-back]}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + production, encoding="utf-8")
    return root


def gated(root: Path, gate: str = GATE) -> Project:
    """Put a gate before the only message of the second campaign, and open the project."""
    path = root / "come-back" / "campaign.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(SEND, f"{gate}\n  - {SEND}"), encoding="utf-8")
    return opened(root)[0]


def run(root: Path, last: str, decide: dict[str, bool] | None = None) -> list[Told]:
    """Run up to a day, decide after some ticks, and tell what happened at the gate and behind."""
    project, library = opened(root)
    with opened_run(
        project, library, environment="production", first=FIRST, last=last
    ) as going:  # fmt: skip
        for progress in going.progress():
            verdict = (decide or {}).get(format_instant(progress.at, ZONE))
            if verdict is not None:
                say(project, is_approved=verdict)
        facts = going.facts().to_pylist()
    return [
        (format_instant(int(f["at"].timestamp() * 1e6), ZONE), f["kind"], f["edge"], f["reason"])
        for f in facts
        if f["node"] in {"go", "miss-you", "sorry", "leave-not-approved"} and f["kind"] != "opened"
    ]


def say(project: Project, *, is_approved: bool = True, note: str | None = None) -> None:
    approve(
        project,
        "come-back",
        "go",
        environment="production",
        by="legal",
        is_approved=is_approved,
        note=note,
    )


def test_nobody_passes_before_somebody_has_decided(shop: Path) -> None:
    gated(shop)

    assert run(shop, "2025-03-15") == []


def test_everybody_who_waits_passes_at_the_tick_after_the_decision(shop: Path) -> None:
    gated(shop)

    found = run(shop, "2025-03-08", {"2025-03-08 12:00": True})

    passed = [fact for fact in found if fact[1] == "waited"]
    assert len(passed) > 1
    assert set(passed) == {("2025-03-08 13:00", "waited", "approved", "legal")}
    assert ("2025-03-08 13:00", "sent", "next", None) in found


def test_a_decision_between_two_runs_counts_from_the_first_tick_of_the_second(shop: Path) -> None:
    project = gated(shop)
    waiting = run(shop, "2025-03-08")
    say(project)

    found = run(shop, "2025-03-09")

    assert waiting == []
    assert found[0] == ("2025-03-09 01:00", "waited", "approved", "legal")


def test_in_a_pause_nobody_goes_through_a_gate_that_is_open(shop: Path) -> None:
    gated(shop)
    path = shop / "come-back" / "campaign.yaml"
    pause = "pause: [{from: 2025-03-08, to: 2025-03-10}]\njourney:"
    path.write_text(path.read_text(encoding="utf-8").replace("journey:", pause), encoding="utf-8")

    found = run(shop, "2025-03-10", {"2025-03-08 12:00": True})

    assert {at for at, kind, *_ in found if kind == "waited"} == {"2025-03-10 00:00"}


def test_who_comes_later_passes_at_once(shop: Path) -> None:
    gated(shop)

    found = run(shop, "2025-04-15", {"2025-03-08 12:00": True})

    later = sorted(at for at, kind, *_ in found if kind == "waited" and at > "2025-03-08 13:00")
    assert later[:3] == ["2025-03-09 17:00", "2025-03-16 10:00", "2025-03-20 10:00"]


def test_after_a_refusal_nobody_goes_on_behind_the_gate(shop: Path) -> None:
    gated(shop, GATE + "\n    otherwise:\n      - send: miss-you\n        name: sorry")

    found = run(shop, "2025-03-08", {"2025-03-08 12:00": False})

    assert ("2025-03-08 13:00", "waited", "not approved", "legal") in found
    assert ("2025-03-08 13:00", "left", None, "not-approved") in found
    assert not [edge for _, kind, edge, _ in found if kind == "waited" and edge == "approved"]


def test_without_a_decision_the_time_runs_out_and_nobody_is_the_reason(shop: Path) -> None:
    gated(shop, GATE + "\n    at_most: 5h")

    found = run(shop, "2025-03-08")

    assert {fact[1:] for fact in found} == {
        ("waited", "not approved", None),
        ("left", None, "not-approved"),
    }


def test_a_run_that_stops_and_goes_on_does_what_one_does_in_one_go(
    tmp_path: Path, shop: Path
) -> None:
    other = write_shop(tmp_path / "other", customers=12)
    (other / "campaignspec.yaml").write_text(
        (shop / "campaignspec.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    gated(shop)
    gated(other)
    decide = {"2025-03-08 12:00": True}

    for last in ("2025-03-08", "2025-03-09", "2025-03-17"):
        found = run(shop, last, decide if last == "2025-03-08" else None)

    assert found == run(other, "2025-03-17", decide)


def test_a_rehearsal_takes_it_for_approved_a_while_after_each_arrival(shop: Path) -> None:
    project = gated(shop, GATE + "\n    at_most: 3d\n    assume: 4h")

    facts = simulate(project, campaigns=("come-back",), first=FIRST, last="2025-03-20")

    at_gate = [f for f in facts.rehearsal.facts.to_pylist() if f["node"] == "go"]
    assert {(f["edge"], f["reason"]) for f in at_gate} == {("approved", "legal")}


def test_a_gate_is_decided_once(shop: Path) -> None:
    project = gated(shop)
    run(shop, "2025-03-01")
    say(project, is_approved=False)

    with pytest.raises(LedgerError, match="go of come-back was refused by legal before"):
        say(project)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"campaign": "come-bak"}, "did you mean 'come-back'"),
        ({"gate": "miss-you"}, "no gate of come-back is called 'miss-you'; there are: go"),
        ({"by": "sales"}, "go is for legal to decide, not for sales"),
        ({"environment": "rehearsal"}, "answers by the response model usual"),
    ],
)
def test_what_cannot_be_decided_is_said(shop: Path, changed: dict[str, str], message: str) -> None:
    project = gated(shop)
    said = {"campaign": "come-back", "gate": "go", "by": "legal", "environment": "production"}

    with pytest.raises(UsageError, match=message):
        approve(project, **(said | changed))


def test_without_a_run_there_is_nothing_to_decide(shop: Path) -> None:
    project = gated(shop)

    with pytest.raises(LedgerError, match="there is no ledger at"):
        say(project)


def test_a_broken_ledger_is_named(shop: Path) -> None:
    project = gated(shop)
    path = shop / "build" / "production.sqlite"
    path.parent.mkdir(exist_ok=True)
    path.write_text("not a ledger, and long enough for nobody to take it for one", encoding="utf-8")

    with pytest.raises(LedgerError, match=r"production\.sqlite cannot be read as a ledger"):
        say(project)


def test_the_command_decides_and_lists(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gated(shop)
    run(shop, "2025-03-08")
    where = ["--env", "production", "--project", str(shop)]

    for arguments in ([], ["come-back", "go", "--by", "legal", "--note", "as agreed"], []):
        with pytest.raises(SystemExit) as leaving:
            main(["approve", *arguments, *where])
        assert not leaving.value.code
    run(shop, "2025-03-09")
    with pytest.raises(SystemExit):
        main(["approve", *where])

    before, said, after, taken = capsys.readouterr().out.splitlines()
    assert before.startswith("come-back go: ")
    assert before.endswith(" people waiting for legal")
    assert said == "go of come-back is approved from the next tick on"
    assert after.startswith("come-back go: approved by legal as of the next tick (as agreed), ")
    assert taken == "come-back go: approved by legal as of 2025-03-09 01:00 (as agreed)"


@pytest.mark.parametrize("arguments", [["come-back"], ["come-back", "go"], ["--refuse"]])
def test_half_a_decision_is_none(shop: Path, arguments: list[str]) -> None:
    gated(shop)

    with pytest.raises(SystemExit) as leaving:
        main(["approve", *arguments, "--env", "production", "--project", str(shop)])

    assert leaving.value.code == 2
