from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from campaignspec.connector import (
    Accepted,
    Context,
    Deed,
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
from campaignspec.testing.connectors import ConnectorContract
from campaignspec_connectors.webhook import Webhook

CALL = Message(
    key="key-1",
    customer="c-1",
    address="",
    parts={},
    message_class=MessageClass.SERVICE,
    at=1_488_362_400_000_000,
    campaign="leads",
    node="score-lead",
    deed=Deed.CALL,
    details={"call": "score-lead", "orders_total": 3},
)


@dataclass
class Program:
    """Another program: does each key once, and answers as it is told."""

    url: str = ""
    calls: list[tuple[Mapping[str, str], Any]] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: bytes = b"{}"
    breaks: bool = False


@pytest.fixture
def program() -> Iterator[Program]:
    state = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.calls.append((dict(self.headers), told))
            state.done.setdefault(self.headers["Idempotency-Key"], told)
            if state.breaks:
                self.connection.close()
                return
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/hooks?shop=1"
    yield state
    server.shutdown()
    server.server_close()


def webhook(url: str, token: str | None = None) -> Webhook:
    settings = {"url": url, "token": token, "timeout_seconds": 5, "at_once": 4}
    return Webhook(Context(channel="leads", settings=settings))


class TestWebhook(ConnectorContract):
    idempotency = Idempotency.NATIVE
    secret: ClassVar[str | None] = "t0ken-of-the-shop"  # noqa: S105 - not a real one
    program: Program

    @pytest.fixture(autouse=True)
    def _program(self, program: Program) -> None:
        self.program = program

    def make_connector(self, tmp_path: Path) -> Webhook:
        return webhook(self.program.url, self.secret)

    def sent_keys(self, tmp_path: Path) -> Sequence[str]:
        return list(self.program.done)

    def sent_parts(self, tmp_path: Path, key: str) -> Mapping[str, str]:
        parts: Mapping[str, str] = self.program.done[key]["parts"]
        return parts


def test_a_call_tells_who_what_and_under_which_key(program: Program) -> None:
    webhook(program.url, "t0ken").deliver([CALL])

    headers, told = program.calls[0]
    assert headers["Idempotency-Key"] == "key-1"
    assert headers["Authorization"] == "Bearer t0ken"
    assert told == {
        "key": "key-1",
        "deed": "call",
        "customer": "c-1",
        "address": None,
        "campaign": "leads",
        "node": "score-lead",
        "class": "service",
        "at": "2017-03-01T10:00:00Z",
        "parts": {},
        "details": {"call": "score-lead", "orders_total": 3},
    }


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b'{"score": 7, "segment": "hot", "deep": {"x": 1}}', {"score": 7, "segment": "hot"}),
        (b"[1, 2]", {}),
        (b"thank you", {}),
        (b"", {}),
    ],
)
def test_plain_values_of_the_answer_are_kept(
    program: Program, answer: bytes, kept: dict[str, object]
) -> None:
    program.answer = answer

    assert webhook(program.url).deliver([CALL]) == [Accepted(answer=kept)]


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        (429, Retry(reason="HTTP 429 Too Many Requests", after_seconds=7.0)),
        (503, Retry(reason="HTTP 503 Service Unavailable", after_seconds=7.0)),
        (401, Rejected(kind=FailureKind.CONFIGURATION, reason="HTTP 401 Unauthorized")),
        (302, Rejected(kind=FailureKind.CONFIGURATION, reason="HTTP 302 Found")),
        (410, Rejected(kind=FailureKind.RECIPIENT, reason="HTTP 410 Gone")),
        (422, Rejected(kind=FailureKind.CONTENT, reason="HTTP 422 Unprocessable Entity")),
    ],
)
def test_each_status_has_its_meaning(program: Program, status: int, receipt: Receipt) -> None:
    program.status, program.headers = status, {"Retry-After": "7"}

    (found,) = webhook(program.url).deliver([CALL])

    if status == 422:  # later Pythons call it by its newer name
        assert isinstance(found, Rejected)
        assert found.kind is FailureKind.CONTENT
    else:
        assert found == receipt


def test_a_line_that_breaks_after_the_call_leaves_it_in_doubt(program: Program) -> None:
    program.breaks = True

    (receipt,) = webhook(program.url).deliver([CALL])

    assert isinstance(receipt, InDoubt)


def test_nobody_at_the_other_end_is_tried_again() -> None:
    (receipt,) = webhook("http://127.0.0.1:9/").deliver([CALL])

    assert isinstance(receipt, Retry)


def test_calls_run_side_by_side_and_receipts_stand_in_order(program: Program) -> None:
    calls = [replace(CALL, key=f"key-{n}") for n in range(20)]

    receipts = webhook(program.url).deliver(calls)

    assert receipts == [Accepted()] * 20
    assert set(program.done) == {call.key for call in calls}


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ConnectorError, match="must begin with http:// or https://"):
        webhook("ftp://shop.example")
