"""What becomes of a message, by what its channel answers and by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from campaignspec.clock import DAY, HOUR, MINUTE
from campaignspec.connector import (
    Accepted,
    Capabilities,
    Context,
    FailureKind,
    Idempotency,
    InDoubt,
    Message,
    MessageClass,
    Receipt,
    Rejected,
    Retry,
    Setting,
)
from campaignspec.content import RenderError
from campaignspec.ledger.file import LedgerFile
from campaignspec.ledger.queue import Queue, Queued, Settlement, Status
from campaignspec.runner.delivery import Delivery

NOW = 1_000 * DAY


class Scripted:
    """A connector that answers as it is told."""

    name: ClassVar[str] = "scripted"
    capabilities: ClassVar[Capabilities] = Capabilities(parts=("text",))
    settings: ClassVar[Mapping[str, Setting]] = {}

    def __init__(self, context: Context) -> None:
        del context
        self.answers: list[Receipt] = []
        self.delivered: list[str] = []
        self.known: dict[str, bool] = {}

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self.delivered += [message.key for message in batch]
        return [self.answers.pop(0) if self.answers else Accepted() for _ in batch]

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        return {key: self.known[key] for key in keys if key in self.known}

    def close(self) -> None: ...


class Plain:
    def render(self, queued: Queued) -> Message:
        if queued.message == "broken":
            raise RenderError("customer.first_name is missing")
        return Message(
            key=queued.key,
            customer=queued.customer,
            address="a@shop.example",
            parts={"text": "hello"},
            message_class=queued.message_class,
            at=queued.at,
            campaign=queued.campaign,
            node=queued.node,
        )


class Nothing:
    def objections(self, batch: Sequence[Queued], now: int) -> Mapping[str, Settlement]:
        del batch, now
        return {}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[LedgerFile]:
    opened = LedgerFile(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def _plan(file: LedgerFile, key: str, *, message: str = "hello", at: int = NOW, **more: object):
    row = {"class": "promotional", "status": "planned", "attempt": 0, **more}
    file.db.execute(
        "INSERT INTO message (key, customer, campaign, enrolment, node, message, channel, class, "
        "at, status, attempt, not_before, expires) "
        "VALUES (?, 'c', 'w', 1, 'hello', ?, 'email', ?, ?, ?, ?, 0, ?)",
        (key, message, row["class"], at, row["status"], row["attempt"], row.get("expires")),
    )


def _delivery(file: LedgerFile, level: Idempotency = Idempotency.NONE) -> tuple[Delivery, Scripted]:
    connector = Scripted(Context(channel="email"))
    connector.capabilities = Capabilities(parts=("text",), idempotency=level, max_batch=2)  # type: ignore[misc]
    return Delivery(Queue(file), {"email": connector}, Plain(), Nothing()), connector  # type: ignore[arg-type]


def _row(file: LedgerFile, key: str) -> tuple[str, int, int, str | None]:
    found = file.db.execute(
        "SELECT status, attempt, not_before, reason FROM message WHERE key = ?", (key,)
    ).fetchone()
    assert found is not None
    return found  # type: ignore[return-value]


ANSWERS = {
    "accepted": (Accepted(provider_id="7"), "promotional", "accepted"),
    "no such person": (
        Rejected(kind=FailureKind.RECIPIENT, reason="550 unknown"),
        "promotional",
        "failed",
    ),
    "bad content": (Rejected(kind=FailureKind.CONTENT, reason="too big"), "service", "failed"),
    "later": (Retry(reason="451 greylisted", after_seconds=30), "promotional", "planned"),
    "doubt, promotional": (InDoubt(reason="line broke"), "promotional", "assumed"),
    "doubt, service": (InDoubt(reason="line broke"), "service", "assumed"),
    "doubt, transactional": (InDoubt(reason="line broke"), "transactional", "planned"),
}


@pytest.mark.parametrize(("answer", "message_class", "status"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_settles_a_message(
    file: LedgerFile, answer: Receipt, message_class: str, status: str
):
    _plan(file, "k", **{"class": message_class})
    delivery, connector = _delivery(file)
    connector.answers = [answer]

    delivery.dispatch(NOW)

    assert _row(file, "k")[:2] == (status, 1)


def test_a_failure_is_a_fact_with_its_reason(file: LedgerFile):
    _plan(file, "k")
    delivery, connector = _delivery(file)
    connector.answers = [Rejected(kind=FailureKind.RECIPIENT, reason="550 unknown")]

    delivery.dispatch(NOW)

    facts = file.db.execute("SELECT kind, node, reason, seq FROM fact").fetchall()
    assert facts == [("failed", "hello", "recipient: 550 unknown", -1)]


def test_a_retry_waits_longer_each_time_and_gives_up(file: LedgerFile):
    _plan(file, "k", **{"class": "transactional"})
    delivery, connector = _delivery(file)
    connector.answers = [Retry(reason="451", after_seconds=60)] * 20
    now, waits = NOW, []
    for _ in range(20):
        delivery.dispatch(now)
        status, _attempt, not_before, _reason = _row(file, "k")
        if status == "failed":
            break
        waits.append(not_before - now)
        now = not_before

    assert waits[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(waits) <= 15 * MINUTE
    assert _row(file, "k")[3] == "too many attempts"
    assert len(connector.delivered) == 8


def test_a_promotional_message_that_is_a_day_late_is_not_sent(file: LedgerFile):
    _plan(file, "late", at=NOW - DAY - 1)
    _plan(file, "receipt", at=NOW - DAY - 1, **{"class": "transactional"})
    delivery, connector = _delivery(file)

    delivery.dispatch(NOW)

    assert _row(file, "late")[0::3] == ("failed", "expired")
    assert connector.delivered == ["receipt"]


def test_a_message_is_sent_as_long_as_its_step_says(file: LedgerFile):
    _plan(file, "over", at=NOW - HOUR, expires=NOW - 1)
    _plan(file, "last", at=NOW - 3 * DAY, expires=NOW)
    _plan(file, "owed", at=NOW - HOUR, expires=NOW - 1, **{"class": "transactional"})
    delivery, connector = _delivery(file)

    delivery.dispatch(NOW)

    assert _row(file, "over")[0::3] == ("failed", "expired")
    assert _row(file, "owed")[0::3] == ("failed", "expired")
    assert connector.delivered == ["last"]


def test_a_message_that_cannot_be_rendered_fails_alone(file: LedgerFile):
    _plan(file, "a", message="broken")
    _plan(file, "b")
    delivery, connector = _delivery(file)

    delivery.dispatch(NOW)

    assert _row(file, "a")[3] == "render: customer.first_name is missing"
    assert connector.delivered == ["b"]


def test_a_wrong_set_up_stops_the_channel_and_burns_no_message(file: LedgerFile):
    for key in "abcd":
        _plan(file, key)
    delivery, connector = _delivery(file)
    wrong = Rejected(kind=FailureKind.CONFIGURATION, reason="535 bad password")
    connector.answers = [wrong, wrong]

    delivery.dispatch(NOW)

    assert connector.delivered == ["a", "b"]
    assert {_row(file, key)[:2] for key in "abcd"} == {("planned", 0)}
    assert delivery.dispatch(NOW + HOUR) == 4


LEFT_BEHIND = {
    "a channel that knows the key is asked again": (Idempotency.NATIVE, None, ["k"], "accepted"),
    "one that finds it was sent": (Idempotency.LOOKUP, True, [], "accepted"),
    "one that finds it was not sent": (Idempotency.LOOKUP, False, ["k"], "accepted"),
    "one that cannot tell": (Idempotency.LOOKUP, None, [], "in_doubt"),
    "one that knows nothing": (Idempotency.NONE, None, [], "assumed"),
}


@pytest.mark.parametrize(
    ("level", "known", "delivered", "status"), LEFT_BEHIND.values(), ids=LEFT_BEHIND
)
def test_a_message_that_a_dead_runner_left_behind(
    file: LedgerFile,
    level: Idempotency,
    known: bool | None,  # noqa: FBT001 - a column of the table
    delivered: list[str],
    status: str,
):
    _plan(file, "k", status="sending", attempt=1)
    delivery, connector = _delivery(file, level)
    if known is not None:
        connector.known["k"] = known

    recovered = delivery.recover(NOW)
    delivery.dispatch(NOW)

    assert recovered == 1
    assert connector.delivered == delivered
    assert _row(file, "k")[0] == status


def test_every_message_is_in_exactly_one_status(file: LedgerFile):
    for number, message_class in enumerate(MessageClass):
        _plan(file, f"k{number}", **{"class": message_class.value})
    delivery, connector = _delivery(file)
    connector.answers = [InDoubt(reason="?"), Rejected(kind=FailureKind.CONTENT, reason="no")]

    delivery.dispatch(NOW)

    counts = Queue(file).counts()
    assert sum(counts.values()) == 3
    assert counts[Status.SENDING] == 0
