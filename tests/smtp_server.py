"""A real SMTP server on loopback that answers as a test scripts it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class ScriptedServer:
    """A real SMTP server on loopback that answers as the test scripts it."""

    port: int
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    sessions: set[Any] = field(default_factory=set)
    rcpt_replies: dict[str, str] = field(default_factory=dict)
    mail_reply: str | None = None
    data_replies: list[str] = field(default_factory=list)
    hang_up_in_data: bool = False
    silent_for: float = 0
    hang_up_after: int | None = None
    logins: list[bytes] = field(default_factory=list)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        self.sessions.add(session.peer)
        if self.mail_reply is not None:
            return self.mail_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.rcpt_replies.get(address, "250 OK")
        if reply == "hang up":
            server.transport.abort()
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.silent_for)
        if self.hang_up_in_data:
            server.transport.abort()
            return "250 OK"
        reply = self.data_replies.pop(0) if self.data_replies else "250 2.0.0 queued as 42"
        if reply.startswith("2"):
            self.letters.append(envelope.original_content)
            self.recipients.extend(envelope.rcpt_tos)
        if self.hang_up_after is not None and len(self.letters) == self.hang_up_after:
            server.loop.call_later(0.05, server.transport.close)
        return reply

    def authenticate(self, server, session, envelope, mechanism, auth_data):
        assert isinstance(auth_data, LoginPassword)
        self.logins.append(auth_data.login)
        if auth_data.password == b"open sesame":
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)


StartServer = Callable[..., ScriptedServer]


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    controllers: list[Controller] = []

    def start(tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> ScriptedServer:
        script = ScriptedServer(port=free_port())
        controller = Controller(
            script,
            hostname="127.0.0.1",
            port=script.port,
            **({"ssl_context": tls} if at_once else {"tls_context": tls}),
            authenticator=script.authenticate,
            auth_require_tls=False,
        )
        controller.start()
        controllers.append(controller)
        return script

    yield start
    for controller in controllers:
        controller.stop()


@pytest.fixture
def server(start_server: StartServer) -> ScriptedServer:
    return start_server()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
