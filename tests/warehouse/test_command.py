"""The command line: queries to take along, and answers straight from the sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
from shop import write_shop

from campaignspec.cli import main
from campaignspec.cli.segment_command import DIALECTS
from campaignspec.warehouse import Dialect

AT = ("--at", "2025-04-10")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    monkeypatch.chdir(root)
    return root


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def size_of(text: str) -> str:
    found = re.search(r"^  size +(.*)$", text, flags=re.MULTILINE)
    assert found
    return found[1]


def test_the_command_knows_every_database() -> None:
    assert [dialect.value for dialect in Dialect] == list(DIALECTS)


def test_the_size_is_the_same_with_and_without_the_store(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("segment", "quiet", *AT, "--direct") == 0
    direct = size_of(capsys.readouterr().out)
    assert not (shop / ".campaignspec").exists()
    assert call("segment", "quiet", *AT) == 0

    assert direct == size_of(capsys.readouterr().out)


def test_people_and_machines_are_told_the_same(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("segment", *AT, "--direct") == 0
    people = capsys.readouterr().out
    assert call("segment", *AT, "--direct", "--format", "json") == 0
    machines = json.loads(capsys.readouterr().out)

    (quiet,) = machines["segments"]
    assert people.startswith(f"{machines['customers']} customers at 2025-04-10 00:00")
    assert size_of(people).startswith(f"{quiet['size']} customers ({100 * quiet['share']:.1f}%)")
    assert quiet["rule"] in people


def test_a_printed_query_finds_the_audience(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("segment", "quiet", *AT, "--sql", "duckdb") == 0
    sql = capsys.readouterr().out
    assert call("audience", "quiet", *AT, "--out", "quiet.csv") == 0

    with duckdb.connect() as session:
        found = sorted(customer for (customer,) in session.execute(sql).fetchall())

    assert found == (shop / "quiet.csv").read_text(encoding="utf-8").split()[1:]


def test_an_audience_is_the_same_with_and_without_the_store(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("audience", "quiet", *AT, "--out", "stored.csv") == 0
    assert call("audience", "quiet", *AT, "--out", "direct.csv", "--direct") == 0

    assert (shop / "direct.csv").read_bytes() == (shop / "stored.csv").read_bytes()
    first, second = capsys.readouterr().out.splitlines()
    assert second == first.replace("stored", "direct")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("segment", "quiet", "--direct"), "--direct wants --at"),
        (("segment", "quiet", "--sql", "spark"), "--sql wants --at"),
        (("segment", "quiet", *AT, "--sql", "spark", "--direct"), "no other look goes with it"),
        (("segment", "quiet", *AT, "--direct", "--show-ids"), "no other look goes with it"),
        (("segment", "quiet", *AT, "--direct", "--from", "2025-03-01"), "no other look"),
        (("segment", "quiet", *AT, "--bare"), "--bare goes with --sql"),
        (("segment", "quite", *AT, "--direct"), "did you mean 'quiet'?"),
        (("segment", "quiet", "--at", "soon", "--direct"), "'soon' is not a date"),
        (("segment", "quiet", *AT, "--sql", "postgres"), "not all sources are in one PostgreSQL"),
        (("segment", "quiet", *AT, "--sql", "oracle"), "'oracle' is not one of"),
        (("audience", "quiet", *AT, "--out", "a.csv", "--direct", "--with", "city"), "ids only"),
        (("audience", "quiet", *AT, "--out", "a.txt", "--direct"), "neither a .csv nor a .parquet"),
    ],
)
def test_wrong_usage_says_what_is_wanted(
    shop: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert call(*arguments) == 2
    assert said in capsys.readouterr().err


def test_a_source_that_is_gone_is_an_error_of_the_world(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "events.csv").unlink()

    assert call("segment", "quiet", *AT, "--direct") == 3
    assert "events.csv: the file does not exist" in capsys.readouterr().err
