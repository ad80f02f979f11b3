"""What is wrong with tests beside a campaign, found where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from case_bench import CAMPAIGNS
from tiny_project import CLEAN, TESTS, load_files

from campaignspec.diagnostics import Diagnostic
from campaignspec.project import load_project

WRONG = {
    "a step that is not there": (
        "contains: [{send: hello,",
        "contains: [{send: hullo,",
        "REF301 no send step of `win-back` is called `hullo`",
    ),
    "a forbidden step that is not there": (
        "- {send: ten-off, after",
        "- {send: two-off, after",
        "REF301 no send step of `win-back` is called `two-off`",
    ),
    "a click on nothing": (
        "after: {clicked: hello}",
        "after: {clicked: hullo}",
        "REF301 no send step of `win-back` is called `hullo`",
    ),
    "an arm that is not there": (
        "arm: a, times",
        "arm: c, times",
        "REF301 no arm is called `c`",
    ),
    "a channel to be sent through": (
        "via: email, cost",
        "via: e-mail, cost",
        "REF301 no channel is called `e-mail`",
    ),
    "a channel never to be used": (
        "- {via: sms,",
        "- {via: fax,",
        "REF301 no channel is called `fax`",
    ),
    "a channel that is agreed to": (
        "agreed: email",
        "agreed: fax",
        "REF301 no channel is called `fax`",
    ),
    "an event that is not there": (
        "{event: order.returned, where: amount > 1}, for",
        "{event: order.turned}, for",
        "REF301 no event is called `order.turned`",
    ),
    "a property that is not there": (
        "where: amount > 1}, for",
        "where: mount > 1}, for",
        "REF301 no property of `order.returned` is called `mount`",
    ),
    "a fact that is not there": (
        "for: city = 'Москва'}",
        "for: town = 'Москва'}",
        "REF301 no trait or attribute is called `town`",
    ),
    "text that is compared as a number": (
        "for: city = 'Москва'}",
        "for: city > 3}",
        "REF305 `city` is text, which has no order: `>` cannot be asked",
    ),
    "an amount that is none": (
        "properties: {amount: 20}",
        "properties: {amount: much}",
        "REF305 `amount` is an amount of money, and `much` is not",
    ),
    "a number that is text": (
        "properties: {amount: 20}",
        "properties: {items: two}",
        "REF305 `items` is a number, and `two` is not",
    ),
    "an attribute of another kind": (
        "attributes: {city: Москва}",
        "attributes: {birthday: 3 March}",
        "REF305 `birthday` is a date, and `3 March` is not",
    ),
    "a call that lets nobody enter": (
        "      - {agreed: email,",
        "      - {call: start, at: 2017-03-02}\n      - {agreed: email,",
        "REF301 no call is called `start`",
    ),
    "a persona, and there are none": (
        "    customer:\n",
        "    customer:\n      like: anna\n",
        "REF301 no persona is called `anna`",
    ),
    "another currency": (
        'cost: "<= 1 USD"',
        'cost: "<= 1 EUR"',
        "SPC204 the test counts in EUR, but the project in USD",
    ),
    "a cost without a currency": (
        'cost: "<= 1 USD"',
        'cost: "<= 1"',
        "SPC204 the test counts in no currency, but the project in USD",
    ),
    "the worth of a goal in another currency": (
        "value: 20 USD",
        "value: 20 EUR",
        "SPC204 the test counts in EUR, but the project in USD",
    ),
    "an end that nobody has": (
        "ends: left done at",
        "ends: gone at",
        "SPC204 `gone at 2017-03-01 12:00` is not an ending",
    ),
    "a path that cannot be read": (
        "offer > a]",
        '"offer >"]',
        "SPC204 `offer >` is not a step on a path",
    ),
    "a window without a limit": (
        'messages: "> 2", within: 7d',
        "within: 7d",
        "JRN451 `within` stands without `messages`",
    ),
    "a limit that every message keeps": (
        'messages: "> 2"',
        'messages: "< 2"',
        "JRN451 `< 2` does not say how many messages are too many",
    ),
    "nothing that must never be": (
        "never:\n",
        "never:\n  - {}\n",
        "JRN451 nothing is said of the messages that must never be",
    ),
}


def findings(root: Path, old: str, new: str) -> tuple[Diagnostic, ...]:
    text = CLEAN[TESTS]
    assert text.count(old) == 1, old
    return load_files(root, CLEAN | {TESTS: text.replace(old, new)}).diagnostics


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_test_is_one_finding_where_it_stands(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = findings(tmp_path, old, new)

    assert [f"{each.code} {each.message}" for each in found] == [said]
    assert found[0].span.file == TESTS
    assert found[0].help


def test_a_test_in_which_nothing_happens_says_when_it_begins(tmp_path: Path) -> None:
    case = "tests:\n  - test: nothing\n    expect: {messages: []}\n"

    found = load_files(tmp_path, CLEAN | {TESTS: case}).diagnostics
    begun = load_files(tmp_path, CLEAN | {TESTS: f"{case}    from: 2017-03-01\n"}).diagnostics

    assert [(each.code, each.span.line) for each in found] == [("JRN450", 2)]
    assert begun == ()


ELSEWHERE = {
    "how many rounds": ("optics/lenses-lookalike", "repeat: 5", "repeat: five", "SPC205"),
    "whether a second message follows": (
        "fashion/member-day",
        "mix: our-own",
        "mix: our-owm",
        "REF301",
    ),
}


@pytest.mark.parametrize(("folder", "old", "new", "code"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_a_mistake_in_the_journey_hides_is_not_missed_in_its_tests(
    tmp_path: Path, folder: str, old: str, new: str, code: str
) -> None:
    shop, _, campaign = folder.partition("/")
    root = tmp_path / shop
    shutil.copytree(CAMPAIGNS / shop, root, ignore=shutil.ignore_patterns(".campaignspec"))
    file = root / campaign / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")

    found = load_project(root, relative_to=root).diagnostics

    assert [(each.code, each.span.file) for each in found] == [(code, f"{campaign}/campaign.yaml")]
