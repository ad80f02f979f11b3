from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec_connectors.address import Mailbox
from campaignspec_connectors.mime import (
    ControlCharacterError,
    Email,
    encode_header,
    write_email,
)

RUSSIAN = "Скучаем — давно ничего не доставлял вам наш магазин, "
CHINESE = "您的购物车里还有 3 件商品, 今天下单 立减 50 元, "
SUBJECTS = {
    "plain": "Your order is on its way",
    "russian": RUSSIAN.strip(),
    "chinese": CHINESE.strip(),
    "long russian": (RUSSIAN * 8).strip(),
    "long chinese": (CHINESE * 12).strip(),
    "long plain": "word " * 300 + "end",
    "double spaces": "a  b   c — d   e  " + "ё  " * 100 + "end",
    "leading space": "  indented",
    "emoji": "👩‍👩‍👧‍👦" * 30,
    "looks encoded": "=?utf-8?q?hi=0D=0ABcc=3A_evil=40x?=",
    "empty": "",
}
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Campaign",
    "MIME-Version",
    "Content-Type",
]
LETTER = Email(
    key="0b8e-key",
    sender=Mailbox(name="Лавка", address="shop@shop.example"),
    recipient="anna@example.org",
    subject="Hello",
    text="Dear Anna\n",
    html="<p>Dear Anna</p>",
    at=1_488_362_400_000_000,
    campaign="second-purchase",
    reply_to=Mailbox(address="help@shop.example"),
    unsubscribe="https://shop.example/u/0b8e",
)
PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=400)
ANYTHING = st.text(max_size=60)


def parse(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def strictly(data: bytes) -> dict[str, str]:
    """Split headers as the standard says, knowing nothing of their meaning."""
    head = data.split(b"\r\n\r\n", 1)[0].replace(b"\r\n ", b" ").decode("ascii")
    return dict(line.split(": ", 1) for line in head.split("\r\n"))


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    data = write_email(replace(LETTER, subject=subject))

    assert parse(data)["Subject"] == subject


@pytest.mark.parametrize("name", ["Лавка «Линза»", "Shop, Inc.", "The Shop", "店" * 60, "=?x?="])
def test_a_senders_name_arrives_as_it_was_written(name: str) -> None:
    data = write_email(replace(LETTER, sender=Mailbox(name=name, address="shop@shop.example")))

    # not through email.policy.default: its phrases keep the fold between two encoded words
    written = email.message_from_bytes(data)["From"]
    assert str(make_header(decode_header(written))) == f"{name} <shop@shop.example>"


def test_an_encoded_word_is_never_longer_than_75_characters_nor_its_line_than_76() -> None:
    encoded = encode_header(RUSSIAN * 20, name="Subject")

    lines = f"Subject: {encoded}".split("\r\n")
    words = encoded.split("\r\n ")
    assert max(len(line) for line in lines) <= 76
    assert max(len(word) for word in words) <= 75
    assert len(words) > 10


def test_both_texts_arrive_in_a_multipart_message() -> None:
    text, html = "Привет!\n\n.\n.точка\n", "<p>您好 & 再见</p>\n"

    message = parse(write_email(replace(LETTER, text=text, html=html)))

    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(rich, EmailMessage)
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().replace("\r\n", "\n") == text
    assert rich.get_content_type() == "text/html"
    assert rich.get_content().replace("\r\n", "\n") == html


def test_a_message_without_html_is_plain_text() -> None:
    message = parse(write_email(replace(LETTER, html=None, text="Привет")))

    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "Привет"


def test_the_headers_are_these_and_no_others() -> None:
    data = write_email(LETTER)

    assert list(strictly(data)) == HEADERS
    headers = parse(data)
    assert headers["To"] == "anna@example.org"
    assert headers["Date"] == "Wed, 01 Mar 2017 10:00:00 +0000"
    assert headers["Message-ID"] == "<0b8e-key@shop.example>"
    assert headers["List-Unsubscribe"] == "<https://shop.example/u/0b8e>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["X-Campaign"] == "second-purchase"
    assert headers["MIME-Version"] == "1.0"


def test_the_same_email_is_written_as_the_same_bytes() -> None:
    assert write_email(LETTER) == write_email(replace(LETTER))
    assert write_email(LETTER) != write_email(replace(LETTER, key="another"))


@pytest.mark.parametrize(
    "control", ["\r\nBcc: evil@x", "\n", "\0", "\x1b", "\x7f", "\x85", "\u2028"]
)
def test_control_characters_in_a_header_are_refused(control: str) -> None:
    with pytest.raises(ControlCharacterError, match=r"Subject.*U\+"):
        write_email(replace(LETTER, subject=f"Hello{control}"))
    with pytest.raises(ControlCharacterError, match="X-Campaign"):
        write_email(replace(LETTER, campaign=f"c{control}"))


@given(PRINTABLE)
@settings(deadline=None, max_examples=100)
def test_any_printable_subject_makes_the_round_trip(subject: str) -> None:
    assert parse(write_email(replace(LETTER, subject=subject)))["Subject"] == subject


@given(subject=ANYTHING, name=ANYTHING, campaign=ANYTHING, text=ANYTHING)
@settings(deadline=None, max_examples=100)
def test_no_value_can_add_a_header_or_end_the_message(
    subject: str, name: str, campaign: str, text: str
) -> None:
    sender = Mailbox(name=name, address="shop@shop.example")
    letter = replace(LETTER, subject=subject, sender=sender, campaign=campaign, text=text)

    try:
        data = write_email(letter)
    except ControlCharacterError:
        return

    assert list(strictly(data)) == HEADERS
    assert parse(data).keys() == HEADERS
    lines = data.split(b"\r\n")
    assert not any(line.startswith(b".") or b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 998
