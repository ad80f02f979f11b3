"""The projects that we show are sound, and nothing about them is poor without a word."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from campaignspec.api.check import check
from campaignspec.api.init import init
from campaignspec.api.lint import with_lint
from campaignspec.api.new import BLUEPRINTS, new_campaign

ROOT = Path(__file__).parents[3]
SHOWN = ["campaigns", "examples/cdnow", "examples/dirty-crm"]
TODAY = date(2026, 11, 22)

CODES = {
    "owner:": "MSR633",
    "review_by:": "MSR632",
    "seed:": "MSR638",
}
"""What is missed, by how a campaign's line begins that says it."""


def warnings(root: Path) -> list[str]:
    checkup = with_lint(check(root), today=TODAY)
    assert checkup.project is not None, [each.message for each in checkup.diagnostics]
    return [f"{each.code} {each.span.file}: {each.message}" for each in checkup.diagnostics]


@pytest.mark.parametrize("project", SHOWN)
def test_a_project_that_we_show_has_no_warning(project: str) -> None:
    assert warnings(ROOT / project) == []


def test_a_new_project_and_its_new_campaigns_lack_only_tests(tmp_path: Path) -> None:
    root = init(tmp_path / "shop").folder

    assert warnings(root) == []

    for name in ("welcome", "second-purchase"):
        assert name in BLUEPRINTS
        new_campaign(root, f"my-{name}", like=name, today=TODAY)

    assert sorted(warning.split()[0] for warning in warnings(root)) == ["MSR639", "MSR639"]


@pytest.mark.parametrize("campaign", ["coupon-reminder", "second-basket", "win-back"])
@pytest.mark.parametrize("line", CODES)
def test_a_line_less_in_any_campaign_is_missed_there(
    campaign: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns(".campaignspec", "fashion", "freight", "optics")
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns", ignore=ignored)
    monkeypatch.chdir(tmp_path)
    file = Path("campaigns", campaign, "campaign.yaml")
    written = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [each for each in written if not each.startswith(line)]
    assert len(kept) == len(written) - 1
    file.write_text("".join(kept), encoding="utf-8")

    found = warnings(Path("campaigns"))

    assert [each.split(":")[0] for each in found] == [f"{CODES[line]} {file.as_posix()}"]
