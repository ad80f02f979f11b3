"""``campaignspec test`` as people and build servers see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from shop import write_shop

from campaignspec.cli import main

TESTS = """\
never:
  - {send: thanks, after: {event: site.visited}}
tests:
  - test: somebody who orders at noon is greeted an hour later
    customer: {timezone: Europe/Moscow}
    timeline:
      - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}
      - {event: site.visited, at: 2025-03-04 12:00}
    expect:
      messages:
        - {send: hello, at: 2025-03-03 13:00}
        - {send: reminder, at: 2025-03-05 12:00, via: email}
        - {send: weekend}
      contains:
        - {send: hello, times: 2}
      path: [hello, branch > else]
      cost: "<= 0.10 RUB"
      ends: goal at 2025-03-05 12:00
  - test: 谁都不打扰 <&>
    timeline:
      - {event: site.visited, at: 2025-03-04 12:00}
    expect: {messages: [], ends: never entered}
  - test: somebody who opens is thanked
    timeline:
      - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}
      - {opened: hello, at: 2025-03-03 12:30}
    expect:
      path: [branch > spenders]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    (root / "welcome/welcome.test.yaml").write_text(TESTS, encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "100")
    return root


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["test", *arguments])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


def test_a_failed_test_is_two_timelines(
    shop: Path, capsys: pytest.CaptureFixture[str], golden: Any
):
    assert call("welcome") == 1

    golden("test/wide.txt", capsys.readouterr().out)


def test_a_narrow_terminal_has_one_timeline_under_the_other(
    shop: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    golden: Any,
):
    monkeypatch.setenv("COLUMNS", "70")

    assert call("welcome") == 1

    out = capsys.readouterr().out
    golden("test/narrow.txt", out)
    told = [line for line in out.splitlines() if line.startswith("      ")]
    assert max(map(len, told)) <= 70


def test_random_customers_are_shown_as_a_test_to_be_pasted(
    shop: Path, capsys: pytest.CaptureFixture[str], golden: Any
):
    assert call("welcome", "-k", "谁都", "--fuzz", "200") == 1

    golden("test/fuzz.txt", capsys.readouterr().out)


def test_all_ways_are_listed(shop: Path, capsys: pytest.CaptureFixture[str], golden: Any):
    call("welcome", "--coverage")

    ways = capsys.readouterr().out.partition("\nways")[2]
    golden("test/coverage.txt", f"ways{ways}")


PHASES = """
calendar:
  anchors: [2025-03-20]
  phases:
    before: {from: D-10, to: D-8}
    day: {from: D0, to: D0}
enter: {on: {phase: before}}
journey:
  - send: miss-you
  - wait: {phase: day}
"""


def test_a_way_that_nobody_can_take_is_listed_and_asked_of_no_test(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"campaign: come-back\nseed: come-back-1\n{PHASES.lstrip()}"
    (shop / "come-back/campaign.yaml").write_text(text, encoding="utf-8")
    case = "tests:\n  - test: all\n    from: 2025-03-01 12:00\n    until: 2025-04-01 12:00\n"
    (shop / "come-back/come-back.test.yaml").write_text(case, encoding="utf-8")

    assert call("come-back", "--coverage", "--min-coverage", "100%") == 0

    ways = capsys.readouterr().out
    assert "ways  come-back: 3 of 3 walked\n" in ways
    assert "    .   0  until-day > missed → end: nobody can come so late\n" in ways


def test_machines_read_json(shop: Path, capsys: pytest.CaptureFixture[str], golden: Any):
    assert call("welcome", "--format", "json") == 1

    out = capsys.readouterr().out
    golden("test/json.json", out)
    assert (json.loads(out)["passed"], json.loads(out)["failed"]) == (2, 1)


def test_build_servers_read_junit(shop: Path, capsys: pytest.CaptureFixture[str], golden: Any):
    assert call("welcome", "--format", "junit", "--fuzz", "200") == 1

    out = capsys.readouterr().out
    golden("test/junit.xml", out)
    suites = ET.fromstring(out)  # noqa: S314 (our own text)
    assert suites.get("tests") == "4"
    assert suites.get("failures") == "2"
    assert [case.get("name") for case in suites.iter("testcase")][1] == "谁都不打扰 <&>"


def test_a_part_of_the_tests_is_run_and_says_nothing_of_coverage(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("-k", "IS THANKED") == 0

    assert capsys.readouterr().out == (
        "pass  welcome: somebody who opens is thanked\n1 passed, 0 failed\n"
    )


def test_the_story_of_a_good_test_is_told_on_request(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("-k", "thanked", "--story") == 0

    assert "        2025-03-06 13:00  branch: spenders\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    {
        "a text in no test": (("-k", "nobody"), "no test holds 'nobody'"),
        "coverage of a part": (("-k", "x", "--coverage"), "leave -k out"),
        "a share that is none": (("--min-coverage", "all"), "write a percentage"),
        "no customers": (("--fuzz", "0"), "'--fuzz'"),
        "no campaign": (("welcom",), "did you mean 'welcome'?"),
    }.values(),
)
def test_wrong_usage_leaves_with_2(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
):
    assert call(*arguments) == 2

    assert words in capsys.readouterr().err


def good(shop: Path) -> None:
    """Leave only tests that pass."""
    lines = TESTS.splitlines(keepends=True)
    text = "".join(["tests:\n", *lines[lines.index("  - test: 谁都不打扰 <&>\n") :]])
    (shop / "welcome/welcome.test.yaml").write_text(text, encoding="utf-8")


def test_too_few_ways_walked_leave_with_1(shop: Path, capsys: pytest.CaptureFixture[str]):
    good(shop)

    assert call("welcome", "--min-coverage", "60%") == 0
    assert call("welcome", "--min-coverage", "100%") == 1

    assert "the tests of welcome walk less than 100%" in capsys.readouterr().err


def test_a_campaign_without_tests_has_walked_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    good(shop)

    assert call("--min-coverage", "1%") == 1

    said = capsys.readouterr()
    assert "ways  come-back: 0 of " in said.out
    assert said.err == "error: the tests of come-back walk less than 1%\n"


def test_a_drawing_says_how_often_tests_walk_each_way(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    good(shop)

    with pytest.raises(SystemExit):
        main(["graph", "welcome", "--coverage", "--format", "json"])

    edges = json.loads(capsys.readouterr().out)["edges"]
    passages = {(edge["source"], edge["label"]): edge["passages"] for edge in edges}
    assert passages["branch", "spenders"] == 1
    assert passages["branch", "else"] == 0
