"""Our own MIME writer: the bytes of one e-mail.

The standard library's writer turns a customer's name that looks like an encoded word into
real headers (CVE-2024-6923 and its relatives) and, up to Python 3.12, loses spaces where a
long Russian or Chinese subject is folded. This one knows the few headers we send, encodes
what is not plain, and refuses control characters.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from campaignspec.clock import Instant, to_datetime
from campaignspec_connectors.address import Mailbox

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_PLAIN_NAME: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_LONGEST_PLAIN: Final = 900
_LINE: Final = 76
_WORD_BYTES: Final = 45
"""The bytes in one encoded word; in base64 and with its frame they make 72 characters."""


class ControlCharacterError(ValueError):
    """A header's value holds a control character, which might begin a header of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """What is in one e-mail.

    Attributes:
        key: The idempotency key; it makes the Message-ID and the boundary.
        sender: Whom it is from.
        recipient: The one address it goes to, in ASCII.
        subject: The subject, of any characters but control characters.
        text: The plain text.
        html: The same as HTML, if the template has it.
        at: The instant it was decided: the Date header.
        campaign: The campaign's name, for filters and support.
        reply_to: Where answers go, if not to the sender.
        unsubscribe: The https address that unsubscribes this person at once.
    """

    key: str
    sender: Mailbox
    recipient: str
    subject: str
    text: str
    html: str | None
    at: Instant
    campaign: str
    reply_to: Mailbox | None = None
    unsubscribe: str | None = None


def write_email(email: Email) -> bytes:
    """Write an e-mail; the same e-mail always gives the same bytes.

    Raises:
        ControlCharacterError: A header's value holds a control character.
    """
    lines = [f"{name}: {value}" for name, value in _headers(email)]
    body = _text_part("plain", email.text) if email.html is None else _alternative(email)
    return "\r\n".join([*lines, body]).encode("ascii")


def encode_header(value: str, *, name: str) -> str:
    """Encode a header's value by RFC 2047 unless it is short and plain.

    Args:
        value: Any text.
        name: The header's name, which shortens the first line.

    Raises:
        ControlCharacterError: The value holds a control character.
    """
    _refuse_controls(value, name=name)
    plain = len(value) <= _LONGEST_PLAIN and _PLAIN.fullmatch(value) and "=?" not in value
    return value if plain or not value else _encoded_words(value, used=len(name) + 2)


def _headers(email: Email) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox(email.sender, name="From")
    yield "To", email.recipient
    if email.reply_to is not None:
        yield "Reply-To", _mailbox(email.reply_to, name="Reply-To")
    yield "Subject", encode_header(email.subject, name="Subject")
    yield "Date", format_datetime(to_datetime(email.at))
    yield "Message-ID", f"<{quote(email.key, safe='')}@{email.sender.domain}>"
    if email.unsubscribe is not None:
        _refuse_controls(email.unsubscribe, name="List-Unsubscribe")
        yield "List-Unsubscribe", f"<{email.unsubscribe}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "X-Campaign", encode_header(email.campaign, name="X-Campaign")
    yield "MIME-Version", "1.0"


def _mailbox(mailbox: Mailbox, *, name: str) -> str:
    _refuse_controls(mailbox.name, name=name)
    if not mailbox.name:
        return mailbox.address
    if _PLAIN_NAME.fullmatch(mailbox.name) and "=?" not in mailbox.name:
        return f"{mailbox.name} <{mailbox.address}>"
    return f"{_encoded_words(mailbox.name, used=len(name) + 2)}\r\n <{mailbox.address}>"


def _refuse_controls(value: str, *, name: str) -> None:
    found = _CONTROL.search(value)
    if found is not None:
        raise ControlCharacterError(f"{name} holds the control character U+{ord(found[0]):04X}")


def _encoded_words(text: str, *, used: int) -> str:
    """Encode text as words on lines of their own; between words, readers drop the space."""
    first = min(_WORD_BYTES, (_LINE - used - len("=?utf-8?B??=")) // 4 * 3)
    words = (base64.b64encode(chunk).decode("ascii") for chunk in _chunks(text, first))
    return "\r\n ".join(f"=?utf-8?B?{word}?=" for word in words)


def _chunks(text: str, first: int) -> Iterator[bytes]:
    """Cut text into pieces of few enough bytes, never inside a character."""
    chunk, room = b"", first
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > room:
            yield chunk
            chunk, room = b"", _WORD_BYTES
        chunk += encoded
    yield chunk


def _alternative(email: Email) -> str:
    boundary = "cs-" + hashlib.blake2b(email.key.encode(), digest_size=16).hexdigest()
    parts = (_text_part("plain", email.text), _text_part("html", email.html or ""))
    return (
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        + "".join(f"--{boundary}\r\n{part}" for part in parts)
        + f"--{boundary}--\r\n"
    )


def _text_part(kind: str, text: str) -> str:
    """Write one text in base64, which leaves no bare line break and no leading dot to smuggle."""
    body = base64.encodebytes(_LINE_BREAK.sub("\r\n", text).encode(errors="replace"))
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n" + body.decode("ascii").replace("\n", "\r\n")
    )
