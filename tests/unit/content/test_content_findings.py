"""Every finding about content: the good shop has none, and each mistake brings its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Golden
from golden_files import GOLDEN

from campaignspec.api.check import check
from campaignspec.diagnostics import CODES
from scripts.content_examples import MISTAKES, SHOP, finding_of, poor_shop, said


def test_the_good_shop_has_nothing_amiss() -> None:
    checkup = check(SHOP)

    assert checkup.diagnostics == ()
    assert checkup.library is not None
    assert {key.locale for key in checkup.library.templates} == {"en", "ru"}


@pytest.mark.parametrize("code", sorted(MISTAKES))
def test_a_mistake_is_told_of(code: str, golden: Golden) -> None:
    golden(f"content/{code}.out", said(code) + "\n")


@pytest.mark.parametrize("code", sorted(set(MISTAKES) - {"CNT705", "CNT706", "CNT720", "CNT721"}))
def test_the_line_of_the_mistake_is_the_one_that_is_pointed_at(code: str) -> None:
    change = MISTAKES[code]
    before = (SHOP / change.file).read_text(encoding="utf-8")
    line = before.count("\n", 0, before.index(change.old)) + 1

    with poor_shop(code) as checkup:
        finding = finding_of(code, checkup)

    assert finding.span.file == f"shop/{change.file}"
    assert finding.span.line == (1 if code == "CNT710" else line)


def test_every_finding_about_content_has_its_mistake() -> None:
    mine = {code for code in CODES if "CNT705" <= code <= "CNT729"}

    assert mine == set(MISTAKES)


def test_golden_files_and_mistakes_are_the_same() -> None:
    kept = {path.stem for path in Path(GOLDEN / "content").glob("CNT*.out")}

    assert kept == set(MISTAKES)
