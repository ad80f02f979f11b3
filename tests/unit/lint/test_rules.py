"""Every rule of the lint: a mistake brings its finding, at its line, and mending takes it away."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from golden_files import GOLDEN, check_golden

from campaignspec.api.check import Checkup, check
from campaignspec.api.lint import mend, with_lint
from campaignspec.diagnostics import CODES, Diagnostic, Severity, render
from scripts.lint_examples import (
    FIXED_BY_MACHINE,
    MISTAKES,
    SHOP,
    TODAY,
    Change,
    finding_of,
    look_at,
    poor_shop,
)

MISSING_ELSEWHERE = {"JRN417", "MSR639"}
"""What is missing has no line: it is told at the name of what lacks it."""


def test_a_good_project_has_nothing_to_say_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SHOP.parent)

    found = look_at(Path("shop")).diagnostics

    assert [(each.code, each.message) for each in found] == []


@pytest.mark.parametrize("code", MISTAKES)
def test_a_mistake_is_said_in_these_words(code: str, request: pytest.FixtureRequest) -> None:
    checkup, _ = outcome(code)

    finding = finding_of(code, checkup)
    shown = render([finding], sources=checkup.texts, form="text")

    assert finding.severity is Severity.WARNING
    update = request.config.getoption("--update-golden")
    check_golden(GOLDEN / "lint" / f"{code}.out", f"{shown}\n", update=update)


@pytest.mark.parametrize("code", sorted(MISTAKES.keys() - MISSING_ELSEWHERE))
def test_the_changed_line_is_among_those_that_are_named(code: str) -> None:
    checkup, changed = outcome(code)

    mine = (finding for finding in checkup.diagnostics if finding.code == code)
    named = {place for finding in mine for place in _places(finding)}

    assert named & changed, f"{named} are named, and {changed} were changed"


@pytest.mark.parametrize("code", sorted(FIXED_BY_MACHINE))
def test_what_is_mended_is_found_no_more(code: str) -> None:
    with poor_shop(code) as (root, _):
        before = {path: path.read_text("utf-8") for path in root.rglob("*.yaml")}

        mended = mend(root, today=TODAY, codes=(code,))
        after = with_lint(check(root), today=TODAY)

        changed = {p for p, text in before.items() if p.read_text("utf-8") != text}
        assert {each.code for each in mended.fixed} == {code}
        assert {path.as_posix() for path in changed} == set(mended.files)
        assert after.project is not None
        assert code not in {each.code for each in after.diagnostics}


@pytest.mark.parametrize("code", sorted(MISTAKES.keys() - FIXED_BY_MACHINE))
def test_what_needs_a_decision_is_left_to_people(code: str) -> None:
    checkup, _ = outcome(code)

    assert finding_of(code, checkup).fix is None


def test_every_rule_has_its_example() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((SHOP.parents[3] / "campaignspec" / "lint").glob("*.py"))
    )

    told = {code for code in CODES if f'"{code}"' in source}

    assert told == set(MISTAKES)


@cache
def outcome(code: str) -> tuple[Checkup, frozenset[tuple[str, int]]]:
    """Make a mistake once for all tests: what is found, and the lines that were changed."""
    with poor_shop(code) as (root, checkup):
        changed = frozenset(
            line for change in MISTAKES[code] for line in _lines(root / change.file, change)
        )
        return checkup, changed


def _places(finding: Diagnostic) -> list[tuple[str, int]]:
    spans = [finding.span, *(span for span, _ in finding.related)]
    return [(span.file, line) for span in spans for line in range(span.line, span.end_line + 1)]


def _lines(path: Path, change: Change) -> list[tuple[str, int]]:
    """Return the lines that were written; all lines of a file that some were taken out of."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    if change.old.startswith(change.new) or change.old.endswith(change.new):
        return [(path.as_posix(), line) for line in range(1, text.count("\n") + 2)]
    first = text.count("\n", 0, text.index(change.new)) + 1
    pairs = enumerate(zip(change.old, change.new, strict=False))
    same = next((at for at, (before, after) in pairs if before != after), 0)
    first += change.new.count("\n", 0, same)
    last = first + change.new.count("\n", same)
    return [(path.as_posix(), line) for line in range(first, last + 1)]
