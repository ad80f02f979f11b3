"""The whole path with a ledger on a PostgreSQL server: it is the run that a file would keep."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from ledgers import ledger_database as ledger_database  # noqa: PLC0414 (a fixture)
from shop import FIRST, LAST, write_shop

from campaignspec.cli import main
from campaignspec.ledger.facts_file import read_facts, write_facts
from runner.kit import delivered, killed_now_and_then, rehearsed, run_to_the_end
from runner.test_run import Crash, crashing

RUN = ["run", "--env", "rehearsal", "--from", FIRST, "--to", LAST]


def on_server(root: Path, url: str, *, customers: int = 30) -> Path:
    """Write the shop, with its ledger in a schema of its own."""
    shop = write_shop(root, customers=customers)
    path = shop / "campaignspec.yaml"
    ledger = f"ledger: {url}\n    schema: shop_{uuid4().hex}"
    text = path.read_text(encoding="utf-8").replace("ledger: build/rehearsal.sqlite", ledger)
    path.write_text(text, encoding="utf-8")
    return shop


@pytest.fixture
def shop(tmp_path: Path, ledger_database: str) -> Path:
    return on_server(tmp_path / "shop", ledger_database)


def test_a_run_writes_the_same_bytes_as_the_rehearsal(shop: Path) -> None:
    run_to_the_end(shop, last="2025-03-20")
    write_facts(run_to_the_end(shop), shop / "run.parquet")

    write_facts(rehearsed(shop), shop / "rehearsal.parquet")

    assert (shop / "run.parquet").read_bytes() == (shop / "rehearsal.parquet").read_bytes()
    assert set(delivered(shop).values()) == {1}


def test_kill_9_at_any_moment_loses_and_repeats_nothing(shop: Path) -> None:
    left_with, kills = killed_now_and_then(RUN, shop, latest=1.8)

    assert left_with == 0
    assert kills > 0
    assert run_to_the_end(shop).equals(rehearsed(shop))
    assert set(delivered(shop).values()) == {1}


def test_no_crash_point_loses_or_repeats_a_message(tmp_path: Path, ledger_database: str) -> None:
    last = "2025-03-12"
    with pytest.MonkeyPatch.context() as patch:
        passed = crashing(patch, at=-1)
        shop = on_server(tmp_path / "whole", ledger_database, customers=4)
        whole = run_to_the_end(shop, last=last)
    assert passed[0] >= 20
    for at in range(1, passed[0] + 1, 3):
        shop = on_server(tmp_path / f"shop-{at}", ledger_database, customers=4)
        with pytest.MonkeyPatch.context() as patch:
            crashing(patch, at=at)
            with pytest.raises(Crash):
                run_to_the_end(shop, last=last)

        facts = run_to_the_end(shop, last=last)

        assert facts.equals(whole), f"crash point {at}"
        assert set(delivered(shop).values()) == {1}, f"crash point {at}"


def called(*arguments: str) -> object:
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    return done.value.code


def test_the_commands_that_look_and_ask_do_so_on_the_server(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop)
    path = shop / "come-back/campaign.yaml"
    text = path.read_text(encoding="utf-8").replace("{segment: quiet}, again: 10d", "{call: ask}")
    path.write_text(text, encoding="utf-8")
    run_to_the_end(shop, last="2025-03-10")

    assert called("status", "--env", "rehearsal") == 0
    assert "welcome" in capsys.readouterr().out
    assert called("enrol", "come-back", "--customer", "c001", "--env", "rehearsal") == 0
    assert called(*RUN, "--facts", "facts.parquet") == 0
    assert called("report", "--env", "rehearsal", "--out", "report.html") == 0

    facts = read_facts(shop / "facts.parquet").to_pylist()
    assert {fact["customer"] for fact in facts if fact["campaign"] == "come-back"} == {"c001"}
    assert (shop / "report.html").stat().st_size
