"""E-mail through any SMTP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from campaignspec.connector import (
    Capabilities,
    Context,
    FailureKind,
    Idempotency,
    Limit,
    Measure,
    Message,
    MessageClass,
    Receipt,
    Rejected,
    Setting,
)
from campaignspec.errors import ConnectorError
from campaignspec_connectors.address import AddressError, Mailbox, deliverable, parse_mailbox
from campaignspec_connectors.mime import ControlCharacterError, Email, write_email
from campaignspec_connectors.smtp_session import Letter, Security, Server, Session


class Smtp:
    """Delivers e-mail to an SMTP server, one message after the other on one connection.

    SMTP cannot recognise a repeat, nor tell later whether a message was sent. A line that
    breaks after the content began to flow leaves the message in doubt.
    """

    name: ClassVar[str] = "smtp"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=("subject", "text"),
        optional_parts=("html",),
        escaped_parts=("html",),
        max_batch=100,
        idempotency=Idempotency.NONE,
        address="email",
        limits=(
            Limit(
                part="subject",
                most=70,
                is_firm=False,
                basis="more is cut off in most inboxes",
            ),
            Limit(
                part="html",
                most=102 * 1024,
                measure=Measure.BYTES,
                is_firm=False,
                basis="Gmail cuts a longer message off, and the way out with it",
            ),
        ),
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        "host": Setting(kind="text", summary="The server's name.", required=True),
        "port": Setting(kind="integer", summary="The server's port.", default=587),
        "security": Setting(
            kind="text",
            summary="How the line is protected: `starttls`, `tls` or `none`.",
            default="starttls",
        ),
        "username": Setting(kind="text", summary="Whom to log in as."),
        "password": Setting(
            kind="secret", summary="The environment variable that holds the password."
        ),
        "timeout_seconds": Setting(
            kind="integer", summary="How long to wait for an answer.", default=30
        ),
        "unsubscribe_url": Setting(
            kind="text",
            summary="The https address that unsubscribes at once; `{key}` names the message.",
        ),
        "reply_to": Setting(kind="text", summary="Where answers go, if not to the sender."),
    }

    def __init__(self, context: Context) -> None:
        """Read the settings.

        Raises:
            ConnectorError: A setting, or the channel's sender, cannot be used.
        """
        given = context.settings
        self._sender = _mailbox(context.sender, what=f"channel {context.channel!r}: `from`")
        self._reply_to = given["reply_to"] and _mailbox(given["reply_to"], what="`reply_to`")
        self._unsubscribe = _unsubscribe_pattern(given["unsubscribe_url"])
        self._server = _server(given)
        self._session = Session(self._server)

    def __repr__(self) -> str:
        return f"Smtp({self._server.host}:{self._server.port}, from {self._sender.address})"

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Send each message; when the server cannot be reached, answer so for all the rest."""
        return list(self._receipts(batch))

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:  # noqa: ARG002 - the port's name
        """Judge no key: SMTP keeps no record that could be asked."""
        return {}

    def close(self) -> None:
        """Hang up; the next delivery connects again."""
        self._session.close()

    def _receipts(self, batch: Sequence[Message]) -> Iterator[Receipt]:
        out_of_reach: Receipt | None = None
        for message in batch:
            letter = self._letter(message)
            if isinstance(letter, Rejected):
                yield letter
                continue
            out_of_reach = out_of_reach or self._session.open()
            yield out_of_reach or self._session.send(letter)

    def _letter(self, message: Message) -> Letter | Rejected:
        try:
            email = self._email(message)
            data = write_email(email)
        except AddressError as error:
            return Rejected(kind=FailureKind.RECIPIENT, reason=str(error))
        except ControlCharacterError as error:
            return Rejected(kind=FailureKind.CONTENT, reason=str(error))
        return Letter(sender=self._sender.address, recipient=email.recipient, data=data)

    def _email(self, message: Message) -> Email:
        may_unsubscribe = message.message_class is not MessageClass.TRANSACTIONAL
        return Email(
            key=message.key,
            sender=self._sender,
            recipient=deliverable(message.address),
            subject=message.parts.get("subject", ""),
            text=message.parts.get("text", ""),
            html=message.parts.get("html"),
            at=message.at,
            campaign=message.campaign,
            reply_to=self._reply_to,
            unsubscribe=self._unsubscribe.replace("{key}", quote(message.key, safe=""))
            if self._unsubscribe and may_unsubscribe
            else None,
        )


def _mailbox(text: str | None, *, what: str) -> Mailbox:
    if not text:
        raise ConnectorError(f"{what} is missing: write an address, or Name <address>")
    try:
        return parse_mailbox(text)
    except AddressError as error:
        raise ConnectorError(f"{what} is {text!r}: {error}") from error


def _unsubscribe_pattern(pattern: str | None) -> str | None:
    if pattern is None:
        return None
    if not pattern.startswith("https://") or "{key}" not in pattern:
        raise ConnectorError(
            f"`unsubscribe_url` is {pattern!r}: it must begin with https:// and hold {{key}}"
        )
    if not pattern.isascii() or not pattern.isprintable() or set(pattern) & set(" <>"):
        raise ConnectorError(f"`unsubscribe_url` is {pattern!r}: it holds forbidden characters")
    return pattern


def _server(given: Mapping[str, Any]) -> Server:
    if given["security"] not in list(Security):
        raise ConnectorError(
            f"`security` is {given['security']!r}: write one of {', '.join(Security)}"
        )
    if (given["username"] is None) is not (given["password"] is None):
        raise ConnectorError("`username` and `password` are given together or not at all")
    if not f"{given['username']}{given['password']}".isascii():
        raise ConnectorError("`username` or the password holds a character that is not ASCII")
    return Server(
        host=given["host"],
        port=given["port"],
        security=Security(given["security"]),
        username=given["username"],
        password=given["password"],
        timeout_seconds=given["timeout_seconds"],
    )
