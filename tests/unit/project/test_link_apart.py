"""What linking finds in the files of a campaign is the same beside other campaigns and alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from wide_shop import write_wide_shop

from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.project.discover import find_files
from campaignspec.project.link import link, link_across, link_apart
from campaignspec.project.load import read_found
from campaignspec.project.named import named_in
from campaignspec.project.world import AskedFiles

CAMPAIGNS = Path(__file__).parents[3] / "campaigns"
PROJECTS = sorted(path.parent for path in CAMPAIGNS.rglob("campaignspec.yaml"))
WORDS = (
    "lapsed",
    "champions",
    "vips",
    "orders_total",
    "spend_90d",
    "order.placed",
    "amount",
    "thanks",
)


def linked_one_by_one(root: Path) -> tuple[Diagnostic, ...]:
    """Link each campaign alone, and what all share without any."""
    found = find_files(root)
    named = named_in(read_found(found, relative_to=root).files)
    seen: list[Diagnostic] = [*link_across(named)]
    for campaign in (None, *found.campaigns):
        some = found.only(frozenset() if campaign is None else {campaign})
        files = read_found(some, relative_to=root).files
        own = {part.file for part in files.campaigns} | {part.file for part, _ in files.tests}
        linked = link_apart(files, named, AskedFiles())
        seen += (f for f in linked if (f.span.file in own) is (campaign is not None))
    return in_order(seen)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("project", [None, *PROJECTS], ids=lambda path: path and path.name)
def test_a_campaign_is_linked_the_same_alone(
    tmp_path: Path, project: Path | None, word: str
) -> None:
    root = tmp_path / "shop"
    if project is None:
        write_wide_shop(root)
    else:
        shutil.copytree(project, root, ignore=shutil.ignore_patterns("data", ".*"))
    for path in root.rglob("*.yaml"):
        if path.name != "campaign.yaml":
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(word, f"{word}-2"), encoding="utf-8")

    together = link(read_found(find_files(root), relative_to=root).files)

    assert together == linked_one_by_one(root)
    assert together or project is not None, "nothing was wrong, so nothing was compared"
