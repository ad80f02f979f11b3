"""A mistake in the shape of a file hides no mistake in a name of the same file."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN, SETTINGS, TESTS, load_files

Change = tuple[str, str, str]
"""A finding's code, what stands in the clean file, and what instead: marked with «»."""

SHAPES: dict[str, list[Change]] = {
    CAMPAIGN: [
        ("SPC201", "enter:\n", "enter:\n  «holdot»: 10%\n"),
        ("SPC201", "goal:", "«gaol»: 1\ngoal:"),
        ("SPC202", "  - experiment: offer\n    seed: offer\n", "  - «experiment»: offer\n"),
        ("SPC202", ", at_most: 5d}", "}"),
        ("SPC202", ", within: 30d", ""),
        ("SPC203", "enter:\n", "enter:\n  again: «nevr»\n"),
        ("SPC204", "at_most: 5d", "at_most: «5 days»"),
        ("SPC204", "share: 50%, do", "share: «50», do"),
        ("SPC205", "kpis:\n", "review_by: «[]»\nkpis:\n"),
        ("SPC205", "leave:\n", "leave:\n  - «soon»\n"),
        ("SPC207", "  - experiment:", "  - «wiat»: 7d\n  - experiment:"),
        ("SPC207", "send: hello\n", "send: hello\n    «leave»: no\n"),
        ("SPC208", "items >= 1", "items «==» 1"),
    ],
    AUDIENCES: [
        ("SPC201", "traits:\n", "«tratis»: {}\ntraits:\n"),
        ("SPC204", "within: 365d", "within: «365 days»"),
        ("SPC207", "{count: order.placed}", "{«cuont»: order.placed}"),
        ("SPC208", "and last_order older than 60d", "and last_order older than «60»"),
    ],
    CHANNELS: [
        ("SPC201", "sms: {connector: outbox}", "sms: {connector: outbox, «form»: x}"),
        ("SPC204", "within: 7d", "within: «week»"),
        ("SPC205", "at_most: 3", "at_most: «three»"),
        ("SPC205", "policies:\n", "policies:\n  quiet: «22:00»\n"),
    ],
    SETTINGS: [
        ("SPC201", "tick: 1h", "«tic»: 1h"),
        ("SPC202", "    seed: one\n", ""),
        ("SPC202", "    ledger: prod.db\n", ""),
        ("SPC203", "amount: money", "amount: «mony»"),
        ("SPC204", "tick: 1h", "tick: «hourly»"),
    ],
    TESTS: [
        ("SPC201", "    customer:\n", "    «untl»: 2017-05-01\n    customer:\n"),
        ("SPC204", "{opened: hello, at: 2017-03-02 12:00}", "{opened: hello, at: «noon»}"),
        ("SPC205", "{email: true}", "{email: «yes»}"),
    ],
}

NAMES: dict[str, list[Change]] = {
    CAMPAIGN: [
        ("REF301", "on: {event: order.placed", "on: {event: «order.plced»"),
        ("REF301", "where: amount > 10", "where: «amuont» > 10"),
        ("REF301", "city = 'Москва'", "«town» = 'Москва'"),
        ("REF301", "value: amount", "value: «amnt»"),
        ("REF301", "{segment: good}", "{segment: «goood»}"),
        ("REF301", "{opened: hello}", "{opened: «helo»}"),
        ("REF301", "{send: thanks, via: email}", "{send: thanks, via: «emial»}"),
        ("REF301", "segment('lapsed')", "segment('«lapsd»')"),
        ("REF301", "clicked('hello')", "clicked('«hallo»')"),
        ("REF305", "orders_total = 1", "orders_total = «'1'»"),
        ("SPC204", '"<= 3 USD"', '«"<= 3 EUR"»'),
        ("MSR601", "kpis:\n", "kpis:\n  «conversions»: {}\n"),
        ("MSR603", "kpis:\n", "kpis:\n  «open_rate»: {}\n"),
        ("MSR604", '"<= 3 USD"', '«"<= +14%"»'),
        ("MSR605", '"<= 3 USD"', '«"<= x0.9"»'),
        ("MSR610", "kpis:\n", "kpis:\n  lift: {«channel»: sms}\n"),
    ],
    AUDIENCES: [
        ("REF301", "sum: order.placed.amount", "sum: order.placed.«amuont»"),
        ("REF301", "not segment('lapsed')", "not segment('«lapsd»')"),
        ("REF301", "where: sku !=", "where: «skuu» !="),
        ("REF305", "spend > 100", "spend > «'100'»"),
    ],
    CHANNELS: [
        ("REF301", "channel: sms", "channel: «smss»"),
        ("SPC204", "0.0004 USD", "«0.0004 EUR»"),
    ],
    SETTINGS: [
        ("REF301", "campaigns: [win-back]", "campaigns: [win-back, «winback»]"),
        ("REF301", "{email: {connector", "{«mail»: {connector"),
        ("REF301", "responses: usual", "responses: «usal»"),
        ("REF301", "      email: {opened", "      «e-mail»: {opened"),
        ("SPC204", "currency: USD", "currency: «usd»"),
    ],
    TESTS: [
        ("REF301", "{city: Москва}", "{«town»: Москва}"),
        ("REF301", "{offer: b}", "{offer: «c»}"),
        ("REF301", "{amount: 20}", "{«amuont»: 20}"),
        ("REF301", "opened: hello", "opened: «helo»"),
        ("REF301", "unsubscribed: email", "unsubscribed: «sms-»"),
        ("REF301", "{send: ten-off", "{send: «ten-of»"),
    ],
}

PAIRS = [
    pytest.param(file, shape, name, id=f"{shape[2].strip()} & {name[2].strip()}")
    for file in CLEAN
    for shape, name in product(SHAPES[file], NAMES[file])
]


def changed(file: str, *changes: Change) -> str:
    text = CLEAN[file]
    for _, before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def places(marked: str) -> set[int]:
    """Return where marks begin, counted in the text without marks."""
    begins = [at for at, letter in enumerate(marked) if letter == "«"]
    return {at - marked[:at].count("«") - marked[:at].count("»") for at in begins}


@pytest.mark.parametrize(("file", "shape", "name"), PAIRS)
def test_both_are_found_at_their_places(
    tmp_path: Path, file: str, shape: Change, name: Change
) -> None:
    marked = changed(file, shape, name)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(tmp_path, CLEAN | {file: text})

    assert loaded.project is None
    assert {finding.span.file for finding in loaded.diagnostics} == {file}
    assert sorted(finding.code for finding in loaded.diagnostics) == sorted([shape[0], name[0]])
    assert places(marked) <= {finding.span.start for finding in loaded.diagnostics}
