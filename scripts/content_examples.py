"""For each finding about the content of messages: what makes a good one poor, and what is said.

The good project is `tests/golden/content/shop`. A test makes every mistake and holds what is said
against a golden file; `make generate` makes the pages of the findings from the same mistakes.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from campaignspec.api.check import Checkup, check
from campaignspec.diagnostics import CODES, Diagnostic, render
from campaignspec.diagnostics.examples import Example
from scripts.lint_examples import Change, lines_around

SHOP = Path(__file__).parent.parent / "tests" / "golden" / "content" / "shop"

_SETTINGS = "campaignspec.yaml"
_HELLO = "welcome/templates/hello/email.j2"
_NEWS = "welcome/templates/news/email.j2"
_RUSSIAN = "welcome/templates/news/email.ru.j2"
_SMS = "welcome/templates/news/sms.j2"
_HEADLINE = "{% block subject %}New wool has come in{% endblock %}"

MISTAKES: Mapping[str, Change] = {
    "CNT705": Change(_SETTINGS, "locales: {default: en, by: language}\n", ""),
    "CNT706": Change(
        _RUSSIAN,
        '{% block html %}\n<div lang="ru">\n<p>Пришла новая шерсть девяти цветов.</p>\n'
        "{% if segment('regulars') %}\n"
        '<p style="color: #1d5c3a">Вы у нас частый гость: взгляните на день раньше других.</p>\n'
        "{% endif %}\n"
        "<p><a href=\"{{ link('https://wool.example/new', 'new-wool') }}\">"
        "Посмотреть девять цветов</a></p>\n"
        '<img src="https://wool.example/nine.jpg" alt="девять мотков шерсти">\n'
        "{% include 'footer' %}\n</div>\n{% endblock %}\n",
        "",
    ),
    "CNT707": Change(
        "welcome/templates/hello/email.ru.j2",
        "Спасибо за заказ.",
        "Спасибо за заказ на {{ traits.spend_total | money('EUR') }}.",
    ),
    "CNT708": Change(_HELLO, "{{ link('home') }}", "{{ link('https://wool.example/') }}"),
    "CNT709": Change(_SETTINGS, '"{campaign}"', '"{campain}"'),
    "CNT710": Change(
        "welcome/templates/news/sms.ru.j2",
        "Новая шерсть, девять цветов.",
        "Здравствуйте! Пришла новая шерсть, девять цветов, с пятницы.",
    ),
    "CNT711": Change(_SMS, "Wool Shop: new", "Wool Shop – new"),
    "CNT712": Change(_NEWS, ' alt="nine balls of wool"', ""),
    "CNT713": Change(_NEWS, "See the nine colours", "Click here"),
    "CNT714": Change(_SMS, "{% block text %}", "{% block html %}"),
    "CNT715": Change(_NEWS, '<div lang="en">', "<div>"),
    "CNT716": Change(_NEWS, "#1d5c3a", "#7cc49a"),
    "CNT717": Change(_NEWS, _HEADLINE, _HEADLINE.replace("New wool has come in", "NEW WOOL IS IN")),
    "CNT718": Change(_NEWS, _HEADLINE, _HEADLINE.replace("New", "Act now: new")),
    "CNT719": Change(_HELLO, "{{ link('home') }}", "https://bit.ly/wool"),
    "CNT720": Change(
        "templates/_shared/footer.j2", " No more letters: {{ link('unsubscribe') }}", ""
    ),
    "CNT721": Change(
        _NEWS,
        "<p>New wool has come in, in nine colours.</p>\n"
        "{% if segment('regulars') %}\n"
        '<p style="color: #1d5c3a">You are a regular: look at it a day before all others.</p>\n'
        "{% endif %}\n"
        "<p><a href=\"{{ link('https://wool.example/new', 'new-wool') }}\">"
        "See the nine colours</a></p>\n",
        "",
    ),
}
"""By code."""


def content_examples() -> Mapping[str, Example]:
    """Return the example of every finding."""
    return {code: _example(code) for code in CODES if code in MISTAKES}


@contextlib.contextmanager
def poor_shop(code: str) -> Iterator[Checkup]:
    """Make a mistake in a copy of the shop, stand beside it, and look at it.

    Raises:
        LookupError: What is to be changed does not stand there once.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(SHOP, "shop")
        change = MISTAKES[code]
        path = Path("shop", change.file)
        text = path.read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise LookupError(f"{code}: {change.old!r} stands {text.count(change.old)} times")
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")
        yield check(Path("shop"))


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
    with poor_shop(code) as checkup:
        finding = finding_of(code, checkup)
        return render([finding], sources=checkup.texts, form="text").strip("\n")


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
