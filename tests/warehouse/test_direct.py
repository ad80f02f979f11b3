"""Answers straight from the sources are those of the store, from files and from PostgreSQL."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import psycopg
import pytest
from postgres_server import PostgresServer
from warehouse.project import INSTANTS, read_project, write_project

from campaignspec.api.audience import write_audience
from campaignspec.api.history import history_of
from campaignspec.api.period import instant_of
from campaignspec.api.sql import segment_sql, size_directly, write_audience_directly
from campaignspec.assembly import audience_of
from campaignspec.errors import HistoryError, UsageError
from campaignspec.project import Project
from campaignspec.warehouse.direct import customers_of

IN_DATABASE = """
spec: 1
project: corner-shop
timezone: America/New_York
currency: USD
sources:
  - customers: {url}
    read: {{table: people}}
    attributes: {{city: text, birthday: date, vip: boolean}}
  - customers: {url}
    read: {{query: "SELECT id, city, points FROM more -- all"}}
    customer: id
    attributes: {{city: text, points: number}}
  - events: {url}
    read: {{table: orders, schema: shop}}
    names: [order.placed, order.returned]
    zone: America/New_York
    known_after: 1h
    properties: {{amount: money, items: number, sku: text}}
  - events: {url}
    read: {{table: late}}
    names: [order.placed]
    zone: America/New_York
    received_at: received
    cursor: number
    properties: {{amount: money, sku: text}}
  - events: {url}
    read: {{table: orders, schema: shop}}
    names: [order.placed]
    as: shopping.day
    one_per: day
    zone: America/New_York
    properties: {{amount: money, items: number, sku: text}}
  - messages: {url}
    read: {{table: messages}}
    zone: Europe/Moscow
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return read_project(write_project(tmp_path_factory.mktemp("direct")))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Project:
    """The same project with its tables in PostgreSQL, in columns of PostgreSQL's own types."""
    root = write_project(tmp_path_factory.mktemp("database"))
    url = postgres.new_database(
        "CREATE TABLE people (customer text, city varchar(20), birthday date, vip boolean)",
        "CREATE TABLE more (id text, city text, points real)",
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.orders (customer text, at text, event text, amount numeric, "
        "items double precision, sku text)",
        "CREATE TABLE late (customer text, at timestamp, event text, amount numeric, sku text, "
        "received text, number int)",
        "CREATE TABLE messages (customer text, at timestamp, channel text, class text, "
        "campaign text)",
    )
    for table, file in (
        ("people", "customers.csv"),
        ("more", "more.csv"),
        ("shop.orders", "orders.csv"),
        ("late", "late.csv"),
        ("messages", "messages.csv"),
    ):
        with (root / file).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))[1:]
        postgres.fill(url, table, [[value or None for value in row] for row in rows])
    text = IN_DATABASE.format(url=url)
    (root / "campaignspec.yaml").write_text(text.lstrip(), encoding="utf-8")
    return read_project(root)


def by_store(project: Project, segment: str, at: str) -> tuple[str, ...]:
    history = history_of(project)
    rows = np.arange(len(history.customers))
    now = np.full(rows.shape, instant_of(project, at))
    matching = audience_of(project, history).matches(segment, rows, now)
    return tuple(history.customers[row] for row in np.flatnonzero(matching))


@pytest.mark.parametrize("at", INSTANTS)
def test_files_answer_as_the_store_does(project: Project, at: str) -> None:
    for segment in project.segments:
        assert customers_of(project, segment, instant_of(project, at)) == by_store(
            project, segment, at
        )


@pytest.mark.parametrize("at", INSTANTS)
def test_a_database_answers_as_the_store_does(database: Project, at: str) -> None:
    for segment in database.segments:
        assert customers_of(database, segment, instant_of(database, at)) == by_store(
            database, segment, at
        )


def test_sizes_are_counted_in_one_question(project: Project) -> None:
    look = size_directly(project, segments=(), at="2019-04-05")

    assert look.customers == len(history_of(project).customers)
    assert {each.name: each.size for each in look.segments} == {
        name: len(by_store(project, name, "2019-04-05")) for name in project.segments
    }
    assert all(0 < each.size < look.customers for each in look.segments), look


def test_the_store_is_not_built(tmp_path: Path) -> None:
    project = read_project(write_project(tmp_path))

    size_directly(project, segments=(), at="2019-04-05")

    assert not (tmp_path / ".campaignspec").exists()


def test_the_same_ids_are_written_in_the_same_file(project: Project, tmp_path: Path) -> None:
    stored, direct = tmp_path / "stored.csv", tmp_path / "direct.csv"

    write_audience(project, segment="locals", at="2019-04-05", path=stored)
    written = write_audience_directly(project, segment="locals", at="2019-04-05", path=direct)

    assert written > 0
    assert direct.read_bytes() == stored.read_bytes()


@pytest.mark.parametrize("segment", ["buyers", "quiet", "good-days"])
def test_a_printed_query_answers_in_duckdb_by_itself(project: Project, segment: str) -> None:
    sql = segment_sql(project, segments=[segment], dialect="duckdb", at="2019-04-05")

    with duckdb.connect() as session:
        found = sorted(customer for (customer,) in session.execute(sql).fetchall())

    assert tuple(found) == by_store(project, segment, "2019-04-05")


def test_a_printed_query_answers_in_postgresql_by_itself(database: Project) -> None:
    segments = sorted(database.segments)
    sql = segment_sql(database, segments=segments, dialect="postgres", at="2019-04-05")
    url = str(database.settings.sources[0].customers)  # type: ignore[union-attr]

    with psycopg.connect(url) as session:
        rows = session.execute(sql.encode()).fetchall()

    for place, segment in enumerate(segments, start=1):
        found = tuple(sorted(row[0] for row in rows if row[place]))
        assert found == by_store(database, segment, "2019-04-05")


def test_printed_queries_are_as_before(
    project: Project, golden: Callable[[str, str], None]
) -> None:
    for dialect, bare in (("duckdb", False), ("postgres", True), ("bigquery", False)):
        sql = segment_sql(
            project, segments=["good-days", "locals"], dialect=dialect, at="2019-04-05", bare=bare
        )
        golden(f"warehouse/project.{dialect}.sql", placeless(sql, project.root) + "\n")


def placeless(sql: str, root: Path) -> str:
    """Return a query without the folder of its files, whose length decides where lines end."""
    return re.sub(
        r"READ_PARQUET\(\s+('…[^']*'),\s+([^()]*?)\s+\)",
        r"READ_PARQUET(\1, \2)",
        sql.replace(str(root), "…"),
    )


# --- what goes wrong ---


def test_a_value_that_is_not_as_declared_is_named_as_by_the_store(tmp_path: Path) -> None:
    project = read_project(write_project(tmp_path))
    with (tmp_path / "orders.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("c01,2019-03-01,order.placed,much,1,tea\r\n")

    with pytest.raises(HistoryError, match=r"row 402: column 'amount' holds 'much'"):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    project = read_project(write_project(tmp_path))
    with (tmp_path / "orders.csv").open("a", encoding="utf-8", newline="") as file:
        file.write('c01,"2019-03-01,order.placed,5,1,tea\r\n')

    with pytest.raises(HistoryError, match=r"orders\.csv: cannot be read: "):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_a_customer_who_stands_twice_is_named_as_by_the_store(tmp_path: Path) -> None:
    project = read_project(write_project(tmp_path))
    with (tmp_path / "customers.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("c03,Oslo,,\r\n")

    with pytest.raises(HistoryError, match="row 37: customer 'c03' stands already in row 5"):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_of_customers_with_a_cursor_the_last_row_counts_as_in_the_store(tmp_path: Path) -> None:
    settings = write_project(tmp_path) / "campaignspec.yaml"
    grown = "customers.csv\n    cursor: changed\n"
    settings.write_text(settings.read_text().replace("customers.csv\n", grown, 1))
    rows = [f"{row},{n}" for n, row in enumerate(lines(tmp_path / "customers.csv"))]
    header = rows[0].replace(",0", ",changed")
    again = ["c03,Oslo,,,99", "c03,Bergen,,,98"]
    (tmp_path / "customers.csv").write_text("\n".join([header, *rows[1:], *again, ""]))

    assert_answers_as_the_store(read_project(tmp_path))


def test_of_customers_with_a_cursor_in_a_database_the_last_row_counts(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.new_database(
        "CREATE TABLE people (customer text, city text, changed timestamptz)",
        "INSERT INTO people VALUES ('a', 'Oslo', '2019-01-02'), ('a', 'Rome', '2019-01-03'), "
        "('b', 'Rome', '2019-01-05'), ('b', 'Oslo', '2019-01-04'), ('c', 'Oslo', '2019-01-01')",
        "CREATE TABLE log (customer text, at text, event text)",
    )
    (tmp_path / "campaignspec.yaml").write_text(
        "spec: 1\nproject: shop\ntimezone: UTC\ncurrency: USD\nsources:\n"
        f"  - customers: {url}\n    read: {{table: people}}\n    cursor: changed\n"
        "    attributes: {city: text}\n"
        f"  - events: {url}\n    read: {{table: log}}\n    names: [order.placed]\n"
    )
    (tmp_path / "audiences.yaml").write_text("segments:\n  locals: {where: city = 'Oslo'}\n")

    project = read_project(tmp_path)

    assert customers_of(project, "locals", instant_of(project, "2019-04-05")) == ("c",)
    assert_answers_as_the_store(project)


def test_many_files_that_a_pattern_fits_answer_as_the_store_does(tmp_path: Path) -> None:
    settings = write_project(tmp_path) / "campaignspec.yaml"
    settings.write_text(settings.read_text().replace("events: orders.csv", "events: o/*.csv"))
    header, *rows = lines(tmp_path / "orders.csv")
    (tmp_path / "o").mkdir()
    for name, part in (("1", rows[:150]), ("2", rows[150:])):
        (tmp_path / "o" / f"{name}.csv").write_text("\n".join([header, *part, ""]))

    assert_answers_as_the_store(read_project(tmp_path))


def assert_answers_as_the_store(project: Project) -> None:
    at = "2019-04-05 12:00"
    for segment in project.segments:
        found = customers_of(project, segment, instant_of(project, at))
        assert found == by_store(project, segment, at)


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    project = read_project(write_project(tmp_path))
    (tmp_path / "till.parquet").unlink()

    with pytest.raises(HistoryError, match=r"till\.parquet: the file does not exist"):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_sources_that_the_store_prepares_are_refused(tmp_path: Path) -> None:
    more = "  - responses: responses.csv\n"
    (tmp_path / "responses.csv").write_text("customer,at,channel,campaign,response\n")
    project = read_project(write_project(tmp_path, more=more))

    with pytest.raises(UsageError, match="a source with `responses:` is prepared by the store"):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_people_who_are_merged_are_refused(tmp_path: Path) -> None:
    settings = write_project(tmp_path) / "campaignspec.yaml"
    text = settings.read_text().replace(
        "customers.csv\n", "customers.csv\n    addresses: {email: city}\n"
    )
    settings.write_text(f"{text}identity: {{region: US, match: [email]}}\n")
    project = read_project(tmp_path)

    with pytest.raises(UsageError, match="merging people has no SQL"):
        size_directly(project, segments=["spenders"], at="2019-04-05")


def test_duckdb_is_asked_to_read_only_what_it_reads_by_itself(tmp_path: Path) -> None:
    more = "  - events: old.csv\n    read: {encoding: cp1251}\n    names: [order.returned]\n"
    (tmp_path / "old.csv").write_text("customer,at,event\n")
    project = read_project(write_project(tmp_path, more=more))

    with pytest.raises(UsageError, match=r"old\.csv: DuckDB reads Parquet and UTF-8 CSV files"):
        segment_sql(project, segments=["spenders"], dialect="duckdb", at="2019-04-05")

    assert size_directly(project, segments=["spenders"], at="2019-04-05").customers > 0


def test_postgresql_is_asked_to_read_only_its_own_tables(project: Project) -> None:
    with pytest.raises(UsageError, match="not all sources are in one PostgreSQL database"):
        segment_sql(project, segments=["spenders"], dialect="postgres", at="2019-04-05")


def test_a_server_that_is_gone_is_an_error_of_the_world(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    text = IN_DATABASE.format(url=url)
    (root / "campaignspec.yaml").write_text(text.lstrip(), encoding="utf-8")

    with pytest.raises(HistoryError, match="cannot be reached"):
        size_directly(read_project(root), segments=["spenders"], at="2019-04-05")
