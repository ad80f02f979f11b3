"""1C's exchange files as sources of customers, orders, lines and products."""

# ruff: noqa: RUF001 - Russian words are meant
from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.errors import HistoryError
from campaignspec.history import CustomerSource, ReadAs, ValueKind
from campaignspec.history.load import load_history
from campaignspec.history.opening import open_table
from campaignspec.history.orders import OrderSource, events_of_orders
from campaignspec.history.preparing import workshop
from campaignspec.history.reading import connect

ROOT = '<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2" ВерсияСхемы="2.07">'
END = "</КоммерческаяИнформация>"
PERSON = """
<Контрагент>
  <Ид>c1</Ид>
  <Наименование>Ольга</Наименование>
  <Роль>Покупатель</Роль>
  <ПолноеНаименование>Иванова Ольга Петровна</ПолноеНаименование>
  <Фамилия>Иванова</Фамилия>
  <АдресРегистрации>
    <Представление>630099, Новосибирск, ул. Ленина &amp; Ко</Представление>
    <АдресноеПоле><Тип>Почтовый индекс</Тип><Значение>630099</Значение></АдресноеПоле>
    <АдресноеПоле><Тип>Город</Тип><Значение>Новосибирск</Значение></АдресноеПоле>
  </АдресРегистрации>
  <Контакты>
    <Контакт><Тип>Телефон рабочий</Тип><Значение>8 (383) 222-33-44</Значение></Контакт>
    <Контакт><Тип>Телефон мобильный</Тип><Значение>+7 916 123-45-67</Значение></Контакт>
    <Контакт><Тип>Электронная почта</Тип><Значение>olga@shop.example</Значение></Контакт>
  </Контакты>
</Контрагент>"""
ORDER = f"""
<Документ>
  <Ид>o1</Ид><Номер>17</Номер><Дата>2017-03-01</Дата><Время>12:30:00</Время>
  <ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль>
  <Валюта>руб</Валюта><Курс>1</Курс><Сумма>1250.50</Сумма>
  <Контрагенты>
    <Контрагент><Ид>we</Ид><Наименование>Мы</Наименование><Роль>Продавец</Роль></Контрагент>
    {PERSON}
  </Контрагенты>
  <Скидки><Скидка><Наименование>A</Наименование><Сумма>50.25</Сумма></Скидка>
    <Скидка><Наименование>B</Наименование><Сумма>0.75</Сумма></Скидка></Скидки>
  <Товары>
    <Товар><Ид>p1#red</Ид><Артикул>A-1</Артикул><Наименование>Линзы</Наименование>
      <БазоваяЕдиница Код="796">шт</БазоваяЕдиница>
      <ЦенаЗаЕдиницу>500.00</ЦенаЗаЕдиницу><Количество>2</Количество><Сумма>1000.00</Сумма>
      <Скидки><Скидка><Сумма>10</Сумма></Скидка></Скидки>
      <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ВидНоменклатуры</Наименование>
        <Значение>Товар</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Товар>
    <Товар><Ид>p2</Ид><Наименование>Раствор</Наименование><Количество>1</Количество>
      <Сумма>250.50</Сумма></Товар>
  </Товары>
  <ЗначенияРеквизитов>
    <ЗначениеРеквизита><Наименование>Метод оплаты</Наименование><Значение>Карта</Значение>
    </ЗначениеРеквизита>
    <ЗначениеРеквизита><Наименование>Статус заказа</Наименование><Значение>Принят</Значение>
    </ЗначениеРеквизита>
  </ЗначенияРеквизитов>
</Документ>
<Документ><Ид>x1</Ид><ХозОперация>Выплата наличных денег</ХозОперация><Сумма>1</Сумма></Документ>"""
CATALOGUE = """
<Классификатор>
  <Группы><Группа><Ид>g1</Ид><Наименование>Оптика</Наименование>
    <Группы><Группа><Ид>g2</Ид><Наименование>Линзы</Наименование></Группа></Группы>
  </Группа></Группы>
  <Свойства>
    <Свойство><Ид>s1</Ид><Наименование>Срок ношения</Наименование>
      <ВариантыЗначений><Справочник><ИдЗначения>v1</ИдЗначения><Значение>Месяц</Значение>
      </Справочник></ВариантыЗначений></Свойство>
    <Свойство><Ид>s2</Ид><Наименование>Цвет</Наименование></Свойство>
  </Свойства>
</Классификатор>
<Каталог><Ид>k</Ид><Товары>
  <Товар><Ид>p1</Ид><Артикул>A-1</Артикул><Наименование>Линзы</Наименование>
    <Группы><Ид>g2</Ид></Группы>
    <Изготовитель><Ид>m</Ид><Наименование>Alcon</Наименование></Изготовитель>
    <ЗначенияСвойств>
      <ЗначенияСвойства><Ид>s1</Ид><Значение>v1</Значение></ЗначенияСвойства>
      <ЗначенияСвойства><Ид>s2</Ид><Значение>синий</Значение></ЗначенияСвойства>
    </ЗначенияСвойств></Товар>
  <Товар><Ид>p2</Ид><Наименование>Раствор</Наименование><Группы><Ид>?</Ид></Группы></Товар>
</Товары></Каталог>"""


def write(folder: Path, body: str, encoding: str = "utf-8") -> Path:
    file = folder / "exchange.xml"
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n{ROOT}{body}{END}'
    file.write_bytes(text.encode(encoding))
    return file


def rows(file: Path, table: str | None) -> list[dict[str, str]]:
    with connect() as duck, open_table(duck, file, ReadAs(table=table)) as opened:
        relation = duck.sql(f"SELECT * FROM {opened.rows}")  # noqa: S608 (its own)
        names, found = relation.columns, relation.fetchall()
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in found
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_a_person_is_read_with_contacts_and_address(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, f"<Контрагенты>{PERSON}</Контрагенты>", encoding)

    assert rows(file, "customers") == [
        {
            "number of the row": 3,
            "Ид": "c1",
            "Наименование": "Ольга",
            "ПолноеНаименование": "Иванова Ольга Петровна",
            "Фамилия": "Иванова",
            "Роль": "Покупатель",
            "Почта": "olga@shop.example",
            "Телефон": "8 (383) 222-33-44",
            "Телефон_рабочий": "8 (383) 222-33-44",
            "Телефон_мобильный": "+7 916 123-45-67",
            "Электронная_почта": "olga@shop.example",
            "Адрес": "630099, Новосибирск, ул. Ленина & Ко",
            "Адрес_Почтовый_индекс": "630099",
            "Адрес_Город": "Новосибирск",
        }
    ]


def test_a_person_of_several_orders_is_one_as_last_written(tmp_path: Path) -> None:
    later = ORDER.replace("<Ид>o1</Ид>", "<Ид>o2</Ид>").replace("Ольга<", "Оля<")

    people = rows(write(tmp_path, ORDER + later), "customers")

    assert [(person["Ид"], person["Наименование"]) for person in people] == [("c1", "Оля")]


def test_an_order_is_read_with_its_buyer_instant_and_requisites(tmp_path: Path) -> None:
    (order,) = rows(write(tmp_path, f"<Контейнер>{ORDER}</Контейнер>"), "orders")

    assert order == {
        "number of the row": 3,
        "Ид": "o1",
        "Номер": "17",
        "Момент": "2017-03-01 12:30:00",
        "Дата": "2017-03-01",
        "Время": "12:30:00",
        "Контрагент": "c1",
        "Валюта": "руб",
        "Сумма": "1250.50",
        "Скидка": "51.00",
        "ХозОперация": "Заказ товара",
        "Роль": "Продавец",
        "Курс": "1",
        "Метод_оплаты": "Карта",
        "Статус_заказа": "Принят",
    }


def test_lines_are_read_with_their_order(tmp_path: Path) -> None:
    first, second = rows(write(tmp_path, ORDER), "lines")

    assert first == {
        "number of the row": 31,
        "Заказ": "o1",
        "Контрагент": "c1",
        "Момент": "2017-03-01 12:30:00",
        "Ид": "p1#red",
        "Товар": "p1",
        "Артикул": "A-1",
        "Наименование": "Линзы",
        "БазоваяЕдиница": "шт",
        "Количество": "2",
        "ЦенаЗаЕдиницу": "500.00",
        "Сумма": "1000.00",
        "Скидка": "10",
        "ВидНоменклатуры": "Товар",
    }
    assert (second["Заказ"], second["Ид"], second["Сумма"]) == ("o1", "p2", "250.50")


def test_an_order_that_follows_once_more_has_the_lines_it_has_then(tmp_path: Path) -> None:
    again = ORDER.replace("<Количество>2<", "<Количество>3<").replace("p2", "p3")
    emptied = ORDER.replace("o1", "o2"), ORDER.replace("o1", "o2").replace("Товары>", "Ничего>")
    file = write(tmp_path, ORDER + emptied[0] + again + emptied[1])

    found = [(row["Заказ"], row["Товар"], row["Количество"]) for row in rows(file, "lines")]

    assert found == [("o1", "p1", "3"), ("o1", "p3", "1")]


def test_a_file_in_one_line_is_read_like_any_other(tmp_path: Path) -> None:
    person = ORDER.replace("c1", "c2").replace("o1", "o2")
    later = ORDER.replace("Метод оплаты", "Оплата").replace("Ольга<", "Оля<")
    file = write(tmp_path, (ORDER + person + later).replace("\n", " "))
    source = OrderSource(
        file=file,
        read=ReadAs(table="orders"),
        order="Ид",
        customer="Контрагент",
        at="Момент",
        amount="Сумма",
        properties={"Оплата": ValueKind.TEXT},
    )

    with workshop(None) as shop:
        history = load_history([], events_of_orders(source, shop))

    placed = history.streams["order.placed"]
    assert [history.customers[row] for row in placed.rows()] == ["c1", "c2"]
    assert [placed.properties["Оплата"].get(n) for n in (0, 1)] == ["Карта", None]
    assert [row["Наименование"] for row in rows(file, "customers")] == ["Ольга", "Оля"]


def test_people_without_an_id_are_not_taken_for_one(tmp_path: Path) -> None:
    nameless = PERSON.replace("<Ид>c1</Ид>", "")
    file = write(tmp_path, nameless + nameless.replace("Ольга", "Анна") + PERSON)

    assert [row.get("Ид") for row in rows(file, "customers")] == [None, None, "c1"]


def test_products_are_read_with_the_names_of_groups_and_properties(tmp_path: Path) -> None:
    first, second = rows(write(tmp_path, CATALOGUE), "products")

    del first["number of the row"], second["number of the row"]
    assert first == {
        "Ид": "p1",
        "Артикул": "A-1",
        "Наименование": "Линзы",
        "Группа": "Линзы",
        "Изготовитель": "Alcon",
        "Срок_ношения": "Месяц",
        "Цвет": "синий",
    }
    assert second == {"Ид": "p2", "Наименование": "Раствор", "Группа": "?"}


def test_a_large_file_is_read_record_by_record(tmp_path: Path) -> None:
    people = (PERSON.replace("c1", f"c{n % 5_000}") for n in range(12_000))

    found = rows(write(tmp_path, "<Контрагенты>" + "".join(people) + "</Контрагенты>"), "customers")

    assert len(found) == 5_000
    assert len({person["Ид"] for person in found}) == 5_000


def test_people_of_an_exchange_are_customers(tmp_path: Path) -> None:
    source = CustomerSource(
        file=write(tmp_path, ORDER),
        read=ReadAs(table="customers"),
        customer="Ид",
        timezone=None,
        addresses={"email": "Почта"},
        attributes={"Фамилия": ValueKind.TEXT},
    )

    history = load_history([source], [])

    assert history.customers == ("c1",)
    assert history.addresses["email"].tolist() == ["olga@shop.example"]
    assert history.attributes["Фамилия"].get(0) == "Иванова"


def test_without_an_order_in_it_a_file_has_no_rows(tmp_path: Path) -> None:
    assert rows(write(tmp_path, ""), "orders") == []


DTD = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n' + ROOT + END


@pytest.mark.parametrize(
    ("content", "table", "problem"),
    [
        (ROOT + END, None, "say which table to read: `read: {table: …}`; tables: 'customers'"),
        (ROOT + END, "order", "has no table 'order'; did you mean 'orders'?"),
        (ROOT + END, "x", "has no table 'x'; tables: 'customers', 'orders', 'lines', 'products'"),
        ("<yml_catalog/>", "orders", "line 1: the file holds <yml_catalog>, not <Коммерческая"),
        (DTD, "orders", "line 2: declares a document type, which is not read; export the file"),
        (f"{ROOT}\n<Документ>", "orders", "line 2: is not well-formed XML: no element found"),
        (f"{ROOT}\n<Ид>\n</Номер>", "orders", "line 3: is not well-formed XML: mismatched tag"),
        (f"{ROOT}&hallo;{END}", "orders", "line 1: is not well-formed XML: undefined entity"),
        ("", "orders", "line 1: is not well-formed XML: no element found"),
        (
            f'<?xml version="1.0" encoding="utf-8"?>\n{ROOT}{END}'.encode("cp1251"),
            "orders",
            "line 2: is not well-formed XML: not well-formed (invalid token)",
        ),
        (
            f'<?xml version="1.0" encoding="cp1215"?>\n{ROOT}{END}',
            "orders",
            "line 1: is not well-formed XML: unknown encoding",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, table: str | None, problem: str
) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(HistoryError) as caught:
        rows(file, table)

    assert str(caught.value).startswith(f"{file}: {problem}")


def test_a_value_that_is_not_as_declared_is_named_by_the_line_of_its_record(
    tmp_path: Path,
) -> None:
    source = CustomerSource(
        file=write(tmp_path, f"<Контрагенты>{PERSON}</Контрагенты>"),
        read=ReadAs(table="customers"),
        customer="Ид",
        timezone=None,
        attributes={"Фамилия": ValueKind.NUMBER},
    )

    with pytest.raises(HistoryError, match=r"row 3: column 'Фамилия' holds 'Иванова'"):
        load_history([source], [])
