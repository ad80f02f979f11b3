"""For each rule of the lint: what makes a good project poor, and what is said to it then.

The good project is `tests/golden/lint/shop`. A test makes every mistake, holds what is said against
a golden file, and looks whether the changed line is named; `make generate` makes the pages of the
rules from the same mistakes.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from campaignspec.api.check import Checkup, check
from campaignspec.api.lint import with_lint
from campaignspec.api.values import with_values
from campaignspec.diagnostics import CODES, Diagnostic, render
from campaignspec.diagnostics.examples import Example
from campaignspec.lint.evidence import NEED_DATA

SHOP = Path(__file__).parent.parent / "tests" / "golden" / "lint" / "shop"
TODAY: Final = date(2017, 1, 1)
"""The day on which the examples are looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a mistake.

    Attributes:
        file: In the shop.
        old: What stands there, once; the whole file, where this is empty.
        new: What is written in its place; nothing is left of a whole file, where this is empty.
    """

    file: str
    old: str
    new: str


_WELCOME: Final = "welcome/campaign.yaml"
_WIN_BACK: Final = "win-back/campaign.yaml"
_SALE: Final = "big-sale/campaign.yaml"
_AUDIENCES: Final = "audiences.yaml"
_CHANNELS: Final = "channels.yaml"
_WAIVER: Final = "lint:\n  - {ignore: MSR631, reason: everybody has to hear of it, until: %s}\n"
_FIRST: Final = "enter:\n  on: {segment: lapsed}\n  where: not segment('champions')\n"

_JOURNEY: Final = (
    "  - send: welcome\n"
    "    class: service\n"
    "  - wait: 6d\n"
    '  - wait: {until: "17:00"}\n'
    "  - experiment: hint\n"
    "    seed: welcome-hint\n"
    "    arms:\n"
    "      ideas: {share: 50%, do: [{send: ideas}]}\n"
    "      offer: {share: 50%, do: [{send: offer}]}\n"
)
_NO_GOAL: Final = (
    Change(_SALE, "goal: {event: order.placed, within: 30d, value: amount}\n\n", ""),
    Change(_SALE, '  conversion_rate: {target: ">= 30%", owner: promotions}\n', ""),
)

MISTAKES: Mapping[str, tuple[Change, ...]] = {
    "JRN411": (
        Change(
            _WELCOME,
            _JOURNEY,
            "  - send: welcome\n    class: service\n",
        ),
        Change(_WELCOME, "  holdout: 10%\n", ""),
    ),
    "JRN412": (
        Change(
            _WIN_BACK,
            "  - send: we-miss-you\n",
            "  - send: we-miss-you\n  - send: we-miss-you\n    name: once-more\n",
        ),
    ),
    "JRN413": (Change(_WELCOME, "[{send: offer}]", "[{send: ideas, name: more-ideas}]"),),
    "JRN414": (Change(_WIN_BACK, "if: spend_90d >= 100", "if: spend_90d >= 300"),),
    "JRN415": (Change(_WIN_BACK, "      - wait: 2d\n", "      - wait: 0s\n"),),
    "JRN416": (Change(_WIN_BACK, "within: 45d", "within: 3d"),),
    "JRN417": (
        Change(_WELCOME, "objective: activate", "objective: retain"),
        Change(_WELCOME, "orders_total = 1", "orders_total >= 2"),
    ),
    "JRN418": (Change(_SALE, "{phase: preheat, who", "{phase: burst, who"),),
    "JRN419": (Change(_SALE, "    otherwise:\n      - send: last-hours\n", ""),),
    "JRN420": (Change(_WELCOME, "serves: customer\n", ""),),
    "JRN421": (
        Change(
            _WELCOME,
            _JOURNEY,
            "  - branch:\n"
            "      - if: city = 'Berlin'\n"
            "        do: [{send: welcome, class: service}]\n",
        ),
    ),
    "JRN422": (
        Change(
            _WIN_BACK,
            "  - send: we-miss-you\n",
            "  - branch:\n      - if: city = 'Berlin'\n        do: [{send: we-miss-you}]\n",
        ),
    ),
    "JRN423": (
        Change(
            _SALE,
            "  - send: early-list\n",
            "  - approve: the-list\n    by: promotions\n  - send: early-list\n",
        ),
        *_NO_GOAL,
    ),
    "JRN424": (
        Change(
            _SALE,
            "  - send: doors-open\n",
            "  - send: doors-open\n  - wait: {phase: preheat}\n",
        ),
    ),
    "JRN425": (Change(_WIN_BACK, "within: 45d", "within: 15d"),),
    "POL510": (Change(_CHANNELS, "  consent: {promotional: opt_in, service: opt_out}\n", ""),),
    "POL511": (
        Change(
            "welcome/templates/welcome/email.j2",
            "Here is how to track the parcel.",
            "Take 20 % off the next one.",
        ),
    ),
    "POL512": (Change(_WELCOME, 'until: "17:00"', 'until: "22:00"'),),
    "POL513": (
        Change(
            _WIN_BACK,
            "  - send: we-miss-you\n",
            "  - send: we-miss-you\n  - send: whats-new\n    name: news-at-once\n",
        ),
    ),
    "POL514": (Change(_CHANNELS, "at_most: 3, within", "at_most: 10, within"),),
    "MSR630": _NO_GOAL,
    "MSR631": (Change(_WELCOME, "  holdout: 10%\n", ""),),
    "MSR632": (Change(_WELCOME, "review_by: 2017-06-30\n", ""),),
    "MSR633": (Change(_SALE, "owner: promotions\nobjective", "objective"),),
    "MSR634": (Change(_WELCOME, '{target: ">= 20%", owner: growth}', '{target: ">= 20%"}'),),
    "MSR635": (
        Change(
            _SALE,
            "hypothesis: Who hears of the sale two weeks ahead buys on the day itself, and buys "
            "more.\n",
            "",
        ),
    ),
    "MSR636": (
        Change(
            _WELCOME,
            "hypothesis: A warm welcome brings first-time customers back; an offer does it better "
            "than ideas.\n",
            "",
        ),
    ),
    "MSR637": (Change(_WELCOME, '{guardrail: "<= 0.5%", owner: growth}', "{owner: growth}"),),
    "MSR638": (Change(_WELCOME, "seed: welcome-2017\n", ""),),
    "MSR639": (Change("welcome/welcome.test.yaml", "", ""),),
    "MSR640": (Change(_WELCOME, "within: 30d", "within: 14d"),),
    "MSR641": (Change(_AUDIENCES, '">= 20000"', '">= 300"'),),
    "MSR642": (Change(_WIN_BACK, "holdout: 10%", "holdout: 0.1%"),),
    "MSR643": (
        Change(
            _WIN_BACK, '{target: ">= 10%", owner', '{target: ">= 10%", guardrail: "<= 8%", owner'
        ),
    ),
    "MSR644": (
        Change(
            _WIN_BACK,
            "kpis:\n",
            'kpis:\n  messages_per_customer: {target: ">= 4", owner: retention}\n',
        ),
        Change(_WIN_BACK, _FIRST, "enter:\n  on: {event: order.placed, where: orders_total = 1}\n"),
    ),
    "MSR646": (Change(_WIN_BACK, "total: 100 EUR", "total: 10 EUR"),),
    "MSR647": (Change(_SALE, "review_by: 2017-12-31", "review_by: 2017-11-20"),),
    "MSR648": (
        Change(
            _SALE,
            "  - send: early-list\n",
            "  - experiment: early-or-not\n"
            "    seed: big-sale-list\n"
            "    arms:\n"
            "      early: {share: 50%, do: [{send: early-list}]}\n"
            "      not: {share: 50%}\n"
            "    winner: {decide_at: 2017-11-05}\n",
        ),
    ),
    "CNT730": (
        Change(
            "welcome/templates/welcom/email.j2",
            "",
            "{% block subject %}Welcome{% endblock %}\n{% block text %}Hello.{% endblock %}\n",
        ),
    ),
    "CNT732": (
        Change(
            _WELCOME,
            "owner: growth\nobj",
            "title: Ask anna.petrova@shop.example\nowner: growth\nobj",
        ),
    ),
    "CNT733": (
        Change(
            "welcome/templates/ideas/email.j2",
            "Three recipes that others have tried.\n",
            "Three recipes that others have tried:\n"
            "https://shop.example/recipes?for={{ customer.first_name }}\n",
        ),
    ),
    "DAT810": (
        Change(_AUDIENCES, "segments:\n", "segments:\n  spenders: {where: spend_90d >= 500}\n"),
    ),
    "DAT811": (
        Change(
            _AUDIENCES,
            "  champions:\n",
            "  quiet: {where: last_order is known and not last_order within 60d}\n  champions:\n",
        ),
    ),
    "DAT812": (Change(_AUDIENCES, "and spend_90d >= 200", "and orders_total < 3"),),
    "DAT814": (Change(_AUDIENCES, '">= 20000"', '">= 60"'),),
    "DAT813": (
        Change(_WIN_BACK, "not segment('champions')", "city != 'Berlin' or city != 'Bremen'"),
    ),
    "LNT001": (
        Change(_WELCOME, "kpis:\n", _WAIVER % "2016-12-31" + "\nkpis:\n"),
        Change(_WELCOME, "  holdout: 10%\n", ""),
    ),
    "LNT002": (Change(_WELCOME, "kpis:\n", _WAIVER % "2017-06-30" + "\nkpis:\n"),),
}
"""By code; the first change of each is the one that is shown."""


FIXED_BY_MACHINE: Final = frozenset({"JRN415", "MSR632", "MSR638", "POL510"})
"""What `--fix` mends; the others are for people to decide."""


def lint_examples() -> Mapping[str, Example]:
    """Return the example of every rule."""
    return {code: _example(code) for code in CODES if code in MISTAKES}


@contextlib.contextmanager
def poor_shop(code: str) -> Iterator[tuple[Path, Checkup]]:
    """Make a mistake in a copy of the shop, stand in its folder, and look at it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(SHOP, "shop")
        for change in MISTAKES.get(code, ()):
            _make(Path("shop", change.file), change)
        root = Path("shop")
        yield root, look_at(root, with_data=code in NEED_DATA)


def look_at(root: Path, *, with_data: bool = False) -> Checkup:
    """Return what `validate`, or `validate --values`, says of a project."""
    checkup = check(root)
    if with_data:
        return with_lint(with_values(checkup), today=TODAY, values=True)
    return with_lint(checkup, today=TODAY)


def finding_of(code: str, checkup: Checkup) -> Diagnostic:
    """Return the first finding of a code.

    Raises:
        LookupError: The mistake does not bring it.
    """
    found = next((d for d in checkup.diagnostics if d.code == code), None)
    if found is None:
        others = [f"{d.code} {d.message}" for d in checkup.diagnostics]
        raise LookupError(f"{code} is not found after its mistake, but {others or 'nothing'}")
    return found


def said(code: str) -> str:
    """Return what is said to a mistake, as people see it."""
    with poor_shop(code) as (_, checkup):
        finding = finding_of(code, checkup)
        return render([finding], sources=checkup.texts, form="text").strip("\n")


def _make(path: Path, change: Change) -> None:
    if change.old:
        text = path.read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise LookupError(f"{change.old!r} stands {text.count(change.old)} times in {path}")
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")
    elif change.new:
        path.parent.mkdir(parents=True)
        path.write_text(change.new, encoding="utf-8")
    else:
        path.unlink()


def _example(code: str) -> Example:
    change = MISTAKES[code][0]
    path = SHOP / change.file
    right = path.read_text(encoding="utf-8") if path.exists() else ""
    if not change.old:
        nothing = f"# there is no {change.file}"
        wrong, good = change.new.rstrip() or nothing, right.rstrip() or nothing
        return Example(file=change.file, wrong=wrong, output=said(code), right=good)
    at = right.index(change.old)
    text = right.replace(change.old, change.new)
    return Example(
        file=change.file,
        wrong=lines_around(text, at, at + len(change.new)),
        output=said(code),
        right=lines_around(right, at, at + len(change.old)),
    )


def lines_around(text: str, start: int, end: int) -> str:
    """Return the lines that a part of a text stands on, with one above and one below."""
    lines = text.splitlines()
    first = text.count("\n", 0, start)
    last = text.count("\n", 0, max(start, end - 1))
    return "\n".join(lines[max(0, first - 1) : last + 2]).strip("\n")
