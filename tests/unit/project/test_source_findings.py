"""Every finding about orders, products, answers, databases and CommerceML, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CLEAN, SETTINGS, load_files, shown

ORDERS = """
  - orders: sales.csv
    order: number
    as: sale.made
    lines: {file: lines.csv, product: sku, as: sale.line, properties: {size: text}}
  - products: products.csv
    product: sku
    attributes: {brand: text, weight: number}
  - messages: sent.csv
  - responses: answers.csv
"""


def settings(sources: str) -> str:
    return CLEAN[SETTINGS].replace("sources:\n", f"sources:\n{sources.lstrip(chr(10))}", 1)


@pytest.mark.parametrize(
    ("code", "source", "words"),
    [
        pytest.param(
            "SPC209",
            "  - orders: «postgresql://me:secret@db.shop.example/crm»\n    read: {table: orders}\n",
            ("a password stands here", "write `postgresql://me@db.shop.example/crm`", "~/.pgpass"),
            id="password",
        ),
        pytest.param(
            "SPC209",
            "  - consents: «postgresql:///crm?password=secret»\n    read: {table: consents}\n",
            ("a password stands here", "write `postgresql:///crm`"),
            id="password among the options",
        ),
        pytest.param(
            "SPC206",
            "  - events: log.csv\n    names: [seen]\n"
            "    known_after: 1d\n    «received_at»: seen_at\n",
            ("both say when an event is known", "keep `received_at:`"),
            id="two delays",
        ),
        pytest.param(
            "SPC206",
            "  - customers: crm.csv\n    valid_from: since\n    «cursor»: seq\n",
            ("no meaning beside `valid_from`", "leave `cursor:` out"),
            id="cursor of changes",
        ),
        pytest.param(
            "SPC204",
            "  - consents: «mysql://root:secret@db/crm»\n",
            ("`mysql://db/crm` is not a database that can be read", "postgresql://host/database"),
            id="another kind of database",
        ),
        pytest.param(
            "SPC202",
            "  - consents: «postgresql://db/crm»\n    read: {schema: crm}\n",
            ("holds several tables", "add `read: {table: orders}`"),
            id="database without a table",
        ),
        pytest.param(
            "SPC202",
            "  - orders: «exchange.xml»\n",
            ("holds several tables", "customers, orders, lines, products"),
            id="CommerceML without a table",
        ),
        pytest.param(
            "SPC203",
            "  - orders: exchange.xml\n    read: {table: «order»}\n",
            ("has no table `order`", "did you mean `orders`?"),
            id="table of CommerceML",
        ),
        pytest.param(
            "SPC203",
            "  - orders: exchange.xml\n    read: {table: orders}\n"
            "    lines: {read: {table: «goods»}}\n",
            ("has no table `goods`", "its tables are customers, orders, lines, products"),
            id="table of lines beside their orders",
        ),
        pytest.param(
            "SPC206",
            "  - orders: exchange.xml\n    read: {table: orders, «encoding»: cp1251}\n",
            ("`exchange.xml` is a CommerceML file", "is read with `table`"),
            id="encoding of CommerceML",
        ),
        pytest.param(
            "SPC206",
            "  - consents: postgresql://me@db/crm\n    read: {table: a, «sheet»: b}\n",
            ("`postgresql://db/crm` is a PostgreSQL", "with `table`, `schema` and `query`"),
            id="sheet of a database",
        ),
        pytest.param(
            "SPC206",
            "  - consents: postgresql://db/crm\n    read: {query: SELECT 1, «schema»: b}\n",
            ("`schema` belongs to a table", "FROM schema.table"),
            id="schema of a query",
        ),
        pytest.param(
            "SPC202",
            "  - orders: sales.csv\n    «only»: [paid]\n",
            ("no column holds them", "add `status:`"),
            id="states without a column",
        ),
        pytest.param(
            "SPC202",
            "  - orders: sales.csv\n    «status»: state\n",
            ("none is chosen", "add `only:`"),
            id="a column without states",
        ),
        pytest.param(
            "SPC206",
            "  - customers: more.csv\n    «zone»: Europe/Moscow\n",
            ("has no times", "`timezone:`"),
            id="zone without times",
        ),
        pytest.param(
            "REF302",
            "  - orders: sales.csv\n    as: sale\n    properties: {«amount»: number}\n",
            ("a property called `amount` exists already",),
            id="own property of orders",
        ),
        pytest.param(
            "REF302",
            "  - orders: sales.csv\n    as: sale\n"
            "    lines: {properties: {«product»: text}, as: sale.line}\n",
            ("`product` exists already",),
            id="own property of lines",
        ),
        pytest.param(
            "REF302",
            "  - events: views.csv\n    names: [view]\n    product: sku\n"
            "    properties: {«product»: text}\n",
            ("the event has it from `product:`",),
            id="product twice",
        ),
    ],
)
def test_a_mistake_in_a_source_is_found_once_at_its_place(
    tmp_path: Path, code: str, source: str, words: tuple[str, ...]
) -> None:
    marked = settings(source)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(tmp_path, CLEAN | {SETTINGS: text})

    assert [(finding.code, shown(finding)) for finding in loaded.diagnostics] == [
        (code, shown(loaded.diagnostics[0]))
    ]
    finding = loaded.diagnostics[0]
    start = marked.index("«")
    assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]
    for word in words:
        assert word in shown(finding)
    assert "secret" not in f"{finding.message} {finding.help}"


@pytest.mark.parametrize(
    "trait",
    [
        "{sum: sale.made.amount}",
        "{sum: sale.made.items}",
        "{most_frequent: sale.line.brand}",
        "{sum: sale.line.weight}",
        "{sum: sale.line.quantity}",
        "{most_frequent: sale.line.size}",
        "{count: message.sent}",
        "{most_frequent: message.sent.channel}",
        "{count: message.opened}",
        "{count: message.bounced}",
        "{most_frequent: message.unsubscribed.campaign}",
    ],
)
def test_traits_know_the_events_that_a_source_gives(tmp_path: Path, trait: str) -> None:
    audiences = CLEAN[AUDIENCES].replace("traits:\n", f"traits:\n  new: {trait}\n", 1)

    loaded = load_files(tmp_path, CLEAN | {SETTINGS: settings(ORDERS), AUDIENCES: audiences})

    assert [shown(finding) for finding in loaded.diagnostics] == []


@pytest.mark.parametrize(
    ("trait", "problem"),
    [
        ("{sum: sale.line.brand}", "is text"),
        ("{count: order.line}", "no event is called `order.line`"),
        ("{sum: sale.made.brand}", "no property of `sale.made` is called `brand`"),
    ],
)
def test_what_a_source_does_not_give_is_unknown(tmp_path: Path, trait: str, problem: str) -> None:
    audiences = CLEAN[AUDIENCES].replace("traits:\n", f"traits:\n  new: {trait}\n", 1)

    loaded = load_files(tmp_path, CLEAN | {SETTINGS: settings(ORDERS), AUDIENCES: audiences})

    assert len(loaded.diagnostics) == 1
    assert problem in shown(loaded.diagnostics[0])


def test_without_such_a_source_there_is_no_such_event(tmp_path: Path) -> None:
    audiences = CLEAN[AUDIENCES].replace(
        "traits:\n", "traits:\n  new: {count: message.opened}\n", 1
    )

    loaded = load_files(tmp_path, CLEAN | {AUDIENCES: audiences})

    assert ["no event is called `message.opened`" in shown(f) for f in loaded.diagnostics] == [True]
