"""The event store: how long it takes to build, to extend by a day, and what others take.

    python -m benchmarks.store --customers 1000000 --events 20000000

Everything starts from the same Parquet files, in the order of time. Each run has a process of its
own, one after the other, twice around; the best of each counts. What is built is checked: the
number of events by type and the sum of amounts must be what the data say, whoever built it.

- ``store``: `load_history` with an empty cache: read, sorted, written, mapped into memory.
- ``pandas``: ``read_parquet``, ``sort_values``, then each type by ``groupby``; nothing is kept.
- ``duckdb``: for each type the events ordered by customer and time, fetched as arrays; nothing is
  kept, and ids stay the whole numbers that they are.
- ``extend``: the same history without its last day is in the cache already; the day is a file more.
- ``rebuild``: the same files with an empty cache.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.reference_data import BUILD, DAY, END, TYPES, Files, files
from campaignspec.history import CustomerSource, EventSource, History, ValueKind
from campaignspec.history.load import load_history

ROOT: Final = Path(__file__).parent.parent
TIMES: Final = 2
_LAST_DAY: Final = END - DAY
_KEPT_AT: Final = "cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run.

    Attributes:
        seconds: From the files to the answer.
        cpu_seconds: Of all processors together; it tells more where others are at work beside.
        peak_mb: The most memory that its process ever held.
        events: Events by type.
        cents: The sum of all amounts.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    events: Mapping[str, int]
    cents: int


def main() -> int:
    """Measure, compare and print; 1 if anybody counts otherwise than the others."""
    options = _options()
    made = files(options.customers, options.events)
    if options.runner:
        print(json.dumps(_RUNNERS[options.runner](made)))
        return 0
    print(f"{options.customers:,} customers, {options.events:,} events")
    _measure("prepare", options)
    best: dict[str, Measured] = {}
    for _ in range(TIMES):
        for runner in (name for name in _RUNNERS if name != "prepare"):
            run = _measure(runner, options)
            if runner not in best or run.seconds < best[runner].seconds:
                best[runner] = run
    for runner, run in best.items():
        print(
            f"{runner:<8} {run.seconds:7.2f} s  {run.cpu_seconds:7.2f} s of processors  "
            f"{run.peak_mb:7,.0f} MB at most"
        )
    first = best["store"]
    if any((run.events, run.cents) != (first.events, first.cents) for run in best.values()):
        print("they count differently:", best)
        return 1
    print(f"the same {sum(first.events.values()):,} events and {first.cents:,} cents in every run")
    ratios = {name: best[name].seconds / first.seconds for name in ("pandas", "duckdb")}
    print(
        f"pandas / store {ratios['pandas']:.1f}; duckdb / store {ratios['duckdb']:.1f}; "
        f"rebuild / extend by a day {best['rebuild'].seconds / best['extend'].seconds:.1f}"
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--runner", choices=sorted(_RUNNERS), help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(runner: str, options: argparse.Namespace) -> Measured:
    command = [sys.executable, "-m", "benchmarks.store", f"--runner={runner}"]
    command += [f"--customers={options.customers}", f"--events={options.events}"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout))


def _timed(work: Callable[[], tuple[dict[str, int], int]]) -> dict[str, Any]:
    begun, used = time.perf_counter(), time.process_time()
    events, cents = work()
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_mb": peak / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        "events": dict(sorted(events.items())),
        "cents": cents,
    }


def _store(made: Files) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        return _timed(lambda: _counted(_load(made, made.by_time, Path(folder))))


def _extend(made: Files) -> dict[str, Any]:
    """Extend what was kept of all days but the last; that was loaded by another process."""
    days = _days(made)
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        cache = Path(folder) / _KEPT_AT
        shutil.copytree(days / _KEPT_AT, cache)
        return _timed(lambda: _counted(_load(made, days / "*.parquet", cache)))


def _rebuild(made: Files) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        return _timed(lambda: _counted(_load(made, _days(made) / "*.parquet", Path(folder))))


def _load(made: Files, events: Path, cache: Path) -> History:
    kinds = {
        "tier": ValueKind.TEXT,
        "country": ValueKind.TEXT,
        "consent_email": ValueKind.BOOLEAN,
        "consent_sms": ValueKind.BOOLEAN,
    }
    return load_history(
        [
            CustomerSource(
                file=made.customers, customer="customer_id", timezone=None, attributes=kinds
            )
        ],
        [
            EventSource(
                file=events,
                customer="customer_id",
                at="ts",
                event_column="type",
                properties={"amount": ValueKind.MONEY},
            )
        ],
        cache=cache,
    )


def _counted(history: History) -> tuple[dict[str, int], int]:
    """Count what is in a history; an amount of one is kept as a million micro-units."""
    streams = history.streams
    amounts = sum(int(stream.properties["amount"].values.sum()) for stream in streams.values())
    return {name: len(stream.ts) for name, stream in streams.items()}, amounts // 1_000_000


def _pandas(made: Files) -> dict[str, Any]:
    import pandas as pd

    def work() -> tuple[dict[str, int], int]:
        events = pd.read_parquet(made.by_time).sort_values(["customer_id", "ts"], kind="stable")
        types = {str(name): part for name, part in events.groupby("type", sort=True)}
        cents = sum(int(part["amount"].sum()) for part in types.values())
        return {name: len(part) for name, part in types.items()}, cents

    return _timed(work)


def _duckdb(made: Files) -> dict[str, Any]:
    import duckdb

    def work() -> tuple[dict[str, int], int]:
        counts, cents = {}, 0
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            for name in TYPES:
                columns = connection.execute(
                    "SELECT customer_id, epoch_us(ts) AS ts, amount FROM read_parquet(?) "
                    "WHERE type = ? ORDER BY customer_id, ts",
                    [str(made.by_time), name],
                ).fetchnumpy()
                counts[name] = len(columns["ts"])
                cents += int(np.sum(columns["amount"]))
        return counts, cents

    return _timed(work)


def _days(made: Files) -> Path:
    return made.by_time.parent / "days"


def _prepare(made: Files) -> dict[str, Any]:
    """Write the events in two files, all days but the last and the last; keep a history of one.

    A process of its own does it, as a process inherits the most memory that its parent ever held.
    """
    import duckdb

    days = _days(made)
    if (days / _KEPT_AT).exists():
        shutil.rmtree(days / _KEPT_AT)
    days.mkdir(exist_ok=True)
    parts = {"1-before.parquet": "<", "2-the-last-day.parquet": ">="}
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for name, compared in parts.items():
            connection.execute(
                f"COPY (SELECT * FROM read_parquet('{made.by_time}') "  # noqa: S608 (own path)
                f"WHERE epoch(ts) {compared} {_LAST_DAY}) "
                f"TO '{days / name}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"
            )
    last = days / "2-the-last-day.parquet"
    hidden = last.rename(last.with_suffix(".later"))
    _load(made, days / "*.parquet", days / _KEPT_AT)
    hidden.rename(last)
    return {"seconds": 0.0, "cpu_seconds": 0.0, "peak_mb": 0.0, "events": {}, "cents": 0}


_RUNNERS: Final[Mapping[str, Callable[[Files], dict[str, Any]]]] = {
    "prepare": _prepare,
    "store": _store,
    "pandas": _pandas,
    "duckdb": _duckdb,
    "extend": _extend,
    "rebuild": _rebuild,
}

if __name__ == "__main__":
    sys.exit(main())
