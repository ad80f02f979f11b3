"""What becomes of a message, by what its channel answers and by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pytest
from ledgers import ledger_database as ledger_database  # noqa: PLC0414 (a fixture)
from ledgers import place as place  # noqa: PLC0414 (a fixture)
from ledgers import server_place as server_place  # noqa: PLC0414 (a fixture)

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
from campaignspec.identity import idempotency_key
from campaignspec.ledger.opening import LedgerPlace, open_ledger
from campaignspec.ledger.queue import Queue, Queued, Settlement, Status
from campaignspec.ledger.store import Row, Rows, Store
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
        self.delivered += [message.node for message in batch]
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
def store(place: LedgerPlace) -> Iterator[Store]:
    with open_ledger(place) as book:
        yield book.store


def _key(step: str) -> str:
    return idempotency_key(
        campaign="w", customer="c", enrolment=1, node=step, visit=1, channel="email"
    )


def _plan(store: Store, step: str, *, message: str = "hello", at: int = NOW, **more: object):
    if not store.query("SELECT 1 FROM person WHERE person = 1"):
        store.query("INSERT INTO person VALUES (1, 'c')")
    row = {"class": "promotional", "status": "planned", "attempt": 0, "expires": None, **more}
    row |= {"person": 1, "campaign": "w", "enrolment": 1, "node": step, "message": message}
    row |= {"channel": "email", "at": at, "not_before": 0}
    columns = {name: [value] for name, value in row.items()}
    store.put(Rows(table="message", size=1, columns=columns))


def _delivery(store: Store, level: Idempotency = Idempotency.NONE) -> tuple[Delivery, Scripted]:
    connector = Scripted(Context(channel="email"))
    connector.capabilities = Capabilities(parts=("text",), idempotency=level, max_batch=2)  # type: ignore[misc]
    return Delivery(Queue(store), {"email": connector}, Plain(), Nothing()), connector  # type: ignore[arg-type]


def _row(store: Store, step: str) -> Row:
    (found,) = store.query(
        "SELECT status, attempt, not_before, reason FROM message WHERE node = ?1", step
    )
    return found


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
    store: Store, answer: Receipt, message_class: str, status: str
):
    _plan(store, "k", **{"class": message_class})
    delivery, connector = _delivery(store)
    connector.answers = [answer]

    delivery.dispatch(NOW)

    assert _row(store, "k")[:2] == (status, 1)


def test_a_failure_is_a_fact_with_its_reason(store: Store):
    _plan(store, "k")
    delivery, connector = _delivery(store)
    connector.answers = [Rejected(kind=FailureKind.RECIPIENT, reason="550 unknown")]

    delivery.dispatch(NOW)

    facts = store.query("SELECT kind, node, reason, seq FROM fact")
    assert facts == [("failed", "k", "recipient: 550 unknown", -1)]


def test_a_retry_waits_longer_each_time_and_gives_up(store: Store):
    _plan(store, "k", **{"class": "transactional"})
    delivery, connector = _delivery(store)
    connector.answers = [Retry(reason="451", after_seconds=60)] * 20
    now, waits = NOW, []
    for _ in range(20):
        delivery.dispatch(now)
        status, _attempt, not_before, _reason = _row(store, "k")
        if status == "failed":
            break
        waits.append(not_before - now)
        now = not_before

    assert waits[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(waits) <= 15 * MINUTE
    assert _row(store, "k")[3] == "too many attempts"
    assert len(connector.delivered) == 8


def test_what_waits_for_another_try_goes_at_a_tick_at_which_nothing_comes(store: Store):
    _plan(store, "k")
    delivery, connector = _delivery(store)
    connector.answers = [Retry(reason="451", after_seconds=60)]
    delivery.dispatch(NOW)

    early = delivery.dispatch(NOW + MINUTE - 1, is_more=False)
    later = delivery.dispatch(NOW + MINUTE, is_more=False)

    assert (early, later) == (0, 1)
    assert connector.delivered == ["k", "k"]


def test_the_outbox_is_asked_at_the_first_tick_and_then_when_something_has_come(store: Store):
    _plan(store, "left by the last runner")
    delivery, connector = _delivery(store)
    first = delivery.dispatch(NOW, is_more=False)
    _plan(store, "new")

    quiet = delivery.dispatch(NOW + HOUR, is_more=False)
    next_one = delivery.dispatch(NOW + HOUR, is_more=True)

    assert (first, quiet, next_one) == (1, 0, 1)
    assert connector.delivered == ["left by the last runner", "new"]


def test_a_promotional_message_that_is_a_day_late_is_not_sent(store: Store):
    _plan(store, "late", at=NOW - DAY - 1)
    _plan(store, "receipt", at=NOW - DAY - 1, **{"class": "transactional"})
    delivery, connector = _delivery(store)

    delivery.dispatch(NOW)

    assert _row(store, "late")[0::3] == ("failed", "expired")
    assert connector.delivered == ["receipt"]


def test_a_message_is_sent_as_long_as_its_step_says(store: Store):
    _plan(store, "over", at=NOW - HOUR, expires=NOW - 1)
    _plan(store, "last", at=NOW - 3 * DAY, expires=NOW)
    _plan(store, "owed", at=NOW - HOUR, expires=NOW - 1, **{"class": "transactional"})
    delivery, connector = _delivery(store)

    delivery.dispatch(NOW)

    assert _row(store, "over")[0::3] == ("failed", "expired")
    assert _row(store, "owed")[0::3] == ("failed", "expired")
    assert connector.delivered == ["last"]


def test_a_message_that_cannot_be_rendered_fails_alone(store: Store):
    _plan(store, "a", message="broken")
    _plan(store, "b")
    delivery, connector = _delivery(store)

    delivery.dispatch(NOW)

    assert _row(store, "a")[3] == "render: customer.first_name is missing"
    assert connector.delivered == ["b"]


def test_a_wrong_set_up_stops_the_channel_and_burns_no_message(store: Store):
    for key in "abcd":
        _plan(store, key)
    delivery, connector = _delivery(store)
    wrong = Rejected(kind=FailureKind.CONFIGURATION, reason="535 bad password")
    connector.answers = [wrong, wrong]

    delivery.dispatch(NOW)

    assert connector.delivered == ["a", "b"]
    assert {_row(store, key)[:2] for key in "abcd"} == {("planned", 0)}
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
    store: Store,
    level: Idempotency,
    known: bool | None,  # noqa: FBT001 - a column of the table
    delivered: list[str],
    status: str,
):
    _plan(store, "k", status="sending", attempt=1)
    delivery, connector = _delivery(store, level)
    if known is not None:
        connector.known[_key("k")] = known

    recovered = delivery.recover(NOW)
    delivery.dispatch(NOW)

    assert recovered == 1
    assert connector.delivered == delivered
    assert _row(store, "k")[0] == status


def test_every_message_is_in_exactly_one_status(store: Store):
    for number, message_class in enumerate(MessageClass):
        _plan(store, f"k{number}", **{"class": message_class.value})
    delivery, connector = _delivery(store)
    connector.answers = [InDoubt(reason="?"), Rejected(kind=FailureKind.CONTENT, reason="no")]

    delivery.dispatch(NOW)

    counts = Queue(store).counts()
    assert sum(counts.values()) == 3
    assert counts[Status.SENDING] == 0
