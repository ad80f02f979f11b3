"""Budgets that cannot suffice, in one row a case; people are counted by what segments expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_kit import warnings
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN

TWO = "journey:\n  - {send: a, via: sms}\n  - wait: 9d\n  - {send: b, via: sms}\n"
MIXED = "journey:\n  - {send: a, mix: both}\n"
OWED = "journey:\n  - {send: a, via: sms, class: transactional}\n  - {send: b, via: email}\n"


def project(budget: str, journey: str, *, size: int = 0, limits: str = "") -> dict[str, str]:
    """Return a campaign for a segment of some size; a text costs 2 USD, a mail 1 USD."""
    expect = f", expect: {{size: '>= {size}'}}" if size else ""
    lapsed = "  lapsed: {where: orders_total >= 1 and last_order older than 60d"
    audiences = CLEAN[AUDIENCES].replace(lapsed, lapsed + expect)
    channels = (
        "channels:\n  email: {connector: outbox, cost: 1 USD}\n"
        "  sms: {connector: outbox, cost: 2 USD}\n"
        f"mixes:\n  both: {{choose: in_order, from: [sms, email]}}\n{limits}"
    )
    head = "campaign: win-back\nenter: {on: {segment: lapsed}, holdout: 50%}\n"
    return {AUDIENCES: audiences, CHANNELS: channels, CAMPAIGN: f"{head}{budget}\n{journey}"}


SHORT = {
    "less than a message costs": ("budget: {total: 1 USD}", TWO, 0, "nobody gets `a`"),
    "a day's money is less than a message": ("budget: {per_day: 1 USD}", TWO, 0, "nobody gets `a`"),
    "less than one person costs": (
        "budget: {total: 3 USD}",
        TWO,
        0,
        "one person may cost 4.00 USD",
    ),
    "less than all people cost": ("budget: {total: 100 USD}", TWO, 200, "100 people may cost 400"),
    "ninety days are too few": (
        "budget: {per_day: 4 USD}",
        TWO,
        200,
        "4.00 USD a day are 360.00 USD",
    ),
    "the dearest channel of a mix": ("budget: {total: 150 USD}", MIXED, 200, "may cost 200.00 USD"),
}


@pytest.mark.parametrize(("budget", "journey", "size", "words"), SHORT.values(), ids=SHORT)
def test_a_budget_that_cannot_suffice_is_found(
    tmp_path: Path, budget: str, journey: str, size: int, words: str
) -> None:
    (finding,) = warnings(tmp_path, "MSR646", project(budget, journey, size=size))

    assert words in finding.message


ENOUGH = {
    "all people are paid for": ("budget: {total: 400 USD}", TWO, 200),
    "a day's money is spread over ninety": ("budget: {per_day: 5 USD}", TWO, 200),
    "nobody knows how many come": ("budget: {total: 4 USD}", TWO, 0),
    "the cheaper channel of a mix is paid for": ("budget: {per_day: 1 USD}", MIXED, 0),
    "transactional messages cost it nothing": ("budget: {total: 100 USD}", OWED, 200),
}


@pytest.mark.parametrize(("budget", "journey", "size"), ENOUGH.values(), ids=ENOUGH)
def test_a_budget_that_may_suffice_is_let_pass(
    tmp_path: Path, budget: str, journey: str, size: int
) -> None:
    assert warnings(tmp_path, "MSR646", project(budget, journey, size=size)) == []


@pytest.mark.parametrize(
    ("limit", "number"),
    [
        ("{at_most: 1 USD, per: day, channel: sms}", 1),
        ("{at_most: 1 USD, per: day, class: promotional}", 1),
        ("{at_most: 2 USD, per: day, channel: sms}", 0),
        ("{at_most: 1 USD, per: day, channel: email}", 0),
    ],
)
def test_a_limit_of_all_campaigns_pays_for_one_message_at_least(
    tmp_path: Path, limit: str, number: int
) -> None:
    limits = f"policies: {{budgets: [{limit}]}}\n"

    assert len(warnings(tmp_path, "MSR646", project("", TWO, limits=limits))) == number
