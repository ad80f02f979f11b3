"""Every finding about names, kinds, journeys and numbers, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN, SETTINGS, TESTS, load_files, shown


def test_a_clean_project_has_no_finding(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, CLEAN)

    assert [shown(finding) for finding in loaded.diagnostics] == []
    assert loaded.project is not None
    assert list(loaded.project.campaigns) == ["win-back"]


def row(
    code: str, file: str, before: str, after: str, *words: str, name: str | None = None
) -> object:
    """Change a clean project in one place; the finding must cover what stands in «»."""
    return pytest.param(code, file, before, after, words, id=name or f"{code} {after}")


UNKNOWN_NAMES = [
    row("REF301", CAMPAIGN, "on: {event: order.placed", "on: {event: «order.plced»",
        "no event is called `order.plced`",
        "did you mean `order.placed`? events: `order.placed`, `order.returned`, `visit`"),
    row("REF301", CAMPAIGN, "event: order.returned", "event: «view»", "no event", "`visit`"),
    row("REF301", CAMPAIGN, "{segment: good}", "{segment: «goood»}", "no segment", "`good`?"),
    row("REF301", CAMPAIGN, "{segment: good}", "{segment: «spend»}", "`spend` is a trait"),
    row("REF301", CAMPAIGN, "goal: {event: order.placed", "goal: {event: «购买»", "no event"),
    row("REF301", CAMPAIGN, "value: amount", "value: «amnt»", "property of `order.placed`",
        "did you mean `amount`?"),
    row("REF301", CAMPAIGN, "where: items >= 1", "where: «seconds» >= 1",
        "no property of `order.placed`", "`seconds` is a property of `visit`"),
    row("REF301", CAMPAIGN, "where: city =", "where: age > 1 and «ciity» =", "mean `city`?"),
    row("REF301", CAMPAIGN, "city = 'Москва'", "«lapsed» = 'yes'", "no trait or attribute",
        "`lapsed` is a segment; write segment('lapsed')"),
    row("REF301", CAMPAIGN, "segment('lapsed')", "segment('«lapsd»')", "did you mean `lapsed`?"),
    row("REF301", CAMPAIGN, "clicked('hello')", "clicked('«helo»')", "no send step of `win-back`",
        "did you mean `hello`?"),
    row("REF301", CAMPAIGN, "{opened: hello}", "{opened: «thx»}", "send steps: `hello`, `thanks`"),
    row("REF301", CAMPAIGN, "{opened: hello}", "{clicked: «привет»}", "send steps: `hello`"),
    row("REF301", CAMPAIGN, "via: sms", "via: «smss»", "no channel", "did you mean `sms`?"),
    row("REF301", CAMPAIGN, "on: {event: order.placed, where: amount > 10 and orders_total = 1}",
        "on: {date: «birthdy»}", "no attribute", "did you mean `birthday`?"),
    row("REF301", CAMPAIGN, "campaign: win-back", "campaign: «wake-up»",
        "the folder is called `win-back`", name="REF301 folder"),
    row("REF301", AUDIENCES, "{count: order.placed}", "{count: «order.place»}", "`order.placed`?"),
    row("REF301", AUDIENCES, "order.placed.amount", "order.placed.«amuont»", "`amount`?"),
    row("REF301", AUDIENCES, "order.placed.amount", "«order.place».amount", "no event"),
    row("REF301", AUDIENCES, "traits:", "traits:\n  best: {maximum: order.placed.«amont»}",
        "did you mean `amount`?"),
    row("REF301", AUDIENCES, "traits:", "traits:\n  gap: {median_gap: «order.place»}", "no event"),
    row("REF301", AUDIENCES, "traits:", "traits:\n  basket: {ratio: spend, to: «orders»}",
        "no trait is called `orders`"),
    row("REF301", AUDIENCES, "traits:", "traits:\n  basket: {ratio: «age», to: orders_total}",
        "`age` is an attribute"),
    row("REF301", AUDIENCES, "where: sku !=", "where: «skuu» !=", "property of `order.placed`"),
    row("REF301", AUDIENCES, "where: spend > 100", "where: «amount» > 100",
        "`amount` is a property of `order.placed`"),
    row("REF301", CHANNELS, "channel: sms", "channel: «push»", "channels: `email`, `sms`"),
    row("REF301", SETTINGS, "      email: {opened", "      «e-mail»: {opened", "`email`?"),
    row("REF301", SETTINGS, "[win-back]", "[win-back, «winback»]", "campaign", "`win-back`?"),
    row("REF301", SETTINGS, "{email: {connector", "{«mail»: {connector", "`email`?"),
    row("REF301", SETTINGS, "responses: usual", "responses: «usal»", "response model"),
    row("REF301", TESTS, "{city: Москва}", "{«город»: Москва}", "no attribute"),
    row("REF301", TESTS, "consent: {email", "consent: {«emial»", "no channel"),
    row("REF301", TESTS, "{offer: b}", "{«offr»: b}", "no experiment", "did you mean `offer`?"),
    row("REF301", TESTS, "{offer: b}", "{offer: «c»}", "no arm of `offer`", "arms: `a`, `b`"),
    row("REF301", TESTS, "{event: order.placed", "{event: «order»", "no event"),
    row("REF301", TESTS, "{amount: 20}", "{«amout»: 20}", "property of `order.placed`"),
    row("REF301", TESTS, "opened: hello", "opened: «hallo»", "`hello`?"),
    row("REF301", TESTS, "clicked: hello", "clicked: «hallo»", "`hello`?"),
    row("REF301", TESTS, "unsubscribed: email", "unsubscribed: «mail»", "`email`?"),
    row("REF301", TESTS, "[{send: hello", "[{send: «hallo»", "`hello`?"),
    row("REF301", TESTS, "{send: ten-off", "{send: «ten-of»", "`ten-off`?"),
]  # fmt: skip

DUPLICATES = [
    row("REF302", AUDIENCES, "traits:", "traits:\n  «age»: {count: visit}",
        "`age` is an attribute of customers and a trait", name="REF302 trait"),
    row("REF302", AUDIENCES, "traits:", "traits:\n  «timezone»: {count: visit}", "attribute",
        name="REF302 timezone"),
    row("REF302", CAMPAIGN, "{send: thanks,", "{send: «hello»,", "step", "`name:`"),
    row("REF302", CAMPAIGN, "{send: thanks,", "{send: thanks, name: «hello»,", "step"),
    row("REF302", CAMPAIGN, "  - experiment:", "  - wait: 1d\n    name: «hello»\n  - experiment:",
        "a step called", name="REF302 wait"),
    row("REF302", CAMPAIGN, "b: {share: 50%}", "b:\n        share: 50%\n        do:\n"
        "          - experiment: «offer»\n            seed: x\n"
        "            arms: {a: {share: 100%}, b: {share: 0%}}", "a step called `offer`",
        name="REF302 experiment"),
    row("REF302", CAMPAIGN, "{send: thanks,", "{send: «end»,", "a place called `end`"),
    row("REF302", CAMPAIGN, "      - else: []",
        "      - if: «clicked('hello') and segment('lapsed')»\n        do: []",
        "a way called", name="REF302 ways by their rules"),
    row("REF302", CAMPAIGN, "        do: [{leave: done}]", "        do: [{leave: done}]\n"
        "        name: «else»", "a way called `else`", name="REF302 way called else"),
]  # fmt: skip

CIRCLES = [
    row("REF303", AUDIENCES, "where: orders_total >= 1 and last_order older than 60d",
        "where: segment('«good»')", "`lapsed` → `good` → `lapsed`"),
    row("REF303", AUDIENCES, "where: orders_total >= 1 and last_order older than 60d",
        "where: not segment('«lapsed»')", "`lapsed` is defined by itself"),
    row("REF303", AUDIENCES, "traits:", "traits:\n  own: {ratio: spend, to: «own»}",
        "the trait `own` is defined by itself"),
    row("REF303", AUDIENCES, "traits:",
        "traits:\n  a: {ratio: «b», to: spend}\n  b: {ratio: spend, to: a}", "`a` → `b` → `a`"),
]  # fmt: skip

WRONG_KINDS = [
    row("REF305", CAMPAIGN, "city = 'Москва'", "age = «'25'»", "`age` is a number", "'25'"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "city = «5»", "`city` is text", "city = '5'"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "«city» >= 'Москва'", "no order"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "city in ('Москва', «7»)", "`city` is text"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "vip = «'maybe'»", "true or false", "vip = 'yes'"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "«vip» > 'no'", "no order"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "birthday > «'2017'»", "`birthday` is a date"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "last_order > «'2017-01-01'»", "older than 60d"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "«age» older than 60d", "`age` is a number",
        "older than 60d"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "spend > «'100'»", "`spend` is an amount of money"),
    row("REF305", CAMPAIGN, "city = 'Москва'", "opened('«hello»')", "opened('hello')", "branches"),
    row("REF305", CAMPAIGN, "where: items >= 1", "where: «orders_total» >= 1",
        "`orders_total` is a trait", "a goal's `where`", "properties of `order.placed`"),
    row("REF305", CAMPAIGN, "where: amount > 1}", "where: «city» = 'Москва'}",
        "`city` is an attribute", "a leave rule's `where`"),
    row("REF305", CAMPAIGN, "where: amount > 1}", "where: segment('«good»')}",
        "segments cannot be asked for"),
    row("REF305", CAMPAIGN, "where: amount > 1}", "where: sent('«hello»')}", "cannot be asked"),
    row("REF305", CAMPAIGN, "{for: {opened: hello}",
        "{for: {event: visit, where: seconds > 1 and age > 1 and opened('«hello»')}",
        "the wait's `where`"),
    row("REF305", CAMPAIGN, "value: amount", "value: «sku»", "`sku` of `order.placed` is text"),
    row("REF305", CAMPAIGN, "on: {event: order.placed, where: amount > 10 and orders_total = 1}",
        "on: {date: «age»}", "`age` is a number, not a date", "`birthday`"),
    row("REF305", AUDIENCES, "order.placed.amount", "order.placed.«sku»", "text", "no sum"),
    row("REF305", AUDIENCES, "{latest: order.placed}", "{maximum: order.placed.«sku»}", "text",
        "no maximum", "a number, an amount of money or a date"),
    row("REF305", AUDIENCES, "{latest: order.placed}", "{most_frequent: order.placed.«items»}",
        "a number", "most_frequent wants text"),
    row("REF305", AUDIENCES, "traits:", "traits:\n  odd: {ratio: spend, to: «last_order»}",
        "an instant and has no ratio"),
    row("REF305", AUDIENCES, "traits:", "traits:\n  odd: {ratio: spend, to: «gone»}\n"
        "  gone: {days_since: visit}", "grows with every day"),
    row("REF305", AUDIENCES, "segments:",
        "  ware: {last_value: order.placed.sku}\nsegments:\n  odd: {where: «ware» > 'a'}",
        "`ware` is text", "no order", name="REF305 last value"),
    row("REF305", AUDIENCES, "segments:",
        "  basket: {ratio: spend, to: orders_total}\nsegments:\n  odd: {where: basket > «'a'»}",
        "`basket` is an amount of money", name="REF305 ratio"),
    row("REF305", AUDIENCES, "where: sku != 'gift'", "where: «orders_total» > 1",
        "a trait's `where`"),
    row("REF305", AUDIENCES, "not segment('lapsed')", "clicked('«hello»')", "cannot be asked"),
    row("REF305", SETTINGS,
        "names: [view, click]\n    as: visit\n    properties: {seconds: number}",
        "names: [order.placed, visit]\n    properties: {amount: «number»}",
        "`amount` of `order.placed` is number here and money elsewhere", name="REF305 sources"),
    row("REF305", AUDIENCES, "where: sku != 'gift'", "where: items = «'two'»", "`items`"),
]  # fmt: skip

JOURNEYS = [
    row("JRN401", CAMPAIGN, "do: [{leave: done}]", "do: [{leave: done}, {«send»: x, via: sms}]",
        "nobody comes to this `send`"),
    row("JRN401", CAMPAIGN, "      - else: []", "      - else: [{leave: no}]\n  - «wait»: 1d",
        "nobody comes", name="JRN401 behind a branch that all leave"),
    row("JRN401", CAMPAIGN, "      - else: []", "      - else: []\n      - «if»: age > 1\n"
        "        do: []", "nobody takes this `if`", name="JRN401 if behind else"),
    row("JRN401", CAMPAIGN, "      - else: []", "      - else: []\n      - «else»: []",
        "nobody takes this `else`", name="JRN401 second else"),
    row("JRN402", CAMPAIGN, "b: {share: 50%}", "b: {share: 49.5%}", "99.5%", name="JRN402"),
    row("JRN404", CAMPAIGN, "clicked('hello')", "clicked('«ten-off»')", "no path to here"),
    row("JRN404", CAMPAIGN, "{opened: hello}", "{opened: «thanks»}", "no path to here"),
    row("JRN404", CAMPAIGN, "  - send: hello\n    via: email\n",
        "  - wait: {for: {clicked: «ten-off»}, at_most: 1d}\n  - send: hello\n    via: email\n",
        "no path to here", name="JRN404 sent later"),
    row("SPC206", CAMPAIGN, "  - branch:", "  - wait: 1d\n    «then»: [{send: x, via: sms}]\n"
        "  - branch:", "`then` has no meaning here", name="SPC206 then"),
    row("SPC206", CAMPAIGN, "  - branch:", '  - wait: {until: "10:00"}\n'
        "    «otherwise»: [{send: x, via: sms}]\n  - branch:", "`otherwise`",
        name="SPC206 otherwise"),
]  # fmt: skip

NUMBERS = [
    row("SPC203", SETTINGS, "spec: 1", "spec: «2»", "version 2"),
    row("SPC204", SETTINGS, "currency: USD", "currency: «usd»", "`usd` is not a currency"),
    row("SPC204", SETTINGS, "tick: 1h", "tick: «0h»", "`tick` is zero"),
    row("SPC204", CHANNELS, "0.0004 USD", "«0.0004 EUR»", "EUR", "USD"),
    row("SPC204", CHANNELS, "at_most: 3", "at_most: «0»", "forbid every message"),
    row("SPC204", CHANNELS, "within: 7d", "within: «0d»", "`within` is zero"),
    row("SPC204", CAMPAIGN, "at_most: 5d", "at_most: «0d»", "`at_most` is zero"),
    row("SPC204", CAMPAIGN, "within: 30d", "within: «0d»", "`within` is zero"),
    row("SPC204", AUDIENCES, "within: 365d", "within: «0d»", "`within` is zero"),
    row("SPC206", CHANNELS, "{at_most: 1, per: calendar_day}",
        "{at_most: 1, «per»: calendar_day, within: 1d}", "not over both"),
    row("SPC206", CHANNELS, "{at_most: 1, per: calendar_day}", "{«at_most»: 1}",
        "does not say over what time"),
    row("SPC204", CAMPAIGN, '">= 5%"', '«">= 5"»', "a percentage", '">= 5%"'),
    row("SPC204", CAMPAIGN, '"<= 3 USD"', '«"<= 3 EUR"»', "an amount of USD", "amount of EUR"),
    row("SPC204", CAMPAIGN, "kpis:", 'kpis:\n  lift: {target: «">= 2%"»}', "percentage points"),
    row("SPC204", CAMPAIGN, "kpis:", 'kpis:\n  messages_per_customer: {target: «"<= 2%"»}',
        "a plain number"),
]  # fmt: skip


FILES = [
    row("SPC206", SETTINGS, "orders.csv\n", "orders.csv\n    read: {«sheet»: May}\n",
        "`sheet` has no meaning here: `orders.csv` is a CSV file",
        "read with `delimiter`, `encoding`, `decimal` and `dates`", name="SPC206 sheet of a CSV"),
    row("SPC206", SETTINGS, "customers.csv", "people.XLSX\n    read: {«delimiter»: ;}",
        "is an Excel file", "read with `sheet`", name="SPC206 delimiter of Excel"),
    row("SPC206", SETTINGS, "customers.csv", "shop.db\n    read: {table: a, «encoding»: gbk}",
        "is a SQLite file", "`table` and `query`", name="SPC206 encoding of SQLite"),
    row("SPC206", SETTINGS, "visits.csv", "visits.parquet\n    read: {«query»: select 1}",
        "is a Parquet file", "read with `decimal` and `dates`", name="SPC206 query of Parquet"),
    row("SPC206", SETTINGS, "customers.csv", "shop.sqlite\n    read: {table: a, «query»: select 1}",
        "a table or a query", name="SPC206 table and query"),
    row("SPC204", SETTINGS, "orders.csv\n", 'orders.csv\n    read: {delimiter: «"||"»}\n',
        "'||' cannot part columns", "one character", name="SPC204 delimiter"),
    row("SPC204", SETTINGS, "orders.csv\n", "orders.csv\n    read: {encoding: «cp1215»}\n",
        "`cp1215` is not an encoding", "utf-8, cp1251, gbk", name="SPC204 encoding"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "file", "before", "after", "words"),
    [*UNKNOWN_NAMES, *DUPLICATES, *CIRCLES, *WRONG_KINDS, *JOURNEYS, *NUMBERS, *FILES],
)
def test_a_mistake_is_found_once_at_its_place(
    tmp_path: Path, code: str, file: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    assert before in CLEAN[file]
    marked = CLEAN[file].replace(before, after, 1)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(tmp_path, CLEAN | {file: text})

    assert loaded.project is None
    assert [finding.code for finding in loaded.diagnostics] == [code]
    finding = loaded.diagnostics[0]
    assert finding.span.file == file
    for word in words:
        assert word in shown(finding)
    if "«" in marked:
        start = marked.index("«")
        assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]
        assert finding.span.line == text[:start].count("\n") + 1
