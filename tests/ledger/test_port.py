"""What the engine asks of a ledger, and every ledger does: in memory, in a file, on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pytest
from shop import FIRST, write_shop

from campaignspec.api.check import opened
from campaignspec.api.history import history_of
from campaignspec.assembly import Assembly, assemble
from campaignspec.clock import DAY, HOUR, NEVER, parse_instant
from campaignspec.engine.driver import advance
from campaignspec.engine.ports import Ledger
from campaignspec.engine.state import State
from campaignspec.engine.sweep import sweep
from campaignspec.errors import LedgerError
from campaignspec.forecast import RateResponses
from campaignspec.ledger.book import Book
from campaignspec.ledger.memory import MemoryLedger
from campaignspec.ledger.opening import LedgerPlace, open_ledger
from campaignspec.ledger.postgres import LedgerDatabase
from campaignspec.ledger.sql import SqlLedger
from campaignspec.ledger.store import Rows

START = parse_instant(FIRST)
TICKS = [START + day * DAY + 10 * HOUR for day in range(1, 20)]
Begin = Callable[[], Ledger]


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Set the shop up, with people who open, click and unsubscribe."""
    root = write_shop(tmp_path_factory.mktemp("shop"))
    project, _ = opened(root)
    history = history_of(project)
    model = next(iter(project.settings.responses.values()))
    return assemble(
        project,
        history,
        campaigns=tuple(project.campaigns),
        responses=RateResponses(model, history.ids),
        start=START,
        end=START + 60 * DAY,
    )


def in_database(book: Book, assembly: Assembly) -> SqlLedger:
    book.begin(
        start=START,
        campaigns=dict.fromkeys(assembly.graphs, ""),
        steps={name: set(graph.nodes) for name, graph in assembly.graphs.items()},
    )
    return SqlLedger(book, assembly.programs, assembly.world)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def begun(request: pytest.FixtureRequest, tmp_path: Path, assembly: Assembly) -> Iterator[Begin]:
    """Give what begins a ledger, or goes on with it: a database's is read anew every time."""
    if request.param == "memory":
        kept = MemoryLedger(assembly.programs, assembly.world, start=START)
        yield lambda: kept
        return
    where: LedgerPlace = tmp_path / "ledger.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("ledger_database")
        where = LedgerDatabase(url=url, schema=f"port_{uuid4().hex}")
    with open_ledger(where) as book:
        yield lambda: in_database(book, assembly)


@pytest.fixture(scope="module")
def rehearsed(assembly: Assembly) -> pa.Table:
    ledger = MemoryLedger(assembly.programs, assembly.world, start=START)
    advance(assembly.programs, assembly.world, ledger, TICKS[-1])
    return ledger.facts()


def everybody(assembly: Assembly) -> np.ndarray:
    return np.arange(len(assembly.world.history.customers))


def known(state: State, which: int) -> list[tuple[object, ...]]:
    """Return what is known of everybody's latest enrolment in one campaign."""
    every = state.campaigns[which]
    noted = [column for _, column in sorted(every.answers.items())]
    answers = [np.where(column == 0, NEVER, column) for column in noted]
    columns = (every.number, every.flags, every.node, every.since, every.due, every.entered_at)
    return list(zip(*(column.tolist() for column in (*columns, every.seq, *answers)), strict=True))


def test_a_new_ledger_is_at_its_start_and_empty(begun: Begin, assembly: Assembly) -> None:
    ledger = begun()

    state = ledger.load(everybody(assembly), TICKS[0])

    assert ledger.watermark == START
    assert ledger.facts().num_rows == 0
    assert not any(every.number.any() for every in state.campaigns)


def test_what_is_done_tick_by_tick_is_what_is_done_at_once(
    begun: Begin, assembly: Assembly, rehearsed: pa.Table
) -> None:
    for tick in TICKS:
        ledger = begun()
        advance(assembly.programs, assembly.world, ledger, tick)
        assert ledger.watermark <= tick

    assert begun().facts().equals(rehearsed)


def test_a_state_is_loaded_as_it_was_committed(begun: Begin, assembly: Assembly) -> None:
    memory = MemoryLedger(assembly.programs, assembly.world, start=START)
    for tick in TICKS:
        advance(assembly.programs, assembly.world, memory, tick)
        advance(assembly.programs, assembly.world, begun(), tick)

        found = begun().load(everybody(assembly), tick)

        right = memory.load(everybody(assembly), tick)
        for which in range(len(assembly.programs)):
            assert _till(known(found, which), tick) == _till(known(right, which), tick)
        for channel, out in right.unsubscribed.items():
            mine = found.unsubscribed[channel]
            assert np.array_equal(np.where(mine <= tick, mine, -1), np.where(out <= tick, out, -1))


def _till(rows: list[tuple[object, ...]], tick: int) -> list[tuple[object, ...]]:
    """Leave out answers that are still to come: a ledger may load them or not."""
    return [(*row[:7], *(at if at <= tick else None for at in row[7:])) for row in rows]  # type: ignore[operator]


def test_everybody_who_has_something_to_do_is_awake_enrolled_or_entering(
    begun: Begin, assembly: Assembly, rehearsed: pa.Table
) -> None:
    row_of = assembly.world.history.row_of
    at = rehearsed["at"].cast(pa.int64()).to_numpy()
    for before, tick in zip([START, *TICKS], TICKS, strict=False):
        ledger = begun()
        here = (at > before) & (at <= tick)
        kinds, people = rehearsed["kind"].to_numpy()[here], rehearsed["customer"].to_numpy()[here]
        timed = {"waited", "sent", "completed", "expired", "opened", "clicked", "unsubscribed"}
        new = {who for kind, who in zip(kinds, people, strict=True) if kind == "entered"}
        acting = {who for kind, who in zip(kinds, people, strict=True) if kind in timed} - new

        found = {*ledger.awake(tick).tolist(), *ledger.enrolled(everybody(assembly)).tolist()}

        assert {row_of[who] for who in acting} <= found
        advance(assembly.programs, assembly.world, ledger, tick)


def test_only_those_with_an_open_enrolment_are_enrolled(begun: Begin, assembly: Assembly) -> None:
    advance(assembly.programs, assembly.world, begun(), TICKS[-1])
    ledger = begun()
    state = ledger.load(everybody(assembly), TICKS[-1])
    is_open = sum(every.flags for every in state.campaigns) > 0

    found = ledger.enrolled(everybody(assembly))

    if isinstance(ledger, SqlLedger):
        assert found.tolist() == np.flatnonzero(is_open).tolist()
    assert set(np.flatnonzero(is_open).tolist()) <= set(found.tolist())
    assert is_open.any()
    assert not is_open.all()


@pytest.fixture
def book(place: LedgerPlace) -> Iterator[Book]:
    with open_ledger(place) as opened_book:
        yield opened_book


def contents(book: Book) -> list[object]:
    tables = ("meta", "person", "enrolment", "message", "answer", "fact")
    return [sorted(book.store.query(f"SELECT * FROM {table}"), key=str) for table in tables]  # noqa: S608


@pytest.mark.parametrize("table", ["person", "enrolment", "message", "answer", "fact"])
def test_a_tick_is_kept_whole_or_not_at_all(
    book: Book, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    ledger = in_database(book, assembly)
    advance(assembly.programs, assembly.world, ledger, TICKS[0])
    before, put = contents(book), book.store.put

    def failing(rows: Rows) -> None:
        put(rows)
        if rows.table == table and rows.size:
            raise LedgerError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(book.store, "put", failing)
        with pytest.raises(LedgerError, match="the disk is full"):
            advance(assembly.programs, assembly.world, ledger, TICKS[3])

    assert contents(book) == before
    again = in_database(book, assembly)
    advance(assembly.programs, assembly.world, again, TICKS[3])
    assert contents(book) != before


def test_a_runner_that_another_one_has_overtaken_writes_nothing(
    book: Book, assembly: Assembly
) -> None:
    late, other = in_database(book, assembly), in_database(book, assembly)
    state = late.load(everybody(assembly), TICKS[6])
    outcome = sweep(assembly.programs, assembly.world, state, TICKS[6])
    advance(assembly.programs, assembly.world, other, TICKS[5])
    before = contents(book)

    with pytest.raises(LedgerError, match="another one has gone on with it; nothing was written"):
        late.commit(outcome, TICKS[6])
    with pytest.raises(LedgerError, match="another one has gone on"):
        late.skip(TICKS[6])

    assert contents(book) == before


def test_a_tick_waits_for_the_disk_where_messages_come_of_it(
    assembly: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    with open_ledger(tmp_path / "ledger.sqlite") as book:
        transaction, ledger = book.store.transaction, in_database(book, assembly)

        def watched(*, durable: bool = True) -> AbstractContextManager[object]:
            asked.append(durable)
            return transaction(durable=durable)

        monkeypatch.setattr(book.store, "transaction", watched)
        outcomes = [advance(assembly.programs, assembly.world, ledger, tick) for tick in TICKS]

    done = [outcome for outcome in outcomes if outcome is not None]
    assert asked == [bool(outcome.sends) for outcome in done]
    assert {True, False} == set(asked)
