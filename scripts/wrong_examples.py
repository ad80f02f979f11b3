"""An example of each finding: what is wrong, what ``validate`` says to it, and what is right."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from campaignspec.api.check import check
from campaignspec.diagnostics import CODES, render
from campaignspec.diagnostics.examples import Example
from campaignspec.document import load_text
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.read import read
from scripts.content_examples import content_examples
from scripts.lint_examples import lines_around, lint_examples
from scripts.policy_examples import policy_examples

CAMPAIGNS = Path(__file__).parent.parent / "campaigns"
GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "spec"


@dataclass(frozen=True, slots=True)
class Edit:
    """A mistake somebody makes.

    Attributes:
        file: In ``campaigns/``; one that is not there is made.
        old: What stands there, once; nothing for a new file.
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
    "JRN405": Edit(_WIN_BACK, "  - wait: 7d\n", "  - goto: we-miss-you\n"),
    "JRN406": Edit(_WIN_BACK, "  - wait: 7d\n", "  - repeat: 500\n    do:\n      - wait: 7d\n"),
    "JRN407": Edit("journeys.yaml", "", "journeys:\n  care:\n    - wait: 7d\n    - run: care\n"),
    "JRN408": Edit(
        _WIN_BACK, "  - wait: 7d\n", "  - wait: {by: baskets_90d, at_least: 60d, at_most: 7d}\n"
    ),
    "JRN409": Edit(
        _WIN_BACK,
        "  - wait: 7d\n",
        "  - wait: {for: {event: basket}, at_most: 7d, keep: [amount]}\n",
    ),
    "JRN470": Edit(
        _WIN_BACK,
        "journey:\n",
        "pause:\n  - {from: 2017-12-27, to: 2017-12-24}\n\njourney:\n",
    ),
    "JRN471": Edit(
        _WIN_BACK,
        "goal: {event: basket, within: 28d, value: amount}\n",
        "stages:\n  came: {event: basket}\n",
    ),
    "JRN472": Edit(
        _REMINDER,
        "seed: coupon-timing-2017\n",
        "seed: coupon-timing-2017\n    winner: {decide_at: 2017-06-01, confidence: 100%}\n",
    ),
    "JRN500": Edit(_WIN_BACK, "  again: always\n", "  again: always\n  at_once: 2\n"),
    "JRN501": Edit(
        _WIN_BACK,
        "on: {segment: quiet-28-days}",
        'on: {schedule: "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", who: quiet-28-days}',
    ),
    "JRN502": Edit(
        "kpis.yaml", "denominator: {events: basket}", "denominator: {events: household.back}"
    ),
    "MSR601": Edit(_WIN_BACK, "  conversion_rate:", "  conversion_rates:"),
    "JRN450": Edit(
        "coupon-reminder/coupon-reminder.test.yaml",
        "    timeline:\n      - {event: coupon.redeemed, at: 2017-05-20 10:00}\n"
        "      - {event: coupon.received, at: 2017-06-01 09:00}\n",
        "    timeline: []\n",
    ),
    "JRN451": Edit(
        "win-back/win-back.test.yaml",
        '  - {messages: "> 1", within: 24h}\n',
        "  - {send: coupon, within: 24h}\n",
    ),
    "POL520": Edit("offers.yaml", "    percent: 10%\n", "    percent: 10%\n    amount: 5 USD\n"),
    "POL521": Edit("offers.yaml", "    cost: 2 USD\n", ""),
    "POL522": Edit("offers.yaml", "TEN-########", "TEN-####"),
    "POL523": Edit("offers.yaml", "{with: [points]}", "{with: [points, bigger-basket]}"),
    "POL524": Edit("offers.yaml", "total: 500", "total: 5000"),
    "POL525": Edit("offers.yaml", "to: 2017-08-31", "to: 2017-03-31"),
    "MSR602": Edit(_WIN_BACK, "goal: {event: basket, within: 28d, value: amount}\n\n", ""),
    "MSR603": Edit(_REMINDER, "open_rate_sent", "open_rate"),
    "MSR604": Edit(_WIN_BACK, '">= 62%"', '">= +14%"'),
    "MSR605": Edit(_WIN_BACK, '">= 62%"', '">= x1.3"'),
    "MSR606": Edit("kpis.yaml", "    window: 28d\n", ""),
    "MSR607": Edit(_WIN_BACK, "economics: {margin: 25%, production: 400 USD}\n\n", ""),
    "MSR608": Edit(_WIN_BACK, "  holdout: 10%\n", ""),
    "MSR609": Edit(
        _REMINDER,
        'click_rate: {target: ">= 2%", owner: promotions}',
        'click_rate: {target: ">= x1.2", baseline: {from: 2016-01-01, to: 2016-12-31}}',
    ),
    "MSR610": Edit(
        _WIN_BACK, "conversion_rate: {target", "conversion_rate: {channel: email, target"
    ),
    "MSR611": Edit(
        "kpis.yaml", "denominator: {events: basket}", "denominator: {events: basket, of: everybody}"
    ),
    "MSR612": Edit(
        _WIN_BACK,
        "economics: {margin: 25%, production: 400 USD}",
        "economics: {margin: 25%, plan: {orders_per_click: 3%, sizes: [{contacts: 1500}]}}",
    ),
    "CNT701": Edit(_LETTER, "{% block text %}", "{% if %}{% block text %}"),
    "CNT702": Edit(
        _LETTER, "show card {{ customer.id }}", "{{ customer.first_name }}, show your card"
    ),
    "CNT703": Edit(_LETTER, "block subject", "block title"),
    "CNT704": Edit(_LETTER, "or more.\n\nFresh Market", "or more.\n\n{% import 'footer' as f %}"),
    "CNX901": Edit("channels.yaml", "connector: smtp", "connector: smpt"),
    "CNX902": Edit("channels.yaml", "port: 2525", "port: many"),
}
"""By code; findings of single files have their examples in ``tests/golden/spec``."""

CORRECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "tab": (("\t-", "  -"),),
    "duplicate_key": (("    via: email\n", ""),),
    "unquoted_braces": (("{{ season }} win-back", '"{{ season }} win-back"'),),
    "full_width_colon": (("title\uff1a", "title: "),),
    "misspelt_required_key": (("withn", "within"), ("jurney", "journey")),
    "missing_key": (
        ("order.placed}", "order.placed, within: 30d}"),
        ("experiment: depth\n", "experiment: depth\n    seed: depth-1\n"),
        ("a: {do", "a: {share: 100%, do"),
    ),
    "russian_text": (("вернуть", "reactivate"), ("Москва и", "'Москва' and")),
    "wrong_duration": (("within: 30}", "within: 30d}"), ("3 days", "3d")),
    "empty_file": (
        (
            "",
            "campaign: win-back\nenter:\n  on: {segment: lapsed}\njourney:\n  - send: hello\n",
        ),
    ),
    "two_verbs": (("    wait:", "  - wait:"),),
    "malformed_rule": (
        ("=> 2", ">= 2"),
        ("Moscow and (vip)", "'Moscow' and segment('vip')"),
        ("last_order > 60d", "last_order older than 60d"),
    ),
}
"""What makes a wrong file of ``tests/golden/spec`` right: old and new text, in order."""


@cache
def examples() -> Mapping[str, Example]:
    """Return the example of every code that has one."""
    made = {code: _of_project(code) if code in EDITS else _of_file(code) for code in CODES}
    made |= {**lint_examples(), **content_examples(), **policy_examples()}
    return {code: example for code in CODES if (example := made[code])}


def examples_text() -> str:
    """Write the examples as the package keeps them."""
    data = {code: asdict(example) for code, example in examples().items()}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _of_project(code: str) -> Example:
    """Show the lines of an edit of the example project, and what stands there."""
    edit = EDITS[code]
    path = CAMPAIGNS / edit.file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    at = text.index(edit.old)
    wrong = text.replace(edit.old, edit.new)
    return Example(
        file=f"campaigns/{edit.file}",
        wrong=lines_around(wrong, at, at + len(edit.new)),
        output=said(code),
        right=lines_around(text, at, at + len(edit.old)),
    )


def _of_file(code: str) -> Example | None:
    """Show the shortest wrong file whose first finding is the code, a corrected one before all."""
    kept = [path for path in GOLDEN.glob("*.out") if _first_finding(path) == code]
    if not kept:
        return None
    output = min(kept, key=lambda path: (path.stem not in CORRECTIONS, path.stat().st_size, path))
    wrong = output.with_suffix(".yaml").read_text(encoding="utf-8")
    return Example(
        file=f"{output.stem}.yaml",
        wrong=wrong.rstrip("\n"),
        output=output.read_text(encoding="utf-8").strip(),
        right=_corrected(output.stem, wrong).rstrip("\n"),
    )


def _first_finding(path: Path) -> str:
    """Return the code of the first finding in an output."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [word for line in lines[:1] for word in line.split() if word in CODES]
    return found[0] if found else ""


def _corrected(name: str, wrong: str) -> str:
    """Return a wrong file made right; nothing where no correction is written.

    Raises:
        LookupError: The correction leaves a finding.
    """
    if name not in CORRECTIONS:
        return ""
    right = wrong
    for old, new in CORRECTIONS[name]:
        right = right.replace(old, new, 1)
    document = load_text(right, f"{name}.yaml")
    found = list(document.diagnostics)
    found += read(document.value, Campaign).diagnostics if document.value else ()
    if found:
        raise LookupError(f"{name}.yaml is still wrong when corrected: {found[0].message}")
    return right


def said(code: str) -> str:
    """Make the mistake in a copy of the example project; return what ``validate`` prints.

    Raises:
        LookupError: The edit does not bring the finding.
    """
    edit = EDITS[code]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(CAMPAIGNS, "campaigns", ignore=shutil.ignore_patterns(".campaignspec"))
        file = Path("campaigns") / edit.file
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        checkup = check(Path())
    found = [d for d in checkup.diagnostics if d.code == code]
    if not found:
        others = [d.code for d in checkup.diagnostics]
        raise LookupError(f"{code} is not found after its edit, but {others or 'nothing'}")
    return render(found[:1], sources=checkup.texts, form="text").strip("\n")
