"""What others put into a ledger beside its runner: calls, and decisions about gates."""

from __future__ import annotations

import pytest
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.history import history_of
from campaignspec.clock import HOUR
from campaignspec.errors import LedgerError
from campaignspec.history import History
from campaignspec.ledger.calls import put_call, take_calls
from campaignspec.ledger.gates import (
    Decision,
    decisions_of,
    put_decision,
    take_verdicts,
    verdicts_of,
    waiting_at,
)
from campaignspec.ledger.opening import LedgerPlace, open_ledger
from campaignspec.ledger.store import Access, Store

CALL = {"request": "r1", "campaign": "welcome", "customer": "c001", "key": None}
YES = Decision(is_approved=True, by="finance", note="up to 5,000 «gifts»")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    project, _ = opened(write_shop(tmp_path_factory.mktemp("shop"), customers=3))
    return history_of(project)


def calls(store: Store) -> list[tuple[object, ...]]:
    return store.query("SELECT request, customer, at FROM call ORDER BY request")


def test_a_call_is_taken_by_the_first_tick_at_which_its_customer_is_known(
    place: LedgerPlace, history: History
) -> None:
    with open_ledger(place) as runner:
        with open_ledger(place, Access.ASK) as other:
            put_call(other.store, **CALL)
            put_call(other.store, **{**CALL, "request": "r2", "customer": "a stranger"})

        taken = [take_calls(runner.store, history, hour * HOUR) for hour in (1, 2)]

        assert taken == [True, False]
        assert calls(runner.store) == [("r1", "c001", HOUR), ("r2", "a stranger", None)]


def test_a_request_counts_once_and_means_one_thing(place: LedgerPlace) -> None:
    with open_ledger(place) as book:
        first, again = put_call(book.store, **CALL), put_call(book.store, **CALL)
        with pytest.raises(LedgerError, match="made before, for c001 and welcome"):
            put_call(book.store, **{**CALL, "customer": "c002"})

        assert (first, again) == (True, False)
        assert calls(book.store) == [("r1", "c001", None)]


def test_a_decision_holds_from_the_tick_that_takes_it(place: LedgerPlace) -> None:
    with open_ledger(place) as runner:
        with open_ledger(place, Access.ASK) as other:
            put_decision(other.store, "welcome", "budget-ok", YES)
        put_down = verdicts_of(runner.store)

        taken = [take_verdicts(runner.store, hour * HOUR) for hour in (1, 2)]

        (verdict,) = verdicts_of(runner.store).values()
        (decision,) = decisions_of(runner.store).values()
        assert put_down == {}
        assert taken == [True, False]
        assert (verdict.at, verdict.is_approved, verdict.by) == (HOUR, True, "finance")
        assert decision.note == YES.note
        assert waiting_at(runner.store, "welcome", "budget-ok") == 0


def test_a_gate_is_decided_once(place: LedgerPlace) -> None:
    no = Decision(is_approved=False, by="boss", note=None)
    with open_ledger(place) as book:
        put_decision(book.store, "welcome", "budget-ok", YES)

        with pytest.raises(LedgerError, match="was approved by finance before"):
            put_decision(book.store, "welcome", "budget-ok", no)

        assert decisions_of(book.store) == {("welcome", "budget-ok"): YES}
