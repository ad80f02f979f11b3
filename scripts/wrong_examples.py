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

CAMPAIGNS = Path(__file__).parent.parent / "campaigns"
GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "spec"


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
    "unknown_kpi": (("rates:", "rate:"), ('  romi: {target: ">= 1.5"}\n', "")),
}
"""What makes a wrong file of ``tests/golden/spec`` right: old and new text, in order."""


@cache
def examples() -> Mapping[str, Example]:
    """Return the example of every code that has one."""
    made = {code: _of_project(code) if code in EDITS else _of_file(code) for code in CODES}
    return {code: example for code, example in made.items() if example}


def examples_text() -> str:
    """Write the examples as the package keeps them."""
    data = {code: asdict(example) for code, example in examples().items()}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _of_project(code: str) -> Example:
    """Show the lines of an edit of the example project, and what stands there."""
    edit = EDITS[code]
    text = (CAMPAIGNS / edit.file).read_text(encoding="utf-8")
    at = text.index(edit.old)
    wrong = text.replace(edit.old, edit.new)
    return Example(
        file=f"campaigns/{edit.file}",
        wrong=_lines_around(wrong, at, at + len(edit.new)),
        output=said(code),
        right=_lines_around(text, at, at + len(edit.old)),
    )


def _lines_around(text: str, start: int, end: int) -> str:
    """Return the lines that a part of a text stands on, with one above and one below."""
    lines = text.splitlines()
    first = text.count("\n", 0, start)
    last = text.count("\n", 0, max(start, end - 1))
    return "\n".join(lines[max(0, first - 1) : last + 2]).strip("\n")


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
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        checkup = check(Path())
    found = [d for d in checkup.diagnostics if d.code == code]
    if not found:
        others = [d.code for d in checkup.diagnostics]
        raise LookupError(f"{code} is not found after its edit, but {others or 'nothing'}")
    return render(found[:1], sources=checkup.texts, form="text").strip("\n")
