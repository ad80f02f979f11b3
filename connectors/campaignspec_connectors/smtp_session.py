"""One SMTP connection: opened when needed, again when it broke; what each answer means."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from campaignspec.connector import Accepted, FailureKind, InDoubt, Receipt, Rejected, Retry

_OK = range(200, 300)
_GO_AHEAD = range(354, 355)
_LATER = range(400, 500)
_NEVER = range(500, 600)
_CLOSING = 421
_SENDER_MUST_LOG_IN = 530


class Security(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to connect, and as whom.

    Attributes:
        host: The server's name, which its certificate must bear.
        port: Its port.
        security: How the connection is protected.
        username: Whom to log in as, if at all.
        password: That user's password.
        timeout_seconds: How long to wait for any one answer.
    """

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A written message in its envelope."""

    sender: str
    recipient: str
    data: bytes


class Session:
    """Sends letters one after the other over a connection that it keeps."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None

    def open(self) -> Retry | Rejected | None:
        """Connect and log in unless that is done; answer what stands in the way, if anything."""
        if self._line is not None:
            return None
        try:
            self._line = _connect(self._server)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            return Retry(reason=self._about(error))
        except (OSError, UnicodeError) as error:  # smtplib's own exceptions are OSErrors, too
            reason = self._about(error)
            if _is_configuration(error):
                return Rejected(kind=FailureKind.CONFIGURATION, reason=reason)
            return Retry(reason=reason)
        return None

    def send(self, letter: Letter) -> Receipt:
        """Send one letter.

        A kept connection may have been closed by the server since the last letter; then
        nothing was sent, and a new connection gets one more try.
        """
        kept = self._line is not None
        receipt = self._try(letter)
        if kept and self._line is None and isinstance(receipt, Retry):
            receipt = self._try(letter)
        return receipt

    def close(self) -> None:
        """Say goodbye and hang up."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.quit()
            line.close()

    def _try(self, letter: Letter) -> Receipt:
        trouble = self.open()
        line = self._line
        if trouble is not None or line is None:
            return trouble or Retry(reason="not connected")
        try:
            refusal = self._envelope(line, letter)
        except OSError as error:
            self._hang_up()
            return Retry(reason=self._about(error))
        if refusal is not None:
            self._start_afresh(line)
            return refusal
        return self._content(line, letter)

    def _envelope(self, line: smtplib.SMTP, letter: Letter) -> Retry | Rejected | None:
        """Go as far as the server's consent to receive the content."""
        steps = (
            ("MAIL", f"FROM:<{letter.sender}>", _OK, FailureKind.CONFIGURATION),
            ("RCPT", f"TO:<{letter.recipient}>", _OK, FailureKind.RECIPIENT),
            ("DATA", "", _GO_AHEAD, FailureKind.CONTENT),
        )
        for command, argument, wanted, kind in steps:
            code, reply = line.docmd(command, argument)
            if code not in wanted:
                return self._refusal(code, reply, kind)
        return None

    def _content(self, line: smtplib.SMTP, letter: Letter) -> Receipt:
        """Send the content; from its first byte on, a broken line means doubt."""
        try:
            line.send(letter.data + b".\r\n")
            code, reply = line.getreply()
        except OSError as error:
            self._hang_up()
            return InDoubt(reason=self._about(error))
        if code in _OK:
            return Accepted(provider_id=_words(reply))
        if code not in _LATER and code not in _NEVER:
            self._hang_up()
            return InDoubt(reason=f"{self._server.host}: {code} {_words(reply)}")
        return self._refusal(code, reply, FailureKind.CONTENT)

    def _refusal(self, code: int, reply: bytes, kind: FailureKind) -> Retry | Rejected:
        reason = f"{self._server.host}: {code} {_words(reply)}"
        if code == _CLOSING or (code not in _LATER and code not in _NEVER):
            self._hang_up()
            return Retry(reason=reason)
        if code in _LATER:
            return Retry(reason=reason)
        about = FailureKind.CONFIGURATION if code == _SENDER_MUST_LOG_IN else kind
        return Rejected(kind=about, reason=reason)

    def _start_afresh(self, line: smtplib.SMTP) -> None:
        """Make the server forget the envelope that came to nothing."""
        if self._line is None:
            return
        try:
            line.rset()
        except OSError:
            self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _about(self, error: Exception) -> str:
        return f"{self._server.host}:{self._server.port}: {error or type(error).__name__}"


def _connect(server: Server) -> smtplib.SMTP:
    if server.security is Security.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host,
            server.port,
            timeout=server.timeout_seconds,
            context=ssl.create_default_context(),
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
    try:
        _introduce(line, server)
    except BaseException:
        line.close()
        raise
    return line


def _introduce(line: smtplib.SMTP, server: Server) -> None:
    if server.security is Security.STARTTLS:
        line.starttls(context=ssl.create_default_context())
    line.ehlo_or_helo_if_needed()
    if server.username is not None:
        line.login(server.username, server.password or "")


def _is_configuration(error: OSError | UnicodeError) -> bool:
    """Say whether trying again cannot help until somebody changes a setting."""
    match error:
        case smtplib.SMTPServerDisconnected():
            return False
        case smtplib.SMTPResponseException(smtp_code=code):
            return code in _NEVER
        case smtplib.SMTPException() | ssl.SSLError() | UnicodeError():
            return True
        case _:
            return False


def _words(reply: bytes) -> str:
    """Turn a server's answer into one printable line."""
    return " ".join(reply.decode("utf-8", errors="replace").split())
