"""Data that are not what they should be stop a run before it sends, and warn in a rehearsal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.api.check import FindingsError, opened
from campaignspec.api.run import opened_run
from campaignspec.api.simulate import simulate
from campaignspec.cli import main
from campaignspec.clock import VirtualClock, parse_instant
from campaignspec.errors import DataTestError, ExitCode
from campaignspec.quality.outcome import Verdict

SOURCE = "  - consents: consents.csv\n"


def shop_with(root: Path, *tests: str) -> Path:
    """Write a shop whose table of events has these tests."""
    write_shop(root)
    settings = root / "campaignspec.yaml"
    lines = "".join(f"      - {test}\n" for test in tests)
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(SOURCE, f"    tests:\n{lines}{SOURCE}"), encoding="utf-8")
    return root


def run_shop(root: Path, **options):
    project, library = opened(root)
    period = {"first": FIRST, "last": LAST} if "clock" not in options else {}
    with opened_run(project, library, environment="rehearsal", **period, **options) as run:
        if period:
            list(run.progress())
        return run


def test_a_failing_test_stops_a_run_before_the_ledger_is_there(tmp_path):
    root = shop_with(tmp_path, "{range: amount, to: 100}")

    with pytest.raises(DataTestError, match=r"(?s)nothing is sent: 1 data test failed.*events"):
        run_shop(root)

    assert not (root / "build").exists()


def test_a_failing_test_leaves_a_ledger_as_it_was_even_if_it_was_to_be_fresh(tmp_path):
    root = shop_with(tmp_path, "{range: amount, to: 10000}")
    run_shop(root)
    ledger, outbox = root / "build/rehearsal.sqlite", root / "build/outbox.jsonl"
    before = ledger.read_bytes(), outbox.read_bytes()
    settings = root / "campaignspec.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("to: 10000", "to: 100"))

    with pytest.raises(DataTestError):
        run_shop(root, fresh=True)

    assert (ledger.read_bytes(), outbox.read_bytes()) == before


def test_the_command_leaves_with_the_code_of_a_guard(tmp_path, capsys):
    root = shop_with(tmp_path, "{range: amount, to: 100}")
    asked = ["run", "--project", str(root), "--env", "rehearsal", "--from", FIRST, "--to", LAST]

    with pytest.raises(SystemExit) as leaving:
        main(asked)

    assert leaving.value.code == ExitCode.GUARD_HALTED == 4
    said = capsys.readouterr().err
    assert said.startswith("error: nothing is sent: 1 data test failed\nevents events.csv: range")


def test_a_test_that_only_warns_lets_the_run_go_on_and_is_told(tmp_path, capsys):
    root = shop_with(tmp_path, "{range: amount, to: 100, only: warn}")

    run = run_shop(root)

    assert [outcome.verdict for outcome in run.warnings] == [Verdict.WARNED]


def test_a_good_run_keeps_its_volumes_and_the_next_is_held_against_them(tmp_path):
    root = shop_with(tmp_path, "volume: 10%")
    run_shop(root)
    kept = json.loads((root / ".campaignspec/volumes/rehearsal.json").read_text(encoding="utf-8"))
    rows = kept["rows"]["events events.csv"]
    events = root / "events.csv"
    lines = events.read_text(encoding="utf-8").splitlines()
    assert rows == len(lines) - 1
    events.write_text("\n".join(lines[: len(lines) // 2]) + "\n", encoding="utf-8")

    with pytest.raises(DataTestError, match="at the last good run"):
        run_shop(root, fresh=True)

    assert json.loads((root / ".campaignspec/volumes/rehearsal.json").read_text()) == kept


def test_freshness_is_judged_by_the_runners_clock(tmp_path):
    root = shop_with(tmp_path, "fresh: 2d")
    newest = (root / "events.csv").read_text(encoding="utf-8").splitlines()[1:]
    last = max(parse_instant(line.split(",")[1]) for line in newest)
    day = 24 * 60 * 60 * 1_000_000

    run_shop(root, clock=VirtualClock(last + 2 * day))
    with pytest.raises(DataTestError, match="the newest row is of"):
        run_shop(root, clock=VirtualClock(last + 2 * day + 1))


def test_a_rehearsal_goes_on_and_warns(tmp_path):
    root = shop_with(tmp_path, "{range: amount, to: 100}", "{fresh: 1d, only: warn}")
    project, _ = opened(root)

    simulated = simulate(project, campaigns=("welcome",), first=FIRST, last="2025-06-01")

    assert [outcome.test for outcome in simulated.warnings] == [
        "range: amount, to: 100",
        "fresh: 1d",
    ]
    assert simulated.rehearsal.facts.num_rows


def test_a_misspelt_column_is_a_finding_of_every_command(tmp_path):
    root = shop_with(tmp_path, "not_null: amonut")
    project, _ = opened(root)

    with pytest.raises(FindingsError) as simulating:
        simulate(project, campaigns=("welcome",), first=FIRST, last=LAST)
    with pytest.raises(FindingsError):
        run_shop(root)

    (finding,) = simulating.value.checkup.diagnostics
    assert (finding.code, finding.help) == ("DAT801", "did you mean `amount`?")
    assert finding.span.file in simulating.value.checkup.texts


def test_data_that_turn_bad_under_a_run_send_nothing_more(tmp_path):
    root = shop_with(tmp_path, "{range: amount, to: 10000}")
    project, library = opened(root)

    with opened_run(project, library, environment="rehearsal", first=FIRST, last=LAST) as run:
        progress = run.progress()
        next(progress)
        events = root / "events.csv"
        text = events.read_text(encoding="utf-8")
        events.write_text(f"{text}c001,2025-03-02,order.placed,99999\n", encoding="utf-8")
        with pytest.raises(DataTestError, match="1 data test failed"):
            list(progress)


def test_an_expected_size_that_is_not_met_stops_a_run(tmp_path):
    root = write_shop(tmp_path)
    audiences = root / "audiences.yaml"
    text = audiences.read_text(encoding="utf-8")
    expected = 'quiet: {where: last_visit older than 5d, expect: {size: ">= 1000"}}'
    audiences.write_text(text.replace("quiet: {where: last_visit older than 5d}", expected))

    with pytest.raises(DataTestError, match="segment quiet: expect size >= 1000"):
        run_shop(root)
