"""One run in a process of its own: prepare, walk, and tell the figures.

python -m benchmarks.engine.worker --runner engine --plan one --customers 1000 --told told.json
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.engine.facts import Digests, digests, save
from benchmarks.engine.made import made
from benchmarks.engine.measuring import Measured, Phase, Stopwatch, peak_mb
from benchmarks.engine.runners import PLANS, RUNNERS, THREADS

ROOT: Final = Path(__file__).parent.parent.parent

WARMING: Final = 5_000
"""Before the clock starts, so many customers are walked: what a process does once, loading
libraries and time zones, is not measured."""


def measure(runner: str, plan: str, customers: int, facts: Path | None = None) -> Measured:
    """Run once, in a process of its own; its facts are written to a file where one is named."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.json")
        values = {"runner": runner, "plan": plan, "customers": customers, "told": told}
        command = [sys.executable, "-m", "benchmarks.engine.worker"]
        command += [f"--{name}={value}" for name, value in values.items()]
        command += [] if facts is None else [f"--facts={facts}"]
        threads = {"POLARS_MAX_THREADS": str(THREADS)}
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **threads})
        return _read(json.loads(told.read_text(encoding="utf-8")))


def work(runner: str, plan: str, customers: int, told: Path, facts: Path | None) -> None:
    """Do one run in this process, and tell its figures.

    Where its facts are written to a file, their digests are told, and what is of interest beside
    the walk; where many customers are walked only to see how long it takes, neither is made.
    """
    RUNNERS[runner](made(WARMING), PLANS[plan]).walk()
    gc.collect()
    watch = Stopwatch()
    running = RUNNERS[runner](made(customers), PLANS[plan])
    gc.freeze()  # what was prepared is not looked through for circles again and again
    prepared, data_mb = watch.lap(), peak_mb()
    running.walk()
    walked, peak = watch.lap(), peak_mb()
    gc.unfreeze()
    found: Digests = {}
    extra: dict[str, Phase] = {}
    if facts is not None:
        happened = running.facts()
        found, extra = digests(happened), running.extra()
        save(happened, facts)
    measured = Measured(
        runner=runner,
        prepared=prepared,
        walked=walked,
        extra=extra,
        data_mb=data_mb,
        peak_mb=peak,
        facts=running.count(),
        digests=found,
    )
    told.write_text(json.dumps(asdict(measured)), encoding="utf-8")


def main() -> None:
    """Do the run that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runner", choices=list(RUNNERS), required=True)
    parser.add_argument("--plan", choices=list(PLANS), required=True)
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--told", type=Path, required=True, help="where the figures go")
    parser.add_argument("--facts", type=Path, help="where the facts go, if they are compared")
    options = parser.parse_args()
    work(options.runner, options.plan, options.customers, options.told, options.facts)


def _read(told: dict[str, Any]) -> Measured:
    prepared, walked = Phase(**told.pop("prepared")), Phase(**told.pop("walked"))
    extra = {name: Phase(**phase) for name, phase in told.pop("extra").items()}
    found = {name: (count, total) for name, (count, total) in told.pop("digests").items()}
    return Measured(prepared=prepared, walked=walked, extra=extra, digests=found, **told)


if __name__ == "__main__":
    main()
