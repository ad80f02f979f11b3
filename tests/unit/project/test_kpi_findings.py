"""What campaigns promise, and a project's own KPIs: every mistake is found where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CAMPAIGN, CLEAN, load_files

KPIS_FILE = "kpis.yaml"
ROLES = """\
events:
  order: {event: order.placed, value: amount}
  answer: {event: visit, value: seconds}
"""
OWN = """\
kpis:
  clicks:
    numerator: {facts: clicked, once: message}
    denominator: {facts: sent}
    unit: "%"
    meaning: Clicks.
"""
_HEAD, _, _ = CLEAN[CAMPAIGN].partition("kpis:\n")


def found(tmp_path: Path, kpis: str, own: str = ROLES) -> list[tuple[str, str]]:
    """Return the codes of all findings, with the text that each marks."""
    text = f"{_HEAD}{kpis}"
    files = CLEAN | {CAMPAIGN: text, KPIS_FILE: own}
    loaded = load_files(tmp_path, files)
    lines = {CAMPAIGN: text.splitlines(), KPIS_FILE: own.splitlines()}
    return [
        (
            each.code,
            lines[each.span.file][each.span.line - 1][
                each.span.column - 1 : each.span.end_column - 1
            ],
        )
        for each in loaded.diagnostics
        if each.span.file in lines
    ]


def promised(text: str) -> str:
    """Write one KPI of the campaign."""
    return f"kpis:\n  {text}\n"


_PAST = "from: 2016-01-01, to: 2016-12-31"

PROMISES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a level": ('conversion_rate: {target: ">= 22%"}', []),
    "a multiple": (f'conversion_rate: {{target: ">= x1.3", baseline: {{{_PAST}}}}}', []),
    "points": (f'conversion_rate: {{target: ">= +2 pp", baseline: {{{_PAST}}}}}', []),
    "relative": (
        f'conversion_rate: {{target: ">= +14%", unit: relative, baseline: {{{_PAST}}}}}',
        [],
    ),
    "in points": (
        f'conversion_rate: {{target: ">= +14%", unit: pp, baseline: {{value: 18%, {_PAST}}}}}',
        [],
    ),
    "a decrease": (
        (
            f'cost_per_conversion: {{target: "<= -10%", unit: relative, baseline: {{value: 2 USD, '
            f"{_PAST}}}}}"
        ),
        [],
    ),
    "unknown": ("conversoin_rate: {}", [("MSR601", "conversoin_rate")]),
    "unknown, renamed": ("mine: {kpi: conversoin_rate}", [("MSR601", "conversoin_rate")]),
    "renamed": ("mine: {kpi: conversion_rate}", []),
    "two meanings": ("open_rate: {}", [("MSR603", "open_rate")]),
    "growth of what": (
        f'conversion_rate: {{target: ">= +14%", baseline: {{{_PAST}}}}}',
        [("MSR604", '">= +14%"')],
    ),
    "growth from what": ('conversion_rate: {target: ">= x1.3"}', [("MSR605", '">= x1.3"')]),
    "another unit of growth": (
        f'conversion_rate: {{target: ">= x1.3", unit: pp, baseline: {{{_PAST}}}}}',
        [("SPC204", '">= x1.3"')],
    ),
    "money by points": (
        f'cost_per_conversion: {{target: ">= +2 pp", baseline: {{value: 2 USD, {_PAST}}}}}',
        [("SPC204", '">= +2 pp"')],
    ),
    "an amount in euro": ('cost_per_conversion: {target: "<= 2 EUR"}', [("SPC204", '"<= 2 EUR"')]),
    "a rate in money": ('ctr: {guardrail: ">= 2 USD"}', [("SPC204", '">= 2 USD"')]),
    "a baseline of messages": (
        f'ctr: {{target: ">= x1.1", baseline: {{{_PAST}}}}}',
        [("MSR609", "baseline")],
    ),
    "a baseline in money": (
        f'ctr: {{target: ">= x1.1", baseline: {{value: 2 USD, {_PAST}}}}}',
        [("SPC204", "2 USD")],
    ),
    "a baseline backwards": (
        'lift: {baseline: {value: 1%, from: 2016-12-31, to: 2016-01-01}, target: ">= 1 pp"}',
        [("SPC204", "1%"), ("SPC204", "2016-01-01")],
    ),
    "no window but a goal": ('repurchase_rate: {target: ">= 22%"}', []),
    "a window of nothing": ("repurchase_rate: {window: 0d}", [("SPC204", "0d")]),
    "an unknown stage": ("conversion_rate: {stage: visited}", [("REF301", "visited")]),
    "a stage of another": ("ctr: {stage: visited}", [("MSR610", "stage"), ("REF301", "visited")]),
    "products": ("repurchase_rate: {by: sku}", []),
    "products by amount": ("repurchase_rate: {by: amount}", [("REF305", "amount")]),
    "unknown products": ("repurchase_rate: {by: skuu}", [("REF301", "skuu")]),
    "products of messages": ("ctr: {by: sku}", [("MSR610", "by")]),
    "one channel": ("ctr: {channel: sms}", []),
    "an unknown channel": ("ctr: {channel: smss}", [("REF301", "smss")]),
    "a channel of people": ("lift: {channel: sms}", [("MSR610", "channel")]),
    "the loyal": ("loyal_share: {segment: good, window: 30d}", []),
    "who is loyal": ("loyal_share: {window: 30d}", [("MSR607", "loyal_share")]),
    "unknown loyal": ("loyal_share: {segment: loyal}", [("REF301", "loyal")]),
    "visits or orders": ("retention_rate: {}", []),
    "no followers": ("social_growth: {}", [("MSR607", "social_growth")]),
    "no complaints": ("complaint_rate: {}", [("MSR607", "complaint_rate")]),
    "no owned": ("owned_channel_share: {}", [("MSR607", "owned_channel_share")]),
    "no margin": ("ltv: {}", [("MSR607", "ltv")]),
    "no holdout": ("romi: {}", [("MSR608", "romi")]),
    "answers": ('nps: {target: ">= 30"}', []),
}


@pytest.mark.parametrize(("text", "findings"), PROMISES.values(), ids=PROMISES)
def test_a_promise_is_checked_where_it_stands(
    tmp_path: Path, text: str, findings: list[tuple[str, str]]
) -> None:
    assert found(tmp_path, promised(text)) == findings


ECONOMICS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "all": (
        (
            "economics: {price: 30 USD, margin: 30%, cac: 30 USD, production: 9 USD}\n"
            'kpis:\n  payback_order: {window: 30d, target: "<= 6"}\n'
        ),
        [],
    ),
    "no cost of winning": (
        "economics: {margin: 30%}\nkpis:\n  payback_order: {}\n",
        [("MSR607", "payback_order")],
    ),
    "a plan": (
        (
            "economics:\n  price: 30 USD\n  margin: 30%\n  plan:\n    orders_per_click: 4%\n"
            '    sizes: [{contacts: 1, romi: "< 0%"}, {contacts: 10000}]\n'
        ),
        [],
    ),
    "a plan for nobody, with nothing earned": (
        "economics:\n  plan:\n    orders_per_click: 4%\n    sizes: [{contacts: 0}]\n",
        [("MSR612", "plan"), ("MSR612", "plan"), ("MSR612", "0")],
    ),
    "another currency": ("economics: {cac: 3000 RUB}\n", [("SPC204", "3000 RUB")]),
    "an unknown order": (
        "economics: {order: {event: order.plcd}}\n",
        [("REF301", "order.plcd")],
    ),
    "an order worth a text": (
        "economics: {order: {event: order.placed, value: sku}}\n",
        [("REF305", "sku")],
    ),
    "an order of its own": (
        "economics: {order: {event: visit, value: seconds}}\nkpis:\n  repurchase_rate: {}\n",
        [],
    ),
}


@pytest.mark.parametrize(("text", "findings"), ECONOMICS.values(), ids=ECONOMICS)
def test_what_money_is_counted_by_is_checked(
    tmp_path: Path, text: str, findings: list[tuple[str, str]]
) -> None:
    assert found(tmp_path, text) == findings


DEFINITIONS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "sound": (OWN, []),
    "built in": (OWN.replace("clicks:", "ctr:"), [("REF302", "ctr")]),
    "no window": (
        OWN.replace("{facts: sent}", "{customers: order.placed}"),
        [("MSR606", "clicks")],
    ),
    "a window of nothing": (f"{OWN}    window: 0d\n", [("SPC204", "0d")]),
    "the goal's window": (
        OWN.replace("{facts: sent}", "{customers: order.placed}") + "    window: goal\n",
        [],
    ),
    "everybody and some": (
        OWN.replace("{facts: sent}", "{customers: order.placed, of: everybody}"),
        [("MSR611", "clicks")],
    ),
    "everybody": (
        OWN.replace("{facts: sent}", "{days: period}").replace(
            "{facts: clicked, once: message}", "{events: visit, of: everybody}"
        ),
        [],
    ),
    "an unknown event": (
        OWN.replace("{facts: sent}", "{events: visti}") + "    window: 7d\n",
        [("REF301", "visti")],
    ),
    "an unknown property": (
        OWN.replace("{facts: sent}", "{total: visit.secs}") + "    window: 7d\n",
        [("REF301", "visit.secs")],
    ),
    "a sum of texts": (
        OWN.replace("{facts: sent}", "{total: order.placed.sku}") + "    window: 7d\n",
        [("REF305", "order.placed.sku")],
    ),
    "a rule over an event": (
        OWN.replace("{facts: sent}", "{events: visit, where: secnds > 3}") + "    window: 7d\n",
        [("REF301", "secnds")],
    ),
    "a rule over people": (
        OWN.replace("{facts: sent}", "{entries: treated, where: city = 'Омск'}")
        + "    window: 7d\n",
        [],
    ),
    "never is often": (
        OWN.replace("{facts: sent}", "{customers: visit, at_least: 0}") + "    window: 7d\n",
        [("SPC204", "0")],
    ),
    "an unknown channel": (
        OWN.replace("{facts: sent}", "{facts: sent, channel: e-mail}"),
        [("REF301", "e-mail")],
    ),
    "an unknown segment": (
        OWN.replace("{facts: sent}", "{entries: treated, segment: gud}") + "    window: 7d\n",
        [("REF301", "gud")],
    ),
    "an unknown part": ("events:\n  ordr: {event: visit}\n", [("SPC203", "ordr")]),
    "a product that is a number": (
        "events:\n  order: {event: order.placed, product: order.placed.items}\n",
        [("REF305", "order.placed.items")],
    ),
}


@pytest.mark.parametrize(("text", "findings"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_an_own_definition_is_checked_where_it_stands(
    tmp_path: Path, text: str, findings: list[tuple[str, str]]
) -> None:
    assert found(tmp_path, "", own=text) == findings


def test_a_growth_in_percent_is_told_in_both_ways(tmp_path: Path) -> None:
    text = promised(f'conversion_rate: {{target: ">= +14%", baseline: {{value: 18%, {_PAST}}}}}')

    (finding,) = load_files(tmp_path, CLEAN | {CAMPAIGN: f"{_HEAD}{text}"}).diagnostics

    assert finding.help == ("from 18% it is 20.52% with `unit: relative`, and 32% with `unit: pp`")


def test_an_own_kpi_may_be_promised(tmp_path: Path) -> None:
    assert found(tmp_path, promised('clicks: {target: ">= 2%"}'), own=OWN) == []


def test_what_kpis_yaml_may_say_is_not_missed_while_it_cannot_be_read(tmp_path: Path) -> None:
    codes = found(tmp_path, promised("repurchase_rate: {}"), own="events: {order: 1}\n")

    assert codes == [("SPC205", "1")]
