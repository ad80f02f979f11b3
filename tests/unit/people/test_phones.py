"""Phones in every spelling that people and spreadsheets have."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.people import Phones, normalise_phones
from campaignspec.people.columns import texts
from campaignspec.people.phone_plan import plan_of
from campaignspec.people.phones import judge_phone


def one(text: str | None, region: str = "RU") -> tuple[str | None, str | None, str | None]:
    phones = normalise_phones(texts([text]), region)
    return phones.values[0].as_py(), phones.kinds[0].as_py(), phones.reasons[0].as_py()


@pytest.mark.parametrize(
    "written",
    [
        "+79161234567",
        "89161234567",
        "79161234567",
        "9161234567",
        "8 (916) 123-45-67",
        "+7 916 123 45 67",
        "8-916-123-45-67",
        "+7(916)1234567",
        "79161234567.0",
        "7.9161234567E10",
        "7,9161234567e+10",
        "007 916 123-45-67",
        "8 10 7 916 123 45 67",
        "８９１６１２３４５６７",
        "+7 916 123\u201345\u201367",
        "\u00a08 916 123 45 67 ",
        "8 916 123-45-67 доб. 12",
        "тел. 8 916 123-45-67",
        "нет; 8 916 123-45-67",
        "8 916 123-45-67, 8 495 777-11-22",
    ],
)
def test_a_russian_mobile_is_the_same_however_it_is_spelled(written: str) -> None:
    assert one(written) == ("+79161234567", "mobile", None)


@pytest.mark.parametrize(
    ("written", "region", "phone", "kind"),
    [
        ("8 (495) 777-11-22", "RU", "+74957771122", "landline"),
        ("8 800 555-35-35", "RU", "+78005553535", "unknown"),
        ("87012345678", "RU", "+77012345678", "mobile"),
        ("8 701 234 56 78", "KZ", "+77012345678", "mobile"),
        ("+7 727 258-00-00", "RU", "+77272580000", "landline"),
        ("138 0013 8000", "CN", "+8613800138000", "mobile"),
        ("0086-13800138000", "CN", "+8613800138000", "mobile"),
        ("010-8888 8888", "CN", "+861088888888", "landline"),
        ("030 901820", "DE", "+4930901820", "landline"),
        ("0049 151 23456789", "DE", "+4915123456789", "mobile"),
        ("(415) 555-2671", "US", "+14155552671", "unknown"),
        ("1-415-555-2671", "US", "+14155552671", "unknown"),
        ("+49 151 23456789", "RU", "+4915123456789", "mobile"),
    ],
)
def test_each_country_is_read_by_its_own_plan(
    written: str, region: str, phone: str, kind: str
) -> None:
    assert one(written, region) == (phone, kind, None)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("12345", "too short"),
        ("+7 916 123", "too short"),
        ("+7 916 123 45 67 89 01 2", "too long"),
        ("нет", "not a number"),
        ("-", "not a number"),
        ("0000000000", "not a valid number of RU"),
        ("+7 200 000 00 00", "not a valid number of RU"),
        ("+999 1234567", "no such country code"),
        ("7.91612E+10", "rounded by a spreadsheet"),
    ],
)
def test_what_is_no_phone_says_why(written: str, reason: str) -> None:
    assert one(written) == (None, None, reason)


@pytest.mark.parametrize("written", [None, "", "   "])
def test_nothing_written_is_missing_and_no_mistake(written: str | None) -> None:
    assert one(written) == (None, None, None)


_PREFIXES = {
    "RU": ("+7", "8", "7", "", "00 7", "810", "+8"),
    "KZ": ("+7", "8", "7", ""),
    "CN": ("+86", "86", "", "0", "0086", "17900"),
    "DE": ("+49", "0", "49", "0049", ""),
    "US": ("+1", "1", "", "(", "001", "011"),
}


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    region = draw(st.sampled_from(sorted(_PREFIXES)))
    digits = draw(st.text("0123456789", min_size=5, max_size=12))
    text = draw(st.sampled_from(_PREFIXES[region])) + digits
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = (
            text[:at] + draw(st.sampled_from((" ", "-", "(", ")", ".", "+", "\u00a0"))) + text[at:]
        )
    return text, region


@given(spellings())
def test_what_is_judged_in_columns_the_library_judges_alike(drawn: tuple[str, str]) -> None:
    text, region = drawn

    value, kind = (each[0].as_py() for each in plan_of(region).judge(texts([text])))

    if value is not None:
        judged = judge_phone(text, region)
        assert (value, kind) == (judged.value, judged.kind)


def test_the_frequent_spellings_are_judged_in_columns() -> None:
    """Otherwise a million of them would take a minute; the test above would hold all the same."""
    frequent = texts(["+79161234567", "8 (916) 123-45-67", "79161234567", "9161234567"])

    values, _ = plan_of("RU").judge(frequent)

    assert values.to_pylist() == ["+79161234567"] * 4


@given(spellings())
def test_a_phone_in_its_form_stays_as_it_is(drawn: tuple[str, str]) -> None:
    text, region = drawn

    phones = normalise_phones(texts([text]), region)
    again = normalise_phones(phones.values, region)

    assert again.values.equals(phones.values)
    assert again.kinds.equals(phones.kinds)


@given(st.lists(spellings().map(lambda drawn: drawn[0]) | st.none(), max_size=8))
def test_a_row_is_judged_alike_whatever_stands_beside_it(written: list[str | None]) -> None:
    together = normalise_phones(texts(written), "RU")

    assert _rows(together) == [one(text) for text in written]


def _rows(phones: Phones) -> list[tuple[str | None, str | None, str | None]]:
    columns: tuple[pa.Array, ...] = (phones.values, phones.kinds, phones.reasons)
    return list(zip(*(column.to_pylist() for column in columns), strict=True))
