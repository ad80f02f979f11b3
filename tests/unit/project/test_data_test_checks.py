"""Data tests that cannot be judged as they are written."""

from __future__ import annotations

import pytest
from tiny_project import CLEAN, SETTINGS, load_files, shown

OF_CUSTOMERS = "    attributes: {city: text"

WRONG = {
    "a pattern that is none": (
        "{matches: city, pattern: '[A-'}",
        "SPC204",
        "'[A-' is not a pattern that can be searched for: unterminated character set",
    ),
    "a pattern that looks ahead": (
        "{matches: city, pattern: 'a(?=b)'}",
        "SPC204",
        "it looks ahead or back | say it without (?=…)",
    ),
    "a pattern that looks back": (
        "{matches: city, pattern: '(a)\\1'}",
        "SPC204",
        "it looks ahead or back",
    ),
    "a range without bounds": (
        "{range: age}",
        "SPC206",
        "a range needs a bound | add `from:`, `to:`, or both",
    ),
    "a range the wrong way round": (
        "{range: age, from: 99, to: 18}",
        "SPC206",
        "nothing lies between 99.0 and 18.0",
    ),
    "a range of two kinds": (
        "{range: age, from: 18, to: 2017-01-01}",
        "SPC206",
        "one bound is a date, and the other a number",
    ),
    "no value accepted": ("{accepted_values: city, values: []}", "SPC206", "no value is accepted"),
    "customers without an instant": ("fresh: 2d", "SPC206", "name the column that says when"),
    "products that nobody lists": (
        "{relationships: city, to: products}",
        "REF301",
        "no source lists products | add a source that begins with `products:`",
    ),
    "no such word": ("{unique: city, only: warm}", "SPC203", "did you mean `warn`?"),
    "no such test": ("uniqe: city", "SPC207", "did you mean `unique`?"),
    "too much": ("{volume: 130%}", "SPC204", "write a percentage between 0% and 100%"),
}


def _with(test: str) -> dict[str, str]:
    settings = CLEAN[SETTINGS]
    assert settings.count(OF_CUSTOMERS) == 1
    tested = f"    tests:\n      - {test}\n{OF_CUSTOMERS}"
    return {**CLEAN, SETTINGS: settings.replace(OF_CUSTOMERS, tested)}


@pytest.mark.parametrize(("test", "code", "words"), WRONG.values(), ids=WRONG)
def test_a_test_that_cannot_be_judged_is_found(tmp_path, test, code, words):
    (finding,) = load_files(tmp_path, _with(test)).diagnostics

    assert finding.code == code
    assert words in shown(finding).replace('"', "`")
    assert finding.span.line == 9


RIGHT = {
    "a pattern with escapes": "{matches: city, pattern: '^\\+7\\d{10}$'}",
    "a range of dates": "{range: birthday, from: 1900-01-01, to: 2020-01-01}",
    "a range of one number": "{range: age, from: 18, to: 18}",
    "freshness by a column": "{fresh: 2d, by: changed}",
    "customers": "{relationships: city, to: customers}",
}


@pytest.mark.parametrize("test", RIGHT.values(), ids=RIGHT)
def test_a_test_that_can_be_judged_is_left_alone(tmp_path, test):
    assert load_files(tmp_path, _with(test)).diagnostics == ()


def test_few_names_are_listed_with_what_they_hold(tmp_path):
    campaign = "win-back/campaign.yaml"
    wrong = CLEAN[campaign].replace("where: items >= 1", "where: pieces >= 1")

    (finding,) = load_files(tmp_path, {**CLEAN, campaign: wrong}).diagnostics

    assert finding.help == (
        "properties of `order.placed`: `amount` (an amount of money), `items` (a number), "
        "`sku` (text)"
    )
