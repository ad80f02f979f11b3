"""Numbers, amounts and dates as exports write them, and those that could be read two ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import parse_instant
from campaignspec.errors import HistoryError
from campaignspec.history import CustomerSource, EventSource, ReadAs, ValueKind
from campaignspec.history.casts import Dates, Writing, days_in, micros_in
from campaignspec.history.load import load_history
from campaignspec.history.over_time import ChangingSource, customers_and_changes
from campaignspec.history.preparing import workshop
from campaignspec.history.reading import connect

TYPED_IN = Writing(is_typed_in=True)
BY_COMMA = Writing(decimal=",", is_typed_in=True)
BY_DOT = Writing(decimal=".", is_typed_in=True)
AMOUNTS = {
    "as machines write": ("1234.5", "1234.5"),
    "a comma for the fraction": ("1234,5", "1234.5"),
    "a space between thousands": ("1 234,50", "1234.5"),
    "a space that does not break": ("1\u00a0234\u00a0567,05", "1234567.05"),
    "a narrow space": ("-1\u202f234,50", "-1234.5"),
    "a Swiss apostrophe": ("1'234.50", "1234.5"),
    "a curly apostrophe": ("1\u2019234.50", "1234.5"),
    "a dot and then a comma": ("1.234,567", "1234.567"),
    "a comma and then a dot": ("1,234.567", "1234.567"),
    "two commas": ("1,234,567", "1234567"),
    "two dots": ("1.234.567", "1234567"),
    "less than one, by comma": ("0,125", "0.125"),
    "less than one, by dot": ("0.125", "0.125"),
    "four figures before the comma": ("1234,567", "1234.567"),
    "roubles by sign": ("1 234,50 ₽", "1234.5"),
    "roubles by word": ("1 234,50 руб.", "1234.5"),  # noqa: RUF001
    "euros": ("5 €", "5"),
    "dollars by code": ("12.50 USD", "12.5"),
    "to the last micro-unit": ("9 007 199 254,740993", "9007199254.740993"),
}
NO_AMOUNTS = {
    "a thousand or one, by comma": "1,234",
    "a thousand or one, by dot": "1.234",
    "a thousand or one, of roubles": "1,234 руб.",  # noqa: RUF001
    "thousands of two figures": "1 23",
    "thousands that begin with nought": "0 123",
    "a dot behind a comma behind a dot": "1.234,5.6",
    "two things": "12 USD 3",
    "no figure": "₽",
}


def amount(text: str, writing: Writing) -> int | None:
    with connect() as connection:
        query = f"SELECT {micros_in('t', writing)} FROM (SELECT ?::VARCHAR AS t)"  # noqa: S608 (own words)
        found = connection.execute(query, [text]).fetchone()
    assert found is not None
    return None if found[0] is None else int(found[0])


def day(text: str, writing: Writing) -> int | None:
    with connect() as connection:
        query = f"SELECT {days_in('t', writing)} FROM (SELECT ?::VARCHAR AS t)"  # noqa: S608 (own words)
        found = connection.execute(query, [text]).fetchone()
    assert found is not None
    return None if found[0] is None else int(found[0])


@pytest.mark.parametrize(("text", "meant"), AMOUNTS.values(), ids=AMOUNTS)
def test_an_amount_is_read_to_the_micro_unit(text: str, meant: str) -> None:
    assert amount(text, TYPED_IN) == int(Decimal(meant) * 1_000_000)


@pytest.mark.parametrize("text", NO_AMOUNTS.values(), ids=NO_AMOUNTS)
def test_what_is_no_amount_or_two_is_not_read(text: str) -> None:
    assert amount(text, TYPED_IN) is None


@pytest.mark.parametrize(
    ("text", "writing", "meant"),
    [
        ("1,234", BY_COMMA, "1.234"),
        ("1.234", BY_COMMA, "1234"),
        ("1,234", BY_DOT, "1234"),
        ("1.234", BY_DOT, "1.234"),
        ("1 234,5", BY_COMMA, "1234.5"),
        ("1.234", Writing(), "1.234"),
    ],
)
def test_a_declared_decimal_mark_decides(text: str, writing: Writing, meant: str) -> None:
    assert amount(text, writing) == int(Decimal(meant) * 1_000_000)


@pytest.mark.parametrize(("text", "writing"), [("12.5", BY_COMMA), ("1234,5", BY_DOT)])
def test_a_declared_decimal_mark_refuses_the_other(text: str, writing: Writing) -> None:
    assert amount(text, writing) is None


@given(st.integers(-(10**17), 10**17), st.sampled_from([" ", "\u00a0", "\u202f", "'"]))
def test_an_amount_written_with_grouped_thousands_is_itself(micros: int, between: str) -> None:
    whole, fraction = divmod(abs(micros), 10**6)
    text = f"{'-' if micros < 0 else ''}{whole:,}".replace(",", between) + f",{fraction:06} ₽"

    assert amount(text, TYPED_IN) == micros


@pytest.mark.parametrize(
    ("text", "writing", "meant"),
    [
        ("01.02.2024", TYPED_IN, date(2024, 2, 1)),
        ("1.2.2024 0:00:00", TYPED_IN, date(2024, 2, 1)),
        ("01.02.2024", Writing(dates=Dates.MONTH_FIRST), date(2024, 2, 1)),
        ("01/02/2024", Writing(dates=Dates.DAY_FIRST), date(2024, 2, 1)),
        ("01/02/2024", Writing(dates=Dates.MONTH_FIRST), date(2024, 1, 2)),
        ("01-02-2024", Writing(dates=Dates.DAY_FIRST), date(2024, 2, 1)),
        ("2024-02-01", Writing(dates=Dates.MONTH_FIRST), date(2024, 2, 1)),
        ("01/02/2024", TYPED_IN, None),
        ("31.02.2024", TYPED_IN, None),
        ("01/02/24", TYPED_IN, None),
    ],
)
def test_a_date_is_the_day_that_is_meant(text: str, writing: Writing, meant: date | None) -> None:
    assert day(text, writing) == (None if meant is None else (meant - date(1970, 1, 1)).days)


def events(folder: Path, rows: str, **read: object) -> EventSource:
    file = folder / "log.csv"
    file.write_text(f"customer;at;sum\n{rows}\n", encoding="utf-8")
    return EventSource(
        file=file,
        read=ReadAs(**read),  # type: ignore[arg-type]
        event="paid",
        zone="Europe/Moscow",
        properties={"sum": ValueKind.MONEY},
    )


@pytest.mark.parametrize(
    "written", ["01.02.2024 13:45", "01.02.2024 13:45:00", "2024-02-01T10:45:00Z"]
)
def test_an_event_happened_when_a_dotted_instant_says(tmp_path: Path, written: str) -> None:
    log = events(tmp_path, f"1;{written};1 234,50 ₽")

    history = load_history([], [log])

    paid = history.streams["paid"]
    assert paid.ts.tolist() == [parse_instant("2024-02-01T10:45:00Z")]
    assert paid.properties["sum"].get(0) == 1_234_500_000


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1;2024-02-01;1,234", r"row 2: column 'sum' holds '1,234'.*`read: \{decimal: \",\"\}`"),
        ("1;2024-02-01;1.234 ₽", r"column 'sum' holds '1.234 ₽'.*`read: \{decimal: \",\"\}`"),
        ("1;01/02/2024;5", r"column 'at' holds '01/02/2024'.*`read: \{dates: day_first\}`"),
        ("1;01/02/2024 9:05;5", "or `read: {dates: month_first}`"),
    ],
)
def test_what_could_be_read_two_ways_says_what_to_declare(
    tmp_path: Path, row: str, problem: str
) -> None:
    log = events(tmp_path, row)

    with pytest.raises(HistoryError, match=problem):
        load_history([], [log])


def test_the_same_file_read_otherwise_is_another_history(tmp_path: Path) -> None:
    row = "1;01/02/2024;1,5"
    ways = (Dates.DAY_FIRST, Dates.MONTH_FIRST)
    cache = tmp_path / "cache"

    first, second = (
        load_history([], [events(tmp_path, row, dates=way)], cache=cache) for way in ways
    )

    assert first.fingerprint != second.fingerprint
    assert (second.first, first.first) == tuple(
        map(parse_instant, ("2024-01-01T21:00:00Z", "2024-01-31T21:00:00Z"))
    )


def test_attributes_that_change_are_read_as_their_source_writes(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(
        "customer;since;spent\n1;01/02/2024;1.234\n1;03/02/2024;2.345,5\n", encoding="utf-8"
    )
    source = ChangingSource(
        customers=CustomerSource(
            file=tmp_path / "crm.csv",
            read=ReadAs(decimal=",", dates=Dates.DAY_FIRST),
            timezone=None,
            attributes={"spent": ValueKind.MONEY},
        ),
        valid_from="since",
    )

    with workshop(tmp_path / "cache") as shop:
        customers, changes = customers_and_changes(source, 0, shop)
        history = load_history([customers], [changes])

    assert history.attributes["spent"].get(0) == 2_345_500_000
    (stream,) = history.streams.values()
    assert [stream.properties["spent"].get(n) for n in (0, 1)] == [1_234_000_000, 2_345_500_000]
