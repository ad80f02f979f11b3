"""Fixes: edits of text that keep everything else, again until nothing changes, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.api.lint import mend
from campaignspec.diagnostics import Diagnostic, Edit, Fix
from campaignspec.diagnostics.lines import LineTable
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.lint import rules
from campaignspec.lint.fixing import apply_fixes
from campaignspec.lint.scope import Scope, advice
from scripts.lint_examples import SHOP, TODAY

WELCOME = Path("shop/welcome/campaign.yaml")


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)


def finding(text: str, start: int, end: int, new: str) -> Diagnostic:
    span = LineTable(text).span("f.yaml", start, end)
    return advice("JRN415", f"{start} to {end}", span, "", fix=_fix(span_to=(span, new)))


def _fix(*, span_to: tuple[object, str]) -> Fix:
    span, new = span_to
    return Fix(title="change", edits=(Edit(span=span, text=new),))  # type: ignore[arg-type]


def test_edits_are_put_where_they_belong_whatever_comes_before() -> None:
    text = "one two three"
    found = [finding(text, 0, 3, "first"), finding(text, 8, 13, "")]

    changed, done = apply_fixes(found, {"f.yaml": text})

    assert changed == {"f.yaml": "first two "}
    assert list(done) == found


def test_of_two_fixes_that_meet_the_first_is_done_and_the_other_waits() -> None:
    text = "one two three"
    first, second = finding(text, 0, 3, "1"), finding(text, 3, 4, "-")

    changed, done = apply_fixes([first, second], {"f.yaml": text})

    assert changed == {"f.yaml": "1 two three"}
    assert done == (first,)


def test_a_byte_order_mark_moves_no_edit() -> None:
    changed, _ = apply_fixes([finding("a: b", 3, 4, "c")], {"f.yaml": "\ufeffa: b"})

    assert changed == {"f.yaml": "\ufeffa: c"}


def test_a_fix_of_a_text_that_is_not_there_is_left() -> None:
    assert apply_fixes([finding("a: b", 3, 4, "c")], {}) == ({}, ())


@given(
    text=st.text("abc \n", min_size=1, max_size=30),
    cuts=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 3), st.text("xyz", max_size=3)), max_size=6
    ),
)
def test_what_no_fix_touches_stays_as_it_is(text: str, cuts: list[tuple[int, int, str]]) -> None:
    """Replaying the edits that were done, from the back, gives the changed text."""
    found = [
        finding(text, min(at, len(text)), min(at + length, len(text)), new)
        for at, length, new in cuts
    ]

    changed, done = apply_fixes(found, {"f.yaml": text})

    expected = list(text)
    for one in sorted(done, key=lambda each: each.span.start, reverse=True):
        assert one.fix is not None
        expected[one.span.start : one.span.end] = list(one.fix.edits[0].text)
    assert changed.get("f.yaml", text) == "".join(expected)


def test_comments_line_ends_and_the_byte_order_mark_are_kept() -> None:
    text = WELCOME.read_text(encoding="utf-8")
    text = text.replace("review_by: 2017-06-30\n", "").replace(
        "owner: growth\n", "owner: growth\n", 1
    )
    text = text.replace("campaign: welcome\n", "campaign: welcome   # the first\n")
    WELCOME.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    mended = mend(Path("shop"), today=TODAY)

    after = WELCOME.read_bytes().decode("utf-8")
    assert mended.files == (WELCOME.as_posix(),)
    assert after.startswith("\ufeffcampaign: welcome   # the first\r\nreview_by: 2017-04-01\r\n")
    assert after.replace("review_by: 2017-04-01\r\n", "")[1:] == text.replace("\n", "\r\n")


def test_two_fixes_at_one_place_are_both_done() -> None:
    text = WELCOME.read_text(encoding="utf-8")
    text = text.replace("review_by: 2017-06-30\n", "").replace("seed: welcome-2017\n", "")
    WELCOME.write_text(text, encoding="utf-8")

    mended = mend(Path("shop"), today=TODAY)

    assert sorted(each.code for each in mended.fixed) == ["MSR632", "MSR638"]
    assert mend(Path("shop"), today=TODAY).fixed == ()


def test_only_what_is_asked_for_is_mended() -> None:
    text = WELCOME.read_text(encoding="utf-8")
    text = text.replace("review_by: 2017-06-30\n", "").replace("seed: welcome-2017\n", "")
    WELCOME.write_text(text, encoding="utf-8")

    mended = mend(Path("shop"), today=TODAY, codes=("missing-seed",))

    assert [each.code for each in mended.fixed] == ["MSR638"]


def test_a_fix_that_would_break_the_project_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {path: path.read_bytes() for path in Path("shop").rglob("*") if path.is_file()}
    monkeypatch.setattr(rules, "OF_A_CAMPAIGN", (_breaks,))

    with pytest.raises(CampaignspecError, match=r"a fix broke shop/welcome/campaign\.yaml"):
        mend(Path("shop"), today=TODAY)

    assert {path: path.read_bytes() for path in before} == before


def test_a_code_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="did you mean 'MSR638'"):
        mend(Path("shop"), today=TODAY, codes=("MSR6388",))


def _breaks(scope: Scope) -> Iterator[Diagnostic]:
    for campaign in (each for each in scope.campaigns if each.campaign == "welcome"):
        span = scope.span(campaign.loc / "owner")
        yield advice("MSR633", "no owner", span, "", fix=_fix(span_to=(span, "[")))
