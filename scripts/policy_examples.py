"""For each finding about policies: what makes sound ones unsound, and what is said.

The sound project is `tests/golden/policy/shop`. A test makes every mistake and holds what is said
against a golden file; `make generate` makes the pages of the findings from the same mistakes.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from campaignspec.api.check import check
from campaignspec.diagnostics import CODES, render
from campaignspec.diagnostics.examples import Example
from scripts.lint_examples import Change, lines_around

SHOP = Path(__file__).parent.parent / "tests" / "golden" / "policy" / "shop"

_CHANNELS = "channels.yaml"
_NIGHT = '    - {from: "21:00", to: "09:00"}\n'

MISTAKES: Mapping[str, Change] = {
    "POL501": Change(_CHANNELS, _NIGHT, '    - {from: "21:00"}\n'),
    "POL502": Change(
        _CHANNELS, "on: [sun, holiday], channels: [sms]", 'from: "08:00", to: "22:00"'
    ),
    "POL503": Change(_CHANNELS, "  holidays: [2017-07-14, 2017-12-25]\n", ""),
    "POL504": Change(_CHANNELS, "    confirmed_by: {event: consent.confirmed}\n", ""),
    "POL505": Change(_CHANNELS, "hold: 3d, ", ""),
    "POL506": Change(_CHANNELS, "[[news, care]]", "[[news]]"),
    "POL507": Change(_CHANNELS, "      birthday: birthday\n", ""),
    "POL508": Change("news/campaign.yaml", "category: wine", "category: whisky"),
    "POL509": Change("news/campaign.yaml", "via: email", "via: sms"),
    "POL516": Change(
        "campaignspec.yaml",
        "{connector: outbox}",
        '{connector: outbox, hours: {from: "08:00", to: "22:00"}}',
    ),
    "POL518": Change(_CHANNELS, "    cost: 0.04 EUR\n", ""),
    "POL519": Change(_CHANNELS, "per: day, channel", "channel"),
    "POL517": Change("news/templates/new-wines/email.j2", "\nDrink responsibly.\n", ""),
    "POL540": Change("care/campaign.yaml", "mix: kind", "via: email, mix: kind"),
    "POL541": Change(
        _CHANNELS,
        "choose: best\n    from: [email, sms]",
        "choose: best\n    from: [email, email]",
    ),
    "POL542": Change(_CHANNELS, "sms: 30%", "sms: 20%"),
    "POL543": Change(_CHANNELS, "choose: best", "choose: in_order"),
    "POL544": Change(_CHANNELS, "{preference: 1, cost: 0.5}", "{preference: 0, cost: 0}"),
    "POL545": Change(_CHANNELS, "limits: {sms: 25%}", "limits: {sms: 25%, email: 75%}"),
}
"""By code."""


def policy_examples() -> Mapping[str, Example]:
    """Return the example of every finding."""
    return {code: _example(code) for code in CODES if code in MISTAKES}


def said(code: str) -> str:
    """Return what is said to a mistake, as people see it.

    Raises:
        LookupError: What is to be changed does not stand there once, or nothing is found.
    """
    change = MISTAKES[code]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(SHOP, "shop")
        path = Path("shop", change.file)
        text = path.read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise LookupError(f"{code}: {change.old!r} stands {text.count(change.old)} times")
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")
        checkup = check(Path("shop"))
        found = [each for each in checkup.diagnostics if each.code == code]
        if not found:
            others = [f"{each.code} {each.message}" for each in checkup.diagnostics]
            raise LookupError(f"{code} is not found after its mistake, but {others or 'nothing'}")
        return render(found[:1], sources=checkup.texts, form="text").strip("\n")


def _example(code: str) -> Example:
    change = MISTAKES[code]
    right = (SHOP / change.file).read_text(encoding="utf-8")
    at = right.index(change.old)
    wrong = right.replace(change.old, change.new)
    return Example(
        file=change.file,
        wrong=lines_around(wrong, at, at + len(change.new)),
        output=said(code),
        right=lines_around(right, at, at + len(change.old)),
    )
