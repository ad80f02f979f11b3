"""Write the files of ``examples/dirty-crm``: the same people in three tables, as offices keep them.

``python -m scripts.dirty_crm [FOLDER]`` writes a workbook of Excel, a CSV file in cp1251, an
exchange file of 1C, and beside them orders that know phones only, and consents.

Everything is made up and drawn from a seed. Each record knows who it truly is, so that a test can
count what was joined wrongly and what was missed.
"""

from __future__ import annotations

import random
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

_FAMILIES = """
Иванов Петров Сидоров Кузнецов Соколов Попов Лебедев Козлов Новиков Морозов Волков Соловьёв
Васильев Зайцев Павлов Семёнов Голубев Виноградов Богданов Воробьёв
"""
_MEN = "Иван Пётр Алексей Сергей Андрей Дмитрий Артём Фёдор Николай Максим"
_WOMEN = "Анна Мария Елена Ольга Наталья Алёна Татьяна Ирина Светлана Юлия"
FAMILIES, MEN, WOMEN = _FAMILIES.split(), _MEN.split(), _WOMEN.split()
MIDDLE = {
    "Иван": "Иванов",
    "Пётр": "Петров",
    "Сергей": "Сергеев",
    "Андрей": "Андреев",
    "Николай": "Николаев",
    "Дмитрий": "Дмитриев",
    "Алексей": "Алексеев",
}
_CHILDREN = {8, 21, 40}
"""Who gives a parent's phone as their own: the human before; their birthdays are always known."""

CITIES = ("Москва", "Омск", "Казань", "Пермь", "")
OFFICE = "8 (495) 777-11-22"
"""The office's own phone: whoever has none is given it."""

NOBODY = "no@mail.ru"
"""What a cashier types for somebody without an e-mail address."""

FOLDER = Path(__file__).parent.parent / "examples" / "dirty-crm" / "export"
"""Where the example project reads the files."""


def main() -> None:
    """Write the files, and say which."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    write_dirty_crm(folder)
    for file in sorted(folder.iterdir()):
        print(f"written: {file.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """One who truly exists."""

    number: int
    family: str
    given: str
    patronymic: str
    phone: str
    email: str
    birthday: date
    city: str


def write_dirty_crm(root: Path, *, humans: int = 60, seed: int = 11) -> dict[str, int]:
    """Write the three tables, orders and consents; the same seed, the same bytes.

    Args:
        root: The folder; made where there is none.
        humans: How many people truly exist.
        seed: What everything is drawn from.

    Returns:
        Who each id truly is.
    """
    root.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    people = [_human(number, dice) for number in range(humans)]
    for child in _CHILDREN:
        people[child] = replace(people[child], phone=people[child - 1].phone)
    truth: dict[str, int] = {}
    crm = [_crm_row(at, each, dice) for at, each in enumerate(_some(people, 0.8, dice), 1)]
    truth |= {f"crm:{row[0]}": who for row, who in crm}
    shop = [_shop_row(at, each, dice) for at, each in enumerate(_some(people, 0.7, dice), 1)]
    truth |= {f"shop:{row[0]}": who for row, who in shop}
    one_c = [_one_c(each, dice) for each in _some(people, 0.6, dice)]
    truth |= {row[0]: who for row, who in one_c}
    write_xlsx(
        root / "crm.xlsx",
        ("Код", "ФИО", "E-mail", "Телефон", "Город", "birthday", "Изменён"),
        [row for row, _ in crm],
    )
    _write_csv(
        root / "shop.csv",
        ("client_id", "name", "mail", "phone", "Город", "birthday", "changed"),
        [row for row, _ in shop],
        encoding="cp1251",
    )
    _write_commerceml(root / "exchange.xml", [row for row, _ in one_c])
    orders = [_order(each, dice) for each in _some(people, 0.9, dice)]
    orders += [("8 (999) 000-11-22", "2025-03-05 10:00", "order.placed", "900")]
    orders += [("нет", "2025-03-06 10:00", "order.placed", "100")]
    consents = [(str(row[0]), *_consent(dice)) for row, _ in shop]
    orders += [_order(each, dice) for each in dice.choices(people[: humans // 2], k=humans)]
    _write_csv(root / "orders.csv", ("phone", "at", "event", "amount"), orders)
    _write_csv(root / "consents.csv", ("customer", "at", "channel", "purpose", "state"), consents)
    return truth


def _human(number: int, dice: random.Random) -> Human:
    woman = dice.random() < 0.5
    given = dice.choice(WOMEN if woman else MEN)
    family = dice.choice(FAMILIES) + ("а" if woman else "")
    father = dice.choice(tuple(MIDDLE))
    digits = f"{dice.randrange(10**7):07}"
    return Human(
        number=number,
        family=family,
        given=given,
        patronymic=MIDDLE[father] + ("на" if woman else "ич"),
        phone=f"+7916{digits}",
        email=f"user{number}@{dice.choice(('mail.ru', 'yandex.ru', 'example.com'))}",
        birthday=date(1960, 1, 1) + timedelta(days=dice.randrange(15_000)),
        city=dice.choice(CITIES),
    )


def _some(people: Sequence[Human], share: float, dice: random.Random) -> list[Human]:
    chosen = [each for each in people if dice.random() < share]
    dice.shuffle(chosen)
    return chosen


def spelled_phone(phone: str, dice: random.Random) -> str:
    """Spell a Russian phone in one of the ways that people do."""
    d = phone[2:]
    return dice.choice(
        (
            phone,
            f"8{d}",
            f"7{d}",
            f"8 ({d[:3]}) {d[3:6]}-{d[6:8]}-{d[8:]}",
            f"+7 {d[:3]} {d[3:6]} {d[6:]}",
            f"007 {d}",
            f"8-{d[:3]}-{d[3:6]}-{d[6:8]}-{d[8:]}",
            f"+7({d[:3]}){d[3:]} доб. 12",
        )
    )


def _dirty_phone(who: Human, dice: random.Random) -> str:
    chance = dice.random()
    if chance < 0.08:
        return ""
    if chance < 0.13:
        return dice.choice(("нет", "12345", "0000000000", "уточнить"))
    if chance < 0.20:
        return OFFICE
    return spelled_phone(who.phone, dice)


def _dirty_email(who: Human, dice: random.Random) -> str:
    chance = dice.random()
    if chance < 0.2:
        return ""
    if chance < 0.3:
        return dice.choice((NOBODY, "NO@mail.ru", "-", "test@test"))
    return dice.choice(
        (who.email, who.email.upper(), f"{who.given} <{who.email}>", f" {who.email},")
    )


def _birthday(who: Human, dice: random.Random) -> str:
    known = {who.number, who.number + 1} & _CHILDREN or dice.random() < 0.7
    return who.birthday.isoformat() if known else ""


def _changed(dice: random.Random) -> str:
    day = date(2024, 1, 1) + timedelta(days=dice.randrange(400))
    return f"{day.isoformat()} 12:00:00"


def _crm_row(at: int, who: Human, dice: random.Random) -> tuple[tuple[object, ...], int]:
    """Full names, family name first, and sometimes a phone that Excel took for a number."""
    name = dice.choice(
        (
            f"{who.family} {who.given} {who.patronymic}",
            f"{who.family} {who.given} {who.patronymic}".upper(),
            f"{who.family} {who.given}",
            f"{who.family} {who.given[0]}. {who.patronymic[0]}.",
            f"{who.given} {who.patronymic} {who.family}".lower(),
        )
    )
    phone: object = _dirty_phone(who, dice)
    if str(phone).isdigit() and len(str(phone)) == 11:
        phone = int(str(phone))
    row = (str(at), name, _dirty_email(who, dice), phone, who.city, _birthday(who, dice))
    return (*row, _changed(dice)), who.number


def _shop_row(at: int, who: Human, dice: random.Random) -> tuple[tuple[object, ...], int]:
    """Given name first, and no ``ё``: many type it without its dots."""
    family, given = who.family.replace("ё", "е"), who.given.replace("ё", "е")
    name = dice.choice((f"{given} {family}", f"{family} {given}", given))
    row = (str(at), name, _dirty_email(who, dice), _dirty_phone(who, dice), who.city)
    return (*row, _birthday(who, dice), _changed(dice)), who.number


def _one_c(who: Human, dice: random.Random) -> tuple[tuple[str, ...], int]:
    number = f"{dice.randrange(16**8):08x}-0000-4000-8000-{who.number:012}"
    row = (number, who.family, who.given, who.patronymic)
    return (*row, _dirty_email(who, dice), _dirty_phone(who, dice), _birthday(who, dice)), (
        who.number
    )


def _order(who: Human, dice: random.Random) -> tuple[object, ...]:
    day = date(2025, 1, 1) + timedelta(days=dice.randrange(60))
    phone = spelled_phone(who.phone, dice)
    return phone, f"{day.isoformat()} 12:00", "order.placed", dice.randrange(500, 5000)


def _consent(dice: random.Random) -> tuple[str, ...]:
    state = "granted" if dice.random() < 0.7 else "refused"
    return "2025-01-01 12:00", "email", "promotional", state


def _write_csv(
    file: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    encoding: str = "utf-8",
) -> None:
    mark = ";" if encoding == "cp1251" else ","
    lines = [mark.join(header), *(mark.join(_cell(value, mark) for value in row) for row in rows)]
    file.write_text("\r\n".join(lines) + "\r\n", encoding=encoding, newline="")


def _cell(value: object, mark: str) -> str:
    text = str(value)
    return f'"{text}"' if mark in text else text


def _write_commerceml(file: Path, rows: Sequence[Sequence[str]]) -> None:
    people = "".join(
        f"    <Контрагент>\n"
        f"     <Ид>{number}</Ид>\n"
        f"     <Наименование>{escape(f'{family} {given} {patronymic}')}</Наименование>\n"
        f"     <Роль>Покупатель</Роль>\n"
        f"     <Фамилия>{family}</Фамилия>\n     <Имя>{given}</Имя>\n"
        f"     <Отчество>{patronymic}</Отчество>\n"
        + (f"     <birthday>{birthday}</birthday>\n" if birthday else "")
        + f"     <Контакты>\n"
        f"      <Контакт><Тип>Почта</Тип><Значение>{escape(email)}</Значение></Контакт>\n"
        f"      <Контакт><Тип>ТелефонРабочий</Тип><Значение>{escape(phone)}</Значение></Контакт>\n"
        f"     </Контакты>\n"
        f"    </Контрагент>\n"
        for number, family, given, patronymic, email, phone, birthday in rows
    )
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<КоммерческаяИнформация ВерсияСхемы="2.05" ДатаФормирования="2025-03-01">\n'
        f"  <Контрагенты>\n{people}  </Контрагенты>\n"
        "</КоммерческаяИнформация>\n",
        encoding="utf-8",
    )


_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Клиенты" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def write_xlsx(file: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a workbook of one sheet; numbers are numbers, as Excel has them, all else is text."""
    lines = "".join(
        f'<row r="{at}">{"".join(_excel_cell(value) for value in row)}</row>'
        for at, row in enumerate([header, *rows], 1)
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            declared = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}'
            book.writestr(zipfile.ZipInfo(name, (2025, 3, 1, 0, 0, 0)), declared)


def _excel_cell(value: object) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


if __name__ == "__main__":
    main()
