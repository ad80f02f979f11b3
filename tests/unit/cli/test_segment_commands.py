"""`segment` and `audience` as people call them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.cli import main

AUDIENCES = """
traits:
  orders_total: {count: order.placed}
  spend_30d: {sum: order.placed.amount, within: 30d}
  last_visit: {latest: site.visited}
segments:
  quiet: {where: last_visit older than 5d, title: Who has not come for a while}
  spenders: {where: "spend_30d >= 500 and (city = 'Омск' or not segment('quiet'))"}
"""
VISITS = """customer,at,event,amount
c000,2025-03-01 12:00,site.visited,
c000,2025-03-02 12:00,order.placed,300
c000,2025-03-03 12:00,order.placed,300.50
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    (root / "audiences.yaml").write_text(AUDIENCES.lstrip(), encoding="utf-8")
    monkeypatch.chdir(root)
    return root


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_people_and_machines_are_told_the_same(shop: Path, capsys: pytest.CaptureFixture[str]):
    assert call("segment", "--from", FIRST, "--to", LAST) == 0
    text = capsys.readouterr().out
    assert call("segment", "--from", FIRST, "--to", LAST, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)

    assert found["from"] == "2025-02-28T21:00:00+00:00"
    assert found["overlap"]["segments"] == ["quiet", "spenders"]
    for number, segment in enumerate(found["segments"]):
        assert f"\n{segment['name']}" in text
        assert f"  {segment['size']:,} customers ({100 * segment['share']:.1f}%)" in text
        assert f"  {segment['entered']['times']:,} times" in text
        assert f"  {segment['left']['times']:,} times" in text
        assert found["overlap"]["sizes"][number][number] == segment["size"]
        assert [sample["label"] in text for sample in segment["samples"]] == [True] * 3


def test_nothing_personal_is_shown(shop: Path, capsys: pytest.CaptureFixture[str]):
    call("segment")
    call("segment", "--format", "json")

    out = capsys.readouterr().out
    assert re.findall(r"\bc0\d\d\b", out) == []
    assert "@" not in out
    assert "Анна" not in out


def test_ids_are_shown_when_they_are_asked_for(shop: Path, capsys: pytest.CaptureFixture[str]):
    assert call("segment", "quiet", "--show-ids", "--format", "json") == 0

    samples = json.loads(capsys.readouterr().out)["segments"][0]["samples"]
    assert all(sample["label"].startswith("c0") for sample in samples)


def test_an_explanation_is_a_tree_of_what_is_true(shop: Path, capsys: pytest.CaptureFixture[str]):
    (shop / "events.csv").write_text(VISITS, encoding="utf-8")
    customers = (shop / "customers.csv").read_text(encoding="utf-8").splitlines()
    customers[1] = "c000,Eva,,c000@shop.example,"
    (shop / "customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")

    assert call("segment", "spenders", "--explain", "c000", "--at", "2025-03-10") == 0

    assert capsys.readouterr().out == (
        "spenders at 2025-03-10 00:00: false\n"
        "└─ all of: false\n"
        "   ├─ spend_30d >= 500: true\n"
        "   │    spend_30d = 600.50 RUB (sum order.placed.amount, within 30d)\n"
        "   │    2025-03-03 15:00  amount 300.50 RUB\n"
        "   │    2025-03-02 15:00  amount 300.00 RUB\n"
        "   └─ any of: false\n"
        "      ├─ city = 'Омск': false\n"
        "      │    city is missing (attribute)\n"
        "      │    nothing is equal to, less than or older than what is missing\n"
        "      └─ not: false\n"
        "         └─ segment('quiet'): true\n"
        "            └─ last_visit older than 5d: true\n"
        "                 last_visit = 2025-03-01 15:00 (latest site.visited); "
        "5d before is 2025-03-05 00:00\n"
    )


def test_an_explanation_for_machines_has_the_events(shop: Path, capsys: pytest.CaptureFixture[str]):
    (shop / "events.csv").write_text(VISITS, encoding="utf-8")

    arguments = ("segment", "quiet", "--explain", "c000", "--at", "2025-03-10")
    assert call(*arguments, "--format", "json") == 0

    found = json.loads(capsys.readouterr().out)
    (part,) = found["explanation"]["parts"]
    assert (found["customer"], part["holds"]) == ("c000", True)
    assert part["condition"] == "last_visit older than 5d"
    assert part["evidence"] == {
        "fact": "last_visit",
        "meaning": "latest site.visited",
        "kind": "instant",
        "value": "2025-03-01T12:00:00+00:00",
        "events": [{"at": "2025-03-01T12:00:00+00:00", "properties": {}}],
        "more": 0,
        "parts": [],
    }


def test_what_never_happened_is_said_to_be_missing(shop: Path, capsys: pytest.CaptureFixture[str]):
    assert call("segment", "quiet", "--explain", "c000", "--at", "2020-01-01") == 0

    out = capsys.readouterr().out
    assert out.startswith("quiet at 2020-01-01 00:00: false\n")
    assert "last_visit is missing (latest site.visited)" in out


def test_an_audience_is_written_and_counted(shop: Path, capsys: pytest.CaptureFixture[str]):
    asked = ("audience", "quiet", "--at", LAST, "--out", "new/quiet.csv")

    assert call(*asked, "--with", "email", "--with", "city", "--for", "machines") == 0

    lines = (shop / "new/quiet.csv").read_text(encoding="utf-8").splitlines()
    assert capsys.readouterr().out == f"{len(lines) - 1} customers written to new/quiet.csv\n"
    assert lines[0] == "customer,email,city"
    assert lines[1:] == sorted(lines[1:])


USAGE = {
    "a misspelt segment": (("segment", "quite"), "did you mean 'quiet'?"),
    "a misspelt customer": (("segment", "quiet", "--explain", "c0009"), "did you mean 'c00"),
    "two segments to explain": (("segment", "--explain", "c000"), "one segment"),
    "a period to explain": (("segment", "quiet", "--explain", "c0", "--from", FIRST), "--at"),
    "an instant that is none": (("segment", "--at", "May"), "'May' is not a date"),
    "an instant before all": (("segment", "--at", "2001-01-01"), "ends before it begins"),
    "a file of another kind": (
        ("audience", "quiet", "--at", LAST, "--out", "quiet.xlsx"),
        "neither a .csv nor a .parquet file",
    ),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_wrong_usage_is_one_line_and_leaves_with_2(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
):
    assert call(*arguments) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
