"""PostgreSQL as a source, on a real server."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from campaignspec.clock import format_instant
from campaignspec.errors import ExitCode, HistoryError
from campaignspec.history import CustomerSource, EventSource, History, ValueKind
from campaignspec.history.load import load_history
from campaignspec.history.opening import open_table
from campaignspec.history.place import Database
from campaignspec.history.postgres import After, at_one_instant, open_postgres
from campaignspec.history.reading import connect
from campaignspec.history.source import AS_IT_IS

PEOPLE = """
CREATE TABLE people (
  customer uuid, name text, joined date, visits numeric, spent numeric(14, 4), paid money,
  vip boolean, extra jsonb, score double precision, photo bytea
)"""
ROWS = """
INSERT INTO people VALUES
('00000000-0000-0000-0000-000000000002', 'Ёлкина, Ольга "Я"' || E'\\n' || '张伟', '2017-03-01', 3,
 12.5, '12.5', true, '{"a": [1]}', 0.1, '\\x00ff'),
('00000000-0000-0000-0000-000000000001', '', NULL, NULL, NULL, NULL, NULL, NULL, 'NaN', NULL)"""
KINDS = {
    "name": ValueKind.TEXT,
    "joined": ValueKind.DATE,
    "visits": ValueKind.NUMBER,
    "spent": ValueKind.MONEY,
    "paid": ValueKind.MONEY,
    "vip": ValueKind.BOOLEAN,
    "extra": ValueKind.TEXT,
    "score": ValueKind.NUMBER,
}
ORDERS = """
CREATE TABLE orders (customer int, "at" timestamptz, wall timestamp, amount numeric, note text)"""


def people(database: Database, kinds: dict[str, ValueKind] = KINDS) -> History:
    return load_history([CustomerSource(file=database, timezone=None, attributes=kinds)], [])


def orders(database: Database, at: str = "at", zone: str = "UTC") -> list[str]:
    source = EventSource(file=database, event="order", at=at, zone=zone)
    return [format_instant(int(ts)) for ts in load_history([], [source]).streams["order"].ts]


def test_every_type_of_column_is_read_as_what_it_is_declared_to_be(postgres: PostgresServer):
    url = postgres.new_database(PEOPLE, ROWS)

    history = people(Database(url=url, table="people"))

    assert [customer[-1] for customer in history.customers] == ["1", "2"]
    assert {name: [c.get(0), c.get(1)] for name, c in history.attributes.items()} == {
        "name": [None, 'Ёлкина, Ольга "Я"\n张伟'],
        "joined": [None, (date(2017, 3, 1) - date(1970, 1, 1)).days],
        "visits": [None, 3.0],
        "spent": [None, 12_500_000],
        "paid": [None, 12_500_000],
        "vip": [None, True],
        "extra": [None, '{"a": [1]}'],
        "score": [None, 0.1],
    }


def test_an_instant_with_a_zone_is_exact_and_one_without_is_of_the_source(postgres: PostgresServer):
    url = postgres.new_database(
        ORDERS,
        "SET timezone = 'Asia/Shanghai'",
        "INSERT INTO orders VALUES (1, '2017-03-01 12:00+03', '2017-03-01 12:00', 1, 'x')",
    )
    table = Database(url=url, table="orders")

    assert orders(table) == ["2017-03-01 09:00"]
    assert orders(table, at="wall", zone="America/New_York") == ["2017-03-01 17:00"]


def test_amounts_keep_every_digit(postgres: PostgresServer):
    url = postgres.new_database(
        ORDERS, "INSERT INTO orders VALUES (1, '2017-03-01', NULL, 123456789012.123457, NULL)"
    )
    source = EventSource(
        file=Database(url=url, table="orders"), event="o", properties={"amount": ValueKind.MONEY}
    )

    history = load_history([], [source])

    assert history.streams["o"].properties["amount"].get(0) == 123_456_789_012_123_457


def test_a_query_is_read_in_its_order(postgres: PostgresServer):
    url = postgres.new_database(ORDERS)
    postgres.fill(url, "orders (customer, note)", [(n % 7, str(n)) for n in range(5_000)])
    query = "SELECT customer, DATE '2017-01-01' AS at, note FROM orders ORDER BY note::int DESC; "
    source = EventSource(
        file=Database(url=url, query=query), event="o", properties={"note": ValueKind.NUMBER}
    )

    stream = load_history([], [source]).streams["o"]

    notes = [stream.properties["note"].get(n) for n in range(5_000)]
    assert notes == sorted(notes, key=lambda note: (note % 7, -note))


def test_a_table_of_another_schema_and_a_view_are_read(postgres: PostgresServer):
    url = postgres.new_database(
        "CREATE SCHEMA shop",
        'CREATE TABLE shop."Order Log" (customer int, "at" date)',
        """INSERT INTO shop."Order Log" VALUES (1, '2017-03-01')""",
        'CREATE VIEW seen AS SELECT * FROM shop."Order Log"',
    )

    assert orders(Database(url=url, schema="shop", table="Order Log")) == ["2017-03-01 00:00"]
    assert orders(Database(url=url, table="seen")) == ["2017-03-01 00:00"]


def test_an_empty_table_is_no_problem(postgres: PostgresServer):
    url = postgres.new_database(ORDERS)

    assert orders(Database(url=url, table="orders")) == []


def test_a_row_of_nothing_is_a_row(postgres: PostgresServer):
    url = postgres.new_database(
        "CREATE TABLE t (customer text)", "INSERT INTO t VALUES (NULL), ('a')"
    )
    source = CustomerSource(file=Database(url=url, table="t"), timezone=None, attributes={})

    with pytest.raises(HistoryError, match="row 1: column 'customer' is empty"):
        load_history([source], [])


def test_all_tables_of_a_database_are_read_as_of_one_instant(postgres: PostgresServer):
    url = postgres.new_database(ORDERS, "CREATE TABLE late (n int)")
    first, second = Database(url=url, table="orders"), Database(url=url, table="late")

    with connect() as duck, at_one_instant():
        with open_table(duck, first, AS_IT_IS):
            pass
        postgres.run(url, "INSERT INTO late VALUES (1)")
        with open_table(duck, second, AS_IT_IS) as table:
            seen = duck.sql(f"SELECT * FROM {table.rows}").fetchall()  # noqa: S608 (its own)
    with connect() as duck, open_table(duck, second, AS_IT_IS) as table:
        afterwards = duck.sql(f"SELECT * FROM {table.rows}").fetchall()  # noqa: S608 (its own)

    assert seen == []
    assert afterwards == [(1, 1)]


def test_only_what_is_needed_is_asked_for(postgres: PostgresServer):
    url = postgres.new_database(
        "CREATE TABLE t (n int, label text)", "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"
    )
    table = Database(url=url, table="t")

    with (
        connect() as duck,
        open_postgres(table, columns=["label"], after=After(column="n", value="1")) as opened,
    ):
        relation = duck.sql(f"SELECT * FROM {opened.rows}")  # noqa: S608 (its own)
        columns, rows = relation.columns, relation.fetchall()

    assert columns == ["number of the row", "label"]
    assert rows == [(1, "b"), (2, "c")]
    assert list(opened.kinds) == ["n", "label"]


def test_a_history_is_kept_until_a_row_changes(postgres: PostgresServer, tmp_path: Path):
    url = postgres.new_database(ORDERS, "INSERT INTO orders VALUES (1, '2017-03-01')")
    source = EventSource(file=Database(url=url, table="orders"), event="order")

    first = load_history([], [source], cache=tmp_path)
    again = load_history([], [source], cache=tmp_path)
    postgres.run(url, """UPDATE orders SET "at" = '2017-03-02'""")
    changed = load_history([], [source], cache=tmp_path)

    assert first.fingerprint == again.fingerprint != changed.fingerprint
    assert format_instant(changed.last) == "2017-03-02 00:00"


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            {},
            ": say which table to read: `read: {table: …}`; tables: 'orders', 'people'",
        ),
        ({"table": "order"}, ": has no table 'order'; did you mean 'orders'?"),
        ({"table": "x"}, ": has no table 'x'; tables: 'orders', 'people'"),
        ({"table": "x", "schema": "other"}, ": has no table 'x'; it has none"),
        (
            {"table": "orders"},
            ", table 'orders': has no column 'event'; its columns are 'customer', 'at', 'wall', ",
        ),
        ({"query": "SELECT * FROM ordres"}, ', the query: cannot be read: relation "ordres"'),
        ({"query": "SELECT 1; SELECT 2"}, ", the query: cannot be read: cannot insert multiple"),
        (
            {"query": "SELECT 1) TO PROGRAM 'true' --"},
            ", the query: cannot be read: syntax error at or near",
        ),
        ({"query": "SELECT 1 AS a, 2 AS a"}, ", the query: has two columns 'a'"),
        ({"query": "SET timezone = 'UTC'"}, ", the query: the query gives no table"),
        (
            {"query": "INSERT INTO orders DEFAULT VALUES RETURNING customer"},
            ", the query: cannot be read: ",
        ),
        (
            {"query": "SELECT customer, amount AS event, now() AS at FROM orders"},
            ", the query: row 1: column 'customer' is empty",
        ),
        (
            {"query": "SELECT 1 AS customer, 'infinity'::timestamptz AS at, 'a' AS event"},
            ", the query: row 1: column 'at' holds 'infinity', which is not a date",
        ),
        (
            {"query": "SELECT 1 AS customer, 5 AS at, 'a' AS event"},
            ", the query: column 'at' holds BIGINT, not instants",
        ),
        (
            {"query": "SELECT '\\x00'::bytea AS customer, now() AS at, 'a' AS event"},
            ", the query: column 'customer' holds bytes, not text or a number",
        ),
        (
            {"query": "SELECT 1 / (customer - 1) AS customer FROM (VALUES (1)) v(customer)"},
            ", the query: cannot be read: division by zero",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_table(
    postgres: PostgresServer, table: dict[str, str], problem: str
):
    url = postgres.new_database(PEOPLE, ORDERS, "INSERT INTO orders DEFAULT VALUES")
    source = EventSource(file=Database(url=url, **table))

    with pytest.raises(HistoryError) as caught:
        load_history([], [source])

    assert str(caught.value).startswith(
        f"{url.partition('?')[0].replace('postgres@', '')}{problem}"
    )


def test_a_right_that_is_missing_is_named_with_what_to_grant(postgres: PostgresServer):
    url = postgres.new_database(
        ORDERS, "DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN"
    ).replace("postgres@", "reader@")

    with pytest.raises(HistoryError, match="permission denied for table orders; grant SELECT"):
        orders(Database(url=url, table="orders"))


def test_a_server_that_does_not_answer_is_the_worlds_mistake(tmp_path: Path):
    url = f"postgresql://me@/shop?host={tmp_path}"

    with pytest.raises(HistoryError, match=r"PGPASSWORD, ~/.pgpass or a service file") as caught:
        orders(Database(url=url, table="orders"))

    assert str(caught.value).startswith("postgresql:///shop: cannot be reached: ")
    assert "me@" not in str(caught.value).partition(": ")[0]
    assert caught.value.exit_code is ExitCode.WORLD_FAILED


def test_a_server_that_goes_away_in_the_middle_is_told_from_a_short_table(
    postgres: PostgresServer,
):
    url = postgres.new_database()
    query = """
SELECT n AS customer, now() AS at,
  CASE WHEN n = 50000 THEN pg_terminate_backend(pg_backend_pid())::text ELSE 'a' END AS event
FROM generate_series(1, 100000) AS n"""

    with (
        connect() as duck,
        pytest.raises(HistoryError, match=r"the connection broke: .*start again"),
        open_table(duck, Database(url=url, query=query), AS_IT_IS),
    ):
        pytest.fail("a part of a table was taken for the whole")


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(HistoryError, match=r"pip install 'campaignspec\[postgres\]'"):
        orders(Database(url="postgresql:///shop", table="orders"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "postgresql://me:secret@db.shop.example:5433/crm?sslmode=require",
            "db.shop.example:5433/crm",
        ),
        ("postgres:///crm", "/crm"),
        ("postgresql:///?service=shop", "/?service=shop"),
    ],
)
def test_no_message_shows_who_asks_and_with_what_secret(url: str, shown: str):
    database = Database(url=url, schema="sales", table="orders")

    assert str(database) == f"{url.partition(':')[0]}://{shown}, table 'sales.orders'"
