"""`validate`: what it says of a poor project, how it leaves, and what it mends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from campaignspec.cli import main
from scripts.lint_examples import SHOP

WELCOME = Path("shop/welcome/campaign.yaml")
TODAY = ("--today", "2017-01-01")


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(("validate", "shop", *TODAY, *arguments))
    return int(leaving.value.code or 0)


def take_out(*lines: str) -> None:
    text = WELCOME.read_text(encoding="utf-8")
    for line in lines:
        assert line in text
        text = text.replace(line, "")
    WELCOME.write_text(text, encoding="utf-8")


def test_warnings_are_shown_and_do_not_stop(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n")

    assert call() == 0

    captured = capsys.readouterr()
    assert captured.out == "valid: big-sale, welcome, win-back\n"
    assert "warning MSR638 missing-seed" in captured.err
    assert captured.err.rstrip().endswith("1 warning in 1 file; --fix mends 1")


def test_strict_leaves_with_1_on_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--strict") == 0

    take_out("seed: welcome-2017\n")

    assert call("--strict") == 1
    assert "valid" not in capsys.readouterr().out.split("\n")[-1]


def test_without_the_lint_only_errors_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n")

    assert call("--no-lint", "--strict") == 0

    assert capsys.readouterr().err == ""


def test_only_one_kind_of_warning(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n", "owner: growth\nobjective: activate\n")

    assert call("--only", "MSR633") == 0

    error = capsys.readouterr().err
    assert "MSR633" in error
    assert "MSR638" not in error


def test_errors_are_shown_whatever_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("journey:\n")

    assert call("--only", "MSR633") == 1

    assert "error" in capsys.readouterr().err


def test_a_misspelt_code_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--only", "missing-sed") == 2

    assert "did you mean 'missing-seed'?" in capsys.readouterr().err


def test_fix_says_what_it_did_and_then_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n", "review_by: 2017-06-30\n")

    assert call("--fix", "--strict") == 0

    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "shop/welcome/campaign.yaml:1: MSR632 add `review_by: 2017-04-01`",
        "shop/welcome/campaign.yaml:10: MSR638 add `seed: welcome`",
    ]
    assert captured.out == "valid: big-sale, welcome, win-back\n"
    text = WELCOME.read_text(encoding="utf-8")
    assert "\nreview_by: 2017-04-01\n" in text
    assert "\nseed: welcome\n" in text


def test_json_carries_warnings_with_their_fixes(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n")

    assert call("--format", "json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["valid"], found["warning_count"]) == (True, 1)
    (edit,) = found["diagnostics"][0]["fix"]["edits"]
    assert edit["text"] == "\nseed: welcome"
    assert edit["file"] == WELCOME.as_posix()


def test_sarif_carries_warnings_with_their_fixes(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n")

    assert call("--format", "sarif") == 0

    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("MSR638", "warning")
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": WELCOME.as_posix()}
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "\nseed: welcome"}
    assert replacement["deletedRegion"]["charLength"] == 0


def test_github_marks_warnings_as_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    take_out("seed: welcome-2017\n")

    assert call("--format", "github") == 0

    assert capsys.readouterr().out.startswith("::warning file=shop/welcome/campaign.yaml,line=")


def test_with_values_windows_are_held_against_what_people_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = WELCOME.read_text(encoding="utf-8").replace("within: 30d", "within: 14d")
    WELCOME.write_text(text, encoding="utf-8")

    assert call("--only", "MSR640", "--strict") == 0
    assert call("--only", "MSR640", "--strict", "--values") == 1

    assert "half of all customers take 22d or longer" in capsys.readouterr().err
