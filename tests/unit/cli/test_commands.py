"""Commands as people call them: what they print, where, and the exit codes they leave with."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.cli import main
from campaignspec.ledger.facts_file import read_facts, write_facts


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    monkeypatch.chdir(root)
    return root


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_a_valid_project_says_so(shop: Path, capsys: pytest.CaptureFixture[str]):
    assert call("validate") == 0

    assert capsys.readouterr().out == "valid: come-back, welcome\n"


def test_a_misspelt_key_is_shown_in_its_line_with_the_key_that_was_meant(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    path = shop / "welcome/campaign.yaml"
    text = path.read_text(encoding="utf-8").replace("holdout: 20%", "holdot: 20%")
    path.write_text(text, encoding="utf-8")

    assert call("validate") == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "welcome/campaign.yaml:5:3: error SPC201 unknown-key" in captured.err
    assert "did you mean `holdout`?" in captured.err


def test_findings_for_machines_go_to_standard_output(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    (shop / "welcome/templates/hello/email.j2").unlink()

    assert call("validate", "--format", "json") == 1

    found = json.loads(capsys.readouterr().out)
    assert [d["code"] for d in found["diagnostics"]] == ["REF304"]


def test_a_missing_variable_is_a_finding(shop: Path, capsys: pytest.CaptureFixture[str]):
    path = shop / "welcome/templates/hello/email.j2"
    path.write_text("{% block text %}{{ customer.frist_name }}{% endblock %}", encoding="utf-8")

    assert call("validate") == 1

    error = capsys.readouterr().err
    assert "welcome/templates/hello/email.j2:1:" in error
    assert "CNT702 missing-variable" in error
    assert "first_name" in error


def test_compare_names_the_one_row_that_differs(shop: Path, capsys: pytest.CaptureFixture[str]):
    call("simulate", "--from", FIRST, "--to", LAST, "--facts", "a.parquet")
    facts = read_facts(Path("a.parquet"))
    write_facts(facts.slice(1), Path("missing.parquet"))
    row = facts.slice(0, 1).to_pylist()[0]
    capsys.readouterr()

    assert call("compare", "a.parquet", "a.parquet") == 0
    assert call("compare", "a.parquet", "missing.parquet") == 1

    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == f"the same {facts.num_rows} facts"
    assert lines[1].startswith(f"- at={row['at']} campaign={row['campaign']}")
    assert captured.err == "1 facts differ\n"


def test_compare_sees_one_changed_value(shop: Path, capsys: pytest.CaptureFixture[str]):
    call("simulate", "--from", FIRST, "--to", LAST, "--facts", "a.parquet")
    rows = read_facts(Path("a.parquet")).to_pylist()
    schema = pq.read_schema("a.parquet")
    rows[3]["node"] = "elsewhere"
    write_facts(type(read_facts(Path("a.parquet"))).from_pylist(rows, schema), Path("b.parquet"))
    capsys.readouterr()

    assert call("compare", "a.parquet", "b.parquet") == 1

    out = capsys.readouterr().out.splitlines()
    assert sorted(line[0] for line in out) == ["+", "-"]
    assert any("node=elsewhere" in line for line in out)


USAGE = {
    "a misspelt command": (("simulat",), "Did you mean 'simulate'?"),
    "a misspelt campaign": (("simulate", "welcom"), "did you mean 'welcome'?"),
    "a misspelt environment": (("status", "--env", "rehersal"), "did you mean 'rehearsal'?"),
    "a date that is none": (("simulate", "--from", "March"), "'March' is not a date"),
    "a period that is empty": (("simulate", "--from", LAST, "--to", FIRST), "ends before"),
    "half a virtual clock": (("run", "--env", "rehearsal", "--from", FIRST), "both --from and"),
    "not a file of facts": (("compare", "customers.csv", "customers.csv"), "file of facts"),
    "no such file": (("compare", "a.parquet", "b.parquet"), "a.parquet cannot be read"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_wrong_usage_is_one_line_and_leaves_with_2(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
):
    assert call(*arguments) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "Traceback" not in captured.err


def test_no_project_is_told_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)

    assert call("validate") == 2

    assert "campaignspec init" in capsys.readouterr().err


def test_missing_data_leave_with_3_and_name_the_file(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    (shop / "events.csv").unlink()

    assert call("simulate") == 3

    assert "events.csv" in capsys.readouterr().err


def test_a_run_that_could_not_send_everything_leaves_with_6(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    for template in (shop / "come-back").rglob("*.j2"):
        template.write_text("{% block text %}{{ customer.city }}{% endblock %}", encoding="utf-8")

    assert call("run", "--env", "rehearsal", "--from", FIRST, "--to", LAST) == 6

    assert "failed" in capsys.readouterr().out


def test_status_is_the_same_for_people_and_machines(shop: Path, capsys: pytest.CaptureFixture[str]):
    call("run", "--env", "rehearsal", "--from", FIRST, "--to", "2025-03-20")
    capsys.readouterr()

    assert call("status", "--env", "rehearsal") == 0
    text = capsys.readouterr().out
    assert call("status", "--env", "rehearsal", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)

    assert "done up to 2025-03-21 00:00" in text
    for place in found["places"]:
        assert f"{place['people']:,} people" in text
    assert f"{found['messages']['accepted']} accepted" in text


def test_status_before_any_run_says_what_makes_a_ledger(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    assert call("status", "--env", "rehearsal") == 3

    assert "campaignspec run" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "mermaid", "svg", "json"])
def test_a_graph_is_drawn_in_every_form(shop: Path, capsys: pytest.CaptureFixture[str], form: str):
    assert call("graph", "welcome", "--format", form) == 0

    assert "hello" in capsys.readouterr().out


def test_a_failing_test_shows_both_sides(shop: Path, capsys: pytest.CaptureFixture[str]):
    (shop / "welcome/welcome.test.yaml").write_text(
        "tests:\n"
        "  - test: somebody who orders at noon is greeted at once\n"
        "    timeline:\n"
        "      - {event: order.placed, at: 2025-03-03 12:00}\n"
        "    expect:\n"
        "      messages:\n"
        "        - {send: hello, at: 2025-03-03 13:00}\n",
        encoding="utf-8",
    )

    assert call("test") == 1

    out = capsys.readouterr().out
    assert "FAIL  welcome: somebody who orders at noon is greeted at once" in out
    assert "      2025-03-03 12:00             + sent hello\n" in out
    assert "      2025-03-03 13:00  sent hello -\n" in out
    assert "0 passed, 1 failed" in out
