"""`simulate` on a sample, with progress, and stopped by hand."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.cli import main
from campaignspec.cli.progress import progress_line
from campaignspec.ledger.facts_file import read_facts

COMMAND = [sys.executable, "-m", "campaignspec", "simulate", "--from", FIRST, "--to", LAST]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop", customers=200)
    monkeypatch.chdir(root)
    return root


def simulated(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["simulate", "--from", FIRST, "--to", LAST, *arguments])
    return int(leaving.value.code or 0)


@pytest.mark.usefixtures("shop")
def test_a_sample_says_what_it_is_and_how_far_it_may_be_off(capsys: pytest.CaptureFixture[str]):
    assert simulated("welcome", "--sample", "50%") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  a sample of 50%, ")
    assert lines[1].endswith(" of 200 customers; totals are estimated for all:")
    assert lines[2].split()[0] == "Entries"
    assert all("± " in line for line in lines[2:6])
    assert lines[-1] == "  ± is the error of sampling: 95% of all samples are no further off"


@pytest.mark.usefixtures("shop")
def test_who_is_in_a_sample_is_in_a_larger_one_and_does_the_same_there():
    for name, share in (("small", "20%"), ("large", "60%"), ("all", "100%")):
        assert simulated("--sample", share, "--facts", f"{name}.parquet") == 0
    found = {name: read_facts(Path(f"{name}.parquet")).to_pylist() for name in ("small", "large")}
    people = {name: {fact["customer"] for fact in facts} for name, facts in found.items()}

    assert people["small"] < people["large"]
    assert found["small"] == [f for f in found["large"] if f["customer"] in people["small"]]
    assert simulated("--facts", "whole.parquet") == 0
    assert Path("whole.parquet").read_bytes() == Path("all.parquet").read_bytes()


def test_a_sample_is_cautious_about_what_customers_share(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text("utf-8")
    campaign.write_text(text + "budget: {total: 10 RUB}\n", encoding="utf-8")

    assert simulated("--sample", "50%", "--format", "json") == 0

    shown = capsys.readouterr()
    sample = json.loads(shown.out)["sample"]
    assert (sample["share"], sample["of"]) == (0.5, 200)
    (caution,) = sample["cautions"]
    assert caution.startswith("all customers share `")
    assert "the sample has 50% of it" in caution
    assert f"caution: {caution}" in shown.err


def test_half_of_the_customers_spend_half_of_a_budget(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text("utf-8")
    campaign.write_text(text + "budget: {total: 2 RUB}\n", encoding="utf-8")

    assert simulated("welcome", "--sample", "50%", "--format", "json") == 0

    # A message costs 0.05 RUB: of 40 that all may be sent, the sample's part is 20.
    (welcome,) = json.loads(capsys.readouterr().out)["campaigns"]
    assert welcome["messages_sent"]["estimate"] == 40
    assert welcome["cost_micros"]["estimate"] == 2_000_000


WRONG = {
    "no share": (("--sample", "half"), "'half' is no share of the customers: write a percentage"),
    "nobody": (("--sample", "0%"), "a sample of 0% is nobody"),
    "a page": (("--sample", "5%", "--report", "x.html"), "a report is about everybody"),
    "no thread": (("--jobs", "0"), "0 is not in the range"),
}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_meant_is_refused(name: str, capsys: pytest.CaptureFixture[str]):
    arguments, said = WRONG[name]

    assert simulated(*arguments) == 2

    assert said in capsys.readouterr().err
    assert not Path("x.html").exists()


@pytest.mark.usefixtures("shop")
def test_two_threads_write_the_file_that_one_writes():
    for jobs in ("1", "2"):
        assert simulated("--jobs", jobs, "--facts", f"{jobs}.parquet") == 0

    assert Path("1.parquet").read_bytes() == Path("2.parquet").read_bytes()


@pytest.mark.usefixtures("shop")
def test_progress_is_for_those_who_look(capsys: pytest.CaptureFixture[str]):
    assert simulated("welcome") == 0
    assert "customers" not in capsys.readouterr().err

    assert simulated("welcome", "--progress") == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[1] == "0 of 200 customers"
    assert lines[2].startswith("200 of 200 customers, ")


def test_progress_on_a_terminal_is_one_line_that_is_written_over(shop: Path):
    ours, theirs = pty.openpty()
    with subprocess.Popen(COMMAND, cwd=shop, stdout=subprocess.DEVNULL, stderr=theirs) as child:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)

    assert child.returncode == 0
    first, *_, last = shown.decode().split("\r")[1:-1]
    assert b"\r0 of 200 customers\x1b[K\r200 of 200 customers, " in shown, (first, last)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # On Linux, a terminal whose other side is closed
        return b""


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [
        (0, 0.0, "0 of 1,000,000 customers"),
        (200_000, 0.5, "200,000 of 1,000,000 customers, 400,000 a second, 2 s left"),
        (100_000, 10.0, "100,000 of 1,000,000 customers, 10,000 a second, 1 min 30 s left"),
        (1_000, 10.0, "1,000 of 1,000,000 customers, 100 a second, 2 h 46 min left"),
        (1_000_000, 2.0, "1,000,000 of 1,000,000 customers, 500,000 a second"),
    ],
)
def test_progress_says_how_fast_it_is_and_how_long_it_takes(done: int, seconds: float, line: str):
    assert progress_line(done, 1_000_000, seconds) == line


def test_ctrl_c_leaves_nothing_half_written(shop: Path):
    (shop / "facts.parquet").write_bytes(b"of yesterday")
    command = [*COMMAND, "--progress", "--facts", "facts.parquet"]
    with subprocess.Popen(
        command, cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        assert child.stderr.readline().startswith("rehearsing")
        assert child.stderr.readline().startswith("0 of 200")

        child.send_signal(signal.SIGINT)
        printed, said = child.communicate(timeout=60)

    assert child.returncode == 130, said
    # The empty line ends that of the progress.
    assert (printed, said) == ("", "\nstopped; nothing is half-written\n")
    assert (shop / "facts.parquet").read_bytes() == b"of yesterday"
    assert not list(shop.glob(".facts*"))
