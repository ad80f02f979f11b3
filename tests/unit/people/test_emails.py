"""E-mail addresses as people write them into forms and spreadsheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.people import normalise_emails
from campaignspec.people.columns import texts


def one(text: str | None, *, providers: bool = False) -> tuple[str | None, str | None]:
    emails = normalise_emails(texts([text]), providers=providers)
    return emails.values[0].as_py(), emails.reasons[0].as_py()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ivan@mail.ru", "ivan@mail.ru"),
        (" Ivan@Mail.RU ", "ivan@mail.ru"),
        ("mailto:ivan@mail.ru", "ivan@mail.ru"),
        ("Иван Иванов <ivan@mail.ru>", "ivan@mail.ru"),
        ('"Ivan" <ivan@mail.ru>', "ivan@mail.ru"),
        ("ivan@mail.ru,", "ivan@mail.ru"),
        ("ivan@mail.ru.", "ivan@mail.ru"),
        ("ivan@mail.ru; olga@mail.ru", "ivan@mail.ru"),
        ("нет; olga@mail.ru", None),
        ("ｉｖａｎ＠ｍａｉｌ．ｒｕ", "ivan@mail.ru"),
        ("ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai"),
        ("i.vanov+shop@gmail.com", "i.vanov+shop@gmail.com"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
    ],
)
def test_an_address_has_one_form(written: str, address: str | None) -> None:
    assert one(written)[0] == address


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("-", "has no @"),
        ("test@test", "has no domain after the @"),
        ("@mail.ru", "has nothing before the @"),
        ("ivan@", "has nothing after the @"),
        ("ivan@mail@ru.ru", "has more than one @"),
        ("ivan ivanov@mail.ru", "has a space in it"),
        ("иван@mail.ru", "has 'и' before the @"),
        ("ivan@mail..ru", "is malformed after the @"),
        ("ivan@-mail.ru", "is malformed after the @"),
        ("iv..an@mail.ru", "is malformed before the @"),
        ("i" * 65 + "@mail.ru", "too long"),
    ],
)
def test_what_is_no_address_says_why(written: str, reason: str) -> None:
    assert one(written) == (None, reason)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("I.Vanov+shop@GMail.com", "ivanov@gmail.com"),
        ("ivanov@googlemail.com", "ivanov@gmail.com"),
        ("i.vanov+shop@mail.ru", "i.vanov+shop@mail.ru"),
        ("+@gmail.com", None),
    ],
)
def test_what_gmail_ignores_is_undone_for_those_who_ask(written: str, address: str | None) -> None:
    assert one(written, providers=True)[0] == address


@pytest.mark.parametrize("written", [None, "", "  "])
def test_nothing_written_is_missing_and_no_mistake(written: str | None) -> None:
    assert one(written) == (None, None)


_ADDRESSES = st.text("abйA1.+@-<> ;,'", max_size=20) | st.emails()


@given(written=_ADDRESSES, providers=st.booleans())
def test_an_address_in_its_form_stays_as_it_is(written: str, *, providers: bool) -> None:
    address, _ = one(written, providers=providers)

    if address is not None:
        assert one(address, providers=providers) == (address, None)


@given(_ADDRESSES)
def test_an_address_is_usable_or_says_why_not(written: str) -> None:
    address, reason = one(written)

    assert (address is None) != (reason is None) or not written.strip()
