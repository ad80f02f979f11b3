"""However often the engine is asked, and wherever its state is kept, it does the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_kit.cases import Case, cases
from engine_kit.drive import due, swept, ticked
from engine_kit.profile import law
from hypothesis import given
from hypothesis import strategies as st
from postgres_server import PostgresServer

from campaignspec.clock import ceil_to_tick
from campaignspec.ledger.opening import remove_ledger
from campaignspec.ledger.postgres import LedgerDatabase


def cuts(case: Case, *, on_ticks: bool) -> st.SearchStrategy[Sequence[int]]:
    """Some instants of the case's stretch, ascending."""
    instants = st.integers(case.start, case.end)
    if on_ticks:
        instants = instants.map(lambda instant: min(ceil_to_tick(instant, case.tick), case.end))
    return st.sets(instants, max_size=8).map(sorted)


def parquet(facts: pa.Table) -> bytes:
    """Return a table of facts as the bytes of a file."""
    sink = pa.BufferOutputStream()
    pq.write_table(facts, sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("on_ticks", [True, False], ids=["on ticks", "anywhere"])
@law(1)
@given(data=st.data(), case=cases())
def test_many_windows_are_one_sweep(data: st.DataObject, case: Case, on_ticks: bool) -> None:  # noqa: FBT001 - a parameter
    once = swept(case)

    in_windows = swept(case, data.draw(cuts(case, on_ticks=on_ticks)))

    assert in_windows.equals(once)


@law(1)
@given(cases())
def test_a_run_through_every_tick_writes_the_bytes_of_a_sweep(case: Case) -> None:
    first = ceil_to_tick(case.start + 1, case.tick)
    instants = [*range(first, case.end, case.tick), case.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, counts = ticked(case, instants, Path(folder, "ledger.db"), restarts=False)

    once = swept(case)
    assert parquet(facts) == parquet(once)
    assert counts == due(once, instants), "nothing is late"


@pytest.mark.parametrize("on_ticks", [True, False], ids=["on ticks", "anywhere"])
@law(1)
@given(data=st.data(), case=cases())
def test_a_runner_that_restarts_and_knows_no_future_writes_the_bytes_of_a_sweep(
    data: st.DataObject,
    case: Case,
    on_ticks: bool,  # noqa: FBT001 - a parameter
) -> None:
    instants = [*data.draw(cuts(case, on_ticks=on_ticks)), case.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, counts = ticked(case, instants, Path(folder, "ledger.db"), restarts=True)

    once = swept(case)
    assert parquet(facts) == parquet(once)
    assert counts == due(once, instants), "nothing is late"


@pytest.fixture(scope="module")
def server_ledger(postgres: PostgresServer) -> LedgerDatabase:
    """Give a place on a server; each example begins anew there."""
    return LedgerDatabase(url=postgres.new_database(), schema="campaigns")


@law(1)
@given(case=cases())
def test_a_run_on_a_server_through_every_tick_writes_the_bytes_of_a_sweep(
    server_ledger: LedgerDatabase, case: Case
) -> None:
    first = ceil_to_tick(case.start + 1, case.tick)
    instants = [*range(first, case.end, case.tick), case.end]

    remove_ledger(server_ledger)
    facts, counts = ticked(case, instants, server_ledger, restarts=False)

    once = swept(case)
    assert parquet(facts) == parquet(once)
    assert counts == due(once, instants), "nothing is late"


@law(1)
@given(data=st.data(), case=cases())
def test_a_runner_on_a_server_that_restarts_writes_the_bytes_of_a_sweep(
    data: st.DataObject, server_ledger: LedgerDatabase, case: Case
) -> None:
    instants = [*data.draw(cuts(case, on_ticks=True)), case.end]

    remove_ledger(server_ledger)
    facts, counts = ticked(case, instants, server_ledger, restarts=True)

    once = swept(case)
    assert parquet(facts) == parquet(once)
    assert counts == due(once, instants), "nothing is late"
