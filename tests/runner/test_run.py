"""A run writes what the rehearsal wrote, whenever it is stopped and by whatever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.api.check import opened
from campaignspec.api.run import opened_run
from campaignspec.api.simulate import simulate
from campaignspec.errors import LedgerLockedError, StaleLedgerError, UsageError
from campaignspec.ledger.facts_file import write_facts
from campaignspec.ledger.queue import Queue
from campaignspec.ledger.sql import SqlLedger
from runner.kit import delivered, killed_now_and_then, rehearsed, run_to_the_end


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop")


def test_a_run_writes_the_same_bytes_as_the_rehearsal(shop: Path):
    write_facts(rehearsed(shop), shop / "a.parquet")

    write_facts(run_to_the_end(shop), shop / "b.parquet")

    assert (shop / "a.parquet").read_bytes() == (shop / "b.parquet").read_bytes()


def test_every_sent_fact_is_one_delivered_message(shop: Path):
    facts = run_to_the_end(shop)

    assert sum(delivered(shop).values()) == facts["kind"].to_pylist().count("sent")
    assert set(delivered(shop).values()) == {1}


def test_a_run_that_is_continued_is_the_run_that_was_not_stopped(shop: Path):
    run_to_the_end(shop, last="2025-03-20")

    facts = run_to_the_end(shop)

    assert facts.equals(rehearsed(shop))
    assert set(delivered(shop).values()) == {1}


def test_a_run_that_is_done_does_nothing_more(shop: Path):
    first = run_to_the_end(shop)
    before = delivered(shop)

    assert run_to_the_end(shop).equals(first)
    assert delivered(shop) == before


def test_kill_9_at_any_moment_loses_and_repeats_nothing(shop: Path):
    command = ["run", "--env", "rehearsal", "--from", FIRST, "--to", LAST, "--facts", "b.parquet"]

    left_with, kills = killed_now_and_then(command, shop, latest=1.6)

    assert left_with == 0
    assert kills > 0
    assert run_to_the_end(shop).equals(rehearsed(shop))
    assert set(delivered(shop).values()) == {1}


POINTS = (
    (SqlLedger, "commit"),
    (Queue, "start"),
    (Queue, "settle"),
)


def crashing(monkeypatch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Die before or after the ``at``-th commit or delivery, whichever comes."""
    from campaignspec_connectors.outbox import Outbox

    passed = [0]

    def point() -> None:
        passed[0] += 1
        if passed[0] == at:
            raise Crash

    for owner, name in (*POINTS, (Outbox, "deliver")):
        real = getattr(owner, name)

        def around(*args: object, _real: object = real, **kwargs: object) -> object:
            point()
            answer = _real(*args, **kwargs)  # type: ignore[operator]
            point()
            return answer

        monkeypatch.setattr(owner, name, around)
    return passed


def test_no_crash_point_loses_or_repeats_a_message(tmp_path: Path):
    shop = write_shop(tmp_path / "shop", customers=5)
    last = "2025-03-18"
    whole = run_to_the_end(shop, last=last)
    with pytest.MonkeyPatch.context() as patch:
        passed = crashing(patch, at=-1)
        _reset(shop)
        run_to_the_end(shop, last=last)
        points = passed[0]
    assert points > 20
    for at in range(1, points + 1, 2 if points > 120 else 1):
        _reset(shop)
        with pytest.MonkeyPatch.context() as patch:
            crashing(patch, at=at)
            with pytest.raises(Crash):
                run_to_the_end(shop, last=last)

        facts = run_to_the_end(shop, last=last)

        assert facts.equals(whole), f"crash point {at}"
        assert set(delivered(shop).values()) == {1}, f"crash point {at}"


def _reset(shop: Path) -> None:
    for path in (shop / "build").iterdir():
        path.unlink()


def test_a_second_runner_is_refused_and_told_who_holds_the_ledger(shop: Path):
    project, library = opened(shop)
    options = {"environment": "rehearsal", "first": FIRST, "last": LAST}

    with (
        opened_run(project, library, **options),
        pytest.raises(LedgerLockedError, match=str(os.getpid())),
        opened_run(project, library, **options),
    ):
        pass


def test_a_campaign_that_changed_is_refused(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    path = shop / "welcome/campaign.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("wait: 3d", "wait: 4d"), "utf-8")

    with pytest.raises(StaleLedgerError, match=r"changed since: welcome.*--adopt"):
        run_to_the_end(shop)


def _adopted(root: Path) -> None:
    project, library = opened(root)
    with opened_run(
        project, library, environment="rehearsal", first=FIRST, last=LAST, adopt=True
    ) as run:
        for _ in run.progress():
            pass


def test_people_in_flight_go_on_by_a_changed_campaign_when_told_so(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    before = delivered(shop)
    _change(shop, "    name: spenders", "    name: good-spenders")

    _adopted(shop)

    assert set(delivered(shop).values()) == {1}
    assert before.keys() < delivered(shop).keys()


def test_nobody_is_left_on_a_step_that_is_gone(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    (shop / "welcome/campaign.yaml").write_text(
        (shop / "welcome/campaign.yaml").read_text("utf-8").split("journey:")[0]
        + "journey:\n  - send: hello\n  - wait: 9d\n",
        encoding="utf-8",
    )

    with pytest.raises(StaleLedgerError, match=r"people wait on steps that are gone: \d+ on"):
        _adopted(shop)


def _change(shop: Path, old: str, new: str) -> None:
    path = shop / "welcome/campaign.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_policies_act_at_once_and_change_no_campaign(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    path = shop / "channels.yaml"
    path.write_text(path.read_text("utf-8").replace("within: 7d", "within: 9d"), "utf-8")

    assert run_to_the_end(shop).num_rows


def test_a_title_that_changed_is_not_a_change(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    path = shop / "welcome/campaign.yaml"
    path.write_text("title: Welcome\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert run_to_the_end(shop).equals(rehearsed(shop))


def test_another_start_is_refused(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    project, library = opened(shop)

    with (
        pytest.raises(StaleLedgerError, match="was begun at"),
        opened_run(project, library, environment="rehearsal", first="2025-03-02", last=LAST),
    ):
        pass


def test_fresh_is_for_a_virtual_clock_only(shop: Path):
    project, library = opened(shop)

    with (
        pytest.raises(UsageError, match="virtual clock only"),
        opened_run(project, library, environment="rehearsal", fresh=True),
    ):
        pass


def test_the_real_clock_sends_what_happens_now(shop: Path):
    (shop / "campaignspec.yaml").write_text(
        (shop / "campaignspec.yaml").read_text("utf-8").replace("tick: 1h", "tick: 1s"), "utf-8"
    )
    _without_quiet_hours(shop)
    command = [sys.executable, "-m", "campaignspec", "run", "--env", "rehearsal"]
    child = subprocess.Popen(
        command, cwd=shop, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for(shop / "build/rehearsal.sqlite", child)
        time.sleep(1.5)
        now = datetime.now(UTC) + timedelta(seconds=1)
        with (shop / "events.csv").open("a", encoding="utf-8", newline="") as events:
            events.write(f"newcomer,{now:%Y-%m-%dT%H:%M:%SZ},order.placed,120\r\n")
        with (shop / "customers.csv").open("a", encoding="utf-8", newline="") as customers:
            customers.write("newcomer,李娜,Омск,vera@shop.example,Europe/Moscow\r\n")
        with (shop / "consents.csv").open("a", encoding="utf-8", newline="") as consents:
            consents.write("newcomer,2025-01-01,email,service,granted\r\n")
        _wait_for(shop / "build/outbox.jsonl", child)
    finally:
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=20)

    assert child.returncode == 130, errors
    assert "李娜" in (shop / "build/outbox.jsonl").read_text(encoding="utf-8")


def _without_quiet_hours(shop: Path) -> None:
    text = (shop / "channels.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "quiet:" not in line]
    (shop / "channels.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")


def _wait_for(path: Path, child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not (path.exists() and path.stat().st_size):
        assert child.poll() is None, child.stderr and child.stderr.read()
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.1)


def test_a_period_that_ends_between_ticks_is_done_to_its_end(shop: Path):
    last = "2025-04-10 14:37"
    project, _ = opened(shop)
    whole = simulate(project, campaigns=(), first=FIRST, last=last).rehearsal.facts

    assert run_to_the_end(shop, last=last).equals(whole)
