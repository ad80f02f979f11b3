"""Files of all kinds, with their traps, become one history or a problem that can be found."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campaignspec.clock import NEVER, format_instant, parse_instant
from campaignspec.errors import HistoryError
from campaignspec.history import (
    LONG_AGO,
    Column,
    ConsentSource,
    CustomerSource,
    EventSource,
    History,
    MessageSource,
    Stream,
    ValueKind,
)
from campaignspec.history.load import load_history

NOON = datetime(2017, 3, 1, 12)  # noqa: DTZ001 (a file may hold times without a zone)


def csv(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def parquet(folder: Path, columns: dict[str, pa.Array], name: str = "file.parquet") -> Path:
    path = folder / name
    pq.write_table(pa.table(columns), path)
    return path


def plain(column: Column) -> list[str | float | bool | None]:
    return [column.get(index) for index in range(len(column))]


def times(stream: Stream) -> list[str]:
    return [format_instant(int(ts)) for ts in stream.ts]


def events(source: EventSource) -> History:
    return load_history([], [source])


def test_customers_stand_in_ascending_order_with_all_that_is_known_of_them(tmp_path: Path) -> None:
    people = csv(
        tmp_path,
        "customer,timezone,e_mail,phone,zip,joined,visits,spent,vip\n"
        "b,Europe/Moscow,b@shop.example,+79161234567,01234,2017-03-01,3,12.50,yes\n"
        "a,,,,,,,,\n"
        "10,Mars/Olympus,x@shop.example,0049,NO,2016-02-29,0.5,-0.0004,FALSE\n",
    )
    kinds = {
        "phone": ValueKind.TEXT,
        "zip": ValueKind.TEXT,
        "joined": ValueKind.DATE,
        "visits": ValueKind.NUMBER,
        "spent": ValueKind.MONEY,
        "vip": ValueKind.BOOLEAN,
    }

    history = load_history(
        [CustomerSource(file=people, addresses={"email": "e_mail"}, attributes=kinds)],
        [],
        default_zone="Asia/Kolkata",
    )

    assert history.customers == ("10", "a", "b")
    assert history.row_of["b"] == 2
    assert {name: plain(column) for name, column in history.attributes.items()} == {
        "phone": ["0049", None, "+79161234567"],
        "zip": ["NO", None, "01234"],
        "joined": [(date(2016, 2, 29) - date(1970, 1, 1)).days, None, 17_226],
        "visits": [0.5, None, 3.0],
        "spent": [-400, None, 12_500_000],
        "vip": [False, None, True],
    }
    assert history.addresses["email"].tolist() == ["x@shop.example", None, "b@shop.example"]
    zones = [history.zones[number] for number in history.zone_of]
    assert zones == ["Asia/Kolkata", "Asia/Kolkata", "Europe/Moscow"]
    assert history.zone_known is not None
    assert history.zone_known.tolist() == [False, False, True]
    assert history.zones_known == ("Europe/Moscow",)
    assert (history.first, history.last) == (NEVER, LONG_AGO)


def test_undeclared_attributes_are_every_other_column_as_text(tmp_path: Path) -> None:
    people = csv(tmp_path, "customer,timezone,email,phone,size\n1,UTC,a@shop.example,007,40\n")

    history = load_history([CustomerSource(file=people, addresses={"email": "email"})], [])

    assert {name: plain(c) for name, c in history.attributes.items()} == {
        "phone": ["007"],
        "size": ["40"],
    }


def test_the_first_source_that_knows_a_value_wins(tmp_path: Path) -> None:
    first = csv(tmp_path, "customer,city,tier\n1,Paris,\n2,,gold\n", "first.csv")
    second = csv(tmp_path, "customer,city,tier\n1,Lyon,base\n3,Nice,\n", "second.csv")
    sources = [CustomerSource(file=file, timezone=None) for file in (first, second)]

    history = load_history(sources, [])

    assert plain(history.attributes["city"]) == ["Paris", None, "Nice"]
    assert plain(history.attributes["tier"]) == ["base", "gold", None]


def test_who_is_seen_only_in_events_is_a_customer_as_well(tmp_path: Path) -> None:
    people = csv(tmp_path, "customer,city\n2,Paris\n", "people.csv")
    orders = csv(tmp_path, "customer,at,event\n1,2017-01-01,order\n", "orders.csv")

    history = load_history([CustomerSource(file=people, timezone=None)], [EventSource(file=orders)])

    assert history.customers == ("1", "2")
    assert plain(history.attributes["city"]) == [None, "Paris"]


def test_events_go_to_their_types_with_their_properties(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "customer;at;event;amount;brand\n"
        "2;2017-01-02 10:00;order;19.99;Alcon\n"
        "1;2017-01-03;visit;;\n"
        '2;2017-01-01 09:00;order;;"Bausch; Lomb"\n',
    )

    history = events(
        EventSource(file=log, properties={"amount": ValueKind.MONEY, "brand": ValueKind.TEXT})
    )

    orders = history.streams["order"]
    assert sorted(history.streams) == ["order", "visit"]
    assert times(orders) == ["2017-01-01 09:00", "2017-01-02 10:00"]
    assert orders.offsets.tolist() == [0, 0, 2]
    assert plain(orders.properties["amount"]) == [None, 19_990_000]
    assert plain(orders.properties["brand"]) == ["Bausch; Lomb", "Alcon"]
    assert format_instant(history.first) == "2017-01-01 09:00"
    assert format_instant(history.last) == "2017-01-03 00:00"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2017-03-01", "2017-02-28 21:00"),
        ("2017-03-01 12:00", "2017-03-01 09:00"),
        ("2017-03-01T12:00:30.5", "2017-03-01 09:00:30.500000"),
        ("2017-03-01T12:00:00Z", "2017-03-01 12:00"),
        ("2017-03-01 12:00 +05:30", "2017-03-01 06:30"),
        ("2017-03-01 12:00-0330", "2017-03-01 15:30"),
        ("2017-03-01 12:00+03", "2017-03-01 09:00"),
    ],
)
def test_a_time_without_an_offset_is_local_and_one_with_it_is_exact(
    tmp_path: Path, written: str, utc: str
) -> None:
    log = csv(tmp_path, f"customer,at,event\n1,{written},visit\n")

    history = events(EventSource(file=log, zone="Europe/Moscow"))

    assert times(history.streams["visit"]) == [utc]


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        (pa.array([NOON], pa.timestamp("us")), "2017-03-01 09:00"),
        (pa.array([NOON], pa.timestamp("ns")), "2017-03-01 09:00"),
        (pa.array([NOON], pa.timestamp("us", "UTC")), "2017-03-01 12:00"),
        (pa.array([date(2017, 3, 1)], pa.date32()), "2017-02-28 21:00"),
        (pa.array(["2017-03-01T12:00Z"], pa.string()), "2017-03-01 12:00"),
    ],
)
def test_parquet_may_hold_instants_of_every_kind(tmp_path: Path, at: pa.Array, utc: str) -> None:
    log = parquet(tmp_path, {"customer": pa.array([7]), "at": at, "event": pa.array(["visit"])})

    history = events(EventSource(file=log, zone="Europe/Moscow"))

    assert history.customers == ("7",)
    assert times(history.streams["visit"]) == [utc]


def test_floats_in_parquet_become_exact_money_and_nan_is_missing(tmp_path: Path) -> None:
    log = parquet(
        tmp_path,
        {
            "customer": pa.array(["1", "1", "1"]),
            "at": pa.array([date(2017, 1, day) for day in (1, 2, 3)]),
            "amount": pa.array([19.99, float("nan"), 0.1 + 0.2]),
            "size": pa.array([19.99, float("nan"), 0.1 + 0.2]),
        },
    )

    history = events(
        EventSource(
            file=log,
            event="order",
            event_column=None,
            properties={"amount": ValueKind.MONEY, "size": ValueKind.NUMBER},
        )
    )

    properties = history.streams["order"].properties
    assert plain(properties["amount"]) == [19_990_000, None, 300_000]
    assert plain(properties["size"]) == [19.99, None, 0.1 + 0.2]


@pytest.mark.parametrize("name", ["n", "row", "bad", "at", "k0", "aware", "select", "Ünit"])
def test_a_property_may_have_any_name(tmp_path: Path, name: str) -> None:
    log = csv(tmp_path, f"customer,when,{name}\n1,2017-01-01,x\n")

    history = events(EventSource(file=log, at="when", event="e", properties={name: ValueKind.TEXT}))

    assert plain(history.streams["e"].properties[name]) == ["x"]


def test_other_names_of_columns_are_mapped(tmp_path: Path) -> None:
    log = csv(tmp_path, "Kunde,Wann,Art\n1,2017-01-01,order\n")

    history = events(EventSource(file=log, customer="Kunde", at="Wann", event_column="Art"))

    assert times(history.streams["order"]) == ["2017-01-01 00:00"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, encoding: str) -> None:
    log = csv(tmp_path, "customer,at,event\r\nÄ,2017-01-01,order\r\n", encoding=encoding)

    assert events(EventSource(file=log)).customers == ("Ä",)


def test_a_file_of_nothing_but_a_header_has_no_events(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,event\n")

    history = events(EventSource(file=log))

    assert history.customers == ()
    assert not history.streams


def test_a_constant_type_exists_even_where_nobody_has_it(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at\n")

    history = events(EventSource(file=log, event="order"))

    assert len(history.streams["order"].ts) == 0


def test_one_type_may_come_from_several_files(tmp_path: Path) -> None:
    shop = csv(tmp_path, "customer,at,amount\n1,2017-01-03,5\n2,2017-01-01,6\n", "shop.csv")
    web = csv(tmp_path, "customer,at,page\n1,2017-01-02,home\n", "web.csv")

    history = load_history(
        [],
        [
            EventSource(file=shop, event="order", properties={"amount": ValueKind.NUMBER}),
            EventSource(file=web, event="order", properties={"page": ValueKind.TEXT}),
        ],
    )

    orders = history.streams["order"]
    assert times(orders) == ["2017-01-02 00:00", "2017-01-03 00:00", "2017-01-01 00:00"]
    assert plain(orders.properties["amount"]) == [None, 5.0, 6.0]
    assert plain(orders.properties["page"]) == ["home", None, None]


def test_a_property_has_one_kind_in_all_files(tmp_path: Path) -> None:
    shop = csv(tmp_path, "customer,at,amount\n1,2017-01-03,5\n", "shop.csv")
    kinds = (ValueKind.NUMBER, ValueKind.MONEY)
    sources = [EventSource(file=shop, event="order", properties={"amount": k}) for k in kinds]

    with pytest.raises(HistoryError, match=r"'amount' of 'order' is money here and number"):
        load_history([], sources)


def test_a_days_events_become_one_at_the_days_end(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "customer,at,event,amount,items,shop\n"
        "1,2017-03-11 23:59,basket,1.10,2,A\n"
        "1,2017-03-12 00:00,basket,2.20,1,A\n"
        "1,2017-03-12 01:30,return,9.99,9,A\n"
        "1,2017-03-12 22:00,basket,3.30,,B\n"
        "2,2017-03-12 22:00,basket,,,B\n",
    )

    history = events(
        EventSource(
            file=log,
            event="shopping.day",
            only=("basket",),
            one_per_day=True,
            properties={
                "amount": ValueKind.MONEY,
                "items": ValueKind.NUMBER,
                "shop": ValueKind.TEXT,
            },
            zone="America/New_York",
        )
    )

    days = history.streams["shopping.day"]
    assert list(history.streams) == ["shopping.day"]
    assert times(days) == ["2017-03-12 05:00", "2017-03-13 04:00", "2017-03-13 04:00"]
    assert plain(days.properties["amount"]) == [1_100_000, 5_500_000, None]
    assert plain(days.properties["items"]) == [2.0, 1.0, None]
    assert set(days.properties) == {"amount", "items"}


def test_rows_that_are_not_taken_are_not_judged(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,event\n1,2017-01-01,order\n,someday,noise\n")

    history = events(EventSource(file=log, only=("order",)))

    assert list(history.streams) == ["order"]


def test_messages_and_consents_are_streams_as_well(tmp_path: Path) -> None:
    sent = csv(
        tmp_path,
        "customer,at,channel,class,campaign\n"
        "1,2017-01-05,email,promotional,spring\n"
        "1,2017-01-02,sms,service,\n",
        "sent.csv",
    )
    said = csv(
        tmp_path,
        "customer,at,channel,purpose,state\n"
        "1,2017-02-01,email,promotional,refused\n"
        "1,2017-01-01,email,promotional,granted\n",
        "said.csv",
    )

    history = load_history([], [], [MessageSource(file=sent)], [ConsentSource(file=said)])

    assert sorted(history.messages) == ["email", "sms"]
    assert plain(history.messages["email"].properties["class"]) == ["promotional"]
    assert plain(history.messages["sms"].properties["campaign"]) == [None]
    consent = history.consents["email", "promotional"]
    assert plain(consent.properties["granted"]) == [True, False]
    assert format_instant(history.last) == "2017-01-05 00:00"


def test_a_view_of_a_history_knows_nothing_later(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,event\n1,2017-01-01,order\n1,2017-01-03,order\n")
    horizon = parse_instant("2017-01-02")

    view = events(EventSource(file=log)).until(horizon)

    assert view.streams["order"].horizon == horizon
    assert view.last == horizon
    assert view.first == parse_instant("2017-01-01")


HEADER = "customer,at,event,amount,day,vip\n"
KINDS = {"amount": ValueKind.MONEY, "day": ValueKind.DATE, "vip": ValueKind.BOOLEAN}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,2017-13-01,order,,,", "row 3: column 'at' holds '2017-13-01', which is not a date"),
        ("1,1483264800,order,,,", "row 3: column 'at' holds '1483264800'"),
        ("1,01/02/2017,order,,,", "row 3: column 'at' holds '01/02/2017'"),
        ("1,,order,,,", "row 3: column 'at' is empty"),
        (",2017-01-01,order,,,", "row 3: column 'customer' is empty"),
        ("1,2017-01-01,,,,", "row 3: column 'event' is empty"),
        ("1,2017-01-01,order,12 goats,,", "row 3: column 'amount' holds '12 goats'"),
        ('1,2017-01-01,order,"1,234",,', "row 3: column 'amount' holds '1,234'"),
        ("1,2017-01-01,order,,2017-02-29,", "row 3: column 'day' holds '2017-02-29'"),
        ("1,2017-01-01,order,,,maybe", "row 3: column 'vip' holds 'maybe'"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_with_its_row(
    tmp_path: Path, row: str, problem: str
) -> None:
    log = csv(tmp_path, f"{HEADER}1,2017-01-01,order,1,2017-01-01,yes\n{row}\n")

    with pytest.raises(HistoryError) as caught:
        events(EventSource(file=log, properties=KINDS))

    assert f"{log}: {problem}" in str(caught.value)


def test_infinity_is_no_number(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,event,size\n1,2017-01-01,order,inf\n")

    with pytest.raises(HistoryError, match="column 'size' holds 'inf', which is not a number"):
        events(EventSource(file=log, properties={"size": ValueKind.NUMBER}))


def test_up_to_five_problems_are_named_in_the_order_of_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n or ''},day {n},order\n" for n in range(9))
    log = csv(tmp_path, f"customer,at,event\n{rows}")

    with pytest.raises(HistoryError) as caught:
        events(EventSource(file=log))

    lines = str(caught.value).splitlines()
    assert [line.removeprefix(f"{log}: ").split(":")[0] for line in lines] == [
        "row 2",
        "row 2",
        "row 3",
        "row 4",
        "row 5",
    ]


def test_a_row_of_parquet_is_counted_from_one(tmp_path: Path) -> None:
    columns = {"customer": pa.array(["1", "2"]), "at": pa.array(["2017-01-01", "soon"])}
    log = parquet(tmp_path, columns)

    with pytest.raises(HistoryError, match="row 2: column 'at' holds 'soon'"):
        events(EventSource(file=log, event="order"))


def test_a_customer_stands_once_in_a_file(tmp_path: Path) -> None:
    people = csv(tmp_path, "customer\n1\n2\n1\n")

    with pytest.raises(HistoryError, match="row 4: customer '1' stands already in row 2"):
        load_history([CustomerSource(file=people, timezone=None)], [])


def test_a_customer_who_stands_twice_comes_with_advice(tmp_path: Path) -> None:
    people = csv(tmp_path, "customer\n1\n2\n1\n")

    with pytest.raises(HistoryError, match=r"declare `identity:`.*or `valid_from:`.*a `cursor:`"):
        load_history([CustomerSource(file=people, timezone=None)], [])


def test_spaces_around_an_id_do_not_make_another_customer(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at\na ,2017-01-01\n a,2017-01-02\na b,2017-01-03\n")

    history = load_history([], [EventSource(file=log, event="order")])

    assert history.customers == ("a", "a b")


def test_a_consent_is_granted_or_refused(tmp_path: Path) -> None:
    said = csv(tmp_path, "customer,at,channel,purpose,state\n1,2017-01-01,email,service,maybe\n")

    with pytest.raises(HistoryError, match="holds 'maybe', which is not granted, refused"):
        load_history([], [], consents=[ConsentSource(file=said)])


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("missing.csv", None, "the file does not exist"),
        ("empty.csv", b"", "the file is empty"),
        ("log.ods", b"PK", "a source is a .csv, .parquet, .xlsx, .xls, .sqlite, .db or .xml file"),
        ("log.parquet", b"not parquet at all", "cannot be read"),
        ("log.csv", "customer,at,event\nÄ,2017-01-01,order\n".encode("cp1252"), "line 2 is not"),
        (
            "log.csv",
            b"customer,at,event\n1,2017-01-01,order\n1,2017-01-01\n",
            "cannot be read: Invalid Input Error: CSV Error on Line: 3",
        ),
        ("log.csv", b"customer,at,at\n1,2017-01-01,order\n", "has two columns 'at'"),
        ("log.csv", b"customer,when,event\n1,2017-01-01,order\n", "has no column 'at'; its"),
    ],
)
def test_a_file_that_is_not_as_declared_is_named(
    tmp_path: Path, name: str, content: bytes | None, problem: str
) -> None:
    log = tmp_path / name
    if content is not None:
        log.write_bytes(content)

    with pytest.raises(HistoryError) as caught:
        events(EventSource(file=log))

    assert str(caught.value).startswith(f"{log}: {problem}")


def test_a_column_of_numbers_holds_no_instants(tmp_path: Path) -> None:
    log = parquet(tmp_path, {"customer": pa.array(["1"]), "at": pa.array([1483264800])})

    with pytest.raises(HistoryError, match="column 'at' holds BIGINT, not instants"):
        events(EventSource(file=log, event="order"))


def test_a_zone_that_does_not_exist_is_named(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,event\n")

    with pytest.raises(HistoryError, match="there is no time zone 'Mars/Olympus'"):
        events(EventSource(file=log, zone="Mars/Olympus"))


def test_names_with_quotes_are_only_names(tmp_path: Path) -> None:
    log = csv(tmp_path, "customer,at,it's\nx,2017-01-01,o'clock\n", "a'b.csv")
    column = events(EventSource(file=log, event="e")).customers
    assert column == ("x",)

    parquet_log = parquet(
        tmp_path,
        {
            "customer": pa.array(["x"]),
            "at": pa.array(["2017-01-01"]),
            "a \"b'": pa.array(["o'clock"]),
        },
        "it's.parquet",
    )

    history = events(EventSource(file=parquet_log, event_column="a \"b'", only=("o'clock",)))

    assert list(history.streams) == ["o'clock"]
