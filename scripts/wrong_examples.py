"""One wrong edit of the example project for each finding, and what ``validate`` says to it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campaignspec.api.check import check
from campaignspec.diagnostics import render

CAMPAIGNS = Path(__file__).parent.parent / "campaigns"


@dataclass(frozen=True, slots=True)
class Edit:
    """A mistake somebody makes.

    Attributes:
        file: In ``campaigns/``.
        old: What stands there, once.
        new: What is written in its place.
    """

    file: str
    old: str
    new: str


_WIN_BACK = "win-back/campaign.yaml"
_REMINDER = "coupon-reminder/campaign.yaml"
_LETTER = "win-back/templates/coupon/email.j2"

EDITS: Mapping[str, Edit] = {
    "DOC104": Edit(_WIN_BACK, "  again: always", "  again: *always"),
    "DOC107": Edit(_WIN_BACK, "review_by: 2018", "review_by: !date 2018"),
    "DOC108": Edit(_WIN_BACK, "journey:\n", "---\njourney:\n"),
    "DOC109": Edit(_WIN_BACK, "owner: retention\nobj", "<<: retention\nobj"),
    "DOC112": Edit(_WIN_BACK, "objective: reactivate", "[objective]: reactivate"),
    "DOC113": Edit(_WIN_BACK, "objective: reactivate", "objective:reactivate"),
    "SPC206": Edit(_WIN_BACK, "  - wait: 7d\n", "  - wait: 7d\n    then:\n      - leave: done\n"),
    "SPC209": Edit(
        "campaignspec.yaml",
        "  - customers: ../.history/customers.parquet\n",
        "  - customers: postgresql://crm:hunter2@db.shop.example/crm\n"
        "    read: {table: customers}\n",
    ),
    "REF301": Edit(_WIN_BACK, "segment: quiet-28-days", "segment: quiet-28-day"),
    "REF302": Edit(_WIN_BACK, "      - send: whats-new", "      - send: we-miss-you"),
    "REF303": Edit(
        "audiences.yaml",
        "where: last_shopping_day",
        "where: segment('quiet-28-days') and last_shopping_day",
    ),
    "REF304": Edit(_WIN_BACK, "- send: coupon", "- send: voucher\n            name: coupon"),
    "REF305": Edit("audiences.yaml", "baskets_90d >= 8", "baskets_90d >= 'eight'"),
    "JRN401": Edit(_WIN_BACK, "  - wait: 7d\n", "  - leave: done\n  - wait: 7d\n"),
    "JRN402": Edit(
        _REMINDER,
        "share: 50%\n        do:\n          - wait: 5d",
        "share: 40%\n        do:\n          - wait: 5d",
    ),
    "JRN404": Edit(_WIN_BACK, "opened: we-miss-you", "opened: coupon"),
    "MSR602": Edit(_WIN_BACK, "goal: {event: basket, within: 28d, value: amount}\n\n", ""),
    "CNT701": Edit(_LETTER, "{% block text %}", "{% if %}{% block text %}"),
    "CNT702": Edit(
        _LETTER, "show card {{ customer.id }}", "{{ customer.first_name }}, show your card"
    ),
    "CNT703": Edit(_LETTER, "block subject", "block title"),
    "CNT704": Edit(_LETTER, "or more.\n\nFresh Market", "or more.\n\n{% include 'footer' %}"),
    "CNX901": Edit("channels.yaml", "connector: smtp", "connector: smpt"),
    "CNX902": Edit("channels.yaml", "port: 2525", "port: many"),
}
"""By code; findings of single files have their examples in ``tests/golden/spec``."""


def said(code: str) -> str:
    """Make the mistake in a copy of the example project; return what ``validate`` prints.

    Raises:
        LookupError: The edit does not bring the finding.
    """
    edit = EDITS[code]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(CAMPAIGNS, "campaigns", ignore=shutil.ignore_patterns(".campaignspec"))
        file = Path("campaigns") / edit.file
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        checkup = check(Path())
    found = [d for d in checkup.diagnostics if d.code == code]
    if not found:
        others = [d.code for d in checkup.diagnostics]
        raise LookupError(f"{code} is not found after its edit, but {others or 'nothing'}")
    return render(found[:1], sources=checkup.texts, form="text").strip("\n")
