"""CommerceML 2, the XML that 1C exchanges with shops: its people, orders, lines and products.

A file holds several tables; ``read: {table: …}`` says which. A column is called like the element
that it is taken from, or like the entry of a list of named values, with ``_`` for what cannot stand
in a name: the requisite «Метод оплаты» is the column ``Метод_оплаты``. A row's number is the line
of the file that its element begins in; of several that begin in one line the next numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import duckdb

from campaignspec.diagnostics import nearest
from campaignspec.errors import HistoryError
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import ROW, quoted
from campaignspec.history.table import Table
from campaignspec.history.text_table import TextRow, text_table
from campaignspec.history.xml_records import Node, records
from campaignspec.spec.sources import COMMERCEML_TABLES

COMMERCEML_ENDING: Final = ".xml"

_ROOT: Final = "КоммерческаяИнформация"
_DOCUMENT: Final = "Документ"
_PERSON: Final = "Контрагент"
_PRODUCT: Final = "Товар"
_CLASSIFIER: Final = "Классификатор"
_RECORDS: Final = frozenset({_DOCUMENT, _PERSON, _PRODUCT, _CLASSIFIER})
_ORDER: Final = "Заказ товара"
_SELLER: Final = "Продавец"
_NOT_OF_A_NAME: Final = re.compile(r"[^\w]+")

Row: TypeAlias = dict[str, str]


@dataclass(slots=True)
class _Known:
    """What is known of a file so far.

    Attributes:
        groups: What the classifier at its head calls groups, by their ids.
        properties: What it calls properties.
        values: What it calls values of properties.
        record: The number of the record that is being read.
        latest: The number of the last record of each order: once the file has been read, of its
            last; an export repeats orders that have changed.
    """

    groups: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    record: int = 0
    latest: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One of the tables that a file holds.

    Attributes:
        columns: The columns that it always has, in order; others follow as they occur.
        rows: The rows in a record, each with its line.
        once: Whether a later row with the same id replaces an earlier one.
    """

    columns: tuple[str, ...]
    rows: Callable[[Node, _Known], Iterator[tuple[int, Row]]]
    once: bool


@contextmanager
def open_commerceml(
    connection: duckdb.DuckDBPyConnection, file: Path, read: ReadAs
) -> Iterator[Table]:
    """Open one table of a file; a row has the number of the line it begins in.

    The file is gone through twice, first for the columns: each element may bring new ones.

    Raises:
        HistoryError: The table is not named or not known, the file is not well-formed or not
            CommerceML, or declares a document type.
    """
    kind, known = _KINDS[_table_name(file, read.table)], _Known()
    columns = list(
        dict.fromkeys([*kind.columns, *(n for _, row in _rows(file, kind, known) for n in row)])
    )
    texts: Iterator[TextRow] = (
        (number, [row.get(column) for column in columns])
        for number, row in _numbered(_rows(file, kind, known))
    )
    with text_table(connection, file, columns, texts) as table:
        yield _last_of_each(table) if kind.once else table


def _table_name(file: Path, written: str | None) -> str:
    if written is not None and written in _KINDS:
        return written
    known = f"tables: {', '.join(map(repr, COMMERCEML_TABLES))}"
    if written is None:
        raise HistoryError(f"{file}: say which table to read: `read: {{table: …}}`; {known}")
    near = nearest(written, COMMERCEML_TABLES)
    raise HistoryError(
        f"{file}: has no table {written!r}; {f'did you mean {near!r}?' if near else known}"
    )


def _rows(file: Path, kind: _Kind, known: _Known) -> Iterator[tuple[int, Row]]:
    for number, record in enumerate(records(file, _ROOT, _RECORDS)):
        known.record = number
        if record.name == _CLASSIFIER:
            _learn(record, known)
        else:
            yield from kind.rows(record, known)


def _numbered(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Give every row a number of its own: a file may stand in one line."""
    last = 0
    for line, row in rows:
        last = max(line, last + 1)
        yield last, row


def _last_of_each(table: Table) -> Table:
    """Keep of several rows with one id the last: an export repeats people in every order.

    Rows without an id are kept: nobody knows whether they are one.
    """
    same = f"coalesce({quoted('Ид')}, CAST({ROW} AS VARCHAR)), {quoted('Ид')} IS NULL"
    latest = f"row_number() OVER (PARTITION BY {same} ORDER BY {ROW} DESC) = 1"
    return Table(
        file=table.file,
        rows=f"(SELECT * FROM {table.rows} QUALIFY {latest} ORDER BY {ROW})",  # noqa: S608 (own names)
        kinds=table.kinds,
    )


def _learn(classifier: Node, known: _Known) -> None:
    groups = list(classifier.all("Группы", "Группа"))
    while groups:
        group = groups.pop()
        known.groups[group.value("Ид") or ""] = group.value("Наименование") or ""
        groups += group.all("Группы", "Группа")
    for own in classifier.all("Свойства", "Свойство"):
        known.properties[own.value("Ид") or ""] = own.value("Наименование") or ""
        for choice in own.all("ВариантыЗначений", "Справочник"):
            known.values[choice.value("ИдЗначения") or ""] = choice.value("Значение") or ""


def _customers(record: Node, known: _Known) -> Iterator[tuple[int, Row]]:
    del known
    if record.name == _PERSON:
        yield record.line, _person(record)
    elif _is_order(record):
        for person in record.all("Контрагенты", _PERSON):
            if person.value("Роль") != _SELLER:
                yield person.line, _person(person)


def _orders(record: Node, known: _Known) -> Iterator[tuple[int, Row]]:
    del known
    if _is_order(record):
        yield record.line, {**_scalars(record), **_of_order(record), **_discount(record)}


def _lines(record: Node, known: _Known) -> Iterator[tuple[int, Row]]:
    if not _is_order(record):
        return
    number = record.value("Ид") or ""
    if known.record < known.latest.get(number, 0):
        return  # the order follows once more, with the lines that it has now
    known.latest[number] = known.record
    order = {"Заказ": number, **_of_order(record, without_requisites=True)}
    for line in record.all("Товары", _PRODUCT):
        row = _product(line, known)
        variant_of = {"Товар": row.get("Ид", "").partition("#")[0]}
        yield line.line, {**row, **variant_of, **order, **_discount(line)}


def _products(record: Node, known: _Known) -> Iterator[tuple[int, Row]]:
    if record.name == _PRODUCT:
        yield record.line, _product(record, known)


def _is_order(record: Node) -> bool:
    return record.name == _DOCUMENT and record.value("ХозОперация") == _ORDER


def _person(person: Node) -> Row:
    row = _scalars(person)
    for contact in person.all("Контакты", "Контакт"):
        sort, value = contact.value("Тип"), contact.value("Значение")
        if sort and value:
            row.setdefault(_column(sort), value)
            row.setdefault(_sort_of_contact(sort), value)
    for address in (*person.all("АдресРегистрации"), *person.all("Адрес")):
        row |= {
            f"Адрес_{_column(part.value('Тип') or '')}": part.value("Значение") or ""
            for part in address.all("АдресноеПоле")
        }
        row.setdefault("Адрес", address.value("Представление") or "")
    return row


def _sort_of_contact(sort: str) -> str:
    """Call all sorts of telephone and of e-mail alike; the first of a person is theirs."""
    plain = sort.casefold()
    if "почт" in plain or "mail" in plain:
        return "Почта"
    return "Телефон" if "тел" in plain or "phone" in plain else _column(sort)


def _of_order(order: Node, *, without_requisites: bool = False) -> Row:
    buyers = (p for p in order.all("Контрагенты", _PERSON) if p.value("Роль") != _SELLER)
    buyer = next(buyers, None)
    day, time = order.value("Дата"), order.value("Время")
    return {
        "Контрагент": (buyer.value("Ид") if buyer else None) or "",
        "Момент": f"{day} {time}" if day and time else day or "",
        **({} if without_requisites else _requisites(order)),
    }


def _product(product: Node, known: _Known) -> Row:
    row = _scalars(product) | _requisites(product)
    group = product.value("Группы", "Ид")
    if group:
        row["Группа"] = known.groups.get(group, group)
    maker = product.value("Изготовитель", "Наименование")
    if maker:
        row["Изготовитель"] = maker
    for held in product.all("ЗначенияСвойств", "ЗначенияСвойства"):
        own, value = held.value("Ид"), held.value("Значение")
        if own and value:
            row[_column(known.properties.get(own, own))] = known.values.get(value, value)
    return row


def _scalars(node: Node) -> Row:
    """Return what stands directly in an element, without the lists and groups in it."""
    return {
        _column(child.name): child.text
        for child in node.children
        if child.text and not child.children
    }


def _requisites(node: Node) -> Row:
    held = node.all("ЗначенияРеквизитов", "ЗначениеРеквизита")
    return {
        _column(each.value("Наименование") or ""): each.value("Значение") or ""
        for each in held
        if each.value("Наименование")
    }


def _discount(node: Node) -> Row:
    """Add up the discounts of an order or a line, where there are any."""
    amounts = [each.text for each in node.all("Скидки", "Скидка", "Сумма") if each.text]
    if not amounts:
        return {}
    try:
        return {"Скидка": f"{sum(map(Decimal, amounts)):f}"}
    except InvalidOperation:
        return {"Скидка": " + ".join(amounts)}  # whoever needs an amount is told what stands there


def _column(name: str) -> str:
    return _NOT_OF_A_NAME.sub("_", name.strip()).strip("_")


_KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "customers": _Kind(
            columns=(
                *("Ид", "Наименование", "ПолноеНаименование", "Фамилия", "Имя", "Отчество"),
                *("Почта", "Телефон", "Адрес"),
            ),
            rows=_customers,
            once=True,
        ),
        "orders": _Kind(
            columns=(
                *("Ид", "Номер", "Момент", "Дата", "Время", "Контрагент"),
                *("Валюта", "Сумма", "Скидка"),
            ),
            rows=_orders,
            once=False,
        ),
        "lines": _Kind(
            columns=(
                *("Заказ", "Контрагент", "Момент", "Ид", "Товар", "Артикул", "Наименование"),
                *("Количество", "ЦенаЗаЕдиницу", "Сумма", "Скидка"),
            ),
            rows=_lines,
            once=False,
        ),
        "products": _Kind(
            columns=("Ид", "Артикул", "Наименование", "Группа", "Изготовитель"),
            rows=_products,
            once=True,
        ),
    }
)
