"""Orders, lines, products, answers and people over time, from a project's file to columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from postgres_server import PostgresServer

from campaignspec.clock import format_instant, parse_instant
from campaignspec.document import load_text
from campaignspec.errors import HistoryError
from campaignspec.history import History, Stream
from campaignspec.history.declared import load_declared, places_of
from campaignspec.history.place import Database
from campaignspec.spec import Settings, read

HEAD = "spec: 1\nproject: shop\ntimezone: UTC\ncurrency: USD\nsources:\n"
ORDERS = "customer,order,at,amount,state,shop\n"
LINES = "order,product,quantity,amount,size\n"


def settings(sources: str) -> Settings:
    document = load_text(HEAD + sources, "campaignspec.yaml").value
    assert document is not None
    reading = read(document, Settings)
    assert reading.value is not None, reading.diagnostics
    return reading.value


def load(root: Path, sources: str, cache: Path | None = None, **files: str) -> History:
    for name, text in files.items():
        (root / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_declared(settings(sources), root=root, cache=cache)


def events(history: History, name: str) -> list[tuple[object, ...]]:
    """Return customer, instant and properties of each event, in the stream's order."""
    stream = history.streams[name]
    rows = stream.rows()
    return [
        (
            history.customers[rows[n]],
            format_instant(int(stream.ts[n])),
            *(column.get(n) for column in stream.properties.values()),
        )
        for n in range(len(stream.ts))
    ]


def test_an_order_is_one_event_with_its_number_amount_and_items(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    properties: {shop: text}\n    zone: Europe/Moscow\n"
        "    lines: {file: lines.csv, properties: {size: number}}\n",
        orders=ORDERS + "a,1,2017-03-01 12:00,30.10,paid,web\na,2,2017-03-02 00:00Z,,new,\n",
        lines=LINES + "1,x,2,20.10,5\n2,y,1,5,\n1,z,0.5,10,7\n",
    )

    assert list(history.streams["order.placed"].properties) == ["order", "amount", "items", "shop"]
    assert events(history, "order.placed") == [
        ("a", "2017-03-01 09:00", "1", 30_100_000, 2.5, "web"),
        ("a", "2017-03-02 00:00", "2", None, 1.0, None),
    ]
    assert events(history, "order.line") == [
        ("a", "2017-03-01 09:00", "1", "x", 2.0, 20_100_000, 5.0),
        ("a", "2017-03-01 09:00", "1", "z", 0.5, 10_000_000, 7.0),
        ("a", "2017-03-02 00:00", "2", "y", 1.0, 5_000_000, None),
    ]


def test_orders_without_a_column_of_amounts_are_worth_their_lines(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    lines: {file: lines.csv}\n",
        orders="customer,order,at\na,1,2017-03-01\na,2,2017-03-02\nb,3,2017-03-03\n",
        lines=LINES + "1,x,2,20.10,\n2,y,1,,\n1,z,1,10,\n1,w,1,,\n",
    )

    assert events(history, "order.placed") == [
        ("a", "2017-03-01 00:00", "1", 30_100_000, 4.0),
        ("a", "2017-03-02 00:00", "2", None, 1.0),
        ("b", "2017-03-03 00:00", "3", None, None),
    ]


def test_an_order_given_twice_is_one_as_last_written(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    status: state\n    only: [paid, sent]\n    as: sale\n",
        orders=ORDERS
        + "a,1,2017-03-01,10,new,\nb,2,2017-03-01,20,paid,\na,1,2017-03-03,11,paid,\n"
        + "b,2,2017-03-01,20,cancelled,\nc,3,2017-03-01,5,,\nd,4,2017-03-01,6,sent,\n",
    )

    assert events(history, "sale") == [
        ("a", "2017-03-03 00:00", "1", 11_000_000),
        ("d", "2017-03-01 00:00", "4", 6_000_000),
    ]


def test_orders_are_known_after_a_while(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    known_after: 1d\n",
        orders=ORDERS + "a,1,2017-03-01,10,,\n",
    )

    assert events(history, "order.placed")[0][1] == "2017-03-02 00:00"


def test_lines_of_an_order_that_does_not_count_do_not_count(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    status: state\n    only: [paid]\n"
        "    lines: {file: lines.csv}\n",
        orders=ORDERS + "a,1,2017-03-01,10,new,\nb,2,2017-03-01,20,paid,\n",
        lines=LINES + "1,x,1,1,\n2,y,1,1,\n",
    )

    assert [row[3] for row in events(history, "order.line")] == ["y"]


def test_events_that_name_a_product_have_its_attributes(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - orders: orders.csv\n    lines: {file: lines.csv, properties: {size: number}}\n"
        "  - events: views.csv\n    names: [viewed]\n    product: sku\n"
        "  - products: goods.csv\n    product: id\n"
        "    attributes: {brand: text, price: money, size: number, since: date}\n",
        orders=ORDERS + "a,1,2017-03-01,10,,\n",
        lines=LINES + "1,x,1,1,9\n1,?,1,1,\n1,,1,1,\n1,b,1,1,8\n",
        views="customer,at,event,sku\na,2017-03-01,viewed,x\n",
        goods="id,brand,price,size,since\nx,Alcon,1.5,1,1970-01-02\nb,,2,2,\nunused,C,,,\n",
    )

    lines = history.streams["order.line"].properties
    assert [lines["brand"].get(n) for n in range(4)] == ["Alcon", None, None, None]
    assert [lines["price"].get(n) for n in range(4)] == [1_500_000, None, None, 2_000_000]
    assert [lines["size"].get(n) for n in range(4)] == [9.0, None, None, 8.0]
    viewed = history.streams["viewed"].properties
    assert {name: column.get(0) for name, column in viewed.items()} == {
        "product": "x",
        "brand": "Alcon",
        "price": 1_500_000,
        "size": 1.0,
        "since": 1,
    }
    assert len(viewed) == 5
    assert "brand" not in history.streams["order.placed"].properties


def test_what_people_answered_is_an_event_and_an_opt_out_a_refusal(tmp_path: Path) -> None:
    history = load(
        tmp_path,
        "  - messages: sent.csv\n  - responses: answers.csv\n    zone: Europe/Moscow\n"
        "  - consents: consents.csv\n",
        sent="customer,at,channel,class,campaign\na,2017-03-01,email,promotional,spring\n",
        answers="customer,at,channel,campaign,response\n"
        "a,2017-03-01 10:00,email,spring,Opened\na,2017-03-02 10:00,email,spring,unsubscribed\n"
        "b,2017-03-02,sms,,complained\nb,2017-03-02,sms,,bounced\n",
        consents="customer,at,channel,purpose,state\na,2017-03-01,email,promotional,granted\n"
        "a,2017-03-03,email,promotional,granted\n",
    )

    assert events(history, "message.sent") == [
        ("a", "2017-03-01 00:00", "email", "promotional", "spring")
    ]
    assert events(history, "message.opened") == [("a", "2017-03-01 07:00", "email", "spring")]
    assert events(history, "message.bounced") == [("b", "2017-03-01 21:00", "sms", None)]
    states = {
        key: [stream.properties["granted"].get(n) for n in range(len(stream.ts))]
        for key, stream in history.consents.items()
    }
    assert states == {
        ("email", "promotional"): [True, False, True],
        ("email", "service"): [False],
        ("sms", "promotional"): [False],
        ("sms", "service"): [False],
    }


PEOPLE = """customer,since,city,orders,mail
a,2017-01-01,Omsk,1,old@shop.example
b,2017-01-01,Perm,,
a,2017-03-01 12:00,Kazan,2,new@shop.example
a,2017-02-01,,1,
"""
CHANGING = """\
  - customers: people.csv
    valid_from: since
    zone: Europe/Moscow
    addresses: {email: mail}
    attributes: {city: text, orders: number}
"""


def held(history: History, name: str, at: str) -> list[object]:
    """Return what held of an attribute at an instant, for each customer."""
    stream: Stream = history.changes[name]
    found = []
    for row in range(len(history.customers)):
        index = int(stream.index_latest(row_of(row), parse_instant(at))[0])
        found.append(None if index < 0 else stream.properties["value"].get(index))
    return found


def row_of(row: int) -> object:
    import numpy as np

    return np.array([row])


def test_attributes_change_and_the_last_row_is_what_holds(tmp_path: Path) -> None:
    history = load(tmp_path, CHANGING, people=PEOPLE)

    assert history.customers == ("a", "b")
    assert [history.attributes["city"].get(n) for n in range(2)] == ["Kazan", "Perm"]
    assert history.addresses["email"].tolist() == ["new@shop.example", None]
    assert list(history.changes) == ["city", "orders"]
    assert held(history, "city", "2016-12-31 20:59") == [None, None]
    assert held(history, "city", "2017-01-15") == ["Omsk", "Perm"]
    assert held(history, "city", "2017-02-15") == [None, "Perm"]
    assert held(history, "city", "2017-03-01 09:00") == ["Kazan", "Perm"]
    assert held(history, "orders", "2017-02-15") == [1.0, None]
    assert history.streams == {}
    assert history.first > history.last


def test_cutting_a_history_changes_nothing_that_held_before(tmp_path: Path) -> None:
    history = load(tmp_path, CHANGING, people=PEOPLE)

    cut = history.until(parse_instant("2017-02-15"))

    for at in ("2017-01-15", "2017-02-15"):
        assert held(cut, "city", at) == held(history, "city", at)
    assert held(cut, "city", "2017-04-01") == held(history, "city", "2017-02-15")


ALL = f"""\
{CHANGING}  - orders: orders.csv
    lines: {{file: lines.csv}}
  - products: goods.csv
    attributes: {{brand: text}}
  - responses: answers.csv
"""
FILES = {
    "people": PEOPLE,
    "orders": ORDERS + "a,1,2017-03-01,10,,\n",
    "lines": LINES + "1,x,1,1,\n",
    "goods": "product,brand\nx,Alcon\n",
    "answers": "customer,at,channel,campaign,response\na,2017-03-01,email,s,clicked\n",
}


def test_what_was_made_is_kept_and_made_anew_when_a_file_changes(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = load(tmp_path, ALL, cache, **FILES)
    made = {path: path.stat().st_ino for path in cache.glob("prepared/*/*.parquet")}

    again = load(tmp_path, ALL, cache)
    still = {path: path.stat().st_ino for path in cache.glob("prepared/*/*.parquet")}
    changed = load(tmp_path, ALL, cache, goods="product,brand\nx,Bausch\n")

    assert made == still
    assert len(made) == 3 + 2 + 1 + 2
    assert first.fingerprint == again.fingerprint != changed.fingerprint
    for history, brand in ((first, "Alcon"), (again, "Alcon"), (changed, "Bausch")):
        assert history.streams["order.line"].properties["brand"].get(0) == brand
        assert held(history, "city", "2017-01-15") == ["Omsk", "Perm"]
        assert list(history.streams) == ["message.clicked", "order.line", "order.placed"]


def test_without_a_cache_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))

    load(tmp_path, ALL, **FILES)

    assert list(aside.iterdir()) == []


def test_a_run_watches_every_file_that_it_reads(tmp_path: Path) -> None:
    sources = ALL + "  - consents: postgresql:///crm\n    read: {table: consents}\n"

    places = [place for place, _ in places_of(settings(sources), tmp_path)]

    names = sorted(place.name for place in places if isinstance(place, Path))
    assert names == ["answers.csv", "goods.csv", "lines.csv", "orders.csv", "people.csv"]
    assert Database(url="postgresql:///crm", table="consents") in places


def test_every_source_may_lie_in_a_database(tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.new_database(
        "CREATE TABLE people (customer int, since timestamptz, city text, orders int, mail text)",
        "INSERT INTO people VALUES "
        "(1, '2017-01-01', 'Omsk', 1, ''), (1, '2017-02-01', 'Perm', 2, '')",
        'CREATE TABLE orders (customer int, "order" int, "at" date, amount numeric)',
        "INSERT INTO orders VALUES (1, 7, '2017-03-01', 10.5)",
        'CREATE TABLE lines ("order" int, product text, quantity int, amount money)',
        "INSERT INTO lines VALUES (7, 'x', 2, '10.5')",
        "CREATE TABLE goods (product text, brand text)",
        "INSERT INTO goods VALUES ('x', 'Alcon')",
    )
    sources = f"""\
  - customers: {url}
    read: {{table: people}}
    valid_from: since
    attributes: {{city: text, orders: number}}
  - orders: {url}
    read: {{table: orders}}
    lines: {{read: {{table: lines}}}}
  - products: {url}
    read: {{query: TABLE goods}}
    attributes: {{brand: text}}
"""

    history = load(tmp_path, sources, tmp_path / "cache")

    assert held(history, "city", "2017-01-15") == ["Omsk"]
    assert events(history, "order.line") == [
        ("1", "2017-03-01 00:00", "7", "x", 2.0, 10_500_000, "Alcon")
    ]
    assert events(history, "order.placed") == [("1", "2017-03-01 00:00", "7", 10_500_000, 2.0)]


@pytest.mark.parametrize(
    ("source", "file", "text", "problem"),
    [
        (
            "orders: a.csv\n    lines: {file: b.csv}",
            "b",
            LINES + "1,x,1,1,\n9,x,1,1,\n",
            "b.csv: row 3: column 'order' holds '9', which is no order of",
        ),
        (
            "orders: a.csv\n    lines: {file: b.csv}",
            "b",
            LINES + "1,x,many,1,\n",
            "b.csv: row 2: column 'quantity' holds 'many', which is not a number",
        ),
        (
            "orders: b.csv\n    amount: total\n    lines: {file: a.csv}",
            "b",
            "customer,order,at\n",
            "b.csv: has no column 'total'; its",
        ),
        ("orders: b.csv", "b", "customer,at\n", "b.csv: has no column 'order', 'amount'; its"),
        (
            "orders: b.csv",
            "b",
            ORDERS + "a,1,soon,1,,\n",
            "b.csv: row 2: column 'at' holds 'soon', which is not a date or a date and time",
        ),
        (
            "products: b.csv\n    attributes: {brand: text}",
            "b",
            "product,brand\nx,A\ny,B\nx,C\n",
            "b.csv: row 4: product 'x' stands already in row 2",
        ),
        (
            "responses: b.csv",
            "b",
            "customer,at,channel,campaign,response\na,2017-03-01,email,,opend\n",
            "b.csv: row 2: column 'response' holds 'opend', which is not opened, clicked, repl",
        ),
        (
            "customers: b.csv\n    valid_from: since\n    attributes: {city: number}",
            "b",
            "customer,since,city\na,,1\nb,2017-01-01,Omsk\n",
            "b.csv: row 2: column 'since' is empty",
        ),
    ],
)
def test_what_is_not_as_declared_is_named_where_the_author_finds_it(
    tmp_path: Path, source: str, file: str, text: str, problem: str
) -> None:
    with pytest.raises(HistoryError) as caught:
        load(tmp_path, f"  - {source}\n", **{"a": ORDERS + "a,1,2017-03-01,10,,\n", file: text})

    assert str(caught.value).startswith(f"{tmp_path}/{problem}")
