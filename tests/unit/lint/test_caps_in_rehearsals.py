"""What the lint calls forbidden by a cap, nobody gets in a rehearsal."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from shop import CHANNELS, MESSAGES, write_shop

from campaignspec.api.check import check
from campaignspec.api.lint import with_lint
from campaignspec.api.simulate import simulate

HEAD = "campaign: welcome\nenter: {on: {event: order.placed}}\njourney:\n"
SENDS = [f"  - send: {message}\n" for message in MESSAGES["welcome"]]
CAPS = "caps: [{at_most: 1, per: calendar_day}, {at_most: 3, within: 7d}]"


@pytest.mark.parametrize(
    ("cap", "wait", "forbidden"),
    [
        ("{at_most: 3, within: 7d}", "1d", {"weekend"}),
        ("{at_most: 3, within: 7d}", "3d", set()),
        ("{at_most: 1, within: 3d}", "1d", {"reminder"}),
        ("{at_most: 2, per: calendar_day}", "0s", {"thanks"}),
        ("{at_most: 1, per: calendar_day}", "{days: 1, at: '10:00'}", set()),
    ],
)
def test_nobody_gets_in_a_rehearsal_what_a_cap_forbids_to_everybody(
    tmp_path: Path, cap: str, wait: str, forbidden: set[str]
) -> None:
    root = write_shop(tmp_path / "shop", customers=30)
    journey = f"  - wait: {wait}\n".join(SENDS)
    (root / "welcome" / "campaign.yaml").write_text(HEAD + journey, encoding="utf-8")
    channels = CHANNELS.replace(CAPS, f"caps: [{cap}]")
    (root / "channels.yaml").write_text(channels, encoding="utf-8")

    checkup = with_lint(check(root), today=date(2025, 1, 1))
    assert checkup.project is not None
    said = {each.message.split("`")[1] for each in checkup.diagnostics if each.code == "POL513"}
    facts = simulate(checkup.project, campaigns=["welcome"]).rehearsal.facts
    rows = facts.select(["kind", "node"]).to_pylist()
    sent = Counter(row["node"] for row in rows if row["kind"] == "sent")

    assert said == forbidden
    assert not sent.keys() & forbidden
    assert sent.keys() == set(MESSAGES["welcome"]) or forbidden
