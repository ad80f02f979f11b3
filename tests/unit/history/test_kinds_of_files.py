"""One table of awkward customers, in every kind of file that a source may be."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

import pytest

from campaignspec.clock import format_instant
from campaignspec.document import load_text
from campaignspec.errors import HistoryError
from campaignspec.history import (
    CustomerSource,
    EventSource,
    History,
    ReadAs,
    ValueKind,
)
from campaignspec.history.declared import load_declared
from campaignspec.history.load import load_history
from campaignspec.history.text_encoding import likely_encodings
from campaignspec.spec import Settings, read

Cell: TypeAlias = str | int | float | bool | date | datetime | None
Rows: TypeAlias = Sequence[Sequence[Cell]]

HEADER = ("customer", "name", "phone", "code", "joined", "visits", "spent", "vip")
RUSSIAN: Rows = (
    HEADER,
    ("79161234567", "Ёлкина Анна-Мария", "+79161234567", "007", "2017-03-01", 3, 12.5, True),
    ("79160000000", "ИВАН «Ваня» Петров", "8 (916) 000-00-00", "0", None, 0.1, None, False),
    ("3", None, "79035557788", None, "2016-02-29", None, 1000, None),
)
CHINESE: Rows = (
    HEADER,
    ("79161234567", "张伟", "+8613800138000", "007", "2017-03-01", 3, 12.5, True),
    ("79160000000", "李娜/上海", "86 (138) 0013-8000", "0", None, 0.1, None, False),
    ("3", None, "13800138000", None, "2016-02-29", None, 1000, None),
)
KINDS = {
    "name": ValueKind.TEXT,
    "code": ValueKind.TEXT,
    "joined": ValueKind.DATE,
    "visits": ValueKind.NUMBER,
    "spent": ValueKind.MONEY,
    "vip": ValueKind.BOOLEAN,
}


def csv(path: Path, rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    lines = [delimiter.join(_csv_cell(cell, delimiter) for cell in row) for row in rows]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


def _csv_cell(cell: Cell, delimiter: str) -> str:
    text = "" if cell is None else str(cell)
    return f'"{text}"' if delimiter in text else text


def excel(path: Path, sheets: dict[str, Rows], *, top: int = 1, left: int = 0) -> Path:
    """Write a workbook as Excel does: numbers are floats, days are numbers in a format."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbered = list(enumerate(sheets.items(), start=1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{parts}/worksheet" Target="worksheets/{n}.xml"/>'
        for n, _ in numbered
    )
    styles = f'<Relationship Id="s" Type="{parts}/styles" Target="styles.xml"/>'
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="b" '
            f'Type="{parts}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{parts}"><sheets>{listed}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{links}{styles}</Relationships>',
        )
        book.writestr(
            "xl/styles.xml", f'<styleSheet xmlns="{main}"><cellXfs>{formats}</cellXfs></styleSheet>'
        )
        for n, (_, rows) in numbered:
            lines = "".join(_excel_row(row, at, left) for at, row in enumerate(rows, start=top))
            data = f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
            book.writestr(f"xl/worksheets/{n}.xml", data)
    return path


def _excel_row(row: Sequence[Cell], number: int, left: int) -> str:
    cells = "".join(
        _excel_cell(cell, f"{chr(65 + left + at)}{number}") for at, cell in enumerate(row)
    )
    return f'<row r="{number}">{cells}</row>'


def _excel_cell(cell: Cell, place: str) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{cell!r}</v></c>'
        case datetime():
            days = (cell - datetime(1899, 12, 30)) / (datetime(2, 1, 2) - datetime(2, 1, 1))  # noqa: DTZ001 (a cell knows no zone)
            return f'<c r="{place}" s="2"><v>{days!r}</v></c>'
        case date():
            return f'<c r="{place}" s="1"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
        case str():
            text = escape(cell)
            return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sqlite(path: Path, tables: dict[str, Rows]) -> Path:
    with closing(sqlite3.connect(path)) as database:
        for name, (header, *rows) in tables.items():
            columns = ", ".join(f'"{column}"' for column in header)
            marks = ", ".join("?" for _ in header)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 (the test's own)
        database.commit()
    return path


def natural(rows: Rows) -> Rows:
    """Give ids, phones and days the types that people's Excel sheets give them."""
    return [rows[0], *([_natural(cell) for cell in row] for row in rows[1:])]


def _natural(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    if cell.isdigit() and not cell.startswith("0"):
        return float(cell)
    return date.fromisoformat(cell) if cell[4:5] == "-" else cell


def people(file: Path, read: ReadAs | None = None) -> History:
    source = CustomerSource(
        file=file,
        read=read or ReadAs(),
        timezone=None,
        addresses={"phone": "phone"},
        attributes=KINDS,
    )
    return load_history([source], [])


def columns(history: History) -> object:
    values = {n: [c.get(i) for i in range(len(c))] for n, c in history.attributes.items()}
    return history.customers, values, history.addresses["phone"].tolist()


FILES: dict[str, tuple[Callable[[Path, Rows], Path], ReadAs]] = {
    "csv with a byte order mark": (
        lambda f, r: csv(f / "a.csv", r, encoding="utf-8-sig"),
        ReadAs(),
    ),
    "csv with an unusual delimiter": (lambda f, r: csv(f / "a.csv", r, "¦"), ReadAs(delimiter="¦")),
    "csv in utf-16": (
        lambda f, r: csv(f / "a.csv", r, "\t", "utf-16"),
        ReadAs(encoding="utf-16"),
    ),
    "csv in gb18030": (
        lambda f, r: csv(f / "a.csv", r, ";", "gb18030"),
        ReadAs(encoding="gb18030"),
    ),
    "xlsx of text": (lambda f, r: excel(f / "a.xlsx", {"People": r}), ReadAs()),
    "xlsx of numbers and days": (
        lambda f, r: excel(f / "a.XLSX", {"Notes": [["hi"]], "Клиенты": natural(r)}, top=3, left=2),
        ReadAs(sheet="Клиенты"),
    ),
    "sqlite, its only table": (lambda f, r: sqlite(f / "a.sqlite", {"people": r}), ReadAs()),
    "sqlite, one of its tables": (
        lambda f, r: sqlite(f / "a.db", {"orders": [["x"]], "клиенты": r}),
        ReadAs(table="клиенты"),
    ),
    "sqlite, a query": (
        lambda f, r: sqlite(f / "a.db", {"a": r}),
        ReadAs(query="WITH b AS (SELECT * FROM a) SELECT * FROM b ORDER BY lower(customer)"),
    ),
    "sqlite of floats": (
        lambda f, r: sqlite(
            f / "a.db",
            {"a": [[str(c) if isinstance(c, date) else c for c in row] for row in natural(r)]},
        ),
        ReadAs(),
    ),
}
CP1251 = (lambda f, r: csv(f / "a.csv", r, ";", "cp1251"), ReadAs(encoding="windows-1251"))
GBK = (lambda f, r: csv(f / "a.csv", r, encoding="gbk"), ReadAs(delimiter=",", encoding="GBK"))


@pytest.mark.parametrize(
    ("rows", "write", "read"),
    [
        *(pytest.param(RUSSIAN, *how, id=f"Russian, {name}") for name, how in FILES.items()),
        *(pytest.param(CHINESE, *how, id=f"Chinese, {name}") for name, how in FILES.items()),
        pytest.param(RUSSIAN, *CP1251, id="Russian, csv in cp1251"),
        pytest.param(CHINESE, *GBK, id="Chinese, csv in gbk"),
    ],
)
def test_every_kind_of_file_says_the_same_of_awkward_customers(
    tmp_path: Path, rows: Rows, write: Callable[[Path, Rows], Path], read: ReadAs
) -> None:
    names, phones = ([row[at] for row in rows[1:]] for at in (1, 2))

    history = people(write(tmp_path, rows), read)

    assert columns(history) == (
        ("3", "79160000000", "79161234567"),
        {
            "name": names[::-1],
            "code": [None, "0", "007"],
            "joined": [(date(2016, 2, 29) - date(1970, 1, 1)).days, None, 17_226],
            "visits": [None, 0.1, 3.0],
            "spent": [1_000_000_000, None, 12_500_000],
            "vip": [None, False, True],
        },
        phones[::-1],
    )


def test_a_project_declares_how_each_of_its_files_is_read(tmp_path: Path) -> None:
    csv(tmp_path / "people.csv", [["customer", "city"], ["1", "Орёл"]], "|", "cp1251")
    may: Rows = [["customer", "at", "event"], [1, "2017-05-01", "order"]]
    excel(tmp_path / "orders.xlsx", {"Notes": [["x"]], "May": may})
    sent = [
        ["customer", "at", "channel", "class", "campaign"],
        ["1", "2017-05-02", "sms", "a", "b"],
    ]
    said = [
        ["who", "at", "channel", "purpose", "state"],
        ["1", "2017-05-03", "sms", "a", "refused"],
    ]
    sqlite(tmp_path / "crm.db", {"sent": sent, "said": said})
    text = """\
spec: 1
project: shop
timezone: UTC
currency: USD
sources:
  - customers: people.csv
    read: {delimiter: "|", encoding: cp1251}
    attributes: {city: text}
  - events: orders.xlsx
    read: {sheet: May}
    names: [order]
  - messages: crm.db
    read: {table: sent}
  - consents: crm.db
    read: {query: "SELECT who AS customer, * FROM said"}
"""
    document = load_text(text, "campaignspec.yaml").value
    assert document is not None
    settings = read(document, Settings).value
    assert settings is not None

    history = load_declared(settings, root=tmp_path, cache=None)

    assert history.attributes["city"].get(0) == "Орёл"
    assert list(history.streams) == ["message.sent", "order"]
    assert list(history.messages) == ["sms"]
    assert list(history.consents) == [("sms", "a")]


def test_days_and_times_of_excel_are_instants(tmp_path: Path) -> None:
    rows: Rows = [
        ["customer", "at", "amount"],
        [1, date(2017, 3, 1), 12.550000000000001],
        [1, datetime(2017, 3, 1, 10, 5), 7],  # noqa: DTZ001 (a cell knows no zone)
        [1, "2017-03-01 12:00 +03:00", "8.20"],
    ]
    file = excel(tmp_path / "orders.xlsx", {"Orders": rows})
    source = EventSource(
        file=file, event="order", properties={"amount": ValueKind.TEXT}, zone="Europe/Moscow"
    )

    stream = load_history([], [source]).streams["order"]

    assert [format_instant(int(ts)) for ts in stream.ts] == [
        "2017-02-28 21:00",
        "2017-03-01 07:05",
        "2017-03-01 09:00",
    ]
    assert [stream.properties["amount"].get(n) for n in range(3)] == ["12.55", "7", "8.20"]


def test_a_large_file_is_recoded_in_parts_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Characters of two bytes, and an odd first line: some stand across the ends of chunks.
    rows: Rows = [["customer", "city"], *([str(n), "北京" * 30] for n in range(40_000))]
    file = csv(tmp_path / "a.csv", rows, encoding="gbk")
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    source = CustomerSource(file=file, read=ReadAs(encoding="gbk"), timezone=None)

    history = load_history([source], [])

    assert history.attributes["city"].words.tolist() == ["北京" * 30]
    assert len(history.customers) == 40_000
    assert file.stat().st_size > 4 << 20
    assert list(aside.iterdir()) == []


def test_a_large_table_is_read_batch_by_batch_in_its_order(tmp_path: Path) -> None:
    rows: Rows = [["customer", "n"], *([str(n % 7), n] for n in range(25_000))]
    file = sqlite(tmp_path / "a.db", {"log": rows})
    source = EventSource(
        file=file,
        read=ReadAs(query="SELECT customer, '2017-01-01' AS at, n FROM log"),
        event="view",
        properties={"n": ValueKind.NUMBER},
    )

    stream = load_history([], [source]).streams["view"]

    numbers = [stream.properties["n"].get(at) for at in range(25_000)]
    assert numbers == [n for first in range(7) for n in range(first, 25_000, 7)]


BROKEN = "customer,name\n1,Anna\n2,{}\n"


@pytest.mark.parametrize(
    ("content", "read", "problem"),
    [
        (
            BROKEN.format("Иван Петров").encode("cp1251"),
            ReadAs(),
            "line 3 is not UTF-8; it looks like cp1251: write `read: {encoding: cp1251}`",
        ),
        (
            BROKEN.format("张伟/北京").encode("gbk"),
            ReadAs(encoding="UTF-8"),
            "line 3 is not UTF-8; it looks like gbk: write `read: {encoding: gbk}`",
        ),
        (
            BROKEN.format("ИВАН").encode("cp1251"),
            ReadAs(),
            "line 3 is not UTF-8; it looks like cp1251 or gbk: write `read: {encoding: cp1251}` or",
        ),
        (
            BROKEN.format("Müller").encode("cp1252"),
            ReadAs(),
            "line 3 is not UTF-8; write how the file was saved, such as",
        ),
        (
            BROKEN.format("Анна").encode("utf-16"),
            ReadAs(),
            "line 1 is not UTF-8; it looks like utf-16: write `read: {encoding: utf-16}`",
        ),
        (
            BROKEN.format("José").encode("cp1252"),
            ReadAs(encoding="gbk"),
            "line 3 is not gbk; write in `read: {encoding: …}` how the file was saved",
        ),
        (
            BROKEN.format("Мария Склодовская").encode(),
            ReadAs(encoding="cp1251"),
            "is UTF-8, and other letters when read as cp1251; leave the encoding out",
        ),
        (b"customer\n", ReadAs(encoding="cp1215"), "there is no encoding 'cp1215'"),
        (
            BROKEN.format("Иван;5\n3").encode("cp1251"),
            ReadAs(encoding="cp1251", delimiter=","),
            "cannot be read: Invalid Input Error: CSV Error on Line: 4",
        ),
        (
            BROKEN.encode(),
            ReadAs(delimiter=";"),
            "has no column 'customer'; its columns are 'customer,name'",
        ),
    ],
)
def test_text_that_is_not_as_declared_is_named_with_what_to_write(
    tmp_path: Path, content: bytes, read: ReadAs, problem: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)

    with pytest.raises(HistoryError) as caught:
        load_history([CustomerSource(file=file, read=read, timezone=None)], [])

    assert str(caught.value).startswith(f"{file}: {problem}")


@pytest.mark.parametrize(
    ("text", "encoding", "likely"),
    [
        ("Мария;Санкт-Петербург, ул. Ёлочная; в «Праге»", "cp1251", ("cp1251",)),
        ("张伟;北京\n李娜;上海", "gbk", ("gbk",)),
        ("café;Müller;Ångström", "cp1252", ()),
        ("山田太郎", "shift_jis", ()),
        ("ИВАН Иванов", "koi8-r", ()),
    ],
)
def test_only_bytes_that_show_it_make_an_encoding_likely(
    text: str, encoding: str, likely: tuple[str, ...]
) -> None:
    assert likely_encodings(text.encode(encoding)) == likely


SHEETS: dict[str, Rows] = {
    "Customers": [["customer", None, "joined"], [None] * 3, [1, None, "soon"], ["2"]],
    "Noted": [["customer", None, "joined"], [1], [2, "call back!"]],
    "Twice": [["customer", "joined", "joined"], [1]],
    "Empty": [],
}


@pytest.mark.parametrize(
    ("sheet", "problem"),
    [
        ("Customer", "has no sheet 'Customer'; did you mean 'Customers'?"),
        ("订单", "has no sheet '订单'; sheets: 'Customers', 'Noted', 'Twice', 'Empty'"),
        ("Customers", "row 5: column 'joined' holds 'soon', which is not a date"),
        ("Noted", "row 5: 'call back!' stands in column C, which has no name in the header"),
        ("Twice", "has two columns 'joined'"),
        ("Empty", "sheet 'Empty' is empty; a header is needed"),
    ],
)
def test_a_fault_in_a_workbook_is_named_where_excel_shows_it(
    tmp_path: Path, sheet: str, problem: str
) -> None:
    file = excel(tmp_path / "a.xlsx", SHEETS, top=3, left=1)
    kinds = {"joined": ValueKind.DATE}
    source = CustomerSource(file=file, read=ReadAs(sheet=sheet), timezone=None, attributes=kinds)

    with pytest.raises(HistoryError) as caught:
        load_history([source], [])

    assert str(caught.value).startswith(f"{file}: {problem}")


def test_what_is_no_workbook_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"customer\n1\n")

    with pytest.raises(HistoryError, match=r"a\.xlsx: cannot be read: invalid Zip"):
        people(file)


def test_without_the_package_for_excel_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = excel(tmp_path / "a.xlsx", {"People": RUSSIAN})
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    with pytest.raises(HistoryError, match=r"pip install 'campaignspec\[excel\]'"):
        people(file)


TABLES: dict[str, Rows] = {
    "customers": [["customer", "joined"], [1, "2017-03-01"], [2, "soon"]],
    "photos": [["customer", "joined"], [1, None], [2, b"\xff"]],  # type: ignore[list-item]
}


@pytest.mark.parametrize(
    ("read", "problem"),
    [
        (ReadAs(), "say which table to read: `read: {table: …}`; tables: 'customers', 'photos'"),
        (ReadAs(table="customer"), "has no table 'customer'; did you mean 'customers'?"),
        (ReadAs(table="x"), "has no table 'x'; tables: 'customers', 'photos'"),
        (ReadAs(table="customers"), "row 2: column 'joined' holds 'soon', which is not a date"),
        (ReadAs(table="photos"), "row 2: column 'joined' holds bytes, not text or a number"),
        (ReadAs(query="SELECT * FROM customer"), "cannot be read: no such table: customer"),
        (ReadAs(query="SELECT customer AS a, joined AS a FROM photos"), "has two columns 'a'"),
        (ReadAs(query="DROP TABLE photos"), "cannot be read: not authorized"),
        (ReadAs(query="ATTACH 'other.db' AS other"), "cannot be read: not authorized"),
        (ReadAs(query="SELECT 1; SELECT 2"), "cannot be read: You can only execute one statement"),
    ],
)
def test_a_fault_in_a_database_is_named(tmp_path: Path, read: ReadAs, problem: str) -> None:
    file = sqlite(tmp_path / "a.db", TABLES)
    kinds = {"joined": ValueKind.DATE}
    source = CustomerSource(file=file, read=read, timezone=None, attributes=kinds)

    with pytest.raises(HistoryError) as caught:
        load_history([source], [])

    assert str(caught.value).startswith(f"{file}: {problem}")


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"customer\n1\n" * 100)

    with pytest.raises(HistoryError, match=r"a\.db: cannot be read: file is not a database"):
        people(file)


def test_what_was_written_but_not_yet_merged_into_a_database_counts(tmp_path: Path) -> None:
    file = sqlite(tmp_path / "a.db", {"people": RUSSIAN})
    cache = tmp_path / "cache"
    source = CustomerSource(file=file, timezone=None, attributes={})

    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = wal")
        before = load_history([source], [], cache=cache)
        database.execute("INSERT INTO people (customer) VALUES ('new')")
        database.commit()
        after = load_history([source], [], cache=cache)

    assert "new" not in before.row_of
    assert "new" in after.row_of


def test_a_history_read_in_another_way_is_another_history(tmp_path: Path) -> None:
    file = sqlite(tmp_path / "a.db", {"a": RUSSIAN, "b": [*RUSSIAN, ["4", *[None] * 7]]})
    cache = tmp_path / "cache"

    histories = [
        load_history(
            [CustomerSource(file=file, read=ReadAs(table=table), timezone=None)], [], cache=cache
        )
        for table in ("a", "b", "a")
    ]

    assert [len(history.customers) for history in histories] == [3, 4, 3]
    assert histories[0].fingerprint == histories[2].fingerprint != histories[1].fingerprint
