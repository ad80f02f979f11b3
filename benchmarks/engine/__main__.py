"""A journey of eight nodes over a whole population: the engine, and five ways to write it by hand.

    python -m benchmarks.engine --customers 1000000

Each run has a process of its own, and the ways take turns; the best run of each counts. All must
write the same facts: who, when, what, where, and why. If one does not, no speed is compared, the
differences are named, and the exit code is 1. The last line sums the ratios up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.engine.facts import differences, load
from benchmarks.engine.measuring import Measured
from benchmarks.engine.runners import (
    ABLE,
    IN_PARALLEL,
    NEEDS,
    OURS,
    PLANS,
    RUNNERS,
    SPARK,
    STAGED,
    THREADS,
)
from benchmarks.engine.worker import ROOT, WARMING, measure

GROWTH: Final = (100_000, 1_000_000, 10_000_000)
"""The sizes at which growth is shown."""
_QUICK: Final = 20_000
_TITLES: Final = {
    "one": "one journey of eight nodes",
    "three": "three journeys that share caps, and a pool that is full again every day",
}

Compared = dict[str, dict[str, Measured]]
"""The best runs, by what was walked and by who walked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, compare and print."""
    options = _options(arguments)
    if options.growth:
        print(_grow(options.sizes))
        return 0
    customers, rounds = options.customers, options.rounds
    if options.quick:
        customers, rounds = _QUICK, 1
    _make(customers)
    print(f"{customers:,} customers, {20 * customers:,} events, the last 90 days of 180")
    names = _wanted(options.only, spark=options.spark or options.whole)
    best: Compared = {}
    for plan in [options.plan] if options.plan else PLANS:
        able = [name for name in ABLE[plan] if name in names]
        runs = _take_turns(able, plan, customers, rounds)
        if runs is None:
            return 1
        best[plan] = _best(runs)
        _print_table(plan, customers, best[plan])
    summary = [_summary(best, customers)]
    if options.whole:
        print()
        summary.append(_grow(options.sizes))
    print("\n" + "; ".join(summary))
    return 0


def _wanted(only: Sequence[str] | None, *, spark: bool) -> list[str]:
    """Return who takes part, and say who does not because a package is not installed."""
    wanted = [*(only or (name for name in RUNNERS if name != SPARK))]
    if spark and SPARK not in wanted:
        wanted.append(SPARK)
    absent = [name for name in wanted if name in NEEDS and find_spec(NEEDS[name]) is None]
    if absent:
        print(f"not installed, and left out: {', '.join(absent)}")
    return [name for name in wanted if name not in absent]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few customers, one round")
    parser.add_argument("--only", nargs="+", choices=list(RUNNERS), help="leave the others out")
    parser.add_argument("--spark", action="store_true", help="the engine on Spark as well")
    parser.add_argument(
        "--plan", choices=list(PLANS), help="one journey or three; both, if left out"
    )
    parser.add_argument("--growth", action="store_true", help="the engine alone, at several sizes")
    parser.add_argument(
        "--whole", action="store_true", help="all others, Spark among them, and then the growth"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=GROWTH)
    return parser.parse_args(arguments)


def _make(customers: int) -> None:
    """Make the data of a size, and of the one to warm up with, in a process of its own.

    This process stays small: what it holds would count as its children's memory.
    """
    for size in (WARMING, customers):
        command = [sys.executable, "-m", "benchmarks.engine.made", f"--customers={size}"]
        subprocess.run(command, cwd=ROOT, check=True)


def _take_turns(
    names: Sequence[str], plan: str, customers: int, rounds: int
) -> list[Measured] | None:
    """Run everybody in turn; return nothing where their facts differ, and say how.

    Each other round goes backwards: whoever runs next finds the memory that somebody left.
    """
    runs: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, f"{place}.npz") for place, name in enumerate(names)}
        for number in range(rounds):
            for name in reversed(names) if number % 2 else names:
                runs.append(measure(name, plan, customers, files[name]))
                if runs[-1].digests != runs[0].digests:
                    print(f"{plan}, round {number + 1}: the facts of {name} differ")
                    print("\n".join(_unequal(runs[0], runs[-1])))
                    pair = (load(files[runs[0].runner]), load(files[name]))
                    print("\n".join(differences(*pair)))
                    return None
    return runs


def _unequal(first: Measured, other: Measured) -> Iterator[str]:
    yield f"{first.runner:>12} {other.runner:>12}"
    for name in sorted(first.digests | other.digests):
        ours, theirs = first.digests.get(name, (0, 0)), other.digests.get(name, (0, 0))
        if ours != theirs:
            yield f"{ours[0]:12,} {theirs[0]:12,}  {name}"


def _best(runs: Sequence[Measured]) -> dict[str, Measured]:
    best: dict[str, Measured] = {}
    for run in runs:
        if run.runner not in best or run.walked.seconds < best[run.runner].walked.seconds:
            best[run.runner] = run
    return best


def _print_table(plan: str, customers: int, best: dict[str, Measured]) -> None:
    print(f"\n{_TITLES[plan]}")
    print(
        f"{'':<15}{'prepared':>10}{'walked':>10}{'of CPUs':>9}{'customers/s':>13}{'facts/s':>12}"
        f"{'times ours':>12}{'of CPUs':>9}{'peak MB':>9}{'before':>8}"
    )
    ours = best.get(OURS)
    for name, run in best.items():
        ratios = _ratio(run, ours), _ratio(run, ours, cpu=True)
        seconds = run.walked.seconds
        print(
            f"{name:<15}{run.prepared.seconds:>10.2f}{seconds:>10.2f}{run.walked.cpu:>9.2f}"
            f"{customers / seconds:>13,.0f}{run.facts / seconds:>12,.0f}"
            f"{ratios[0]:>12}{ratios[1]:>9}{run.peak_mb:>9,.0f}{run.data_mb:>8,.0f}"
        )
    if ours is not None:
        for name, phase in ours.extra.items():
            print(f"ours, {name}: {phase.seconds:.2f} s, {phase.cpu:.2f} s of CPUs")
    _print_counts(next(iter(best.values())))


def _print_counts(run: Measured) -> None:
    """Print how many facts there are of each kind."""
    counts: Counter[str] = Counter()
    for name, (count, _) in run.digests.items():
        counts[name.split()[1]] += count
    print(", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())))
    print(f"{run.facts:,} facts, the same in every run: {_digest(run)}")


def _ratio(run: Measured, ours: Measured | None, *, cpu: bool = False) -> str:
    """Return how many times as long as ours a run takes."""
    if ours is None:
        return "-"
    theirs = (run.walked.cpu, ours.walked.cpu) if cpu else (run.walked.seconds, ours.walked.seconds)
    return f"{theirs[0] / theirs[1]:.1f}"


def _digest(run: Measured) -> str:
    return sha256(json.dumps(run.digests, sort_keys=True).encode()).hexdigest()[:16]


def _summary(best: Compared, customers: int) -> str:
    parts = []
    for plan, runs in best.items():
        ours = runs.get(OURS)
        others = [run for name, run in runs.items() if name not in {OURS, IN_PARALLEL}]
        ratios = ", ".join(
            f"{run.runner} {_ratio(run, ours)} ({_ratio(run, ours, cpu=True)})" for run in others
        )
        parts.append(f"{plan}: {ratios or '-'}")
        if ours is not None:
            rate = customers / ours.walked.seconds
            parts[-1] += f"; ours {rate:,.0f} customers/s within {ours.peak_mb:,.0f} MB"
        if IN_PARALLEL in runs:
            rate = customers / runs[IN_PARALLEL].walked.seconds
            equal = [
                f"{name} {_ratio(runs[name], runs[IN_PARALLEL])}" for name in STAGED if name in runs
            ]
            parts[-1] += f", by {THREADS} threads {rate:,.0f}"
            parts[-1] += f" (by as many: {', '.join(equal)})" if equal else ""
    return "ratios, of elapsed time (and of CPUs'): " + "; ".join(parts)


def _grow(sizes: Sequence[int]) -> str:
    """Print how the engine grows with the number of customers, the better of two runs of each.

    Returns:
        The sum of it.
    """
    print(
        f"{'customers':>12}{'walked':>10}{'of CPUs':>10}{'customers/s':>14}{'us each':>9}", end=""
    )
    print(f"{'facts':>14}{'peak MB':>10}")
    each = []
    for size in sizes:
        _make(size)
        run = min((measure(OURS, "one", size) for _ in range(2)), key=lambda run: run.walked.cpu)
        each.append(run.walked.cpu / size * 1e6)
        print(
            f"{size:>12,}{run.walked.seconds:>10.2f}{run.walked.cpu:>10.2f}"
            f"{size / run.walked.seconds:>14,.0f}{each[-1]:>9.2f}{run.facts:>14,}"
            f"{run.peak_mb:>10,.0f}",
            flush=True,
        )
    return (
        f"growth: {each[-1] / each[0]:.2f} times the work a customer "
        f"from {sizes[0]:,} to {sizes[-1]:,}"
    )


if __name__ == "__main__":
    sys.exit(main())
