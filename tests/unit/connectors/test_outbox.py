from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaignspec.connector import (
    Accepted,
    Context,
    FailureKind,
    Idempotency,
    Message,
    MessageClass,
    Rejected,
    Retry,
)
from campaignspec.testing.connectors import ConnectorContract
from campaignspec_connectors.outbox import Outbox

New = Callable[[], Outbox]

HELLO = Message(
    key="key-1",
    customer="c-1",
    address="anna@shop.example",
    parts={"text": "Привет"},
    message_class=MessageClass.SERVICE,
    at=1_488_362_400_000_000,
    campaign="second-purchase",
    node="survey",
)


class TestOutbox(ConnectorContract):
    idempotency = Idempotency.LOOKUP

    def make_connector(self, tmp_path: Path) -> Outbox:
        return outbox(tmp_path)

    def sent_keys(self, tmp_path: Path) -> list[str]:
        return [record["key"] for record in records(tmp_path)]

    def sent_parts(self, tmp_path: Path, key: str) -> dict[str, str]:
        return next(record["parts"] for record in records(tmp_path) if record["key"] == key)


def outbox(folder: Path) -> Outbox:
    context = Context(channel="email", settings={"path": "out/box.jsonl"}, base=str(folder))
    return Outbox(context)


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    opened: list[Outbox] = []

    def make() -> Outbox:
        opened.append(outbox(tmp_path))
        return opened[-1]

    yield make
    for connector in opened:
        connector.close()


def file_of(folder: Path) -> Path:
    return folder / "out" / "box.jsonl"


def records(folder: Path) -> list[dict[str, object]]:
    if not file_of(folder).exists():
        return []
    return [json.loads(line) for line in file_of(folder).read_text("utf-8").splitlines()]


def test_a_line_holds_all_that_is_known_of_a_message(tmp_path: Path, new: New) -> None:
    new().deliver([HELLO])

    assert records(tmp_path) == [
        {
            "key": "key-1",
            "customer": "c-1",
            "address": "anna@shop.example",
            "channel": "email",
            "class": "service",
            "campaign": "second-purchase",
            "node": "survey",
            "at": "2017-03-01T10:00:00Z",
            "parts": {"text": "Привет"},
        }
    ]


@pytest.mark.parametrize(
    "tail",
    [b'{"key": "torn", "par', b'{"key": "torn"}', b"\x00" * 100, b"x" * 200_000],
    ids=["half", "without a break", "zeroes", "longer than the reading window"],
)
def test_a_torn_last_line_is_cut_off_and_never_counts_as_sent(
    tmp_path: Path, new: New, tail: bytes
) -> None:
    new().deliver([HELLO])
    with file_of(tmp_path).open("ab") as file:
        file.write(tail)

    restarted = new()
    before = restarted.lookup(["key-1", "torn"])
    restarted.deliver([replace(HELLO, key="key-2")])

    assert before == {"key-1": True, "torn": False}
    assert [record["key"] for record in records(tmp_path)] == ["key-1", "key-2"]
    assert restarted.lookup(["key-1", "key-2", "torn"]) == {
        "key-1": True,
        "key-2": True,
        "torn": False,
    }


def test_a_file_of_one_torn_line_becomes_empty(tmp_path: Path, new: New) -> None:
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_bytes(b'{"key": "torn"')

    new().deliver([HELLO])

    assert [record["key"] for record in records(tmp_path)] == ["key-1"]


def test_a_whole_line_of_garbage_is_not_taken_for_a_message(tmp_path: Path, new: New) -> None:
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_bytes(b'\x00\x00\n[1]\n{"key": 7}\n')

    assert new().lookup(["key-1", "7"]) == {"key-1": False, "7": False}


def test_two_outboxes_on_one_file_see_each_others_messages(tmp_path: Path, new: New) -> None:
    email, sms = new(), new()
    email.deliver([HELLO])
    sms.lookup(["key-1"])

    email.deliver([replace(HELLO, key="key-2")])
    sms.deliver([replace(HELLO, key="key-3")])

    assert sms.lookup(["key-2"]) == {"key-2": True}
    assert email.lookup(["key-3"]) == {"key-3": True}


def test_text_that_is_not_unicode_is_rejected_and_its_neighbours_are_sent(
    tmp_path: Path, new: New
) -> None:
    broken = replace(HELLO, key="key-2", parts={"text": "\ud800"})

    first, second, third = new().deliver([HELLO, broken, replace(HELLO, key="key-3")])

    assert (first, third) == (Accepted(), Accepted())
    assert isinstance(second, Rejected)
    assert second.kind is FailureKind.CONTENT
    assert [record["key"] for record in records(tmp_path)] == ["key-1", "key-3"]


def test_a_path_that_cannot_be_written_is_a_mistake_of_the_set_up(tmp_path: Path, new: New) -> None:
    file_of(tmp_path).mkdir(parents=True)

    (receipt,) = new().deliver([HELLO])

    assert isinstance(receipt, Rejected)
    assert receipt.kind is FailureKind.CONFIGURATION


def test_a_full_disk_takes_nothing_and_leaves_no_torn_line(
    tmp_path: Path, new: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = new()
    connector.deliver([HELLO])

    def write_a_piece(file: object, lines: bytes) -> None:
        os.write(file.fileno(), lines[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("campaignspec_connectors.outbox._write_all", write_a_piece)
        (receipt,) = connector.deliver([replace(HELLO, key="key-2")])
    connector.deliver([replace(HELLO, key="key-3")])

    assert isinstance(receipt, Retry)
    assert [record["key"] for record in records(tmp_path)] == ["key-1", "key-3"]


WRITER = """
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
sys.path[:0] = {path!r}
from test_outbox import HELLO, outbox
from pathlib import Path
connector = outbox(Path({folder!r}))
number = 0
while True:
    batch = [replace(HELLO, key=f"k{{number + i}}", parts={{"text": "x" * 5000}}) for i in range(9)]
    connector.deliver(batch)
    number += 9
    print(number, flush=True)
"""


def test_what_was_accepted_before_a_kill_is_found_after_it(tmp_path: Path, new: New) -> None:
    path = [str(Path(__file__).parent), *sys.path]
    script = WRITER.format(path=path, folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        accepted = [int(writer.stdout.readline()) for _ in range(5)]
        writer.send_signal(signal.SIGKILL)
        accepted += [int(line) for line in writer.stdout]

    restarted = new()
    sent = restarted.lookup([f"k{number}" for number in range(accepted[-1])])
    restarted.deliver([HELLO])

    assert all(sent.values())
    assert records(tmp_path)[-1]["key"] == "key-1"
