"""The engines of the segment benchmark: each answers the same questions in a process of its own."""

from __future__ import annotations

import resource
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks import segment_questions as questions
from benchmarks.reference_data import DAY, END
from campaignspec.history import History
from campaignspec.project import Project

Ids = npt.NDArray[np.int64]
Answers = Mapping[str, Ids]

FIRST_ID: Final = 10_000_000
"""Added to the ids of our project: ids are texts there, and these are equally long, so that ties
among equals are broken in the same order everywhere."""

THREADS: Final = 2
"""How many threads an engine may use that uses several; ours uses one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the data lie.

    Attributes:
        events: Events in the order of time: ``customer_id, ts, type, amount``.
        customers: Profiles.
        project: The folder of our project.
    """

    events: Path
    customers: Path
    project: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one round of questions.

    Attributes:
        seconds: From the question to the ids in memory.
        digests: By segment, how many customers, and a checksum of their ids.
        peak_mb: The most memory that the process ever held.
    """

    seconds: float
    digests: Mapping[str, tuple[int, int]]
    peak_mb: float


class Engine(ABC):
    """One engine, with its data where it wants them."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def six(self) -> Answers:
        """Answer the six segments."""

    @abstractmethod
    def fifty(self) -> Answers:
        """Answer the fifty segments."""


class Ours(Engine):
    """The event store, one thread; nothing is kept from one round to the next."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._project, self._history = opened(place)
        self._ids = np.array(self._history.customers).astype(np.int64) - FIRST_ID

    def six(self) -> Answers:
        return self._answer([f"S{number}" for number in range(1, 7)])

    def fifty(self) -> Answers:
        return self._answer(list(questions.fifty_in_sql("")))

    def _answer(self, names: list[str]) -> Answers:
        from campaignspec.assembly import audience_of
        from campaignspec.audience.population import members

        fresh = forgetful(self._history)
        found = members(audience_of(self._project, fresh), names, END * 1_000_000)
        return {name: self._ids[np.flatnonzero(mask)] for name, mask in found}


class DuckDb(Engine):
    """DuckDB, on Parquet or with both tables in memory."""

    def __init__(self, place: Place, *, in_memory: bool) -> None:
        super().__init__(place)
        import duckdb

        self._db = duckdb.connect(config={"threads": THREADS})
        self._db.execute("SET enable_progress_bar = false")
        kind = "TABLE" if in_memory else "VIEW"
        for name, file in (("events", place.events), ("customers", place.customers)):
            self._db.execute(f"CREATE {kind} {name} AS SELECT * FROM read_parquet('{file}')")  # noqa: S608 - own names

    def six(self) -> Answers:
        return self._each(questions.six_in_sql("events", "customers", asof="ASOF LEFT JOIN"))

    def fifty(self) -> Answers:
        return self._each(questions.fifty_in_sql("events"))

    def _each(self, queries: Mapping[str, str]) -> Answers:
        return {
            name: self._db.execute(query).fetchnumpy()["customer_id"]
            for name, query in queries.items()
        }


class ChDb(Engine):
    """ClickHouse in the process, a MergeTree in the order of (type, customer, time)."""

    def __init__(self, place: Place, *, one_scan: bool) -> None:
        super().__init__(place)
        from chdb.session import Session

        self._one_scan = one_scan
        self._session: Any = Session()
        for setting in (
            f"max_threads = {THREADS}",
            "union_default_mode = 'DISTINCT'",
            "join_use_nulls = 1",
        ):
            self._session.query(f"SET {setting}")
        self._session.query("CREATE DATABASE bench")
        self._load("events", place.events, "(type, customer_id, ts)")
        self._load("customers", place.customers, "customer_id")

    def _load(self, name: str, file: Path, order: str) -> None:
        self._session.query(
            f"CREATE TABLE bench.{name} ENGINE = MergeTree ORDER BY {order} "  # noqa: S608 - own names
            f"SETTINGS allow_nullable_key = 1 AS SELECT * FROM file('{file}', Parquet)"
        )
        self._session.query(f"OPTIMIZE TABLE bench.{name} FINAL")

    def six(self) -> Answers:
        queries = questions.six_in_sql("bench.events", "bench.customers", asof="ASOF LEFT JOIN")
        return {name: self._ask(query)["customer_id"] for name, query in queries.items()}

    def fifty(self) -> Answers:
        if not self._one_scan:
            queries = questions.fifty_in_sql("bench.events")
            return {name: self._ask(query)["customer_id"] for name, query in queries.items()}
        table = self._ask(
            questions.one_scan_in_sql(
                "bench.events", count_if="countIf({condition})", sum_if="sumIf(amount, {condition})"
            )
        )
        return {
            f"w{number:02}": table["customer_id"][
                (table[f"n_{each.kind}_{each.days}"] >= each.count)
                & (table[f"s_{each.kind}_{each.days}"] >= each.amount)
            ]
            for number, each in enumerate(questions.fifty(), 1)
        }

    def _ask(self, query: str) -> Mapping[str, Ids]:
        import pyarrow as pa

        answer = self._session.query(query, "Arrow").bytes()
        table = pa.ipc.open_file(answer).read_all()
        return {name: table.column(name).to_numpy() for name in table.column_names}


class Pandas(Engine):
    """pandas, as one writes it without thinking about speed: filter, group, compare."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        import pandas as pd

        self._events = pd.read_parquet(place.events)
        self._events["type"] = self._events["type"].astype("category")
        self._customers = pd.read_parquet(place.customers)

    def fifty(self) -> Answers:
        return {
            f"w{number:02}": self._windowed(each.kind, each.days, each.count, each.amount)
            for number, each in enumerate(questions.fifty(), 1)
        }

    def six(self) -> Answers:
        customers = self._customers
        s1 = customers[
            customers.tier.isin(["gold", "platinum"])
            & customers.consent_email
            & (customers.country == "CN")
        ].customer_id.to_numpy()
        s2 = self._windowed("purchase", 90, 2, 15000)
        latest = self._since("visit", 9999).groupby("customer_id").ts.max()
        idle = latest[(latest >= END - 60 * DAY) & (latest < END - 14 * DAY)].index.to_numpy()
        s3 = np.setdiff1d(idle, self._since("purchase", 30).customer_id.to_numpy())
        s4, s5 = self._abandoned(), self._best()
        opened = self._since("email_open", 14).customer_id.to_numpy()
        s6 = np.setdiff1d(np.setdiff1d(np.union1d(s2, s5), s3), opened)
        return {"S1": s1, "S2": s2, "S3": s3, "S4": s4, "S5": s5, "S6": s6}

    def _since(self, kind: str, days: int) -> Any:
        events = self._events
        return events[(events.type == kind) & (events.ts >= END - days * DAY)]

    def _windowed(self, kind: str, days: int, count: int, amount: int) -> Ids:
        found = self._since(kind, days).groupby("customer_id").amount.agg(["count", "sum"])
        kept = found[(found["count"] >= count) & (found["sum"] >= amount)]
        return np.asarray(kept.index.to_numpy())

    def _abandoned(self) -> Ids:
        import pandas as pd

        carts = self._since("cart", 7)[["customer_id", "ts"]]
        bought = self._since("purchase", 7)[["customer_id", "ts"]]
        bought = bought.assign(bought=bought.ts)
        joined = pd.merge_asof(carts, bought, on="ts", by="customer_id", direction="forward")
        late = joined.bought.isna() | (joined.bought > joined.ts + DAY)
        return np.asarray(joined[late].customer_id.unique())

    def _best(self) -> Ids:
        bought = self._since("purchase", 9999).groupby("customer_id")
        facts = bought.agg(latest=("ts", "max"), number=("ts", "size"), money=("amount", "sum"))
        facts = facts.sort_index()
        size = len(facts)
        best = np.ones(size, np.bool_)
        for name in ("latest", "number", "money"):
            rank = np.empty(size, np.int64)
            rank[np.argsort(facts[name].to_numpy(), kind="stable")] = np.arange(size)
            whole, more = divmod(size, 5)
            head = more * (whole + 1)
            best &= np.where(rank < head, rank // (whole + 1), more + (rank - head) // whole) >= 3
        return np.asarray(facts.index.to_numpy()[best])


ENGINES: Final[Mapping[str, Callable[[Place], Engine]]] = {
    "campaignspec": Ours,
    "DuckDB on Parquet": lambda place: DuckDb(place, in_memory=False),
    "DuckDB in memory": lambda place: DuckDb(place, in_memory=True),
    "chDB, a query each": lambda place: ChDb(place, one_scan=False),
    "chDB, one scan": lambda place: ChDb(place, one_scan=True),
    "pandas": Pandas,
}
"""The engines by the names that are printed, ours first."""


def opened(place: Place) -> tuple[Project, History]:
    """Load our project and its history; the event store is built at the first time."""
    from campaignspec.api.history import history_of
    from campaignspec.project import load_project

    loaded = load_project(place.project, relative_to=place.project)
    if loaded.project is None:
        raise AssertionError([finding.message for finding in loaded.diagnostics])
    return loaded.project, history_of(loaded.project)


def forgetful(history: History) -> History:
    """Return a history of which nothing was derived yet."""
    streams = {name: replace(stream, memo={}) for name, stream in history.streams.items()}
    return replace(history, memo={}, streams=streams)


NEEDS: Final[Mapping[str, str]] = {
    "chDB, a query each": "chdb",
    "chDB, one scan": "chdb",
    "pandas": "pandas",
}
"""The packages that some engines need beyond those of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What it took to build our event store.

    Attributes:
        seconds: From the Parquet files to the store, mapped into memory.
        peak_mb: The most memory that the process ever held.
    """

    seconds: float
    peak_mb: float


def build(place: Place, orders: Connection) -> None:
    """Build our event store anew; runs in a process of its own."""
    shutil.rmtree(place.project / ".campaignspec", ignore_errors=True)
    start = time.perf_counter()
    opened(place)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    orders.send(Built(seconds=seconds, peak_mb=peak))


def work(name: str, place: Place, orders: Connection) -> None:
    """Answer ``six`` and ``fifty`` until told to stop; runs in a process of its own."""
    engine = ENGINES[name](place)
    orders.send("ready")
    while (order := orders.recv()) != "stop":
        start = time.perf_counter()
        answers = engine.six() if order == "six" else engine.fifty()
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        digests = {segment: digest(ids) for segment, ids in answers.items()}
        orders.send(Answered(seconds=seconds, digests=digests, peak_mb=peak))


def digest(ids: Ids) -> tuple[int, int]:
    """Return how many ids there are, and Σ (id · 2654435761 mod 1000003)."""
    return len(ids), int((ids.astype(np.int64) * 2654435761 % 1000003).sum())
