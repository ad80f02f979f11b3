"""What policy says to messages that go later than they were decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.history import history_of
from campaignspec.assembly import assemble
from campaignspec.clock import HOUR, parse_instant
from campaignspec.connector import Deed, MessageClass
from campaignspec.ledger.memory import MemoryLedger
from campaignspec.ledger.queue import Queued, Settlement, Status
from campaignspec.runner.recheck import GONE, PolicyRecheck

NOON = parse_instant("2025-03-15 12:00", "Europe/Moscow")
CHANNELS = """
channels:
  email: {connector: outbox, cost: 0.05 RUB, with: {path: build/outbox.jsonl}}
policies:
  consent: {promotional: not_needed}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop")


def judged(
    root: Path,
    policies: str = "",
    *,
    now: int = NOON,
    expires: int | None = None,
    to: str | None = None,
    deed: Deed = Deed.MESSAGE,
) -> Settlement | None:
    """Judge a promotional message an hour after it was decided; to the first customer, else."""
    (root / "channels.yaml").write_text(CHANNELS + policies, encoding="utf-8")
    project, _ = opened(root)
    history = history_of(project)
    names = tuple(project.campaigns)
    assembly = assemble(project, history, campaigns=names, start=0, end=now)
    customer = next(
        customer
        for customer, address in zip(history.customers, history.addresses["email"], strict=True)
        if address is not None
    )
    (root / "blocked.csv").write_text(f"customer\n{customer}\n", encoding="utf-8")
    queued = Queued(
        key="k",
        customer=customer if to is None else to,
        deed=deed,
        campaign="welcome",
        enrolment=1,
        node="reminder",
        message="reminder",
        channel="email",
        message_class=MessageClass.PROMOTIONAL,
        at=now - HOUR,
        attempt=0,
        expires=expires,
    )
    ledger = MemoryLedger(assembly.programs, assembly.world, start=0)
    recheck = PolicyRecheck(assembly.world, ledger)
    return recheck.objections([queued], now).get("k")


def test_what_is_still_allowed_goes(shop: Path) -> None:
    assert judged(shop, '  quiet: {from: "21:00", to: "09:00"}\n', expires=NOON) is None


def test_somebody_who_was_put_on_a_block_list_hears_nothing_more(shop: Path) -> None:
    (shop / "blocked.csv").write_text("customer\n", encoding="utf-8")
    policies = "  suppress: [{list: blocked.csv}]\n"
    assert judged(shop, policies) is None

    settlement = judged(shop, policies)

    assert settlement is not None
    assert (settlement.status, settlement.reason) == (Status.FAILED, "blocked-list")


def test_a_message_that_is_late_waits_for_the_morning(shop: Path) -> None:
    night = NOON + 11 * HOUR

    settlement = judged(shop, '  quiet: {from: "21:00", to: "09:00"}\n', now=night)

    assert settlement is not None
    assert (settlement.status, settlement.reason) == (Status.PLANNED, "quiet-hours")
    assert settlement.not_before > night


@pytest.mark.parametrize("hours", [0, 2], ids=["over", "over before the morning"])
def test_a_message_does_not_outlive_its_validity(shop: Path, hours: int) -> None:
    night = NOON + 11 * HOUR

    settlement = judged(
        shop,
        '  quiet: {from: "21:00", to: "09:00"}\n',
        now=night,
        expires=night - 1 + hours * HOUR,
    )

    assert settlement is not None
    assert (settlement.status, settlement.reason) == (Status.FAILED, "expired")


def test_caps_and_the_ratio_have_counted_the_message_already(shop: Path) -> None:
    policies = """
  caps: [{at_most: 1, within: 30d}]
  ratio: {promotional: 1, per_service: 9, within: 30d}
"""

    assert judged(shop, policies) is None


@pytest.mark.parametrize("deed", [Deed.MESSAGE, Deed.CALL])
def test_nothing_goes_to_or_about_somebody_who_has_left_all_sources(shop: Path, deed: Deed) -> None:
    settlement = judged(shop, to="nobody-of-this-name", deed=deed)

    assert settlement is not None
    assert (settlement.status, settlement.reason) == (Status.FAILED, GONE)


def test_what_is_published_goes_to_nobody_in_particular(shop: Path) -> None:
    assert judged(shop, to="", deed=Deed.POST) is None
