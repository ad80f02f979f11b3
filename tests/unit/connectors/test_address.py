from __future__ import annotations

import pytest

from campaignspec_connectors.address import AddressError, Mailbox, deliverable, parse_mailbox


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("anna@example.org", "anna@example.org"),
        ("o'brien+tag@sub.example.org", "o'brien+tag@sub.example.org"),
        ("anna@localhost", "anna@localhost"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("anna@例え.jp", "anna@xn--r8jz45g.jp"),
    ],
)
def test_an_international_domain_becomes_ascii(written: str, sent: str) -> None:
    assert deliverable(written) == sent


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "@example.org",
        "anna@",
        "анна@example.org",
        "anna@example.org\r\nRCPT TO:<evil@x>",
        "anna@example.org>",
        "alice@example.org)bob@example.net",
        "a b@example.org",
        ".anna@example.org",
        "anna..b@example.org",
        '"quoted"@example.org',
        "anna@[127.0.0.1]",
        "anna@-example.org",
        "anna@exa_mple.org",
        "anna@example..org",
        "a" * 65 + "@example.org",
        "anna@" + "a" * 64 + ".org",
        "anna@" + "a." * 5000 + "org",
        "anna\0@example.org",
        "a=?utf-8?q?=2C?=@example.org,evil@x.org",
    ],
)
def test_what_is_not_a_plain_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        deliverable(address)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shop@shop.example", ""),
        ("<shop@shop.example>", ""),
        ("The Shop <shop@shop.example>", "The Shop"),
        ('"Shop, Inc." <shop@shop.example>', "Shop, Inc."),
        ("Лавка <shop@shop.example>", "Лавка"),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(text: str, name: str) -> None:
    mailbox = parse_mailbox(text)

    assert mailbox == Mailbox(address="shop@shop.example", name=name)
    assert mailbox.domain == "shop.example"


@pytest.mark.parametrize("text", ["The Shop", "A\n <a@b.c>", "a@b.c, d@e.f", "A <a@b.c> <d@e.f>"])
def test_a_sender_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_mailbox(text)
