from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from campaignspec.clock import parse_duration
from campaignspec.document import load_text
from campaignspec.spec import Audiences, Campaign, Channels, Settings, TestFile, read
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import Branch, Send, Wait
from campaignspec.spec.kinds import KINDS, Share
from campaignspec.spec.read_scalars import MistakeError, Written, reader_of
from campaignspec.spec.reading import Reading
from campaignspec.spec.shape import Loc, is_section, keys_of, members_of, verb_of
from campaignspec.spec.waiting import WaitFor

GOLDEN = Path(__file__).parents[2] / "golden" / "spec"
HEAD = "campaign: a\nenter: {on: {event: e}}\n"


def checked(text: str, section: type = Campaign) -> Reading[Any]:
    document = load_text(text, "x.yaml")
    assert document.value is not None, document.diagnostics
    return read(document.value, section)


def _written(text: str) -> Written:
    document = load_text(f"key: {json.dumps(text)}\n", "x.yaml").value
    assert document is not None
    return Written(data=text, path=("key",), document=document, root=Campaign)


def found(text: str, section: type = Campaign) -> list[tuple[str, str]]:
    """Codes with the text that is marked."""
    return [(d.code, text[d.span.start : d.span.end]) for d in checked(text, section).diagnostics]


def test_a_campaign_is_read_as_typed_values() -> None:
    text = (GOLDEN / "valid.yaml").read_text(encoding="utf-8")

    campaign = checked(text).value

    assert isinstance(campaign, Campaign)
    assert isinstance(campaign.enter.on, OnEvent)
    assert campaign.enter.holdout == Share(0.1)
    assert [type(step) for step in campaign.journey] == [Wait, Send, Wait, Branch]
    assert isinstance(campaign.journey[2].wait, WaitFor)
    assert campaign.journey[0].wait == parse_duration("7d")


def test_every_section_and_rule_knows_where_it_stands() -> None:
    text = (GOLDEN / "valid.yaml").read_text(encoding="utf-8")

    campaign = checked(text).value

    assert campaign.loc == Loc("x.yaml", ())
    assert campaign.journey[1].loc == Loc("x.yaml", ("journey", 1))
    assert campaign.enter.on.where.loc == Loc("x.yaml", ("enter", "on", "where"))


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("journey: []\nownr: x\n", [("SPC201", "ownr")]),
        ("jurney: []\n", [("SPC201", "jurney")]),
        ("title: x\n", [("SPC202", "campaign")]),
        ("journey: [{sned: x, via: y, at_most: 5d}]\n", [("SPC207", "sned")]),
        ("journey: [{send: x, wait: 7d, then: []}]\n", [("SPC207", "wait")]),
        ("journey: [{send: x, at_most: 7d}]\n", [("SPC201", "at_most")]),
        ("journey: [{name: x}]\n", [("SPC207", "name")]),
        ("journey: [send]\n", [("SPC205", "send")]),
        ("journey: {send: x}\n", [("SPC205", "journey")]),
        ("journey: send\n", [("SPC205", "send")]),
        ("journey:\n", [("SPC205", "journey")]),
        ("journey: [{wait: 7}]\n", [("SPC204", "7")]),
        ("journey: [{wait: {for: {opened: x}}}]\n", [("SPC202", "wait")]),
        ("journey: []\ntitle: 1.10\n", [("SPC205", "1.10")]),
        ("journey: []\ntitle: true\n", [("SPC205", "true")]),
        ("journey: []\nobjective: retian\n", [("SPC203", "retian")]),
        ("journey: []\nreview_by: 2018-02-30\n", [("SPC204", "2018-02-30")]),
        ("journey: []\ngoal: x\n", [("SPC205", "x")]),
        ("journey: []\ngoal: {event: e, within: 7d, stay: yes}\n", [("SPC205", "yes")]),
        (
            "journey: [{branch: [{if: a == 1, do: []}, {if: b = 'x, do: []}]}]\n",
            [("SPC208", "=="), ("SPC208", "'x")],
        ),
    ],
)
def test_a_mistake_is_found_once_and_marked_where_it_is(
    text: str, findings: list[tuple[str, str]]
) -> None:
    assert found(HEAD + text) == findings


@pytest.mark.parametrize(
    ("count", "code"),
    [("1", None), ("1.0", None), ("1.5", "SPC205"), ("true", "SPC205"), ('"1"', "SPC205")],
)
def test_a_whole_number_is_a_number_without_a_rest(count: str, code: str | None) -> None:
    text = f"channels: {{}}\npolicies: {{caps: [{{at_most: {count}}}]}}\n"

    assert found(text, Channels) == ([(code, count)] if code else [])


@pytest.mark.parametrize("value", ["10%", "7d", "name", "09:00", "2018-03-01", ">= 2%", "1 USD"])
@pytest.mark.parametrize("edge", [" ", "\n"])
def test_a_kind_has_no_space_around_it(value: str, edge: str) -> None:
    for kind in KINDS:
        written = _written(f"{value}{edge}")

        with pytest.raises(MistakeError, match="is not"):
            reader_of((kind,))(written)


def test_all_mistakes_are_found_in_one_pass() -> None:
    text = "campaign: 1\nenter: {on: {event: e}, again: nevr, holdout: 10}\njourney: [{sned: x}]\n"

    codes = [code for code, _ in found(text)]

    assert codes == ["SPC204", "SPC203", "SPC204", "SPC207"]


def test_a_file_with_a_mistake_has_no_value() -> None:
    assert checked(HEAD + "journey: []\ntitle: 5\n").value is None


@pytest.mark.parametrize(
    ("again", "code"), [("never", None), ("7d", None), ("nevr", "SPC203"), ("7 days", "SPC204")]
)
def test_a_word_or_a_duration_may_stand_where_both_are_wanted(again: str, code: str | None) -> None:
    text = f"campaign: a\nenter: {{on: {{event: e}}, again: {again}}}\njourney: []\n"

    assert [code for code, _ in found(text)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("journey: []\nholdout: 10%\n", "`holdout` belongs to `enter`"),
        (
            "journey: [{send: x, at_most: 5d}]\n",
            "`at_most` belongs to `approve`, or `by` or `for` of `wait`",
        ),
        ("journey: [{wait: 5d, at_most: 5d}]\n", "`at_most` belongs to `by` or `for` of `wait`"),
        ("journey: [{send: x, then: []}]\n", "`then` belongs to `wait`"),
        (
            "journey: [{wait: {for: {opened: x}, at_most: 5d}, else: []}]\n",
            "it is called `otherwise` here",
        ),
        ("journey: [{repeat: 2, then: []}]\n", "it is called `do` here"),
        ("journey: []\ntitle: 1.10\n", 'quote it: "1.10"'),
        ("journey: []\nowner: true\n", 'quote it: "true"'),
        ("journey: {send: x}\n", "put `- ` before it"),
        ("journey: []\ngoal: {event: e, within: 7d, stay: yes}\n", "write true"),
    ],
)
def test_a_finding_says_what_to_do(text: str, advice: str) -> None:
    assert [d.help for d in checked(HEAD + text).diagnostics] == [advice]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- a\n", "word\n"])
def test_a_file_that_is_no_mapping_is_one_finding_on_its_first_line(text: str) -> None:
    result = checked(text)

    assert [(d.code, d.span.line) for d in result.diagnostics] == [("SPC205", 1)]


def test_an_empty_file_without_required_keys_says_what_may_stand_in_it() -> None:
    result = checked("", Audiences)

    assert [d.help for d in result.diagnostics] == ["begin with `traits`, `segments`, `exclusive`"]


SETTINGS = """
spec: 1
project: shop
timezone: Europe/Moscow
currency: USD
sources:
  - {customers: c.csv, addresses: {email: mail}, attributes: {age: text}}
  - {events: e.csv, names: [order.placed], properties: {amount: money}, zone: UTC}
environments: {live: {ledger: live.db}}
"""
AUDIENCES = """
traits:
  orders: {count: order.placed, within: 90d}
  spend: {sum: order.placed.amount}
segments:
  lapsed: {where: orders >= 1 and last older than 60d}
"""
CHANNELS = """
channels:
  email: {connector: smtp, cost: 0.0004 USD, with: {port: 25, tls: true}}
policies:
  consent: {promotional: opt_in}
  caps: [{at_most: 1, per: calendar_day}]
  quiet: {from: "21:00", to: "09:00"}
"""
TESTS = """
tests:
  - test: someone who buys hears nothing
    customer: {consent: {email: true}}
    timeline: [{event: e, at: 2017-03-01 12:00}, {opened: hello, at: 2017-03-02}]
    expect: {messages: []}
"""


@pytest.mark.parametrize(
    ("section", "text"),
    [(Settings, SETTINGS), (Audiences, AUDIENCES), (Channels, CHANNELS), (TestFile, TESTS)],
)
def test_every_kind_of_file_is_read(section: type, text: str) -> None:
    result = checked(text, section)

    assert result.diagnostics == ()
    assert isinstance(result.value, section)


def test_a_repeated_key_through_an_alias_is_read_like_any_other() -> None:
    text = HEAD + "journey: [{send: &hello hi}, {send: *hello, name: again}]\n"

    campaign = checked(text).value

    assert [step.send for step in campaign.journey] == ["hi", "hi"]


def test_no_verb_of_a_union_is_a_key_of_another_member() -> None:
    # Otherwise the first verb present would decide wrongly.
    seen, queue = set(), [Campaign, Settings, Audiences, Channels, TestFile]
    clashes = []
    while queue:
        section = queue.pop()
        seen.add(section)
        for key in keys_of(section):
            for kind in _unions(key.type):
                members = [m for m in members_of(kind) if is_section(m)]
                queue += [m for m in members if m not in seen]
                clashes += [
                    (a, b)
                    for a in members
                    for b in members
                    if a is not b and verb_of(a) in {k.name for k in keys_of(b)}
                ]

    assert clashes == []


def _unions(kind: object) -> list[object]:
    here = [kind] if any(is_section(m) for m in members_of(kind)) else []
    return here + [union for part in get_args(kind) for union in _unions(part)]
