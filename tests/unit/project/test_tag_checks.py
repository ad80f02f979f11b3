"""The stage that a campaign is tagged with is one of the project's lifecycle."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CLEAN, SETTINGS, load_files, shown

LIFECYCLE = """\
traits:
  stage:
    lifecycle: [lead, customer, lapsed]
    moves:
      - {to: customer, when: orders_total >= 1}
"""


def found(tmp_path: Path, *, settings: str, serves: str) -> list[str]:
    files = {
        **CLEAN,
        SETTINGS: CLEAN[SETTINGS] + settings,
        AUDIENCES: CLEAN[AUDIENCES].replace("traits:\n", LIFECYCLE),
        CAMPAIGN: CLEAN[CAMPAIGN].replace("enter:\n", f"{serves}enter:\n", 1),
    }
    return [shown(each) for each in load_files(tmp_path, files).diagnostics]


@pytest.mark.parametrize("settings", ["", "lifecycle: stage\n"])
def test_a_stage_of_the_lifecycle_is_fine(tmp_path: Path, settings: str) -> None:
    assert found(tmp_path, settings=settings, serves="serves: lapsed\n") == []


@pytest.mark.parametrize(
    ("settings", "serves", "said"),
    [
        (
            "lifecycle: stage\n",
            "serves: lapsd\n",
            "no stage of a lifecycle is called `lapsd` | did you mean `lapsed`? stages: `lead`, ",
        ),
        ("lifecycle: stags\n", "", "no trait is called `stags` | did you mean `stage`?"),
        ("lifecycle: spend\n", "", "`spend` is no lifecycle | name a trait with `lifecycle:`"),
    ],
    ids=["a stage that is none", "a trait that is none", "a trait without stages"],
)
def test_what_is_no_stage_is_said(tmp_path: Path, settings: str, serves: str, said: str) -> None:
    (finding,) = found(tmp_path, settings=settings, serves=serves)

    assert finding.startswith(said)
