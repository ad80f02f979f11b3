"""The campaign ``win-back`` on a made-up history: the engine against simpy, fact by fact.

    python -m benchmarks.win_back --customers 100000 --days 90 --seed 7

Each run has a process of its own, one after the other: engine, simpy, engine, simpy. All must
write the same facts; if one does not, no speed is compared and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.synthetic_history import FIRST, synthetic_history
from benchmarks.win_back_by_hand import columns, prepare
from benchmarks.win_back_by_hand import simulate as simulate_by_hand
from campaignspec.clock import DAY, Instant
from campaignspec.engine.facts import SCHEMA
from campaignspec.forecast import RateResponses
from campaignspec.history import History
from campaignspec.project import Project, load_project
from campaignspec.simulate import rehearse
from campaignspec.spec.kinds import Name

ROOT: Final = Path(__file__).parent.parent
RUNS: Final = ("engine", "simpy", "engine", "simpy")

_BEFORE_DAYS: Final = 90
"""The history begins so long before the campaign: rules look back 90 days."""
_EVENTS_A_CUSTOMER: Final = 20
_CAMPAIGN: Final = "win-back"
_WARMING: Final = 1_000
"""Before the clock starts, both walk so many customers for a month: what a process does once,
loading libraries and time zones, is not measured."""
_SORTED: Final = [(name, "ascending") for name in ("at", "customer", "enrolment", "kind", "node")]
_COLUMNS: Final = [name for name, _ in _SORTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run.

    Attributes:
        runner: ``engine`` or ``simpy``.
        seconds: From the history in memory to the last fact.
        peak_mb: The most memory that its process ever held.
        data_mb: Of these, what it held before the run: the interpreter and the history.
        facts: What happened.
    """

    runner: str
    seconds: float
    peak_mb: float
    data_mb: float
    facts: pa.Table


def main() -> int:
    """Measure, compare and print."""
    options = _options()
    if options.runner:
        _work(options)
        return 0
    events = options.customers * _EVENTS_A_CUSTOMER
    print(f"{options.customers:,} customers, {events:,} events, {options.days} days")
    runs = [_measure(runner, options) for runner in RUNS]
    for run in runs:
        print(
            f"{run.runner:<7} {run.seconds:8.2f} s  {options.customers / run.seconds:12,.0f} "
            f"customers/s  {run.peak_mb:7,.0f} MB at most, {run.data_mb:,.0f} MB before"
        )
    first, *others = runs
    if not all(run.facts.equals(first.facts) for run in others):
        _print_differences(runs[0].facts, runs[1].facts)
        return 1
    _print_counts(first.facts)
    best = {name: min(run.seconds for run in runs if run.runner == name) for name in RUNS}
    print(f"simpy / engine, the best of each: {best['simpy'] / best['engine']:.1f}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=90, help="how long the campaign runs")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runner", choices=sorted(set(RUNS)), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(runner: str, options: argparse.Namespace) -> Measured:
    """Run once, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "facts.parquet")
        arguments = {
            "customers": options.customers,
            "days": options.days,
            "seed": options.seed,
            "runner": runner,
            "out": out,
        }
        command = [sys.executable, "-m", "benchmarks.win_back"]
        command += [f"--{name}={value}" for name, value in arguments.items()]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        figures: dict[str, float] = json.loads(done.stdout)
        return Measured(runner=runner, facts=pq.read_table(out), **figures)


def _work(options: argparse.Namespace) -> None:
    """Do one run in this process, write its facts and print its figures."""
    run = _run_engine if options.runner == "engine" else _run_by_hand
    run(_WARMING, days=30, seed=options.seed)
    measured = run(options.customers, days=options.days, seed=options.seed)
    pq.write_table(measured.facts.sort_by(_SORTED), options.out)
    figures = {name: getattr(measured, name) for name in ("seconds", "peak_mb", "data_mb")}
    print(json.dumps(figures))


def _run_engine(customers: int, *, days: int, seed: int) -> Measured:
    history, responses, start, end = _given(customers, days=days, seed=seed)
    project = _project()
    data_mb, begun = _peak_mb(), time.perf_counter()
    rehearsal = rehearse(
        project, history, campaigns=[_CAMPAIGN], responses=responses, start=start, end=end
    )
    seconds = time.perf_counter() - begun
    return Measured(
        runner="engine",
        seconds=seconds,
        peak_mb=_peak_mb(),
        data_mb=data_mb,
        facts=rehearsal.facts.select(_COLUMNS),
    )


def _run_by_hand(customers: int, *, days: int, seed: int) -> Measured:
    history, responses, start, end = _given(customers, days=days, seed=seed)
    people = prepare(history)
    data_mb, begun = _peak_mb(), time.perf_counter()
    rows = simulate_by_hand(people, history.customers, responses, start=start, end=end)
    seconds = time.perf_counter() - begun
    peak_mb = _peak_mb()
    made = columns(rows)
    made["customer"] = [history.customers[row] for row in made["customer"]]
    return Measured(
        runner="simpy",
        seconds=seconds,
        peak_mb=peak_mb,
        data_mb=data_mb,
        facts=pa.table(made, schema=pa.schema([SCHEMA.field(name) for name in _COLUMNS])),
    )


def _given(
    customers: int, *, days: int, seed: int
) -> tuple[History, RateResponses, Instant, Instant]:
    """Return what both are given: a history, a response model, a start and an end."""
    history = synthetic_history(
        customers=customers,
        events=customers * _EVENTS_A_CUSTOMER,
        days=_BEFORE_DAYS + days,
        seed=seed,
    )
    model = _project().settings.responses[Name("baseline")]
    start = FIRST + _BEFORE_DAYS * DAY
    return history, RateResponses(model, history.ids), start, start + days * DAY


def _project() -> Project:
    root = ROOT / "campaigns"
    project = load_project(root, relative_to=root).project
    assert project is not None, "the example project is valid"
    return project


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _counts(facts: pa.Table) -> Counter[tuple[str, str]]:
    return Counter(zip(facts["kind"].to_pylist(), facts["node"].to_pylist(), strict=True))


def _print_counts(facts: pa.Table) -> None:
    counts = _counts(facts)
    for (kind, node), count in sorted(counts.items()):
        print(f"  {count:9,}  {kind:<12} {node}")
    rows: list[list[Any]] = [column.cast(pa.string()).to_pylist() for column in facts.columns]
    digest = sha256("\n".join("\t".join(row) for row in zip(*rows, strict=True)).encode())
    print(f"{facts.num_rows:,} facts, the same in every run: sha256 {digest.hexdigest()[:16]}")


def _print_differences(first: pa.Table, second: pa.Table) -> None:
    ours, theirs = _counts(first), _counts(second)
    print("the facts differ (engine, simpy):")
    for key in sorted(ours | theirs):
        mark = "" if ours[key] == theirs[key] else "  <--"
        print(f"  {ours[key]:9,} {theirs[key]:9,}  {' '.join(key)}{mark}")
    rows = [set(map(tuple, map(dict.values, table.to_pylist()))) for table in (first, second)]
    for mark, only in (("-", rows[0] - rows[1]), ("+", rows[1] - rows[0])):
        for row in sorted(only)[:10]:
            print(mark, *row)


if __name__ == "__main__":
    sys.exit(main())
