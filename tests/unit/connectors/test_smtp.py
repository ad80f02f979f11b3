from __future__ import annotations

import email
import email.policy
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from campaignspec.connector import (
    Accepted,
    Context,
    FailureKind,
    Idempotency,
    InDoubt,
    Message,
    MessageClass,
    Receipt,
    Rejected,
    Retry,
)
from campaignspec.errors import ConnectorError
from campaignspec.plugins import resolve_settings
from campaignspec.testing.connectors import ConnectorContract
from campaignspec_connectors.smtp import Smtp

HELLO = Message(
    key="key-1",
    customer="c-1",
    address="anna@example.org",
    parts={"subject": "Привет", "text": "Dear Anna", "html": "<p>Dear Anna</p>"},
    message_class=MessageClass.PROMOTIONAL,
    at=1_488_362_400_000_000,
    campaign="second-purchase",
    node="survey",
)
PLAIN: dict[str, object] = {"host": "127.0.0.1", "security": "none", "timeout_seconds": 5}
LOGIN: dict[str, object] = {"username": "shop", "password": "SMTP_PASSWORD"}
ENVIRON = {"SMTP_PASSWORD": "open sesame"}
Connect = Callable[..., Smtp]


def smtp(port: int, *, sender: str = "Лавка <shop@shop.example>", **settings: object) -> Smtp:
    given = {**PLAIN, "port": port, **settings}
    resolved = resolve_settings(Smtp, given, ENVIRON)
    return Smtp(Context(channel="email", settings=resolved, sender=sender))


@pytest.fixture
def connect(server: Any) -> Iterator[Connect]:
    opened: list[Smtp] = []

    def make(port: int | None = None, **settings: Any) -> Smtp:
        opened.append(smtp(server.port if port is None else port, **settings))
        return opened[-1]

    yield make
    for connector in opened:
        connector.close()


def parse(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def batch(*addresses: str) -> list[Message]:
    return [
        replace(HELLO, key=f"key-{number}", address=address)
        for number, address in enumerate(addresses, start=1)
    ]


def kinds(receipts: Sequence[Receipt]) -> list[object]:
    return [
        receipt.kind if isinstance(receipt, Rejected) else type(receipt) for receipt in receipts
    ]


class TestSmtp(ConnectorContract):
    idempotency = Idempotency.NONE
    secret = ENVIRON["SMTP_PASSWORD"]
    bad_address = "анна@example.org"

    @pytest.fixture(autouse=True)
    def _server(self, server: Any) -> None:
        self.server = server

    def make_connector(self, tmp_path: Path) -> Smtp:
        return smtp(self.server.port, **LOGIN)

    def sent_keys(self, tmp_path: Path) -> list[str]:
        return [
            str(parse(letter)["Message-ID"])[1:].split("@")[0] for letter in self.server.letters
        ]

    def sent_parts(self, tmp_path: Path, key: str) -> dict[str, str]:
        (letter,) = (
            parse(letter) for letter in self.server.letters if f"<{key}@".encode() in letter
        )
        plain, html = letter.iter_parts()
        assert isinstance(plain, EmailMessage)
        assert isinstance(html, EmailMessage)
        return {
            "subject": letter["Subject"],
            "text": plain.get_content().replace("\r\n", "\n"),
            "html": html.get_content().replace("\r\n", "\n"),
        }


def test_messages_of_several_batches_go_over_one_connection(server: Any, connect: Connect) -> None:
    connector = connect()

    connector.deliver(batch("anna@example.org", "boris@example.org"))
    (receipt,) = connector.deliver(batch("vera@example.org"))

    assert receipt == Accepted(provider_id="2.0.0 queued as 42")
    assert server.recipients == ["anna@example.org", "boris@example.org", "vera@example.org"]
    assert len(server.sessions) == 1


def test_the_reason_for_a_failure_decides_the_receipt(server: Any, connect: Connect) -> None:
    server.rcpt_replies = {
        "gone@example.org": "550 5.1.1 no such user",
        "full@example.org": "452 4.2.2 mailbox full",
        "open@example.org": "530 5.7.0 log in first",
    }
    server.data_replies = ["250 OK", "554 5.6.0 looks like spam", "451 4.3.0 later", "250 OK"]

    receipts = connect().deliver(
        batch(
            "anna@example.org",
            "gone@example.org",
            "full@example.org",
            "open@example.org",
            "spam@example.org",
            "slow@example.org",
            "анна@example.org",
            "vera@example.org",
        )
    )

    assert kinds(receipts) == [
        Accepted,
        FailureKind.RECIPIENT,
        Retry,
        FailureKind.CONFIGURATION,
        FailureKind.CONTENT,
        Retry,
        FailureKind.RECIPIENT,
        Accepted,
    ]
    assert "550 5.1.1 no such user" in str(receipts[1])
    assert server.recipients == ["anna@example.org", "vera@example.org"]


def test_a_refused_sender_is_a_mistake_of_the_set_up(server: Any, connect: Connect) -> None:
    server.mail_reply = "550 5.7.1 not yours"

    assert kinds(connect().deliver([HELLO])) == [FailureKind.CONFIGURATION]


def test_a_line_that_breaks_after_the_content_leaves_doubt(server: Any, connect: Connect) -> None:
    connector = connect()
    server.hang_up_in_data = True
    receipts = connector.deliver([HELLO])
    server.hang_up_in_data = False

    again = connector.deliver([HELLO])

    assert kinds(receipts) == [InDoubt]
    assert kinds(again) == [Accepted]


def test_a_server_that_takes_the_content_and_falls_silent_leaves_doubt(
    server: Any, connect: Connect
) -> None:
    server.silent_for = 1.3

    receipts = connect(timeout_seconds=1).deliver([HELLO])

    assert kinds(receipts) == [InDoubt]


def test_a_line_that_breaks_before_the_content_is_no_doubt(server: Any, connect: Connect) -> None:
    server.rcpt_replies = {"boris@example.org": "hang up"}

    receipts = connect().deliver(batch("anna@example.org", "boris@example.org", "vera@example.org"))

    assert kinds(receipts) == [Accepted, Retry, Accepted]


def test_a_connection_the_server_closed_meanwhile_is_opened_again(
    server: Any, connect: Connect
) -> None:
    server.hang_up_after = 1
    connector = connect()
    connector.deliver(batch("anna@example.org"))
    line = connector._session._line
    assert line is not None
    line.sock.settimeout(5)
    assert line.sock.recv(100) == b""

    receipts = connector.deliver(batch("boris@example.org"))

    assert kinds(receipts) == [Accepted]
    assert server.recipients == ["anna@example.org", "boris@example.org"]


def test_a_server_that_wants_a_pause_gets_one(server: Any, connect: Connect) -> None:
    server.mail_reply = "421 4.7.0 too many messages"
    connector = connect()

    assert kinds(connector.deliver([HELLO, HELLO])) == [Retry, Retry]


def test_a_server_that_cannot_be_reached_is_tried_once_for_the_whole_batch(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    real = socket.create_connection

    def counted(*args: Any, **kwargs: Any) -> socket.socket:
        tried.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", counted)

    receipts = connect(port=1).deliver(batch("a@example.org", "b@example.org", "c@example.org"))

    assert kinds(receipts) == [Retry, Retry, Retry]
    assert len(tried) == 1


def test_a_wrong_password_is_a_mistake_of_the_set_up(
    server: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRON, "SMTP_PASSWORD", "wrong")

    receipts = connect(**LOGIN).deliver([HELLO, HELLO])

    assert kinds(receipts) == [FailureKind.CONFIGURATION, FailureKind.CONFIGURATION]
    assert "wrong" not in str(receipts)
    assert set(server.logins) == {b"shop"}


def test_a_server_without_starttls_is_refused_rather_than_used_in_the_clear(
    server: Any, connect: Connect
) -> None:
    receipts = connect(security="starttls").deliver([HELLO])

    assert kinds(receipts) == [FailureKind.CONFIGURATION]
    assert server.letters == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *request.split(), *names, *files], check=True, capture_output=True)
    return cert, key


@pytest.fixture(params=["tls", "starttls"])
def protected(
    request: pytest.FixtureRequest, certificate: tuple[Path, Path], start_server: Any
) -> tuple[Any, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return start_server(context, at_once=request.param == "tls"), request.param


def test_a_trusted_certificate_is_accepted(
    protected: tuple[Any, str],
    connect: Connect,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, security = protected
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    receipts = connect(port=server.port, security=security, **LOGIN).deliver([HELLO])

    assert kinds(receipts) == [Accepted]
    assert server.logins == [b"shop"]


def test_an_unknown_certificate_stops_everything_before_the_password_is_sent(
    protected: tuple[Any, str], connect: Connect
) -> None:
    server, security = protected

    receipts = connect(port=server.port, security=security, **LOGIN).deliver([HELLO])

    assert kinds(receipts) == [FailureKind.CONFIGURATION]
    assert "certificate" in str(receipts).lower()
    assert server.logins == []


@pytest.mark.parametrize(
    ("message_class", "expected"),
    [
        (MessageClass.PROMOTIONAL, "<https://shop.example/u?m=key%2F1>"),
        (MessageClass.SERVICE, "<https://shop.example/u?m=key%2F1>"),
        (MessageClass.TRANSACTIONAL, None),
    ],
)
def test_all_but_transactional_messages_can_be_unsubscribed_from(
    server: Any, connect: Connect, message_class: MessageClass, expected: str | None
) -> None:
    connector = connect(unsubscribe_url="https://shop.example/u?m={key}")

    connector.deliver([replace(HELLO, key="key/1", message_class=message_class)])

    (letter,) = server.letters
    assert parse(letter)["List-Unsubscribe"] == expected
    assert (parse(letter)["List-Unsubscribe-Post"] is None) is (expected is None)


def test_a_control_character_is_rejected_and_never_sent(server: Any, connect: Connect) -> None:
    subject = replace(HELLO, parts={"subject": "Hi\r\nBcc: evil@x.org", "text": "x"})
    address = replace(HELLO, address="anna@example.org\r\nDATA")

    receipts = connect().deliver([subject, address])

    assert kinds(receipts) == [FailureKind.CONTENT, FailureKind.RECIPIENT]
    assert server.letters == []


def test_an_international_domain_is_delivered_to(server: Any, connect: Connect) -> None:
    connect().deliver(batch("anna@почта.рф"))

    assert server.recipients == ["anna@xn--80a1acny.xn--p1ai"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sender": None}, "channel 'email': `from` is missing"),
        ({"sender": "The Shop"}, "no @"),
        ({"security": "ssl"}, "starttls, tls, none"),
        ({"username": "shop"}, "together"),
        ({"unsubscribe_url": "http://shop.example/{key}"}, "https"),
        ({"unsubscribe_url": "https://shop.example/u"}, "{key}"),
        ({"unsubscribe_url": "https://shop.example/{key}>, <x"}, "forbidden"),
        ({"reply_to": "nobody"}, "`reply_to`"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(
    settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConnectorError) as caught:
        smtp(25, **settings)

    assert words in str(caught.value)
