"""Warnings that somebody lives with: until a day, for a reason, and never for nothing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from campaignspec.api.check import Checkup, check
from campaignspec.api.lint import with_lint
from campaignspec.lint.evidence import COUNTED
from scripts.lint_examples import SHOP, TODAY

WELCOME = Path("shop/welcome/campaign.yaml")
SETTINGS = Path("shop/campaignspec.yaml")
BEFORE, SAME_DAY, AFTER = date(2017, 5, 31), date(2017, 6, 1), date(2017, 6, 2)


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)


def write(path: Path, *, waiver: str = "", without: str = "") -> None:
    text = path.read_text(encoding="utf-8").replace(without, "")
    path.write_text(f"{text}\nlint: [{waiver}]\n" if waiver else text, encoding="utf-8")


def waiver(code: str, reason: str = "we know why", until: str = "2017-06-01") -> str:
    return f"{{ignore: {code}, reason: {reason}, until: {until}}}"


def found(today: date = TODAY) -> Checkup:
    return with_lint(check(Path("shop")), today=today)


def codes(today: date = TODAY) -> list[str]:
    return sorted(each.code for each in found(today).diagnostics)


@pytest.mark.parametrize(
    ("today", "expected"),
    [(BEFORE, []), (SAME_DAY, []), (AFTER, ["LNT001", "MSR631"])],
    ids=["before", "on the day", "after"],
)
def test_a_waiver_holds_until_its_day_is_over(today: date, expected: list[str]) -> None:
    write(WELCOME, waiver=waiver("MSR631"), without="  holdout: 10%\n")

    assert codes(today) == expected


def test_a_waiver_of_a_campaign_says_nothing_of_another() -> None:
    write(WELCOME, waiver=waiver("MSR631"), without="  holdout: 10%\n")
    write(Path("shop/win-back/campaign.yaml"), without="  holdout: 10%\n")

    assert [each.span.file for each in found().diagnostics] == ["shop/win-back/campaign.yaml"]


def test_a_waiver_of_the_project_is_about_everything() -> None:
    write(SETTINGS, waiver=waiver("MSR631"))
    for name in ("welcome", "win-back"):
        write(Path(f"shop/{name}/campaign.yaml"), without="  holdout: 10%\n")

    assert codes() == []


def test_a_waiver_with_nothing_to_waive_is_told() -> None:
    write(WELCOME, waiver=waiver("MSR631"))

    assert codes() == codes(AFTER) == ["LNT002"]


@pytest.mark.parametrize("code", sorted(COUNTED))
def test_what_data_may_show_is_not_called_unused_without_them(code: str) -> None:
    write(WELCOME, waiver=waiver(code))

    assert codes() == []


def test_warnings_about_templates_are_waived_as_well() -> None:
    Path("shop/welcome/templates/welcome-2").mkdir()
    Path("shop/welcome/templates/welcome-2/email.j2").write_text("x", encoding="utf-8")

    assert codes() == ["CNT730"]

    write(WELCOME, waiver=waiver("CNT730"))

    assert codes() == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (waiver("MSR6311"), "no finding has the code `MSR6311`"),
        (waiver("MSR631", reason='"  "'), "this reason is empty"),
        ("{ignore: MSR631, until: 2017-06-01}", "`reason`"),
        ("{ignore: MSR631, reason: so}", "`until`"),
    ],
)
def test_a_waiver_without_code_reason_or_end_is_an_error(written: str, words: str) -> None:
    write(WELCOME, waiver=written)

    errors = [each for each in check(Path("shop")).diagnostics if words in each.message]

    assert errors, "the mistake is not found"
    assert errors[0].span.file == WELCOME.as_posix()


def test_an_error_cannot_be_waived() -> None:
    write(WELCOME, waiver=waiver("REF301"))
    text = WELCOME.read_text(encoding="utf-8").replace("send: ideas", "send: ideas, via: pigeon")
    WELCOME.write_text(text, encoding="utf-8")

    assert "REF301" in codes()
