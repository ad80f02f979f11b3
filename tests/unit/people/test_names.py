"""Names in either order, in Russian, Chinese and Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.people import Order, split_names
from campaignspec.people.columns import texts
from campaignspec.people.names import fold_names, tidy_names

FAMILY, GIVEN = Order.FAMILY_FIRST, Order.GIVEN_FIRST


def parts(text: str | None, order: Order = FAMILY) -> tuple[str | None, ...]:
    names = split_names(texts([text]), order)
    columns = (names.family, names.given, names.patronymic, names.decided)
    return tuple(column[0].as_py() for column in columns)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("written", "family", "given", "patronymic", "decided"),
    [
        ("Иванов Иван Иванович", "Иванов", "Иван", "Иванович", "the patronymic"),
        ("иван иванович иванов", "Иванов", "Иван", "Иванович", "the patronymic"),
        ("ИВАНОВА  АННА ПЕТРОВНА", "Иванова", "Анна", "Петровна", "the patronymic"),
        ("Анна Ильинична Лев", "Лев", "Анна", "Ильинична", "the patronymic"),
        ("Алиев Рашид Фуад оглы", "Алиев", "Рашид", "Фуад оглы", "the patronymic"),
        (
            "Римский-Корсаков Николай Андреевич",
            "Римский-Корсаков",
            "Николай",
            "Андреевич",
            "the patronymic",
        ),
        ("Иван Иванович", None, "Иван", "Иванович", "the patronymic"),
        ("Абрамович Роман", "Абрамович", "Роман", None, "a known given name"),
        ("Петров Пётр", "Петров", "Пётр", None, "a known given name"),
        ("Петр Петров", "Петров", "Петр", None, "a known given name"),
        ("Ковальчук Лилия", "Ковальчук", "Лилия", None, "a known given name"),
        ("Иванов Мирослав", "Иванов", "Мирослав", None, "the ending of a family name"),
        ("Иванов И. П.", "Иванов", None, None, "initials"),
        ("И.П.Иванов", "Иванов", None, None, "initials"),
        ("Smith, John", "Smith", "John", None, "a comma"),
        ("Иванов, Иван Петрович", "Иванов", "Иван", "Петрович", "a comma"),
        ("John Smith", "Smith", "John", None, "a known given name"),
        ("Anna Maria Smith", "Smith", "Anna Maria", None, "a known given name"),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", None, "the ending of a family name"),
        ("李雷", "李", "雷", None, "Chinese order"),
        ("王 小明", "王", "小明", None, "Chinese order"),
        ("欧阳娜娜", "欧阳", "娜娜", None, "Chinese order"),
        ("Сергей", None, "Сергей", None, "one word"),
        ("СИДОРОВ", "Сидоров", None, None, "one word"),
        ("o'brien john", "O'Brien", "John", None, "a known given name"),
        ("McDonald, Ronald", "McDonald", "Ronald", None, "a comma"),
    ],
)
def test_the_words_tell_which_name_is_which(
    written: str,
    family: str | None,
    given: str | None,
    patronymic: str | None,
    decided: str,
    order: Order,
) -> None:
    assert parts(written, order) == (family, given, patronymic, decided)


def test_where_the_words_do_not_tell_the_declared_order_does() -> None:
    assert parts("Salvador Dali", FAMILY) == ("Salvador", "Dali", None, "the declared order")
    assert parts("Salvador Dali", GIVEN) == ("Dali", "Salvador", None, "the declared order")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("12345", "has no letters"),
        ("ivan@mail.ru", "has digits or an @ in it"),
        ("Иванов Иван 2", "has digits or an @ in it"),
        ("ООО «Ромашка»", "names a company"),
        ("И. П.", "has nothing but initials"),
        ("a b c d e f g h", "has too many words"),
        ("这是一个很长的句子", "is not a name that can be taken apart"),
    ],
)
def test_what_is_no_name_says_why(written: str, reason: str) -> None:
    names = split_names(texts([written]), FAMILY)

    assert names.reasons[0].as_py() == reason
    assert (names.family[0].as_py(), names.given[0].as_py()) == (None, None)


def test_a_part_in_a_column_of_its_own_is_written_as_names_are() -> None:
    written = texts([" иВАНОВ ", "ИВАНОВ-ПЕТРОВ", "o'brien", None, ""])

    assert tidy_names(written).to_pylist() == ["иВАНОВ", "Иванов-Петров", "O'Brien", None, None]


def test_names_are_compared_without_case_and_without_yo_and_never_by_an_initial() -> None:
    assert fold_names(texts(["СЕМЁНОВ", "Семенов", "С.", "С", "李", None])).to_pylist() == [
        *("семенов", "семенов"),
        *(None, None),
        "李",
        None,
    ]


_WORDS = st.sampled_from(
    ("Иванов", "Иван", "Иванович", "И.", "van", "оглы", "Smith,", "李雷", "Anna", "ООО", "2", "-")
)


@given(st.lists(_WORDS, max_size=6).map(" ".join), st.sampled_from(Order))
def test_a_name_is_taken_apart_or_says_why_not(written: str, order: Order) -> None:
    names = split_names(texts([written]), order)
    parts_ = (names.family, names.given, names.patronymic, names.reasons)

    assert any(part[0].as_py() for part in parts_) or not written.strip(" -,")


@given(st.lists(st.lists(_WORDS, max_size=6).map(" ".join), max_size=6), st.sampled_from(Order))
def test_a_name_is_taken_apart_alike_whatever_stands_beside_it(
    written: list[str], order: Order
) -> None:
    together = split_names(texts(written), order)

    rows = list(
        zip(
            *(
                column.to_pylist()
                for column in (
                    *(together.family, together.given),
                    *(together.patronymic, together.decided),
                )
            ),
            strict=True,
        )
    )
    assert rows == [parts(text, order) for text in written]
